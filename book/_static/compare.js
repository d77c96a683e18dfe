// Sets two to four units side by side from the data of their profiles. The choice stands in the address and comes back with it.
document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector(".compare");
  if (!page) return;
  const words = JSON.parse(page.querySelector(".compare-words").textContent);
  const german = document.documentElement.lang.startsWith("de");
  const find = (name) => page.querySelector(`.compare-${name}`);
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const say = (key, values = {}) => fill(words.said[key], values);
  const small = (text) => make("span", { className: "compare-small", textContent: text });

  // Numbers as page/values.py writes them: a half goes away from zero, what lies beyond fifteen digits decides nothing.
  const rounded = (value, digits = 0) =>
    Math.sign(value) * Math.round(Number((Math.abs(value) * 10 ** digits).toPrecision(15))) / 10 ** digits;
  // Estimated persons and points in steps, as the profiles have them: from the middle to the even step.
  const stepped = (value, step) => {
    const near = Math.round(value / step);
    return step * (near - value / step === 0.5 && near % 2 ? near - 1 : near);
  };
  const number = (value, digits = 0, signed = false) => {
    const written = Math.abs(rounded(value, digits)).toLocaleString(german ? "de-DE" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const zero = !/[1-9]/.test(written);
    return (value < 0 && !zero ? "−" : signed && !zero ? "+" : "") + written;
  };
  const percent = (value, digits, signed) => `${number(value, digits, signed)}${german ? "\u00a0" : ""}%`;
  const euro = (value, digits = 0) => {
    const text = number(value, digits);
    return german ? `${text}\u00a0€` : text.startsWith("−") ? `−€${text.slice(1)}` : `€${text}`;
  };
  const chance = (share) => {
    const shown = rounded(100 * share, 1);
    if (shown === 0 && share > 0) return fill(words.chance.under, { share: percent(0.1, 1) });
    if (shown === 100 && share < 1) return fill(words.chance.over, { share: percent(99.9, 1) });
    return percent(100 * share, 1);
  };
  const persons = (value, estimated) => {
    if (!estimated) return number(value);
    const step = 10 ** Math.max(0, String(rounded(value)).length - words.figures);
    return number(stepped(value, step));
  };
  const written = (row, value, value_mark) => {
    const { unit, key, section } = row;
    if (unit === "percent") return percent(value, words.digits[key] ?? (key.includes("multiplier") ? 0 : 1), words.signed.includes(key));
    if (unit === "share") return section === "transfer" ? percent(100 * value, 0) : chance(value);
    if (unit === "eur_per_inhabitant") return euro(value);
    if (unit === "eur_per_month" || unit === "eur_per_m2") return euro(value, unit === "eur_per_m2" ? 2 : 0);
    if (unit === "persons") return persons(value, value_mark === "estimate");
    if (unit === "points") return `${number(value >= 100 ? stepped(value, 10) : value)} ${words.said.unit_points}`;
    if (unit === "minutes") return `${number(value, 1)} ${words.said.unit_minutes}`;
    if (key === "budget_stage") return `${number(value)}: ${words.stages[value] ?? ""}`;
    if (key === "over_indebtedness") return value ? words.said.indebted_stage.replace("{n}", value) : words.said.indebted_none;
    return number(value, words.digits[key] ?? { per_100: 1, per_1k: 1, per_10k: 1, per_km2: 0, keur_per_inhabitant: 1 }[unit] ?? 2);
  };
  const found = (row, text) => {
    const [first, second] = text.split(" ");
    if (first === "fifth") return say("fifth", { n: second });
    if (second) return `${first}, ${second}`;
    if (row.section === "transfer" && row.key.endsWith("_context")) return words.context[text] ?? text;
    return (row.section === "stress" && row.key.startsWith("grid") ? undefined : words.lights[text]) ?? words.texts[text] ?? text;
  };
  const day = (text) => {
    const [year, month, date] = text.split("-").map(Number);
    if (!date || /^\d+-\d{4}/.test(text)) return text.replace("-", "–");
    return german ? `${date}.${month}.${year}` : `${date} ${new Date(Date.UTC(year, month - 1)).toLocaleDateString("en-GB", { month: "long", timeZone: "UTC" })} ${year}`;
  };

  // Rows: what two units share is one row, whatever its year; the years stand beside the values where they differ.
  const SERIES = ["population", "taxes", "kdu"];
  const overYears = ({ section, values }) => SERIES.includes(section)
    || (section !== "records" && values.length > 2 && values.every(({ as_of, value }) => value !== undefined && /^\d{4}$/.test(as_of)));
  const nameOf = (figure, as_of) => {
    const { section, key } = figure;
    const name = figure[german ? "name_de" : "name_en"].replace(/, nominal(?=$|:)/, "");
    if (key === "over_indebtedness") return words.said.indebted;
    if (key.startsWith("quadrant_by_")) return `${name}, ${words.said[key.slice("quadrant_".length)]}`;
    if (section === "records") return `${words.said.status} ${as_of}`;
    if (section === "transfer") return `${name}: ${words.transfer[key.split("_").pop()] ?? ""}`;
    if (section === "shock_today") return say(key.endsWith("_loss") ? "loss" : "points", { name }) + (as_of ? `, ${say("after", { n: parseInt(as_of, 10) })}` : "");
    if (key.startsWith("tornado_")) return words.said.tornado;
    const grid = key.match(/^grid_revenue_fall_(.+)_interest_rise_(.+)$/);
    if (grid) return say("grid", { fall: number(100 * grid[1]), rise: number(Number(grid[2]), grid[2] % 1 ? 1 : 0) });
    const baseline = key.match(/^light_(.+)$/);
    return baseline ? words.baselines[baseline[1]] ?? name : name;
  };
  const hidden = ({ section, key }, as_of) => section === "similar"
    || (section === "shock_today" && key.startsWith("interest") && parseInt(as_of, 10) !== words.shock_year);
  const rowsOf = (units) => {
    const rows = new Map();
    units.forEach((unit, column) => {
      for (const figure of unit.figures) {
        const series = overYears(figure);
        for (const value of series ? [figure] : figure.values) {
          if (hidden(figure, value.as_of)) continue;
          const apart = ["records", "people", "need", "shock_today"].includes(figure.section) ? value.as_of : "";
          const key = figure.key.startsWith("tornado_") ? "tornado" : figure.key;
          const place = `${figure.section}|${key}|${figure.unit ?? ""}|${apart ?? ""}|${series}`;
          if (!rows.has(place)) rows.set(place, { ...figure, series, apart, cells: [], tables: new Set() });
          const row = rows.get(place);
          figure.sources.split(" ").forEach((table) => row.tables.add(table));
          row.cells[column] = { ...value, figure, unit, name: nameOf(figure, value.as_of) };
        }
      }
    });
    return [...rows.values()].filter(({ series, cells }) => series
      ? cells.some((given) => given.figure.values.some(isKnown)) : cells.some((given) => isKnown(given)));
  };
  // What all names of a row begin with, up to a whole word; the rest of each.
  const common = (names) => {
    if (names.every((name) => name === names[0])) return [names[0], names.map(() => "")];
    let end = 0;
    while (names.every((name) => name[end] !== undefined && name[end] === names[0][end])) end += 1;
    const whole = names.every((name) => !/[\p{L}\p{N}]/u.test(name[end] ?? ""));
    if (!whole) end = names[0].lastIndexOf(" ", end - 1) + 1;
    return [names[0].slice(0, end).replace(/[\s:,(]+$/, ""), names.map((name) => name.slice(end).replace(/^[\s:,]+/, "").trim())];
  };

  // As `placed` in unit/words.py: those below and those level, which the place on the scale counts half.
  const placed = ({ peer_percentile, peers_known, peers_level = 0 }) => {
    const below = Math.round((peer_percentile * peers_known) / 100 - peers_level / 2);
    const said = fill(words.placed[below === 1 ? "below_one" : "below"], { below, of: peers_known });
    return peers_level ? fill(words.placed.level, { said, level: peers_level }) : said;
  };
  const isKnown = ({ value, text }) => value !== null || (text !== undefined && text !== "no_data");
  const isMeasured = ({ key }) => key !== "budget_stage" && key !== "over_indebtedness";
  const besidePeers = (row) => isMeasured(row) && row.cells.some((given) => given && isKnown(given) && (given.peer_median ?? given.peer_percentile) !== undefined);
  // A figure that is no part of a unit's data is not computed there; one without a value was not reported.
  const cell = (row, given, rest, shared) => {
    if (!given) return [make("span", { className: "compare-none", textContent: say("not_computed") })];
    if (!isKnown(given)) return [make("span", { className: "compare-none", textContent: words.none })];
    const shownAs = [];
    const asFifth = row.section === "place" && row.key.startsWith("need_");
    if (row.key.startsWith("tornado_")) shownAs.push(given.figure[german ? "name_de" : "name_en"]);
    else if (row.key === "bearable_eur_pc" && given.value <= 0) {
      shownAs.push(given.value > -1 ? say("already_small", { n: euro(1) }) : say("already", { n: euro(-given.value) }));
    }
    else if (row.key === "bearable_eur_pc" && given.value < 1) shownAs.push(say("below", { n: euro(1) }));
    else if (given.value !== null && !asFifth) shownAs.push(written(row, given.value, given.mark));
    if (given.text !== undefined) shownAs.push(given.value === null || asFifth ? found(row, given.text) : `(${found(row, given.text)})`);
    const parts = [make("strong", { textContent: shownAs.join(" ") + (given.mark ? `\u00a0${words.signs[given.mark]}` : "") })];
    if (given.low !== undefined && given.high !== undefined) {
      parts.push(small(say("band", { low: written(row, given.low, given.mark), high: written(row, given.high, given.mark) })));
    }
    const measured = isMeasured(row);
    if (measured && given.peer_median !== undefined) {
      parts.push(small(say("median", { median: written(row, given.peer_median) })));
    }
    if (measured && given.peer_percentile !== undefined) parts.push(small(placed(given)));
    if (given.place !== undefined) parts.push(small(say("rank", { n: number(given.place), last: number(given.of) })));
    if (rest) parts.push(small(rest));
    if (!shared && given.as_of && !row.apart) parts.push(small(day(given.as_of)));
    return parts;
  };

  // Lines of all units on one scale; inhabitants from the first year that all know.
  const lines = (row, real) => {
    const paths = row.cells.map((given) => given?.values.flatMap(({ as_of, value, mark }, place, all) => {
      const factor = real && row.unit === "eur_per_inhabitant" ? given.unit.prices.factors[as_of] ?? NaN : 1;
      const gap = place > 0 && all[place - 1].value === null;
      return value === null || Number.isNaN(factor) ? [] : [{ year: Number(as_of), value: value * factor, mark, gap }];
    }) ?? []);
    const people = row.unit === "persons";
    const years = paths.flat().map(({ year }) => year);
    const base = people ? paths.flatMap((path) => path.length ? [path[0].year] : []).reduce((a, b) => Math.max(a, b), 0) : 0;
    const scaled = paths.map((path) => {
      const start = path.find(({ year }) => year >= base)?.value;
      return path.map((one) => ({ ...one, at: people ? 100 * one.value / start : one.value }));
    });
    const levels = scaled.flat().map(({ at }) => at);
    const [low, high] = people ? [Math.floor(Math.min(...levels)), Math.ceil(Math.max(...levels))] : [Math.min(0, ...levels), Math.max(...levels)];
    const write = (value) => written(row, value);
    const scale = people ? [number(low), number(high)] : [write(low), write(high)];
    const [from, to] = [Math.min(...years), Math.max(...years)];
    const drawn = scaled.map((path, column) => {
      if (path.length === 0) return [make("span", { className: "compare-none", textContent: row.cells[column] ? words.none : say("not_computed") })];
      const spot = ({ year, at }) => `${(2 + 156 * (year - from) / (to - from || 1)).toFixed(1)} ${(4 + 36 * (1 - (at - low) / (high - low || 1))).toFixed(1)}`;
      const steps = path.map((one, place) => {
        const before = path[place - 1];
        const joined = before && !one.gap && !(people && words.censuses.some((start) => before.year < start && start <= one.year));
        return `${joined ? "L" : "M"}${spot(one)}${joined ? "" : "h.1"}`;
      }).join("");
      const [first, last] = [path[0], path[path.length - 1]];
      const said = say("path", { first: first.year, from_value: write(first.value), last: last.year, to_value: write(last.value) });
      const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      picture.setAttribute("viewBox", "0 0 160 44");
      picture.setAttribute("class", "compare-line");
      picture.setAttribute("aria-hidden", "true");
      const shape = (name, attributes) => {
        const part = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
        picture.append(part);
      };
      shape("path", { class: "axis", d: "M2 40H158" });
      shape("path", { class: "curve", d: steps });
      const [x, y] = spot(last).split(" ");
      shape("circle", { class: "end", cx: x, cy: y, r: 2.5 });
      const derived = path.some(({ mark }) => mark === "derived") ? `\u00a0${words.signs.derived}` : "";
      return [picture, small(said + derived + (row.rests[column] ? `; ${row.rests[column]}` : ""))];
    });
    const notes = [say("scale", { low: scale[0], high: scale[1] })];
    if (people) notes.unshift(say("index", { year: base }));
    return { drawn, notes };
  };

  // Subjects fold: on a phone all but one are closed until a reader opens them; printed, all are open.
  const phone = matchMedia("(max-width: 640px)");
  const turned = new Map();
  const subject = (section, ...inside) => {
    const fold = make("details", { className: "compare-subject" },
      make("summary", {}, make("h2", { textContent: words.sections[section] ?? section })), ...inside);
    fold.dataset.section = section;
    fold.querySelector("summary").addEventListener("click", () => turned.set(section, !fold.open));
    return fold;
  };
  const folds = () => [...page.querySelectorAll(".compare-subject")];
  const unfold = (all = false) => {
    const named = (section) => folds().find((fold) => fold.dataset.section === section);
    const first = named("today") ?? named("germany");
    for (const fold of folds()) fold.open = all || (turned.get(fold.dataset.section) ?? (!phone.matches || fold === first));
  };
  window.addEventListener("beforeprint", () => unfold(true));
  window.addEventListener("afterprint", () => unfold());
  matchMedia("print").addEventListener("change", ({ matches }) => unfold(matches));
  phone.addEventListener("change", () => unfold());

  const tableOf = (section, rows, units, real, two) => {
    const names = units.map(({ unit }) => unit.name);
    const head = make("tr", {}, make("th", { scope: "col", textContent: words.said.figure }),
      ...names.map((name) => make("th", { scope: "col", textContent: name })));
    const body = rows.map((row) => {
      const known = row.cells.filter(Boolean);
      const [called, rests] = common(known.map((given) => given.name));
      const peers = two && besidePeers(row);
      const name = peers ? `${called}, ${say(section === "germany" ? "among_germany" : "among_land")}` : called;
      let next = 0;
      row.rests = units.map((_, column) => row.cells[column] ? rests[next++] : "");
      row.cells = units.map((_, column) => row.cells[column]);
      const dates = new Set(known.map(({ as_of }) => as_of));
      const shared = dates.size === 1 && known.length > 0;
      const line = row.series ? lines(row, real) : null;
      const units_in_words = { eur_per_inhabitant: words.said.unit_eur, keur_per_inhabitant: words.said.unit_keur }[row.unit];
      const money = row.series && row.unit === "eur_per_inhabitant" ? real ? words.prices.real : words.prices.nominal : "";
      const about = [units_in_words, money, shared && known[0].as_of && (row.apart ? ["people", "need"].includes(section) : true) ? day(known[0].as_of) : "", ...(line?.notes ?? [])];
      const publishers = [...new Set([...row.tables].map((table) => words.publishers[table] ?? table))].join(", ");
      const title = make("th", { scope: "row" }, name, small(about.filter(Boolean).join("; ")),
        small(`${words.said.source}: ${publishers}`));
      return make("tr", {}, title, ...units.map((_, column) => {
        const inside = line ? line.drawn[column] ?? [] : cell(row, row.cells[column], row.rests[column], shared);
        const box = make("td", {}, ...inside);
        box.dataset.title = names[column];
        return box;
      }));
    });
    return subject(section, make("table", { className: "compare-table" }, make("thead", {}, head), make("tbody", {}, ...body)));
  };
  const similarOf = (units) => subject("similar", ...units.map(({ unit, figures }) =>
    make("p", {}, make("strong", { textContent: `${unit.name}: ` }), figures.filter(({ section }) => section === "similar")
      .map((figure) => figure.name_de).join(", ") || words.none, small(words.said.sorted_list))));

  const warningsOf = (units) => {
    const kinds = new Set(units.map(({ unit }) => unit.kind));
    const lands = new Set(units.map(({ unit }) => unit.ags.slice(0, 2)));
    const free = kinds.has("kreisfreie_stadt") && kinds.has("kreisangehoerige_gemeinde");
    return [kinds.has("kreis") && kinds.size > 1 && "kinds", free && "free", lands.size > 1 && "lands"].filter(Boolean).map((key) => say(key));
  };

  // The choice and the address.
  const data = new Map();
  const read = async (name) => {
    const answer = await fetch(`../profile_data/${name}.json`);
    if (!answer.ok) throw new Error(name);
    return answer.json();
  };
  // What is said of each figure stands once for all units; what the file of a unit says otherwise goes before. Objects keep no
  // order of keys that are numbers: similar units stand by their distance.
  let shared;
  const load = async (key) => {
    if (!data.has(key)) {
      shared ??= read("figures").catch((error) => { shared = undefined; throw error; });
      const [said, own] = await Promise.all([shared, read(key)]);
      const figures = Object.entries(own.figures).flatMap(([section, found]) => {
        const all = Object.entries(found).map(([figure, values]) =>
          ({ section, key: figure, ...said.figures[section]?.[figure], ...own.differs?.[section]?.[figure], values }));
        return section === "similar" ? all.sort((a, b) => a.values[0].value - b.values[0].value) : all;
      });
      data.set(key, { ...own, prices: said.prices, figures });
    }
    return data.get(key);
  };
  const asked = () => new URLSearchParams(window.location.search);
  const keys = () => [...new Set((asked().get("units") ?? "").split(",").filter((key) => /^\d{5}(\d{3})?$/.test(key)))].slice(0, words.most);
  const go = (chosen, prices) => {
    const parts = [chosen.length ? `units=${chosen.join(",")}` : "", prices ? `prices=${prices}` : ""].filter(Boolean);
    window.history.pushState(null, "", parts.length ? `?${parts.join("&")}` : window.location.pathname);
    return show();
  };
  const prices = () => asked().get("prices") === page.dataset.pricesOf ? page.dataset.pricesOf : "";
  const radios = [...page.querySelectorAll(".prices input")];
  const status = find("status");
  const title = document.title;
  let turn = 0;
  const show = async () => {
    turn += 1;
    const mine = turn;
    const wanted = keys();
    const got = await Promise.all(wanted.map((key) => load(key).catch(() => key)));
    if (mine !== turn) return;
    const units = got.filter((one) => typeof one !== "string");
    const real = prices() !== "";
    status.textContent = got.filter((one) => typeof one === "string").map((key) => say("unknown", { ags: key })).join(" ");
    find("empty").hidden = units.length > 0;
    find("chosen").hidden = units.length === 0;
    find("chosen").querySelector("ul").replaceChildren(...units.map(({ unit }) => {
      const button = make("button", { type: "button", textContent: "×" });
      button.setAttribute("aria-label", say("remove", { name: unit.name }));
      button.addEventListener("click", async () => {
        await go(keys().filter((key) => key !== unit.ags), prices());
        page.querySelector(".unit-search input").focus();
      });
      return make("li", {}, make("a", { href: `profile/${unit.ags}.html`, textContent: unit.name }), " ", button);
    }));
    const peers = (units[0]?.figures ?? []).filter(({ section, key }) => section === "similar" && !wanted.includes(key));
    find("peers").hidden = peers.length === 0;
    if (peers.length) {
      const all = units[0].figures.filter(({ section }) => section === "similar").length;
      find("peers").querySelector("summary").textContent = say("peers", { n: all, name: units[0].unit.name });
    }
    find("peers").querySelector("ul").replaceChildren(...peers.map((peer) => {
      const button = make("button", { type: "button", textContent: `+ ${peer.name_de}` });
      button.addEventListener("click", () => add(peer.key));
      return make("li", {}, button);
    }));
    page.querySelector(".prices").hidden = units.length === 0;
    for (const radio of radios) radio.checked = radio.value === prices();
    find("warnings").replaceChildren(...warningsOf(units).map((text) => make("p", { className: "compare-warning", textContent: text })));
    const rows = rowsOf(units);
    const order = [...new Set([...Object.keys(words.sections), ...rows.map(({ section }) => section)])].filter((section) => section !== "similar");
    // Similar ones are sought in the Land, and for Kreise in all of Germany: where both stand on the page, each row says which.
    const sets = new Set(rows.filter(besidePeers).map(({ section }) => section === "germany"));
    const tables = order.flatMap((section) => {
      const own = rows.filter((row) => row.section === section);
      return own.length ? [tableOf(section, own, units, real, sets.size > 1)] : [];
    });
    const legend = make("p", { className: "compare-small", textContent: Object.values(words.marks).join("; ") });
    find("tables").replaceChildren(...(units.length ? [...tables, similarOf(units), legend] : []));
    unfold();
    document.title = units.length ? `${units.map(({ unit }) => unit.name).join(", ")} – ${title}` : title;
    for (const other of document.querySelectorAll("a.edition-switch")) other.search = window.location.search;
  };
  const add = (key) => {
    const chosen = keys();
    if (chosen.includes(key)) return undefined;
    if (chosen.length >= words.most) {
      status.textContent = say("full", { n: words.most });
      return undefined;
    }
    return go([...chosen, key], prices());
  };
  find("choice").hidden = false;
  if (window.location.protocol === "file:") {
    find("file").hidden = false;
    find("empty").hidden = true;
    page.querySelector(".unit-search").remove();
    return;
  }
  page.addEventListener("unit-chosen", (event) => {
    event.preventDefault();
    add(event.detail.key);
  });
  for (const radio of radios) radio.addEventListener("change", () => go(keys(), radio.value));
  window.addEventListener("popstate", show);
  show();
});
