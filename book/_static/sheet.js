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
  const message = part.querySelector("pre");
  const mail = part.querySelector(".as-mail");
  const text = part.querySelector("button");
  const write = () => {
    const chosen = choice.selectedOptions[0];
    const dataset = { name: chosen.textContent.trim(), ...chosen.dataset };
    for (const name of ["name", "value", "source"]) {
      message.querySelector(`[data-part=${name}]`).textContent = dataset[name];
    }
    message.querySelector("[data-part=page]").textContent = location.href.split("#")[0];
    mail.href = `mailto:?subject=${encodeURIComponent(mail.dataset.subject)}&body=${encodeURIComponent(message.textContent)}`;
  };
  choice.addEventListener("change", write);
  text.hidden = false;
  text.addEventListener("click", () => copy(message.textContent));
});
