// Selecting the new borders of a mention in the text around it. Without it the words are changed in their field.

import { placeOf } from "./annotate-offsets.js";

const text = document.querySelector("[data-borders]");
const form = text?.closest("form");

if (form) {
  const from = Number(text.dataset.borders);
  const mark = text.querySelector("mark");
  text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
  const use = document.createElement("button");
  const part = document.createElement("button");
  const line = document.createElement("p");
  let place = null;
  for (const [button, label] of [[use, "Use the selected words as the passage"], [part, "Add them as a part"]]) {
    button.type = "button";
    button.className = "claims-second";
    button.disabled = true;
    button.append(label);
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  }
  line.className = "claims-save";
  line.append(use, part);
  form.querySelector(".claims-borders-how").replaceChildren("Select words in the text, then choose what they are.");
  form.querySelector(".claims-borders-how").after(line);
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    place = range && text.contains(range.commonAncestorContainer) ? placeOf(text, range) : null;
    use.disabled = part.disabled = !place;
  });
  use.addEventListener("click", () => {
    form.elements.namedItem("exact").value = place.exact;
    form.elements.namedItem("start").value = place.start + from;
    form.elements.namedItem("end").value = place.end + from;
  });
  part.addEventListener("click", () => {
    form.elements.namedItem("new-words").value = place.exact;
    form.elements.namedItem("new-part").focus();
  });
  form.elements.namedItem("exact").addEventListener("input", () => {
    form.elements.namedItem("start").value = form.elements.namedItem("end").value = "";
  });
}
