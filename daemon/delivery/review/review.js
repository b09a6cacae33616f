"use strict";
(() => {
  const body = document.body;
  const tools = document.querySelector(".tools");
  const fields = tools.elements;
  const say = tools.querySelector("output");
  const rows = [...document.querySelectorAll(".row")];
  const bars = [...document.querySelectorAll(".bars i")];
  const MOST = 1000; // hits that are marked

  document.documentElement.classList.add("js");
  tools.hidden = false;
  tools.reset();

  const shown = (row) => body.dataset.show === "all" || row.classList.contains(body.dataset.show);

  function show(kind) {
    fields.show.value = body.dataset.show = kind;
  }

  function go(row) {
    if (!shown(row)) show("all");
    row.scrollIntoView({ block: "start" });
    row.focus({ preventScroll: true });
  }

  // --- views and filter

  function set() {
    body.dataset.view = fields.view.value;
    body.classList.toggle("nolight", !fields.light.checked);
    show(fields.show.value);
    const left = rows.filter(shown).length;
    say.value = left === rows.length ? "" : `${left} of ${rows.length} paragraphs shown`;
    if (fields.find.value) find();
  }

  for (const field of [...fields.view, fields.light, fields.show]) field.addEventListener("change", set);

  // --- links, the strip, times

  function follow() {
    const row = document.getElementById(location.hash.slice(1));
    if (row && row.matches(".row")) go(row);
  }
  addEventListener("hashchange", follow);

  document.querySelector(".bars").addEventListener("click", (event) => {
    const number = event.target.dataset.r;
    if (number) go(rows[number - 1]);
  });

  function seconds(text) {
    const parts = text.trim().split(/[:.]/);
    if (!parts.every((part) => /^\d{1,6}$/.test(part)) || parts.length > 3) return null;
    if (parts.length === 1) return parts[0] * 60;
    return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
  }

  function jump() {
    const asked = seconds(fields.time.value);
    if (asked === null) {
      say.value = "Write a time as 1:02:03 or 12:30";
      return;
    }
    const timed = rows.filter((row) => row.dataset.t !== undefined);
    const found = timed.filter((row) => Number(row.dataset.t) <= asked).pop() || timed[0];
    go(found);
    say.value = `At ${found.querySelector("h3 a").textContent}`;
  }

  // --- search

  let hits = [];
  let at = -1;
  let waiting = 0;
  const texts = new Map(); // of blocks: the nodes of one side, and their text

  function side(block, hidden) {
    const nodes = [];
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let text = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentNode.localName === hidden) continue;
      nodes.push([text.length, node]);
      text += node.data;
    }
    return { nodes, text };
  }

  addEventListener("mended", (event) => texts.delete(event.target));

  function sides(row) {
    if (!texts.has(row)) {
      const [o, c] = [row.querySelector(".o"), row.querySelector(".c")];
      texts.set(row, { o: side(o), was: side(c, "ins"), now: side(c, "del") });
    }
    const all = texts.get(row);
    return { redline: [all.now, all.was], side: [all.o, all.now], clean: [all.now] }[body.dataset.view];
  }

  function place({ nodes }, offset) {
    let last = nodes[0];
    for (const entry of nodes) {
      if (entry[0] > offset) break;
      last = entry;
    }
    return [last[1], Math.min(offset - last[0], last[1].length)];
  }

  function range(where, from, length) {
    const out = new Range();
    out.setStart(...place(where, from));
    const [node, offset] = place(where, from + length - 1);
    out.setEnd(node, offset + 1);
    return out;
  }

  function* hitsIn(row, wanted) {
    const seen = [];
    for (const where of sides(row)) {
      for (const { index, 0: text } of where.text.matchAll(wanted)) {
        const found = range(where, index, text.length);
        const same = (other) => other.startContainer === found.startContainer && other.startOffset === found.startOffset;
        if (seen.some(same)) continue;
        seen.push(found);
      }
    }
    seen.sort((a, b) => a.compareBoundaryPoints(Range.START_TO_START, b));
    for (const found of seen) yield { row, range: found };
  }

  function find() {
    const typed = fields.find.value.trim();
    const words = typed.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
    const wanted = new RegExp(words.join("\\s+"), "gi");
    hits = [];
    at = -1;
    for (const row of typed.length > 1 ? rows.filter(shown) : []) {
      hits.push(...hitsIn(row, wanted));
      if (hits.length >= MOST) break;
    }
    mark("found", hits);
    mark("here", []);
    say.value = typed.length > 1 ? count() : "";
  }

  function count() {
    const total = hits.length >= MOST ? `${MOST} or more` : hits.length;
    if (at >= 0) return `${at + 1} of ${total}`;
    return hits.length ? `${total} found` : "Nothing found";
  }

  function mark(name, some) {
    if (!window.Highlight) return;
    CSS.highlights.set(name, new Highlight(...some.map((hit) => hit.range)));
  }

  function step(by) {
    clearTimeout(waiting);
    if (at < 0) find();
    if (!hits.length) return;
    at = (at + by + hits.length + (at < 0 && by < 0 ? 1 : 0)) % hits.length;
    const hit = hits[at];
    mark("here", [hit]);
    hit.row.scrollIntoView({ block: "start" });
    const box = hit.range.getBoundingClientRect();
    if (box.bottom > innerHeight) scrollBy(0, box.top - innerHeight / 2);
    say.value = count();
  }

  fields.find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 150);
  });
  fields.previous.addEventListener("click", () => step(-1));
  fields.next.addEventListener("click", () => step(1));

  tools.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.localName !== "input") return;
    event.preventDefault();
    if (event.target === fields.find) step(event.shiftKey ? -1 : 1);
    if (event.target === fields.time) jump();
  });
  tools.addEventListener("submit", (event) => event.preventDefault());

  // --- where the reader is

  let drawn = false;
  function here() {
    drawn = false;
    const strip = document.querySelector(".strip").getBoundingClientRect();
    const top = document.elementFromPoint(innerWidth / 2, Math.max(strip.bottom, 0) + 40);
    const row = top && top.closest(".row");
    const number = row ? rows.indexOf(row) + 1 : 0;
    const bar = number ? bars.findLast((one) => Number(one.dataset.r) <= number) : null;
    for (const one of bars) one.classList.toggle("here", one === bar);
  }
  addEventListener("scroll", () => {
    if (!drawn) requestAnimationFrame(here);
    drawn = true;
  }, { passive: true });

  if (location.hash) follow();
})();
