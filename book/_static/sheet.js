// Below a profile: shares its address, and fills the message that a figure is wrong. Without this script the link to the
// page and the message with gaps stand there.
document.addEventListener("DOMContentLoaded", () => {
  const part = document.querySelector(".tools");
  if (!part) return;
  const said = part.querySelector("[role=status]");
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = said.dataset.copied;
    } catch {
      said.textContent = text;
    }
  };
  const share = part.querySelector(".share");
  share.addEventListener("click", (event) => {
    event.preventDefault();
    const address = new URL(share.getAttribute("href") + location.search, location.href).href;
    if (navigator.share) navigator.share({ title: document.title, url: address }).catch(() => {});
    else copy(address);
  });
  const choice = part.querySelector("select");
  const sources = part.dataset.sources.split("|");
  const words = (element) => element.textContent.replace(/\u00ad/g, "").trim();
  const figures = new Map();
  for (const row of document.querySelectorAll("tr[data-source]")) {
    const head = row.querySelector("th");
    const unit = head.querySelector(".unit");
    const help = head.querySelector("[aria-label]");
    const figure = {
      name: words(head.firstChild),
      value: `${words(row.querySelector("td"))} ${unit ? words(unit) : ""}`.trim(),
      source: sources[row.dataset.source],
    };
    help?.setAttribute("aria-label", `${help.getAttribute("aria-label")} ${figure.name}`);
    figures.set(choice.appendChild(new Option(figure.name)), figure);
  }
  const message = part.querySelector("pre");
  const mail = part.querySelector(".as-mail");
  const text = part.querySelector("button");
  const write = () => {
    const chosen = choice.selectedOptions[0];
    const figure = figures.get(chosen) ?? { name: words(chosen), value: "…", source: "…" };
    for (const name of ["name", "value", "source"]) {
      message.querySelector(`[data-part=${name}]`).textContent = figure[name];
    }
    message.querySelector("[data-part=page]").textContent = location.href.split("#")[0];
    mail.href = `mailto:?subject=${encodeURIComponent(mail.dataset.subject)}&body=${encodeURIComponent(message.textContent)}`;
  };
  choice.addEventListener("change", write);
  write();
  text.hidden = false;
  text.addEventListener("click", () => copy(message.textContent));
});

// The series in euro per inhabitant at prices of another year, as chosen; the choice stands in the address. Without this script
// they stand nominal, and their heads say so.
document.addEventListener("DOMContentLoaded", () => {
  const choice = document.querySelector(".prices[data-factors]");
  if (!choice) return;
  const radios = [...choice.querySelectorAll("input")];
  const german = document.documentElement.lang === "de";
  const dense = (first, text) => new Map(text.split(",").map((value, place) => [Number(first) + place, value === "" ? NaN : Number(value)]));
  const factors = dense(choice.dataset.first, choice.dataset.factors);
  const euro = (value) => {
    const text = Math.abs(value).toLocaleString(german ? "de-DE" : "en-GB", { maximumFractionDigits: 0 });
    return (value < 0 && text !== "0" ? "−" : "") + (german ? `${text}\u00a0€` : `€${text}`);
  };
  const lines = [...document.querySelectorAll("svg[data-euro]")].map((svg) => {
    const curve = svg.querySelector(".curve");
    const [last, first] = [svg.querySelector("text:not([class])"), svg.querySelector("text.first")];
    const drawn = [...curve.getAttribute("d").matchAll(/([ML])(\S+) ([\d.]+)/g)].map(([, step, x, y]) => ({ step, x: Number(x), y: Number(y) }));
    const values = [...dense(svg.dataset.first, svg.dataset.euro)].filter(([, value]) => !Number.isNaN(value));
    return {
      svg, curve, first, last, drawn, values, d: curve.getAttribute("d"), top: Math.min(...drawn.map(({ y }) => y)), end: svg.querySelector(".end"),
      base: Math.max(...drawn.map(({ y }) => y), Number(svg.querySelector(".axis").getAttribute("d").match(/ ([\d.]+)H/)[1])),
      kept: [first, last].map((text) => [text.textContent, text.getAttribute("y")]), alt: svg.getAttribute("aria-label"),
    };
  });
  const draw = (line, real) => {
    const { svg, curve, first, last, drawn, values, end, top, base, kept } = line;
    const levels = values.map(([year, value]) => real ? value * (factors.get(year) ?? NaN) : value);
    const known = levels.filter((level) => !Number.isNaN(level));
    const [low, high] = [Math.min(0, ...known), Math.max(...known)];
    const heights = levels.map((level) => real ? base - (base - top) * (level - low) / (high - low || 1) : NaN);
    const at = (place) => (real ? heights[place] : drawn[place].y).toFixed(1);
    curve.setAttribute("d", real ? drawn.map(({ step, x }, place) => `${step}${x} ${at(place)}${step === "M" ? "h0" : ""}`).join("") : line.d);
    end.setAttribute("cy", at(drawn.length - 1));
    const [from, to] = [drawn[0].x, drawn[drawn.length - 1].x];
    const near = heights.filter((_, place) => drawn[place].x - from <= 0.3 * (to - from));
    const shown = real ? [[euro(levels[0]), Math.min(...near) - 7], [euro(levels[levels.length - 1]), heights[heights.length - 1] + 4]] : kept;
    [first, last].forEach((text, place) => {
      [text.textContent] = shown[place];
      text.setAttribute("y", shown[place][1]);
    });
    const alt = kept.reduce((said, [before], place) => said.replace(before, shown[place][0]), line.alt);
    svg.setAttribute("aria-label", real ? `${alt} (${choice.dataset.real})` : line.alt);
  };
  const asked = () => new URLSearchParams(location.search).get("prices") ?? "";
  const show = (chosen) => {
    const real = radios.some(({ value }) => value !== "" && value === chosen);
    for (const radio of radios) radio.checked = radio.value === (real ? chosen : "");
    for (const line of lines) draw(line, real);
    for (const word of document.querySelectorAll(".euro-of")) word.textContent = real ? choice.dataset.real : "nominal";
    for (const other of document.querySelectorAll("a.edition-switch")) other.search = real ? `?prices=${chosen}` : "";
  };
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      try {
        history.pushState(null, "", radio.value ? `?prices=${radio.value}` : location.pathname);
      } catch {
        // a page from a folder keeps its address
      }
      show(radio.value);
    });
  }
  window.addEventListener("popstate", () => show(asked()));
  choice.hidden = lines.length === 0;
  show(asked());
});
