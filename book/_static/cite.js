// "Cite, embed" below a figure or table: fills one dialog from what stands there. Without this script the link leads to the
// page on citing, and the number of the figure is a link to it, on the page of its chapter.
document.addEventListener("DOMContentLoaded", () => {
  const words = document.getElementById("dewak-cite-words");
  if (!words) return;
  let dialog, data, forms, result, said, shown;
  const clean = (text) => text.replace(/\s+/g, " ").trim();
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const tex = (text) => text.replace(/[\\{}&%$#_~^]/g, (sign) =>
    ({ "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" })[sign] ?? `\\${sign}`);
  // A report that lies on a disk has no address others could use: then the place within the report.
  const address = (path) => {
    const url = new URL(path, location.href);
    return url.protocol === "file:" ? url.pathname.split("/").slice(-1 - path.split("/").length).join("/") + url.hash : url.href;
  };

  const read = (link) => {
    const part = link.closest("figure.dewak-figure, .dewak-table");
    const picture = part.matches("figure") ? part.querySelector("img") : null;
    const number = part.querySelector(".dewak-numbered");
    const caption = clean(number.parentElement.textContent);
    const label = clean(number.textContent);
    const sources = [...part.querySelectorAll("details.dewak-source > summary, div.dewak-source")];
    return {
      id: part.id, picture, height: link.dataset.height, label, title: clean(caption.slice(label.length)),
      source: sources.map((one) => clean(one.textContent).replace(/ \([^()]*\)$/, "").replace(/\.?$/, ".")).join(" "),
      url: address(number.getAttribute("href").replace(/^#/, `${location.pathname.split("/").pop()}#`)),
      key: `dewak${data.year}${dialog.lang}${data.embeds.match(/\d+/)?.[0] ?? ""}${part.id.replaceAll("_", "")}`,
    };
  };
  const picture = () => {
    return { width: shown.picture.getAttribute("width"), file: address(shown.picture.getAttribute("src")), alt: shown.picture.alt };
  };
  const line = () => `${shown.label} ${shown.title}`;
  const sentence = () => line().replace(/[.?!…]?$/, (end) => end || ".");
  const credit = () => `${escaped(sentence())} ${escaped(shown.source)} <a href="${escaped(shown.url)}">${escaped(`${data.author} (${data.year}): ${data.title} Version ${data.version}`)}</a>, <a rel="license" href="${data.licenceUrl}">${data.licence}</a>`;
  const write = {
    text: () => `${data.author} (${data.year}): ${sentence()} ${data.in} ${data.title} Version ${data.version}. ${shown.url}. ${data.licence}. ${shown.source}`,
    bibtex: () => `@misc{${shown.key},\n  author = {{${tex(data.author)}}},\n  title = {{${tex(line())}}},\n  howpublished = {${tex(`${data.in} ${data.title} Version ${data.version}`)}},\n  year = {${data.year}},\n  url = {${shown.url}},\n  note = {${tex(`${data.licence}. ${shown.source}`)}}\n}`,
    csl: () => JSON.stringify([{
      id: shown.key, type: shown.picture ? "figure" : "dataset", title: line(), author: [{ literal: data.author }],
      issued: { "date-parts": [[Number(data.year)]] }, "container-title": data.title, version: data.version, URL: shown.url,
      language: dialog.lang, note: `${data.licence}. ${shown.source}`,
    }], null, 1),
    ris: () => [["TY", shown.picture ? "FIGURE" : "DATA"], ["TI", line()], ["T2", data.title], ["AU", data.author], ["PY", data.year],
      ["ET", data.version], ["UR", shown.url], ["LA", dialog.lang], ["N1", `${data.licence}. ${shown.source}`], ["ER", ""]]
      .map(([tag, text]) => `${tag}  - ${text}`).join("\n"),
    frame: () => `<figure>\n<iframe src="${escaped(address(`${data.embeds}${shown.id}.html`))}" title="${escaped(line())}" width="100%" height="${shown.height}" style="border:0;max-width:${Number(picture().width) + 16}px" loading="lazy"></iframe>\n<figcaption>${credit()}</figcaption>\n</figure>`,
    image: () => `<figure>\n<img src="${escaped(picture().file)}" alt="${escaped(picture().alt)}" width="${picture().width}" style="max-width:100%;height:auto;color-scheme:light">\n<figcaption>${credit()}</figcaption>\n</figure>`,
  };
  const fill = () => {
    result.value = write[forms.value]();
    said.textContent = "";
  };
  const prepare = () => {
    document.body.append(words.content.cloneNode(true));
    dialog = document.querySelector(".dewak-cite-dialog");
    data = dialog.dataset;
    [forms, result, said] = ["select", "textarea", "[role=status]"].map((one) => dialog.querySelector(one));
    forms.addEventListener("change", fill);
    dialog.querySelector(".dewak-cite-copy").addEventListener("click", async () => {
      result.select();
      try { await navigator.clipboard.writeText(result.value); said.textContent = data.copied; } catch { /* selected, to be copied by key */ }
    });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.dewak-cite");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!dialog) prepare();
    shown = read(link);
    dialog.querySelector(".dewak-cite-what").textContent = line();
    for (const option of forms.options) option.hidden = option.disabled = !shown.picture && ["frame", "image"].includes(option.value);
    const file = link.closest("figure.dewak-figure, .dewak-table").querySelector("a.dewak-data");
    const columns = dialog.querySelector(".dewak-cite-columns");
    columns.parentElement.hidden = !file;
    if (file) columns.href = `${file.getAttribute("href")}-metadata.json`;
    const alone = dialog.querySelector(".dewak-cite-alone");
    alone.parentElement.hidden = !shown.picture;
    alone.href = `${data.embeds}${shown.id}.html`;
    forms.value = "text";
    fill();
    dialog.showModal();
  });
});
