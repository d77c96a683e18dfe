// Map and ranking of one indicator: what is chosen stands in the address, in the map, in the ranking and in the table.
// Without this script the page shows the picture and the table of one indicator.
const explorerFiles = {};
window.dewakExplorer = (name, content) => explorerFiles[name].arrived(content);

document.addEventListener("DOMContentLoaded", async () => {
  const page = document.querySelector(".explorer");
  if (!page) return;
  const FIRST = 16;
  const FEWEST_PEERS = 5;
  const part = (name) => page.querySelector(name);
  const { levels, words, long, compare } = JSON.parse(part(".explorer-catalogue").textContent);
  const language = document.documentElement.lang;
  const form = part(".explorer-form");
  const [levelField, indicatorField, yearField] = form.querySelectorAll("select");
  const unitField = form.querySelector("input");
  const svg = part(".explorer-map svg");
  const side = part(".explorer-side");
  const areas = part(".explorer-areas");
  const drawnPaths = [...areas.children];

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const fill = (text, put) => Object.entries(put).reduce((said, [key, value]) => said.replace(`%${key}`, () => value), text);

  // A file is a script that hands its content over: this also works where the pages lie in a folder without a server.
  const read = (name) => {
    if (!explorerFiles[name]) {
      const file = {};
      file.content = new Promise((arrived, failed) => {
        file.arrived = arrived;
        const script = make("script", { src: `${page.dataset.folder}/${name}.js?v=${page.dataset.version}` });
        script.addEventListener("error", () => { delete explorerFiles[name]; failed(new Error(name)); });
        document.head.append(script);
      });
      explorerFiles[name] = file;
    }
    return explorerFiles[name].content;
  };

  // Numbers as the profiles write them: ",.0f", "+.1f", ".1p" (a probability in percent, never rounded to certainty).
  const writer = ({ spec, steps }) => {
    const digits = Number((spec.match(/\.(\d)/) ?? [0, 0])[1]);
    const format = new Intl.NumberFormat(language, {
      minimumFractionDigits: digits, maximumFractionDigits: digits,
      useGrouping: spec.includes(",") ? "always" : false, signDisplay: spec.startsWith("+") ? "exceptZero" : "negative" });
    // as page/values.py rounds: a half goes away from zero, what lies beyond fifteen digits decides nothing
    const round = (value) =>
      Math.sign(value) * Math.round(Number((Math.abs(value) * 10 ** digits).toPrecision(15))) / 10 ** digits;
    const percent = language === "de" ? "\u00a0%" : "%";
    return (value) => {
      if (value === null || value === undefined) return words.no_data;
      if (steps) return `${value}: ${steps[value] ?? ""}`;
      const near = round(value);
      const text = format.format(near).replace("-", "−");
      if (!spec.endsWith("p")) return text;
      return value > 0 && near === 0 ? words.under : value < 100 && near === 100 ? words.over : text + percent;
    };
  };
  const day = (year) => year.split("-").length < 3 ? year
    : new Intl.DateTimeFormat(language === "de" ? "de" : "en-GB", language === "de" ? { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }
      : { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(year));

  const quantile = (sorted, share) => {
    const at = share * (sorted.length - 1);
    const low = Math.floor(at);
    return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
  };
  const median = (values) => values.length === 0 ? null : quantile([...values].sort((a, b) => a - b), 0.5);
  const shade = (place, classes) => `f${classes > 1 ? Math.floor(place * 6 / (classes - 1) + 0.5) : 3}`;

  // ---- what is shown: level, indicator and year, and the unit that is chosen (its place, -1 for none)
  const state = { level: levels[0].key, indicator: "", year: "", unit: "" };
  let shown;
  let all = false;
  const indicatorsOf = (level) => level.groups.flatMap((group) => group.indicators);
  const levelOf = (key) => levels.find((level) => level.key === key) ?? levels[0];

  const fromAddress = () => {
    const asked = new URLSearchParams(window.location.search);
    for (const name of Object.keys(state)) state[name] = asked.get(name) ?? "";
  };
  const address = () => {
    const said = Object.entries(state).filter(([, value]) => value);
    return `?${new URLSearchParams(said)}`;
  };
  const remember = () => {
    if (window.location.search !== address()) window.history.pushState(null, "", address());
  };

  const load = async () => {
    const level = levelOf(state.level);
    const indicator = indicatorsOf(level).find(({ key }) => key === state.indicator) ?? indicatorsOf(level)[0];
    const [base, data] = await Promise.all([read(level.key), read(`${level.key}/${indicator.key}`)]);
    const year = Math.max(0, data.years.indexOf(state.year));
    const values = data.values[year];
    const known = values.filter((value) => value !== null);
    const sorted = [...known].sort((a, b) => a - b);
    const bounds = indicator.steps ? Object.keys(indicator.steps).map(Number).slice(1)
      : known.length ? [...new Set([0.2, 0.4, 0.6, 0.8].map((share) => quantile(sorted, share)))] : [];
    const marks = new Map();
    for (const [mark, places] of Object.entries(data.marks[year])) for (const place of places) marks.set(place, mark);
    const peers = base.peers.map((near) => near.filter((peer) => values[peer] !== null));
    Object.assign(state, { level: level.key, indicator: indicator.key, year: data.years[year] });
    shown = {
      level, indicator, base, data, values, bounds, marks, peers, low: data.low?.[year], high: data.high?.[year],
      write: writer(indicator), known, place: base.keys.indexOf(state.unit),
      medians: peers.map((near) => near.length < FEWEST_PEERS ? null : median(near.map((peer) => values[peer]))),
      ranks: values.map((value) => value === null ? null : 1 + sorted.length - upper(sorted, value)),
    };
    if (shown.place < 0) state.unit = "";
  };
  const upper = (sorted, value) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= value) low = middle + 1; else high = middle;
    }
    return low;
  };

  // English writes the sign of the euro before the amount
  const withUnit = (text) => {
    const { unit, steps } = shown.indicator;
    if (text === words.no_data || !unit || text.includes("%") || steps) return text;
    return language === "en" && unit.startsWith("€ ") ? text.replace(/\d/, "€$&") + unit.slice(1) : `${text} ${unit}`;
  };
  const doubt = (place) => shown.marks.get(place) === "doubted" ? " †" : "";
  const value = (place) => withUnit(shown.write(shown.values[place])) + doubt(place);
  const short = (place) => shown.write(shown.values[place]) + doubt(place);
  const band = (place) => !shown.low || shown.low[place] === null ? ""
    : `${shown.write(shown.low[place])} ${language === "de" ? "bis" : "to"} ${shown.write(shown.high[place])}`;

  // ---- the parts of the page
  const fields = () => {
    const option = (selected) => ({ key, name }) => make("option", { value: key, textContent: name, selected: key === selected });
    levelField.replaceChildren(...levels.map(option(state.level)));
    indicatorField.replaceChildren(...shown.level.groups.map((group) => {
      const named = make("optgroup", { label: group.name });
      named.append(...group.indicators.map(option(state.indicator)));
      return named;
    }));
    yearField.replaceChildren(...shown.data.years.map((year) => option(state.year)({ key: year, name: day(year) })));
    const list = form.querySelector("datalist");
    if (list.dataset.level !== state.level) list.replaceChildren(...shown.base.names.map((name) => make("option", { value: name })));
    list.dataset.level = state.level;
    unitField.value = shown.place < 0 ? "" : shown.base.names[shown.place];
    form.querySelector(".explorer-clear").hidden = shown.place < 0;
  };

  const title = () => {
    const { indicator } = shown;
    const beside = (text) => make("span", { className: "explorer-of", textContent: text });
    part(".explorer-title").replaceChildren(indicator.name, ...(indicator.unit ? [beside(` (${indicator.unit})`)] : []),
      ...(indicator.name.includes(state.year) ? [] : [beside(`, ${day(state.year)}`)]));
    const explained = indicator.term ? [" ", make("a", { href: `glossary.html#${indicator.term}`, textContent: words.what })]
      : indicator.what ? [` ${indicator.what}`] : [];
    part(".explorer-sure").replaceChildren(indicator.sure, ...explained);
    part(".explorer-sources").replaceChildren(fill(words.source, { p: indicator.publishers }), " (",
      make("a", { href: `sources.html#${indicator.table}`, textContent: words.all_sources }), ")");
  };

  let paths = [];
  let middles = [];
  let focused = 0;
  const map = () => {
    const { base, values, bounds, level, place: chosen } = shown;
    if (areas.dataset.level !== level.key) {
      areas.dataset.level = level.key;
      paths = base.paths ? base.paths.map((d) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("d", d);
        path.append(document.createElementNS("http://www.w3.org/2000/svg", "title"));
        return path;
      }) : drawnPaths;
      svg.setAttribute("viewBox", `0 0 1000 ${base.height}`);
      areas.replaceChildren(...paths);
      middles = [];
      focused = 0;
      paths.forEach((path, place) => {
        path.setAttribute("role", "button");
        path.dataset.place = place;
      });
    }
    svg.setAttribute("aria-label", fill(words.map, { name: shown.indicator.name }));
    paths.forEach((path, place) => {
      const at = values[place] === null ? "none" : shade(bounds.filter((bound) => values[place] >= bound).length, bounds.length + 1);
      const near = chosen >= 0 && base.peers[chosen].includes(place);
      path.setAttribute("class", `${at}${place === chosen ? " chosen" : near ? " near" : ""}`);
      path.setAttribute("aria-pressed", place === chosen);
      path.tabIndex = -1;
      path.firstElementChild.textContent = `${base.names[place]}: ${value(place)}`;
    });
    if (chosen >= 0) focused = chosen;
    paths[focused].tabIndex = 0;
    // what is outlined lies on top
    areas.append(...paths.filter((path) => path.classList.contains("near")), ...paths.filter((path) => path.classList.contains("chosen")));
    const counts = values.map((one) => one === null ? null : bounds.filter((bound) => one >= bound).length);
    const range = (at) => {
      if (shown.indicator.steps) return shown.indicator.steps[at + 1];
      const put = { l: shown.write(bounds[at - 1]), h: shown.write(bounds[at]) };
      return fill(bounds.length === 0 ? words.value : at === 0 ? words.below : at === bounds.length ? words.from_on : words.from_to, put);
    };
    const key = (name, said, n) => make("li", {}, make("span", { className: name }), fill(words.class_count, { r: said, n }));
    const classes = shown.known.length ? Array.from({ length: bounds.length + 1 }, (_, at) => at) : [];
    part(".explorer-legend").replaceChildren(
      ...classes.map((at) => key(shade(at, bounds.length + 1), range(at), counts.filter((one) => one === at).length)),
      ...(counts.includes(null) ? [key("none", words.no_data, counts.filter((one) => one === null).length)] : []));
    part(".explorer-legend-title").textContent = shown.indicator.steps ? words.legend_steps : words.legend;
  };

  const panel = (place) => {
    const box = part(".explorer-panel");
    if (place < 0) return box.replaceChildren(make("p", { className: "explorer-quiet", textContent: words.point }));
    const { base, values, peers, medians, ranks, known, marks } = shown;
    const lines = [];
    const line = (text) => lines.push(make("p", { textContent: text }));
    if (band(place)) line(`${words.band}: ${band(place)}`);
    if (base.peers[place].length) line(`${fill(words.median_known, { n: peers[place].length })}: ${withUnit(shown.write(medians[place]))}`);
    if (ranks[place] !== null) line(fill(words.rank_of, { n: ranks[place], m: known.length }));
    if (marks.has(place)) line(`${marks.get(place) === "doubted" ? "† " : ""}${words[`mark_${marks.get(place)}`]}`);
    const links = make("p", {}, make("a", { href: `profile/${base.profiles[place]}.html`, textContent: words.profile }));
    if (compare && base.peers[place].length) {
      const units = [place, ...base.peers[place].slice(0, 3)].map((one) => base.profiles[one]);
      links.append(" · ", make("a", { href: `compare.html?units=${units.join(",")}`, textContent: words.compare }));
    }
    return box.replaceChildren(make("p", { className: "explorer-name", textContent: base.names[place] }),
      make("p", { className: "explorer-value", textContent: value(place) }), ...lines,
      make("p", { className: "explorer-quiet", textContent: `${words.year}: ${day(state.year)}. ${fill(words.source, { p: shown.indicator.publishers })}.` }), links);
  };

  const ranking = () => {
    const { base, values, place: chosen, known, medians } = shown;
    const among = chosen < 0 ? values.map((_, place) => place) : [chosen, ...base.peers[chosen]];
    const order = among.filter((place) => values[place] !== null)
      .sort((a, b) => values[b] - values[a] || (base.keys[a] < base.keys[b] ? -1 : 1));
    const [low, high] = [Math.min(0, ...order.map((place) => values[place])), Math.max(0, ...order.map((place) => values[place]))];
    const share = (one) => 100 * (one - low) / (high - low || 1);
    const bar = (one) => {
      const drawn = make("span", { className: "explorer-bar" }, make("span", {}));
      drawn.firstChild.style.left = `${share(Math.min(0, one))}%`;
      drawn.firstChild.style.width = `${share(Math.max(0, one)) - share(Math.min(0, one))}%`;
      return drawn;
    };
    const row = (place) => {
      const button = make("button", { type: "button" }, make("span", { className: "explorer-who", textContent: base.names[place] }),
        make("span", { className: "explorer-much", textContent: short(place) }), bar(values[place]));
      button.dataset.place = place;
      button.setAttribute("aria-pressed", place === chosen);
      return make("li", { value: 1 + order.filter((other) => values[other] > values[place]).length }, button);
    };
    const middle = chosen < 0 ? median(known) : medians[chosen];
    const beside = middle === null ? [] : [make("li", { className: "explorer-middle" },
      make("span", { className: "explorer-who", textContent: chosen < 0 ? words.median_all : words.median }),
      make("span", { className: "explorer-much", textContent: shown.write(middle) }), bar(middle))];
    const listed = all || chosen >= 0 ? order : order.slice(0, FIRST);
    const rows = listed.map(row);
    const before = listed.filter((place) => values[place] >= middle).length;
    rows.splice(before, 0, ...beside);
    part(".explorer-ranking").replaceChildren(...rows);
    part(".explorer-ranking-title").textContent = chosen < 0 ? fill(words.ranking_all, { n: order.length })
      : fill(words.ranking_peers, { name: base.names[chosen], n: base.peers[chosen].length });
    const more = part(".explorer-more");
    more.hidden = listed.length === order.length;
    more.textContent = fill(words.show_all, { n: order.length });
    const gone = among.length - order.length;
    part(".explorer-without").textContent = gone ? fill(words.without, { n: gone }) : "";
  };

  // ---- the table: the same values, sorted and searched by tables.js, and as a file
  const rows = () => shown.base.keys.map((key, place) => ({
    place, key, name: shown.base.names[place], rank: shown.ranks[place], value: shown.values[place],
    low: shown.low?.[place] ?? null, high: shown.high?.[place] ?? null, median: shown.medians[place], mark: shown.marks.get(place),
  })).sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.key < b.key ? -1 : 1));
  const table = () => {
    const banded = shown.low !== undefined;
    const marked = shown.marks.size > 0;
    const { unit } = shown.indicator;
    const heads = [[words.name, false], [words.rank, true], [words.value + (unit ? ` (${unit})` : ""), true],
      ...(banded ? [[words.band, true]] : []), [words.median, true], ...(marked ? [[words.note, false]] : [])];
    const cell = (text, at) => {
      const made = make("td", { textContent: text });
      made.dataset.head = heads[at][0];
      if (heads[at][1]) made.className = "dewak-number";
      return made;
    };
    const body = rows().map((row) => {
      const name = make("th", { scope: "row" }, make("a", { href: `profile/${shown.base.profiles[row.place]}.html`, textContent: row.name }));
      const rest = [short(row.place), ...(banded ? [band(row.place)] : []), shown.write(row.median),
        ...(marked ? [row.mark ? words[`mark_${row.mark}`] : ""] : [])];
      return make("tr", {}, name, cell(row.rank ?? "–", 1), ...rest.map((text, at) => cell(text, at + 2)));
    });
    const head = make("tr", {}, ...heads.map(([text, number]) => make("th", { scope: "col", textContent: text, className: number ? "dewak-number" : "" })));
    const whole = make("div", { className: "dewak-table dewak-cards dewak-long" },
      make("div", { className: "dewak-scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body))));
    Object.assign(whole.dataset, long);
    part(".explorer-table").replaceChildren(whole);
    window.dewakLongTable(whole, "explorer");
  };
  const csv = () => {
    const safe = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const lines = rows().map((row) => [row.key, row.name, state.indicator, state.year, row.value, row.low, row.high, row.median, row.rank,
      row.mark, shown.indicator.publishers].map((one) => safe(String(one ?? ""))).join(","));
    return ["ags,name,indicator,as_of,value,low,high,peer_median,rank,mark,publishers", ...lines, ""].join("\n");
  };

  const show = () => {
    fields();
    title();
    map();
    ranking();
    panel(shown.place);
    table();
    const said = part("#explorer-said");
    said.classList.add("explorer-heard");
    said.textContent = shown.place < 0 ? "" : `${shown.base.names[shown.place]}: ${value(shown.place)}`;
    const other = document.querySelector("a.edition-switch");
    if (other) other.search = address();
  };
  const warn = (text) => {
    part("#explorer-said").classList.remove("explorer-heard");
    part("#explorer-said").textContent = text;
  };
  const update = async (change, kept = true) => {
    Object.assign(state, change);
    try {
      await load();
    } catch {
      warn(words.failed);
      return;
    }
    show();
    if (kept) remember();
  };
  const choose = (place) => update({ unit: place < 0 || place === shown.place ? "" : shown.base.keys[place] });

  // ---- what the reader does
  levelField.addEventListener("change", () => { all = false; update({ level: levelField.value, indicator: "", year: "", unit: "" }); });
  indicatorField.addEventListener("change", () => update({ indicator: indicatorField.value, year: "" }));
  yearField.addEventListener("change", () => update({ year: yearField.value }));
  unitField.addEventListener("change", () => {
    const wanted = unitField.value.trim().toLocaleLowerCase(language);
    const place = shown.base.names.findIndex((name) => name.toLocaleLowerCase(language) === wanted);
    if (place >= 0 || !wanted) update({ unit: place < 0 ? "" : shown.base.keys[place] });
    else warn(words.no_unit);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector(".explorer-clear").addEventListener("click", () => { choose(-1); unitField.focus(); });
  part(".explorer-more").addEventListener("click", () => {
    all = true;
    ranking();
    part(".explorer-ranking").children[FIRST].querySelector("button")?.focus();
  });
  part(".explorer-csv").addEventListener("click", () => {
    const file = make("a", { download: `${state.level}_${state.indicator}_${state.year.replaceAll("–", "-")}.csv`,
      href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })) });
    file.click();
    URL.revokeObjectURL(file.href);
  });
  const placeOf = (target) => Number(target.closest("[data-place]")?.dataset.place ?? -1);
  const point = (place) => {
    for (const one of page.querySelectorAll(".pointed")) one.classList.remove("pointed");
    if (place >= 0) for (const one of page.querySelectorAll(`[data-place="${place}"]`)) one.classList.add("pointed");
    panel(place < 0 ? shown.place : place);
  };
  const ranked = part(".explorer-ranking");
  for (const whole of [areas, ranked]) {
    whole.addEventListener("pointerover", (event) => { if (placeOf(event.target) >= 0) point(placeOf(event.target)); });
    whole.addEventListener("pointerleave", () => point(-1));
    whole.addEventListener("focusin", (event) => point(placeOf(event.target)));
    whole.addEventListener("click", async (event) => {
      const place = placeOf(event.target);
      if (place < 0) return;
      await choose(place);
      if (whole === ranked) ranked.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
    });
  }
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  areas.addEventListener("keydown", async (event) => {
    const here = placeOf(event.target);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      await choose(here);
      paths[here].focus();
    }
    if (!steps[event.key]) return;
    event.preventDefault();
    if (middles.length === 0) middles = paths.map((path) => { const box = path.getBBox(); return [box.x + box.width / 2, box.y + box.height / 2]; });
    // the nearest area whose middle lies in this direction, those off to the side counted as farther
    const [dx, dy] = steps[event.key];
    let [best, least] = [-1, Infinity];
    middles.forEach(([x, y], place) => {
      const along = (x - middles[here][0]) * dx + (y - middles[here][1]) * dy;
      const across = Math.abs((x - middles[here][0]) * dy) + Math.abs((y - middles[here][1]) * dx);
      if (place !== here && along > across / 2 && along + 2 * across < least) [best, least] = [place, along + 2 * across];
    });
    if (best < 0) return;
    paths[focused].tabIndex = -1;
    focused = best;
    paths[focused].tabIndex = 0;
    paths[focused].focus();
  });
  page.addEventListener("keydown", (event) => { if (event.key === "Escape" && shown.place >= 0) choose(-1); });
  window.addEventListener("popstate", () => { fromAddress(); update({}, false); });

  fromAddress();
  await update({}, false);
  if (!shown) return;
  for (const hidden of [form, side, part(".explorer-all"), part(".explorer-hint")]) hidden.hidden = false;
  performance.mark("explorer");
});
