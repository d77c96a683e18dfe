// Sorts, searches and shortens long tables. Without this script the whole table stands there in its order, or its first rows and a
// line that leads to all of them.
document.addEventListener("DOMContentLoaded", () => {
  const german = document.documentElement.lang.startsWith("de");
  const collator = new Intl.Collator(german ? "de" : "en", { numeric: true, sensitivity: "base" });
  const FIRST = 25;

  // ß and umlauts may be typed either way: "Köln" is found by "koeln" and by "koln".
  const plain = (text) => text.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "");
  const spelt = (text) => plain(text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue"));
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // "1.234,5", "−12 %", "unter 1 %" and "über 99 %" as numbers; NaN for words.
  const numeric = (text) => {
    const digits = (german ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "")).replaceAll("−", "-");
    const number = parseFloat((digits.match(/-?\d+(\.\d+)?/) ?? ["NaN"])[0]);
    const beside = /^(unter|under|less|<)/.test(text) ? -1e-9 : /^(über|over|more|>)/.test(text) ? 1e-9 : 0;
    return number + beside * Math.max(1, Math.abs(number));
  };

  // Puts the rows that wait in a template in their place.
  const unfold = (part) => {
    const rest = part.querySelector("tbody > template");
    if (!rest) return;
    part.querySelector(".dewak-rest")?.remove();
    rest.replaceWith(rest.content);
  };

  const focus = (row) => {
    row?.cells[0].setAttribute("tabindex", "-1");
    row?.cells[0].focus({ preventScroll: true });
  };

  const longTable = (part, place) => {
    const words = part.dataset;
    const table = part.querySelector("table");
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const numbers = heads.map((head) => head.classList.contains("dewak-number"));
    const waiting = part.querySelector(".dewak-rest");
    let rows;
    const load = () => {
      unfold(part);
      rows ??= [...body.rows].map((row, before) => ({
        row, before, keys: [...row.cells].map((cell, column) => numbers[column] ? numeric(cell.textContent.trim()) : cell.textContent.trim()),
        words: `${plain(row.textContent)} ${spelt(row.textContent)}`,
      }));
    };
    const names = heads.map((head) => head.textContent);
    const id = `dewak-long-${place}`;
    const field = make("input", { type: "search", id: `${id}-search`, autocomplete: "off" });
    const choice = make("select", { id: `${id}-sort` }, make("option", { value: "", textContent: "–" }));
    const status = make("p", { className: "dewak-status" });
    status.setAttribute("role", "status");
    const all = make("button", { type: "button", className: "dewak-all" });
    let whole = false;

    const missing = (key) => key === words.none || Number.isNaN(key);
    const show = () => {
      load();
      const wanted = plain(field.value).split(/\s+/).filter(Boolean);
      let found = 0;
      for (const { row, words: own } of rows) {
        const fits = wanted.every((word) => own.includes(word));
        found += fits ? 1 : 0;
        row.classList.toggle("dewak-out", !fits);
        row.classList.toggle("dewak-later", fits && !whole && found > FIRST);
      }
      all.hidden = whole || found <= FIRST;
      all.textContent = words.all.replace("%n", found);
      status.textContent = words.shown.replace("%n", whole ? found : Math.min(found, FIRST)).replace("%m", rows.length);
    };
    const sort = (column, down) => {
      load();
      heads.forEach((head, at) => {
        if (at === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      choice.value = `${column} ${down ? 1 : 0}`;
      rows.sort((one, other) => {
        const [a, b] = [one.keys[column], other.keys[column]];
        if (missing(a) || missing(b)) return missing(a) - missing(b) || one.before - other.before;
        const order = numbers[column] ? a - b : collator.compare(a, b);
        return (down ? -order : order) || one.before - other.before;
      });
      body.append(...rows.map(({ row }) => row));
      show();
    };

    heads.forEach((head, column) => {
      const button = make("button", { type: "button", className: "dewak-sort" }, ...head.childNodes);
      button.addEventListener("click", () => sort(column, head.getAttribute("aria-sort") === "ascending"));
      head.append(button);
      [["0", words.up], ["1", words.down]].forEach(([down, name]) =>
        choice.append(make("option", { value: `${column} ${down}`, textContent: `${names[column]}, ${name}` })));
    });
    // On a phone the heads are out of sight and the list of heads stands for them: no key stops at what is not seen.
    const cards = matchMedia("(max-width: 640px)");
    const reach = () => heads.forEach((head) => { head.querySelector("button").tabIndex = cards.matches ? -1 : 0; });
    cards.addEventListener("change", reach);
    reach();
    field.addEventListener("input", show);
    choice.addEventListener("change", () => {
      const [column, down] = choice.value.split(" ").map(Number);
      if (choice.value) sort(column, down === 1);
    });
    all.addEventListener("click", () => {
      const before = body.rows.length;
      const next = body.querySelector(".dewak-later");
      whole = true;
      show();
      focus(next ?? body.rows[before]);
    });
    part.querySelector(".dewak-scroll").before(make("div", { className: "dewak-tools" },
      make("label", { htmlFor: field.id, textContent: words.search }), field,
      make("label", { htmlFor: choice.id, className: "dewak-narrow", textContent: words.sort }), choice, status));
    choice.classList.add("dewak-narrow");
    part.querySelector(".dewak-scroll").after(all);
    if (waiting) {
      all.textContent = waiting.dataset.all;
      status.textContent = words.shown.replace("%n", body.rows.length).replace("%m", waiting.dataset.rows);
    } else show();
  };
  document.querySelectorAll(".dewak-long").forEach(longTable);

  // Tables of moderate length are whole before anybody comes to them: reading on, printing, or searching the page.
  const moderate = [...document.querySelectorAll(".dewak-rest")].map((rest) => rest.closest(".dewak-table"))
    .filter((part) => !part.classList.contains("dewak-long"));
  const near = new IntersectionObserver((seen) => seen.filter(({ isIntersecting }) => isIntersecting).forEach(({ target }) => {
    near.unobserve(target);
    unfold(target);
  }), { rootMargin: "800px 0px" });
  moderate.forEach((part) => near.observe(part));
  const unfoldAll = () => moderate.forEach(unfold);
  window.addEventListener("beforeprint", unfoldAll);
  matchMedia("print").addEventListener("change", unfoldAll);
  document.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key === "F3" || ((ctrlKey || metaKey) && key.toLowerCase() === "f")) unfoldAll();
  });
  // for tables that a script writes later
  window.dewakLongTable = longTable;
});
