// Shortens lists by typed words: the municipalities, and the cases and instruments, which also have choices. Without this
// script the whole lists stand there. Each part acts where its own count stands.
const fold = (text) => text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue")
  .replaceAll("ß", "ss").replace(/[^a-z0-9]+/g, " ").trim();

document.addEventListener("DOMContentLoaded", () => {
  const count = document.querySelector("#finder-count");
  if (!count) return;
  const finder = count.closest(".finder");
  const form = finder.querySelector("form");
  const field = finder.querySelector("input");
  const picture = finder.querySelector(".finder-picture");
  const groups = [...finder.querySelectorAll(".finder-group")];
  const show = () => {
    const wanted = fold(field.value).split(" ").filter(Boolean);
    const fits = (words) => wanted.every((word) => words.includes(word));
    let found = 0;
    for (const group of groups) {
      const whole = wanted.length > 0 && group.dataset.words !== "" && fits(group.dataset.words);
      let within = 0;
      for (const item of group.querySelectorAll("li")) {
        const fit = whole || fits(item.dataset.words);
        item.hidden = !fit;
        within += fit ? 1 : 0;
      }
      group.hidden = within === 0;
      found += within;
    }
    picture.hidden = wanted.length > 0;
    count.textContent = wanted.length === 0 ? "" : found ? finder.dataset.found.replace("%n", found) : finder.dataset.none;
  };
  form.hidden = false;
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = finder.querySelector(".finder-group:not([hidden]) li:not([hidden]) a");
    if (first && field.value.trim()) window.location.href = first.href;
  });
  show();
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
    const wanted = fold(field.value).split(" ").filter(Boolean);
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
