"use strict";
(() => {
  const tools = document.querySelector(".tools");
  const fields = tools.elements;
  const say = tools.querySelector("output");
  const list = document.getElementById("list");
  const empty = document.querySelector(".empty");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const rows = [...list.children].map((item, at) => {
    const [length, words, flags, cost] = item.dataset.n.split(" ").map(Number);
    const { f: folder = "", l: language = "" } = item.dataset;
    return { item, at, length, words, flags, cost, folder, language, title: null };
  });
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const titleOf = (row) => (row.title ??= row.item.querySelector("h3").textContent);
  const by = {
    new: (a, b) => a.at - b.at,
    old: (a, b) => b.at - a.at,
    title: (a, b) => order.compare(titleOf(a), titleOf(b)),
    length: (a, b) => b.length - a.length,
    words: (a, b) => b.words - a.words,
    flags: (a, b) => b.flags - a.flags,
    cost: (a, b) => b.cost - a.cost,
  };

  tools.hidden = false;
  tools.reset();

  function sort() {
    rows.sort((a, b) => by[fields.sort.value](a, b) || a.at - b.at);
    list.append(...rows.map((row) => row.item));
  }

  function filter() {
    const kind = fields.show.value;
    const folder = fields.folder ? fields.folder.value : "";
    const language = fields.language ? fields.language.value : "";
    const wanted = fold(fields.find.value.trim()).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      const shown =
        (!kind || row.item.classList.contains(kind)) &&
        (!folder || row.folder === folder || row.folder.startsWith(`${folder}/`)) &&
        (!language || row.language === language) &&
        (!wanted.length || found(row, wanted));
      row.item.hidden = !shown;
      if (shown) left += 1;
    }
    empty.hidden = left > 0;
    say.value = left === rows.length ? "" : `${left} of ${rows.length} shown`;
  }

  function found(row, wanted) {
    const text = fold(titleOf(row));
    return wanted.every((word) => text.includes(word));
  }

  let waiting = 0;
  for (const name of ["show", "folder", "language"]) if (fields[name]) fields[name].addEventListener("change", filter);
  fields.sort.addEventListener("change", sort);
  fields.find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 100);
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
})();
