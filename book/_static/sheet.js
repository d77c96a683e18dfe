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
    const address = new URL(share.getAttribute("href"), location.href).href;
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
