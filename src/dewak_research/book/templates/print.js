// Puts the main pages of an edition into one document to print: titles, contents, chapters whose links lead to each other.
async ({names, brief, checks, title, subtitle, contents}) => {
  const label = name => name.replace(/[^A-Za-z0-9_-]/g, "-");
  const read = async name => {
    const answer = await fetch(`${name}.html`);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const main = document.createElement("main");
  const list = [];
  let formulas = false;
  for (const name of names) {
    const page = await read(name);
    const article = page.querySelector("article.bd-article");
    const foot = page.querySelector("p.edition-footer");
    article.querySelectorAll("script, dialog, .headerlink, .dewak-cite, .dewak-code, .dewak-data, .dewak-back, .dewak-code-links, .dewak-tools, form, .finder-form, .toctree-wrapper, button").forEach(e => e.remove());
    for (const e of article.querySelectorAll("[id]")) e.id = `${label(name)}--${e.id}`;
    for (const e of article.querySelectorAll("[aria-labelledby], [aria-describedby], [for], [headers]"))
      for (const a of ["aria-labelledby", "aria-describedby", "for", "headers"])
        if (e.hasAttribute(a)) e.setAttribute(a, e.getAttribute(a).split(/\s+/).map(id => `${label(name)}--${id}`).join(" "));
    for (const a of article.querySelectorAll("a[href]")) {
      const href = a.getAttribute("href");
      if (/^[a-z]+:/i.test(href)) continue;
      const [path, anchor] = href.split("#");
      const target = path === "" ? name : path.replace(/\.html$/, "");
      if (names.includes(target)) a.setAttribute("href", anchor ? `#${label(target)}--${anchor}` : `#${label(target)}`);
      else a.removeAttribute("href");
    }
    for (const image of article.querySelectorAll("img")) {
      image.loading = "eager";
      const tall = image.getAttribute("height") / image.getAttribute("width");
      if (tall > 1) image.classList.add(tall > 1.3 ? "print-tallest" : "print-tall");
    }
    for (const table of article.querySelectorAll(".dewak-table"))
      if (table.querySelectorAll("tbody tr").length <= 16) table.classList.add("print-whole");
    for (const detail of article.querySelectorAll("details:not(.dewak-source)")) detail.open = true;
    for (const head of article.querySelectorAll("h2")) if (head.textContent.trim() === checks) head.closest("section").remove();
    formulas ||= article.querySelector(".math") !== null;
    for (const text of article.querySelectorAll("p, li")) if (text.textContent.length < 330) text.classList.add("print-short");
    article.id = label(name);
    if (foot) { const p = document.createElement("p"); p.className = "dewak-source print-foot"; p.textContent = foot.textContent.trim();
      let last = article.lastElementChild;
      while (last?.matches("section, div:not([class*=dewak])") && last.lastElementChild) last = last.lastElementChild;
      const end = document.createElement("div");
      end.className = "print-end";
      last.after(end);
      end.append(...(last.matches("p, ul, ol") ? [last, p] : [p]));
    }
    main.append(article);
    for (const head of article.querySelectorAll("h1, h2")) {
      const level = head.tagName === "H1" ? 1 : 2;
      if (level === 2 && brief.includes(name)) continue;
      const section = level === 1 ? article : head.closest("section[id], [id]");
      list.push({level, id: section ? section.id : article.id, text: head.textContent.trim()});
    }
  }
  const cover = document.createElement("section");
  const alone = names.length === 1;
  cover.className = `print-cover${alone ? " print-brief" : ""}`;
  for (const [kind, text] of [["over", alone ? title : ""], ["title", alone ? list[0].text : title], ["subtitle", subtitle]]) {
    if (!text) continue;
    const line = document.createElement("p");
    line.className = `print-${kind}`;
    line.textContent = text;
    cover.append(line);
  }
  const nav = document.createElement("nav");
  nav.className = "print-contents";
  nav.innerHTML = `<h1 id="print-contents"></h1><ol></ol>`;
  nav.firstElementChild.textContent = contents;
  for (const entry of list) {
    const item = document.createElement("li");
    item.className = `level-${entry.level}`;
    item.innerHTML = `<a><span></span><span class="number"></span></a>`;
    item.firstElementChild.href = `#${entry.id}`;
    item.firstElementChild.firstElementChild.textContent = entry.text;
    item.firstElementChild.lastElementChild.textContent = "000";
    nav.lastElementChild.append(item);
  }
  document.querySelectorAll("body > *").forEach(e => e.remove());
  document.body.append(cover, nav, main);
  document.title = `${title}: ${subtitle}`;
  document.documentElement.dataset.theme = "light";
  if (formulas) {
    window.MathJax = {...(window.MathJax ?? {}), startup: {typeset: false}};
    await new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = "../_static/mathjax/tex-chtml.js"; script.onload = done; script.onerror = fail;
      document.head.append(script);
    });
    await MathJax.startup.promise;
    await MathJax.typesetPromise();
  }
  await Promise.all([...document.images].map(image => image.decode().catch(() => { throw new Error(image.src); })));
  await document.fonts.ready;
  main.style.width = "180mm";
  for (const table of main.querySelectorAll(".dewak-turned")) {
    table.classList.remove("dewak-turned");
    if (table.querySelector("table").scrollWidth > main.clientWidth) table.classList.add("dewak-turned");
  }
  main.style.width = "";
  return list;
}
