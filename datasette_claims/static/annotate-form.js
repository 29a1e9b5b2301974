// The annotation form and edit forms with JavaScript: type-ahead, roles of the chosen speaker, a copy of what is typed, and
// saving without leaving the page, so that a failing request loses nothing. Without it the form is sent as any other.

import { comboboxes } from "./annotate-combobox.js";
import { fill, forget, keep, read } from "./annotate-keep.js";

export function enhance(form, { saved, replaced } = {}) {
  comboboxes(form);
  roles(form);
  const name = form.dataset.keep;
  const done = keep(form, name);
  const other = () => {
    const chosen = form.elements.namedItem("statement")?.value.trim();
    for (const part of form.querySelectorAll(".claims-of-statement")) part.hidden = Boolean(chosen);
  };
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) done(); // thrown away on purpose
  });
  form.addEventListener("input", other);
  form.addEventListener("change", other);
  other();
  form.addEventListener("submit", async (event) => {
    const more = event.submitter?.name ? [[event.submitter.name, event.submitter.value]] : [];
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button[type=submit]")];
    for (const button of buttons) button.disabled = true;
    const body = new URLSearchParams([...new FormData(form), ...more]);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json, text/html" } });
      const kind = answer.headers.get("content-type") || "";
      if (answer.ok && kind.includes("json")) {
        done();
        return (saved || ((told) => location.assign(told.url)))(await answer.json());
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const again = page.getElementById(form.id);
      if (again) return show(form, document.importNode(again, true), { saved, replaced });
      const told = page.querySelector(".claims-answer")?.textContent.trim();
      fail(form, told || `Not saved: the server answered ${answer.status}.`, "What you entered is still here. Reload the page if it stays so.");
    } catch {
      fail(form, "Not saved: the server could not be reached.", "What you entered is still here. Try again.");
    }
    for (const button of buttons) button.disabled = false;
  });
}

// The form as the server shows it again, in the place of the one that was sent.
function show(form, again, options) {
  form.replaceWith(again);
  enhance(again, options);
  options.replaced?.(again);
  const wrong = again.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
  else again.querySelector(".claims-form-error:not([hidden])")?.scrollIntoView({ block: "nearest" });
}

function fail(form, what, remedy) {
  const box = form.querySelector(".claims-form-error");
  const strong = document.createElement("strong");
  strong.append(what);
  const line = document.createElement("p");
  line.append(strong, ` ${remedy}`);
  box.replaceChildren(line);
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

// The roles that the chosen speaker has on record, each a button that fills role and organization.
function roles(form) {
  const box = form.querySelector("[data-roles]");
  const speaker = form.elements.namedItem("speaker");
  if (!box || !speaker) return;
  const load = async (actor) => {
    box.hidden = true;
    if (!actor) return;
    const answer = await fetch(`${form.dataset.suggestUrl}/roles?${new URLSearchParams({ actor })}`).catch(() => null);
    const options = answer?.ok ? (await answer.json()).options : [];
    const label = document.createElement("span");
    label.className = "claims-soft";
    label.append("On record as:");
    box.replaceChildren(label, ...options.map((option) => button(form, option)));
    box.hidden = !options.length;
  };
  speaker.addEventListener("claims-picked", (event) => load(event.detail.id));
  load(form.elements.namedItem("speaker_id")?.value);
}

function button(form, option) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "claims-second";
  made.append(option.value, option.note ? ` (${option.note})` : "");
  const country = form.elements.namedItem("country");
  made.addEventListener("click", () => {
    form.elements.namedItem("speaker_role").value = option.role;
    form.elements.namedItem("organization").value = option.organization;
    form.elements.namedItem("organization_id").value = option.organization_id;
    if (country && option.country) country.placeholder = `${option.country}, from the role`;
    form.dispatchEvent(new Event("change"));
  });
  return made;
}

// On a page of its own: offer what was left unsaved.
export function offer(form) {
  const kept = read(form.dataset.keep);
  if (!kept) return;
  const place = (values) => values.filter(([name]) => name === "start" || name === "end").map(([, value]) => value).join("-");
  const own = ["start", "end"].map((name) => form.elements.namedItem(name)?.value).filter(Boolean).join("-");
  if (own && place(kept.values) !== own) return;
  const box = document.createElement("div");
  box.className = "claims-unsaved";
  box.setAttribute("role", "status");
  const when = new Date(kept.at).toLocaleString(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" });
  const take = document.createElement("button");
  take.type = "button";
  take.append("Bring it back");
  take.addEventListener("click", () => {
    fill(form, kept.values);
    form.dispatchEvent(new Event("change"));
    box.remove();
  });
  const drop = document.createElement("button");
  drop.type = "button";
  drop.append("Discard it");
  drop.addEventListener("click", () => {
    forget(form.dataset.keep);
    box.remove();
  });
  box.append(`What you entered here on ${when} was not saved.`, take, drop);
  form.prepend(box);
}

for (const form of document.querySelectorAll("form.claims-form[data-keep]")) {
  offer(form);
  enhance(form);
}
