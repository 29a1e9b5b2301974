// Annotating on the reading page: select words with mouse, touch or keyboard, and the form opens beside them.
// The server writes the form; this script finds out which code points were selected and takes the form into the page.

import { enhance, offer } from "./annotate-form.js";
import { read } from "./annotate-keep.js";
import { codePoints, placeOf, rangeOf, unitOf, wordsOf } from "./annotate-offsets.js";

const text = document.querySelector(".claims-text[data-annotate]");
const HIGHLIGHT = "claims-selected";

if (text) {
  const said = document.querySelector(".claims-annotating [role=status]");
  const tool = document.createElement("div");
  const go = document.createElement("button");
  go.type = "button";
  go.append("Annotate");
  tool.className = "claims-tool";
  tool.hidden = true;
  tool.append(go);
  document.getElementById("claims").append(tool);
  let panel = null;
  let place = null;
  let opened = null; // the place that the form is about

  const paint = (range) => {
    if (!globalThis.CSS?.highlights) return;
    if (range) CSS.highlights.set(HIGHLIGHT, new Highlight(range));
    else CSS.highlights.delete(HIGHLIGHT);
  };
  const selected = () => {
    const selection = getSelection();
    return selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  };
  const offerTool = () => {
    if (panel) return;
    const range = selected();
    place = range && placeOf(text, range);
    tool.hidden = !place;
    if (!place) return;
    const box = [...range.getClientRects()].pop() || range.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    tool.style.left = `${Math.max(8, Math.min(box.right, width - 120)) + scrollX}px`;
    tool.style.top = `${box.bottom + 8 + scrollY}px`;
  };
  document.addEventListener("selectionchange", offerTool);
  tool.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  go.addEventListener("click", () => open(place));

  const close = () => {
    panel?.remove();
    panel = null;
    paint(null);
    text.focus({ preventScroll: true });
    if (!opened) return;
    const selection = getSelection(); // the fields of the form have taken it away
    selection.removeAllRanges();
    selection.addRange(rangeOf(text, opened.start, opened.end));
  };

  const open = async (wanted, kept = false) => {
    if (!wanted) return;
    tool.hidden = true;
    opened = wanted;
    paint(rangeOf(text, wanted.start, wanted.end));
    const url = `${text.dataset.annotate}?${new URLSearchParams({ start: wanted.start, end: wanted.end })}`;
    let page = null;
    try {
      const answer = await fetch(url, { headers: { accept: "text/html" } });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      said.textContent = "The form could not be fetched: the server cannot be reached. Try again.";
      return;
    }
    const form = page.getElementById("claims-annotate");
    if (!form) {
      said.textContent = page.querySelector(".claims-answer")?.textContent.trim() || "The form could not be opened.";
      return;
    }
    show(document.importNode(form, true), kept);
  };

  const show = (form, kept) => {
    panel?.remove();
    panel = document.createElement("section");
    panel.className = "claims-panel";
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-labelledby", "claims-panel-title");
    const title = document.createElement("h2");
    title.id = "claims-panel-title";
    title.append("Who says this?");
    panel.append(title, form);
    document.getElementById("claims").append(panel);
    form.addEventListener("click", cancel);
    if (kept) offer(form);
    enhance(form, { replaced: (again) => again.addEventListener("click", cancel) });
    form.querySelector("textarea, select")?.focus();
  };
  const cancel = (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    close();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && !event.defaultPrevented) close();
  });

  // By keyboard, while the text has the focus: a sentence at a time, its end moved word by word, Enter.
  let sentences = null;
  let words = null;
  let at = -1;
  const select = (start, end) => {
    const whole = text.textContent;
    const range = rangeOf(text, codePoints(whole, start), codePoints(whole, end));
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    const box = range.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight) range.startContainer.parentElement.scrollIntoView({ block: "center" });
    said.textContent = whole.slice(start, end);
  };
  // The server's sentences, in code points; it knows that “Maj. Gen.” ends none.
  const sentencesOf = () =>
    (text.dataset.sentences || "").split(" ").filter(Boolean).map((pair) => pair.split("-").map((point) => unitOf(text.textContent, Number(point))));
  const step = (by) => {
    sentences ??= sentencesOf();
    if (!sentences.length) return;
    at = Math.max(0, Math.min(sentences.length - 1, at + by));
    select(...sentences[at]);
  };
  const extend = (edge, by) => {
    const range = selected();
    if (!range || at < 0) return step(1);
    const whole = text.textContent;
    words ??= wordsOf(whole, text.lang);
    const found = placeOf(text, range);
    const start = unitOf(whole, found.start);
    const end = unitOf(whole, found.end);
    const side = edge === "start" ? 0 : 1;
    const borders = [...words, ...sentences].map((piece) => piece[side]).sort((a, b) => a - b);
    const now = edge === "start" ? start : end;
    const next = by > 0 ? borders.find((border) => border > now) : borders.findLast((border) => border < now);
    if (next === undefined) return;
    if (edge === "start" && next < end) select(next, end);
    if (edge === "end" && next > start) select(start, next);
  };
  text.addEventListener("keydown", (event) => {
    if (event.target !== text || event.ctrlKey || event.metaKey) return;
    const keys = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      ArrowRight: () => event.shiftKey && extend(event.altKey ? "start" : "end", 1),
      ArrowLeft: () => event.shiftKey && extend(event.altKey ? "start" : "end", -1),
      Enter: () => open(selected() && placeOf(text, selected())),
    };
    const act = keys[event.key];
    if (!act || (event.key.startsWith("Arrow") && (event.key === "ArrowRight" || event.key === "ArrowLeft") && !event.shiftKey)) return;
    event.preventDefault();
    act();
  });

  // What was typed and not saved, by a failing request or a session that ended.
  const kept = read(text.dataset.keep);
  const start = Number(kept?.values.find(([name]) => name === "start")?.[1]);
  const end = Number(kept?.values.find(([name]) => name === "end")?.[1]);
  if (kept && end > start) open({ start, end }, true);
}
