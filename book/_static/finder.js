// Shortens the list of municipalities while a name or key is typed. Without this script the whole list stands there.
document.addEventListener("DOMContentLoaded", () => {
  const finder = document.querySelector(".finder:not(.cases)");
  if (!finder) return;
  const form = finder.querySelector("form");
  const field = finder.querySelector("input");
  const count = finder.querySelector("#finder-count");
  const picture = finder.querySelector(".finder-picture");
  const groups = [...finder.querySelectorAll(".finder-group")];
  const fold = (text) => text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue")
    .replaceAll("ß", "ss").replace(/[^a-z0-9]+/g, " ").trim();
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
