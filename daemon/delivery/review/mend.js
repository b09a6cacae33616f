// What a person mends: kept in the browser until it is saved as a file, which the program takes.
(() => {
  const form = document.querySelector(".mend");
  if (!form) return;
  const result = JSON.parse(form.dataset.result);
  const fields = form.elements;
  const say = form.querySelector("output");
  const details = form.querySelector("details");
  const rows = new Map([...document.querySelectorAll(".row[data-p]")].map((row) => [row.dataset.p, row]));
  const earlier = form.querySelector(".earlier");
  const file = `${result.stem}.edits.json`;
  const head = `transcriptd ${result.text_id} ${result.source}`; // copies have the same text
  const key = `${head} ${result.amended}`;
  const loose = (text) => text.replace(/\s+/g, "");
  const first = new Map(); // of rows that were changed: the text and the nodes that the page came with
  const nothing = () => ({ texts: {}, accepted: [], speakers: {}, always: [], saved: false });
  let edits = nothing(); // `saved`: whether a file has all of them
  let kept = true; // whether the browser keeps what it is given

  form.hidden = false;

  // --- kept in the browser

  function store(name, text) {
    try {
      if (text === null) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
      return true;
    } catch { // it keeps nothing, or is full: the edits last as long as the page
      return false;
    }
  }

  function keep() {
    edits.saved = false;
    kept = store(key, count(edits) ? JSON.stringify(edits) : null);
    tell();
  }

  function stored(name) {
    try {
      return { ...nothing(), ...JSON.parse(localStorage.getItem(name)) };
    } catch {
      return null;
    }
  }

  // Show the edits that were kept, by this tab or by another one that shows the same result.
  function recall() {
    const found = kept ? stored(key) : null;
    if (!found || JSON.stringify(found) === JSON.stringify(edits)) return;
    const was = edits;
    edits = found;
    for (const place of Object.keys(was.texts)) if (!(place in edits.texts)) reset(rows.get(place));
    for (const [place, { now }] of Object.entries(edits.texts)) {
      const row = rows.get(place);
      if (row) show(row, now);
      else delete edits.texts[place];
    }
    for (const passage of was.accepted) showAccepted(passage, edits.accepted.includes(passage));
    for (const passage of edits.accepted) showAccepted(passage);
    for (const name of Object.keys(was.speakers)) showName(name, edits.speakers[name] ?? name);
    for (const [name, now] of Object.entries(edits.speakers)) showName(name, now);
    showAlways();
    tell();
  }

  // What was being typed when the page went, by a reload or a crash, is taken.
  function recallDrafts() {
    for (const row of rows.values()) {
      const name = draftOf(row);
      let draft = null;
      try {
        draft = localStorage.getItem(name);
      } catch { return; }
      if (draft === null) continue;
      if (draft.trim() !== textOf(row)) write(row, draft.trim());
      if (kept) store(name, null);
    }
  }

  const draftOf = (row) => `${key} draft ${row.dataset.p}`;

  function count({ texts, accepted, speakers, always }) {
    return Object.keys(texts).length + accepted.length + Object.keys(speakers).length + always.length;
  }

  const sayCount = (number, what) => (number === 1 ? `1 ${what}` : `${number} ${what}s`);

  function tell(more = "") {
    const edited = count(edits);
    if (edited) details.open = true;
    fields.save.disabled = fields.discard.disabled = !edited;
    const number = sayCount(edited, "edit");
    fields.here.hidden = !edited || edits.saved;
    fields.here.textContent = `Save ${number}`;
    let where = kept ? ", kept in this browser until saved" : ", which this browser can't keep: save them before you leave";
    if (edits.saved) where = `. ${file} is saved: drop it into inbox/`;
    say.value = `${number}${edited ? where : ""}${more}`;
  }

  // --- the words of a paragraph

  function textOf(row) {
    const walker = document.createTreeWalker(row.querySelector(".c"), NodeFilter.SHOW_TEXT);
    let text = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentNode.closest("del")) text += node.data;
    }
    return text.trim();
  }

  function remember(row) {
    const nodes = [...row.querySelector(".c").childNodes].map((node) => node.cloneNode(true));
    if (!first.has(row)) first.set(row, { text: textOf(row), nodes });
  }

  function changed(row, now) {
    const was = first.get(row).text;
    if (loose(was) === loose(now) && !breaks(was, now)) delete edits.texts[row.dataset.p];
    else edits.texts[row.dataset.p] = { was, now };
    mark(row);
    if (row.classList.contains("mended") && row.classList.contains("flagged")) accept(row);
    keep();
  }

  function mark(row) {
    const mended = row.dataset.p in edits.texts;
    row.classList.toggle("mended", mended);
    row.querySelector(".restore").hidden = !mended;
    row.dispatchEvent(new CustomEvent("mended", { bubbles: true }));
  }

  // Whether only the spaces differ, but so that words or paragraphs are parted otherwise.
  function breaks(was, now) {
    const parts = (text) => text.trim().split(/\s+/).join(" ") + text.trim().split(/\n\s*\n/).length;
    return parts(was) !== parts(now);
  }

  function show(row, now) {
    remember(row);
    if (textOf(row) !== now) row.querySelector(".c").replaceChildren(now);
    mark(row);
  }

  function write(row, now) {
    remember(row);
    row.querySelector(".c").replaceChildren(now);
    changed(row, now);
  }

  function reset(row) {
    row.querySelector(".c").replaceChildren(...first.get(row).nodes.map((node) => node.cloneNode(true)));
    mark(row);
  }

  function restore(row) {
    reset(row);
    changed(row, first.get(row).text);
    refuse(row);
    row.querySelector(".edit").focus();
  }

  // What stands in the place of a mark's words, or stood there: a word and a new one have a space between them.
  function partner(mark) {
    const [way, name] = mark.localName === "del" ? ["nextSibling", "ins"] : ["previousSibling", "del"];
    let other = mark[way];
    const space = other && other.nodeType === Node.TEXT_NODE && !other.data.trim();
    if (space && !mark.className) other = other[way];
    return other && other.localName === name && other.className === mark.className ? other : null;
  }

  // Click on what was struck, or put in: it is as it was said. The spaces around stand there as they were said.
  function undo(mark) {
    const row = mark.closest(".row");
    remember(row);
    const other = partner(mark);
    const [struck, put] = mark.localName === "del" ? [mark, other] : [other, mark];
    if (struck) struck.replaceWith(struck.textContent);
    if (put) put.remove();
    row.querySelector(".c").normalize();
    changed(row, textOf(row));
  }

  // --- writing

  function edit(row) {
    if (row.querySelector("textarea")) return;
    remember(row);
    const box = document.createElement("textarea");
    const before = textOf(row);
    box.value = before;
    box.rows = Math.min(20, 2 + before.length / 60);
    box.dir = "auto";
    box.setAttribute("aria-label", `Text at ${row.querySelector("h3 a").textContent}`);
    let open = true; // taking the box away takes the focus from it, which would close it once more
    const close = (take) => {
      if (!open) return;
      open = false;
      const now = box.value.trim();
      box.remove();
      store(draftOf(row), null);
      row.querySelector(".c").hidden = false;
      if (take && now !== before) {
        write(row, now);
        offerAlways(before, now);
      }
      row.querySelector(".edit").focus();
    };
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close(false);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) close(true);
    });
    box.addEventListener("input", () => store(draftOf(row), box.value));
    box.addEventListener("blur", () => close(true));
    row.querySelector(".c").hidden = true;
    row.querySelector(".c").after(box);
    box.focus();
  }

  // --- passages that were not cleaned

  const passageOf = (row) => row.dataset.p.split(".").slice(0, 2).join(".");
  const rowsOf = (passage) => [...rows.values()].filter((row) => passageOf(row) === passage);

  function showAccepted(passage, is = true) {
    for (const row of rowsOf(passage)) {
      row.classList.toggle("accepted", is);
      row.querySelector(".accept")?.setAttribute("aria-pressed", is);
    }
  }

  function accept(row) {
    const passage = passageOf(row);
    if (!edits.accepted.includes(passage)) edits.accepted.push(passage);
    showAccepted(passage);
    keep();
  }

  function refuse(row) {
    const passage = passageOf(row);
    edits.accepted = edits.accepted.filter((one) => one !== passage);
    showAccepted(passage, false);
    keep();
  }

  // --- speakers, and what is always to be written so

  function showName(was, name) {
    for (const one of form.querySelectorAll("[data-speaker]")) if (one.dataset.speaker === was) one.value = name;
    for (const one of document.querySelectorAll(".row h3 bdi")) {
      one.dataset.was ??= one.textContent;
      if (one.dataset.was === was) one.textContent = name;
    }
  }

  function rename(was, name) {
    if (!name || name === was) delete edits.speakers[was];
    else edits.speakers[was] = name;
    showName(was, name || was);
    keep();
  }

  function offerAlways(before, now) {
    const [a, b] = [before.split(/\s+/), now.split(/\s+/)];
    while (a.length && b.length && a[0] === b[0]) a.shift(), b.shift();
    while (a.length && b.length && a.at(-1) === b.at(-1)) a.pop(), b.pop();
    if (!a.length || !b.length || a.length > 3 || b.length > 3) return;
    const plain = (words) => words.join(" ").replace(/^[\s.,;:!?…"“”„()]+|[\s.,;:!?…"“”„()]+$/g, "");
    if (Math.max(plain(a).length, plain(b).length) > fields.heard.maxLength) return; // in scripts without spaces
    fields.heard.value = plain(a);
    fields.written.value = plain(b);
  }

  function addAlways() {
    const [heard, written] = [fields.heard.value.trim(), fields.written.value.trim()];
    if (!heard || !written || heard === written) {
      tell(". Write what is heard, and how it is to be written");
      return;
    }
    edits.always = [...edits.always.filter((one) => one.heard !== heard), { heard, written }];
    fields.heard.value = fields.written.value = "";
    showAlways();
    keep();
  }

  function showAlways() {
    const list = form.querySelector(".always");
    list.replaceChildren(...edits.always.map(({ heard, written }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Leave out";
      button.addEventListener("click", () => {
        edits.always = edits.always.filter((one) => one.heard !== heard);
        showAlways();
        keep();
        fields.heard.focus();
      });
      item.append(`${heard} → ${written} `, button);
      return item;
    }));
  }

  // --- saving

  function pack(edits, amended) {
    const place = (text) => {
      const [chunk, passage, paragraph] = text.split(".");
      const numbers = { chunk: Number(chunk), passage: passage === "" ? null : Number(passage) };
      return paragraph === undefined ? numbers : { ...numbers, paragraph: Number(paragraph) };
    };
    return {
      format: 1, text_id: result.text_id, source: result.source, amended,
      edits: [
        ...Object.entries(edits.texts).map(([at, { was, now }]) => ({ kind: "text", ...place(at), was, now })),
        ...edits.accepted.map((at) => ({ kind: "accept", ...place(at) })),
        ...Object.entries(edits.speakers).map(([was, name]) => ({ kind: "speaker", was, name })),
        ...edits.always.map((one) => ({ kind: "always", ...one })),
      ],
    };
  }

  function download(edits, amended) {
    const link = document.createElement("a");
    const text = JSON.stringify(pack(edits, amended), null, 1);
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function save() {
    download(edits, result.amended);
    edits.saved = true;
    kept = store(key, JSON.stringify(edits));
    tell();
  }

  // Edits that no file has, made in the page of this result as it was before it was amended.
  function findEarlier() {
    try {
      for (const name of Object.keys(localStorage)) {
        const amended = name.startsWith(`${head} `) ? name.slice(head.length + 1) : result.amended;
        if (amended === result.amended || !/^([0-9a-f]{64})?$/.test(amended)) continue;
        const made = stored(name);
        if (made && !made.saved) return { name, amended, made };
      }
    } catch { /* the browser keeps nothing */ }
    return null;
  }

  function showEarlier() {
    const found = findEarlier();
    if (found && earlier.hidden) details.open = true;
    earlier.hidden = !found;
    if (!found) return;
    const number = count(found.made);
    const were = number === 1 ? "was" : "were";
    earlier.querySelector("span").textContent = `${sayCount(number, "edit")} ${were} made before this page was made anew.`;
    fields.earlier.textContent = `Save ${sayCount(number, "earlier edit")}`;
  }

  function saveEarlier() {
    const { name, amended, made } = findEarlier();
    download(made, amended);
    store(name, JSON.stringify({ ...made, saved: true }));
    showEarlier();
  }

  function discardEarlier() {
    store(findEarlier().name, null);
    showEarlier();
  }

  function discard() {
    const was = edits;
    edits = nothing();
    for (const place of Object.keys(was.texts)) reset(rows.get(place));
    for (const passage of was.accepted) showAccepted(passage, false);
    for (const name of Object.keys(was.speakers)) showName(name, name);
    showAlways();
    keep();
  }

  // --- what people do

  function addButton(row, name, label, hidden = false) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: name, textContent: label, hidden });
    row.querySelector(".facts-of").append(button, " ");
  }

  for (const row of rows.values()) {
    addButton(row, "edit", "Edit");
    addButton(row, "restore", "Take back", true);
    if (row.classList.contains("flagged")) addButton(row, "accept", "Accept as it stands");
  }

  document.getElementById("text").addEventListener("click", (event) => {
    const row = event.target.closest(".row[data-p]");
    const mark = event.target.closest(".c :is(del:not(.u), ins)");
    if (!row || !getSelection().isCollapsed) return; // who marks words to copy them changes none
    if (event.target.matches(".edit")) edit(row);
    else if (event.target.matches(".restore")) restore(row);
    else if (event.target.matches(".accept")) (row.classList.contains("accepted") ? refuse : accept)(row);
    else if (mark && !row.classList.contains("rewritten")) undo(mark);
  });

  // By keyboard: E writes, the arrows go from change to change, Enter takes one back.
  document.getElementById("text").addEventListener("keydown", (event) => {
    const row = event.target.closest(".row[data-p]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.localName === "textarea") return;
    const marks = row.classList.contains("rewritten") ? [] : [...row.querySelectorAll(".c :is(del:not(.u), ins)")];
    const at = marks.indexOf(event.target);
    if (event.key.toLowerCase() === "e" || (event.code === "KeyE" && event.key > "z")) edit(row); // in any script
    else if (event.key === "Enter" && at >= 0) {
      undo(event.target);
      row.querySelector(".edit").focus();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const next = marks[event.key === "ArrowRight" ? at + 1 : at < 0 ? -1 : at - 1];
      if (!next) return;
      next.tabIndex = -1;
      next.focus();
    } else return;
    event.preventDefault();
  });

  form.addEventListener("change", (event) => {
    const was = event.target.dataset.speaker;
    if (was !== undefined) rename(was, event.target.value.trim());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    addAlways();
  });
  fields.save.addEventListener("click", save);
  fields.here.addEventListener("click", save);
  fields.discard.addEventListener("click", discard);
  fields.earlier.addEventListener("click", saveEarlier);
  fields.leave.addEventListener("click", discardEarlier);

  for (const button of document.querySelectorAll(".take")) {
    button.hidden = false;
    button.addEventListener("click", () => rename(button.dataset.label, button.dataset.name));
  }

  // Another tab may show the same result: what is done in one is done in both.
  addEventListener("storage", (event) => {
    if (event.key === key) recall();
    showEarlier();
  });
  document.addEventListener("visibilitychange", recall);
  addEventListener("pagehide", () => document.activeElement?.blur()); // what is being typed is taken
  addEventListener("beforeunload", (event) => {
    if (!kept && !edits.saved && count(edits)) event.preventDefault();
  });

  tell();
  recall();
  recallDrafts();
  showEarlier();
})();
