// Shortens the list of documented cases by words and choices. Without this script the whole list stands there.
document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector(".cases");
  if (!page) return;
  const form = page.querySelector("form");
  const field = page.querySelector("input");
  const choices = [...page.querySelectorAll("select")];
  const count = page.querySelector("#cases-count");
  const cases = [...page.querySelectorAll(".case")];
  const linked = [...page.querySelectorAll("[data-case]")];
  const fold = (text) => text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue")
    .replaceAll("ß", "ss").replace(/[^a-z0-9]+/g, " ").trim();
  const show = () => {
    const wanted = fold(field.value).split(" ").filter(Boolean);
    const chosen = choices.filter((choice) => choice.value);
    const shown = new Set();
    for (const item of cases) {
      const fit = wanted.every((word) => item.dataset.words.includes(word))
        && chosen.every((choice) => item.dataset[choice.name] === choice.value);
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
