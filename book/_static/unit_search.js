// A field that finds a municipality and goes to its profile; a page may take what was chosen instead ("unit-chosen"). The names
// and the finder's functions are asked for when the field is first used. Without this script a link to the finder stands there.
document.addEventListener("DOMContentLoaded", ((own) => () => {
  const SHOWN = 8;
  const load = (address) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed }));
  });
  const bare = (name) => fold(name.normalize("NFD").replace(/\p{M}/gu, ""));
  const spelt = (name) => [fold(name), bare(name)].flatMap((words) => [words, words.replaceAll(" ", "")]);
  let units;
  const known = (root) => {
    units ??= Promise.all([
      window.dewakUnits ?? load(`${root}/profile_data/units.js`),
      typeof near === "function" ? true : load(new URL("finder.js", own).href),
    ]).then(() => window.dewakUnits.map(([key, name, , ...also]) => ({
      key, name, also: also.map(fold).join("|"),
      words: [...new Set(spelt(name)), key, ...also.map(fold).filter((other) => other.length > 3)].join(" "),
    })));
    return units;
  };

  document.querySelectorAll("form.unit-search").forEach((form, place) => {
    const field = form.querySelector("input");
    const said = form.querySelector("[role=status]");
    const list = Object.assign(document.createElement("ul"), { id: `unit-hits-${place}`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.querySelector("label").textContent);
    field.after(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
      field.setAttribute(name, value);
    }
    const collator = new Intl.Collator("de", { numeric: true });
    let hits = [];
    let at = -1;

    const open = (shown) => {
      list.hidden = !shown;
      field.setAttribute("aria-expanded", String(shown));
      if (!shown) point(-1);
    };
    const point = (to) => {
      at = to;
      [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
      if (at < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", list.children[at].id);
      return list.children[at].scrollIntoView({ block: "nearest" });
    };
    const find = async () => {
      const all = await known(form.dataset.root);
      const wanted = typedWords(field.value);
      const asked = wanted.join(" ");
      const far = all.map((unit) => !wanted.length ? Infinity : alias(unit, asked) ? 0 : near(wanted, unit.words));
      const least = Math.min(...far);
      const meant = called(all, asked);
      const found = meant.length ? meant : least < Infinity ? all.filter((_, number) => far[number] === least) : [];
      hits = found.sort((a, b) => beside(a, asked) - beside(b, asked) || collator.compare(a.name, b.name)).slice(0, SHOWN);
      list.replaceChildren(...hits.map(({ key, name }, number) => {
        const item = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, textContent: `${name} ` });
        item.setAttribute("role", "option");
        item.append(Object.assign(document.createElement("span"), { className: "unit-key", textContent: key }));
        return item;
      }));
      open(hits.length > 0);
      point(-1);
      const words = found.length === 0 ? form.dataset.none : least > 0 ? form.dataset.near : form.dataset.found;
      said.textContent = wanted.length ? words.replace("%n", found.length) : "";
    };
    const choose = (unit) => {
      if (!unit) return;
      open(false);
      const free = form.dispatchEvent(new CustomEvent("unit-chosen", { bubbles: true, cancelable: true, detail: unit }));
      if (free) window.location.href = `${form.dataset.root}/${form.closest("[lang]").lang}/profile/${unit.key}.html${window.location.search}`;
      field.value = "";
      said.textContent = "";
    };
    field.addEventListener("focus", () => known(form.dataset.root), { once: true });
    field.addEventListener("input", find);
    field.addEventListener("blur", () => open(false));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) open(false);
      else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hits.length) {
        open(true);
        const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? hits.length - 1 : at - 1;
        point(next === hits.length ? -1 : next);
      } else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => choose(hits[[...list.children].indexOf(event.target.closest("li"))]));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (at < 0) await find();
      choose(hits[Math.max(at, 0)]);
    });
    form.hidden = false;
  });
})(document.currentScript.src));
