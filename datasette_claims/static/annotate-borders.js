// Selecting the new borders of a mention in the text around it. Without it the words are changed in their field.

import { placeOf } from "./annotate-offsets.js";

export function borders(form) {
  const text = form.querySelector("[data-borders]");
  const from = Number(text.dataset.borders);
  const tools = form.querySelector("#claims-borders-tools");
  const { exact, start, end, "new-words": words, "new-part": part } = form.elements;
  let place = null;

  tools.hidden = false;
  text.scrollTop += text.querySelector("mark").offsetTop - text.offsetTop - text.clientHeight / 3;
  const look = () => {
    const selection = getSelection();
    const inside = selection.rangeCount && text.contains(selection.getRangeAt(0).commonAncestorContainer);
    place = inside ? placeOf(text, selection.getRangeAt(0)) : null;
    for (const button of tools.querySelectorAll("button")) button.disabled = !place;
  };
  document.addEventListener("selectionchange", look);
  look(); // what was selected before this script was there
  tools.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  tools.addEventListener("click", ({ target }) => {
    if (target.value === "passage") {
      exact.value = place.exact;
      start.value = from + place.start;
      end.value = from + place.end;
    } else if (target.value === "part") {
      words.value = place.exact;
      part.focus();
    }
    form.dispatchEvent(new Event("change"));
  });
  exact.addEventListener("input", () => {
    start.value = end.value = "";
  });
}
