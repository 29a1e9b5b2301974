// Annotating on the reading page: select words with mouse, touch or keyboard, and the form opens beside them.
// The server writes the form; this script finds out which code points were selected and takes the form into the page.
// What the form needs is fetched when one opens.

import { placeOf, rangeOf, unitOf } from "./annotate-offsets.js";

const text = document.querySelector("[data-annotate]");
const whole = text.textContent;
const said = document.querySelector(".claims-annotating [role=status]");
const tool = document.querySelector(".claims-tool");
const told = tool.querySelector("[role=status]");
const panel = document.querySelector(".claims-panel");
let opened = null; // the range that the form is about

const select = (range) => {
  getSelection().removeAllRanges();
  getSelection().addRange(range);
};
const selected = () => (getSelection().rangeCount ? placeOf(text, getSelection().getRangeAt(0)) : null);

const look = () => {
  if (panel.open) return;
  tool.hidden = !selected();
  told.textContent = "";
  if (tool.hidden) return;
  const box = [...getSelection().getRangeAt(0).getClientRects()].at(-1);
  tool.style.left = `${Math.max(8, Math.min(box.right, document.documentElement.clientWidth - 120)) + scrollX}px`;
  tool.style.top = `${box.bottom + 8 + scrollY}px`;
};
document.addEventListener("selectionchange", look);
look();
tool.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
tool.addEventListener("click", () => open());

const open = async () => {
  const place = selected();
  if (!place) return;
  try {
    const url = `${text.dataset.annotate}?start=${place.start}&end=${place.end}`;
    const [{ begin }, answer] = await Promise.all([import("./annotate-form.js"), fetch(url)]);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.getElementById("claims-annotate");
    if (!form) return (told.textContent = page.querySelector(".claims-answer").textContent);
    opened = rangeOf(text, place.from, place.to);
    CSS.highlights?.set("claims-selected", new Highlight(opened));
    tool.hidden = true;
    panel.querySelector("form")?.remove();
    panel.append(form);
    panel.show();
    begin(form);
    form.querySelector("textarea").focus();
  } catch {
    told.textContent = "The form could not be fetched: the server cannot be reached. Try again.";
  }
};
const close = () => {
  panel.close();
  CSS.highlights?.delete("claims-selected");
  text.focus({ preventScroll: true });
  select(opened); // the fields of the form have taken the selection away
};
panel.addEventListener("click", (event) => {
  if (!event.target.closest("[data-cancel]")) return;
  event.preventDefault();
  close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.open) close();
});

// By keyboard, while the text has the focus: a sentence at a time, its borders moved word by word, Enter. The server
// cuts the sentences; it knows that “Maj. Gen.” ends none.
const sentences = [...text.dataset.sentences.matchAll(/(\d+)-(\d+)/g)].map((pair) => [Number(pair[1]), Number(pair[2])]);
let at = -1;
let words = null;

const choose = ([from, to]) => {
  const range = rangeOf(text, from, to);
  const { top, bottom } = range.getBoundingClientRect();
  select(range);
  if (top < 0 || bottom > innerHeight) range.startContainer.parentElement.scrollIntoView({ block: "center" });
  said.textContent = whole.slice(from, to);
};
const step = (by) => {
  at = Math.max(0, Math.min(sentences.length - 1, at + by));
  if (sentences[at]) choose(sentences[at]);
};
const move = (edge, by) => {
  const place = selected();
  if (!place) return step(1);
  words ??= [...new Intl.Segmenter(text.lang || undefined, { granularity: "word" }).segment(whole)]
    .filter((part) => part.isWordLike)
    .map(({ index, segment }) => [index, index + segment.length]);
  const moved = [place.from, place.to];
  const borders = [...words, ...sentences].map((piece) => piece[edge]).sort((a, b) => a - b);
  moved[edge] = by > 0 ? borders.find((border) => border > moved[edge]) : borders.findLast((border) => border < moved[edge]);
  if (moved[0] < moved[1]) choose(moved);
};
text.addEventListener("keydown", (event) => {
  if (event.target !== text || event.ctrlKey || event.metaKey) return;
  const edge = event.altKey ? 0 : 1;
  const act = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: open,
    ...(event.shiftKey && { ArrowRight: () => move(edge, 1), ArrowLeft: () => move(edge, -1) }),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// What was typed and not saved, by a failing request or a session that ended. The form offers it (annotate-form.js).
try {
  const name = `claims-unsaved:${text.dataset.keep}/`;
  const [start, end] = Object.keys(localStorage).find((key) => key.startsWith(name))?.slice(name.length).split("-") || [];
  if (end) select(rangeOf(text, unitOf(whole, start), unitOf(whole, end)));
  if (end) open();
} catch {
  // This browser keeps nothing.
}
