// Conveniences of the page of `dewak start`; everything works without them.
for (const form of document.querySelectorAll("form.drop")) {
  const input = form.querySelector("input[type=file]");
  const wait = form.querySelector(".wait");
  const over = (on) => (event) => { event.preventDefault(); form.classList.toggle("over", on); };
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; form.requestSubmit(); }
  });
  form.addEventListener("submit", () => { wait.textContent = form.dataset.wait; });
}
// coming back with the browser's own button shows the form as it was, not the wait
addEventListener("pageshow", () => { for (const wait of document.querySelectorAll(".wait")) wait.textContent = ""; });
const building = document.querySelector("[data-progress]");
if (building) {
  const steps = ["loading", "reading", "computing"];
  const ask = async () => {
    let found;
    try { found = await (await fetch(building.dataset.progress)).json(); } catch { setTimeout(ask, 3000); return; }
    if (found.state !== "running") { location.reload(); return; }
    building.querySelector("progress").value = steps.indexOf(found.step);
    const step = building.querySelector(".step");
    if (step.textContent !== building.dataset[found.step]) step.textContent = building.dataset[found.step];
    building.querySelector(".seconds").textContent = building.dataset.seconds.replace("%n", found.seconds);
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 700);
}
