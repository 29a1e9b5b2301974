// Single keys press the buttons of the queue that show them: a, c, r, n, p, u. They can be switched off, and never act
// while somebody types. Without JavaScript the buttons do all of it.

const KEEP = "claims-review-keys";
const on = () => box.checked;

const box = document.createElement("input");
box.type = "checkbox";
box.checked = remembered() !== "off";

const label = document.createElement("label");
label.append(box, "Single keys: ", ...keys());
const choice = document.createElement("p");
choice.className = "claims-keys-choice";
choice.append(label);
document.querySelector(".claims-review")?.after(choice);

box.addEventListener("change", () => {
  try {
    localStorage.setItem(KEEP, on() ? "on" : "off");
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  show();
});
show();

document.addEventListener("keydown", (event) => {
  if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// Once a decision is sent, a second press must not send it again.
for (const form of document.querySelectorAll(".claims-review form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

if (new URLSearchParams(location.search).has("done")) document.querySelector("#claims-item")?.focus();

function remembered() {
  try {
    return localStorage.getItem(KEEP);
  } catch {
    return null;
  }
}

function keys() {
  const words = ["a accept", "c correct", "r reject", "n next", "p previous", "u undo"];
  return [words.join(", ")];
}

function show() {
  document.body.classList.toggle("claims-keys", on());
  for (const each of document.querySelectorAll("[data-key]")) {
    if (on()) each.setAttribute("aria-keyshortcuts", each.dataset.key);
    else each.removeAttribute("aria-keyshortcuts");
  }
}
