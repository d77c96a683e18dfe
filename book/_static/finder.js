// Finds by typed words: municipalities (also misspelt ones, in the list and on the search page), and the cases and instruments,
// which also have choices. Without this script the whole lists stand there. Each part acts where its own place stands.
const fold = (text) => text.normalize("NFC").toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue")
  .replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, " ").trim();

// Letters to insert, leave out, change or swap with the next until what is typed is the word; until it begins the word, half a
// letter more. Infinity beyond `most`.
const apart = (typed, word, most) => {
  if (typed.length > word.length + most) return Infinity;
  let before = [];
  let row = Array.from({ length: word.length + 1 }, (_, at) => at);
  for (let i = 1; i <= typed.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= word.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (typed[i - 1] === word[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return Infinity;
    [before, row] = [row, next];
  }
  const found = Math.min(row[word.length], Math.min(...row) + 0.5);
  return Math.floor(found) > most ? Infinity : found;
};

// What no name has: typed so, nothing is found, instead of what the letters between would find.
const NOTHING = "\0";
const strange = (text) => /[^\p{L}\p{M}\p{N}\s.,'’()\/&-]/u.test(text) || (/\S/.test(text) && fold(text) === "");

// A key may have spaces, no zero in front, 000 behind that of a Kreis, or the twelve digits of the regional key.
const typedWords = (text) => {
  if (strange(text)) return [NOTHING];
  const digits = text.replace(/[\s.\/-]/g, "");
  if (!/^\d{2,12}$/.test(digits)) return fold(text).split(" ").filter(Boolean);
  return [digits.length === 12 ? digits.slice(0, 5) + digits.slice(9) : digits].map((key) => key.replace(/^(\d{4,5})000$/, "$1"));
};
const errors = (word) => /\d/.test(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
const near = (wanted, words, most = errors) => wanted.reduce((sum, typed) => sum + (words.includes(typed) ? 0
  : Math.min(...words.split(" ").map((word) => apart(typed, word, most(typed))))), 0);
// Whether what is typed is another name of the unit: a number plate, a short form, a name of another time or language.
const alias = ({ also }, asked) => Boolean(also) && also.split("|").includes(asked);
// Units of that other name, where it is longer than a plate: it means them, whatever else has the same letters.
const called = (units, asked) => asked.length > 3 ? units.filter((unit) => alias(unit, asked)) : [];
// How far a unit is from what is typed among those equally near: the shortest name first, the one that begins so, the one itself.
const beside = ({ name, key, also }, asked) => {
  const own = fold(name);
  return key === asked || alias({ also }, asked) ? 0 : Math.abs(own.length - asked.length) + (own === asked ? 0 : own.startsWith(asked) ? 1 : 2);
};

document.addEventListener("DOMContentLoaded", () => {
  const count = document.querySelector("#finder-count");
  if (!count) return;
  const finder = count.closest(".finder");
  const form = finder.querySelector("form");
  const field = finder.querySelector("input");
  const [kinds, order] = finder.querySelectorAll("select");
  const picture = finder.querySelector(".finder-picture");
  const flat = finder.querySelector(".finder-flat");
  const collator = new Intl.Collator("de", { numeric: true });
  const described = (item, link, data) => ({ item, link, ...data, name: link.textContent, key: link.href.match(/(\d+)\.html/)[1] });
  const groups = [...finder.querySelectorAll(".finder-group")].map((group) => {
    const link = group.querySelector("h2 a");
    const list = group.querySelector("ul");
    const towns = [...list.children].map((item) => described(item, item.querySelector("a"), item.dataset));
    if (!link) return { group, list, towns };
    const item = document.createElement("li");
    item.append(...[...link.parentElement.childNodes].map((node) => node.cloneNode(true)));
    return { group, list, towns, head: { ...described(item, link, group.dataset), kind: "kreis" } };
  });
  const all = groups.flatMap(({ head, towns }) => head ? [head, ...towns] : towns);
  const chosen = (unit) => !kinds.value || unit.kind === kinds.value || (kinds.value === "unreported" && "unreported" in unit);
  let first;

  const arrange = () => {
    flat.hidden = !order.value;
    for (const { list, towns } of groups) (order.value ? flat : list).append(...towns.map(({ item }) => item));
    if (!order.value) return flat.replaceChildren();
    const sorted = [...all].sort((a, b) => (order.value === "name" && collator.compare(a.name, b.name)) || (a.key < b.key ? -1 : 1));
    return flat.append(...sorted.map(({ item }) => item));
  };
  const show = () => {
    const wanted = typedWords(field.value);
    const asked = wanted.join(" ");
    const among = all.filter(chosen);
    const far = (unit) => alias(unit, asked) ? 0 : near(wanted, unit.words);
    const least = among.reduce((found, unit) => Math.min(found, far(unit)), Infinity);
    const meant = called(among, asked);
    const own = meant.length ? meant : least < Infinity ? among.filter((unit) => far(unit) === least) : [];
    const hits = new Set(own);
    for (const { group, towns, head } of groups) {
      const whole = !order.value && head !== undefined && wanted.length > 0
        && (meant.length ? meant.includes(head) : least < Infinity && far(head) === least);
      if (whole) towns.filter(chosen).forEach((town) => hits.add(town));
      for (const town of towns) town.item.hidden = !hits.has(town);
      if (head) head.item.hidden = !hits.has(head);
      group.hidden = Boolean(order.value) || !(towns.some((town) => hits.has(town)) || hits.has(head));
    }
    first = own.reduce((best, unit) => !best || beside(unit, asked) < beside(best, asked) ? unit : best, undefined);
    const free = wanted.length === 0 && !kinds.value;
    picture.hidden = !free || order.value !== "";
    const said = hits.size === 0 ? finder.dataset.none : least > 0 ? finder.dataset.near : finder.dataset.found;
    count.textContent = free ? "" : said.replace("%n", hits.size);
  };
  form.hidden = false;
  field.addEventListener("input", show);
  kinds.addEventListener("change", show);
  order.addEventListener("change", () => { arrange(); show(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (first && field.value.trim()) window.location.href = first.link.href;
  });
  show();
});

// On the search page: the profiles whose name or key has the words asked for; where none has, those at most one letter away.
document.addEventListener("DOMContentLoaded", () => {
  const part = document.querySelector("#search-units");
  if (!part) return;
  const query = new URLSearchParams(window.location.search).get("q") ?? "";
  const items = [...part.querySelectorAll("li")];
  const meant = items.filter((item) => alias(item.dataset, typedWords(query).join(" ")));
  const wanted = typedWords(query).filter((word) => word.length > 2);
  if (wanted.length + meant.length === 0) return;
  const begins = (words) => wanted.every((typed) => ` ${words}`.includes(` ${typed}`) || (/\d{4}/.test(typed) && words.includes(typed)));
  const whole = (words) => near(wanted, words, (typed) => Math.min(1, errors(typed))) <= 1;
  const exact = meant.length ? meant : items.filter((item) => begins(item.dataset.words));
  const shown = new Set(exact.length ? exact : items.filter((item) => whole(item.dataset.words)));
  for (const item of items) item.hidden = !shown.has(item);
  part.hidden = shown.size === 0;
});

document.addEventListener("DOMContentLoaded", () => {
  const count = document.querySelector("#cases-count");
  if (!count) return;
  const page = count.closest(".cases");
  const form = page.querySelector("form");
  const field = page.querySelector("input");
  const choices = [...page.querySelectorAll("select")];
  const cases = [...page.querySelectorAll(".case")];
  const linked = [...page.querySelectorAll("[data-case]")];
  const show = () => {
    const wanted = strange(field.value) ? [NOTHING] : fold(field.value).split(" ").filter(Boolean);
    const chosen = choices.filter((choice) => choice.value);
    const shown = new Set();
    for (const item of cases) {
      const fit = wanted.every((word) => item.dataset.words.includes(word))
        && chosen.every((choice) => item.dataset[choice.name].split(" ").includes(choice.value));
      item.hidden = !fit;
      if (fit) shown.add(item.id);
    }
    for (const link of linked) {
      const fit = link.dataset.case.split(" ").some((name) => shown.has(name));
      link.classList.toggle("case-out", !fit);
    }
    const all = wanted.length === 0 && chosen.length === 0;
    count.textContent = all ? "" : shown.size ? page.dataset.found.replace("%n", shown.size) : page.dataset.none;
  };
  form.hidden = false;
  field.addEventListener("input", show);
  for (const choice of choices) choice.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
});
