// The annotation form and edit forms with JavaScript: type-ahead, roles of the chosen speaker, a copy of what is typed, and
// saving without leaving the page, so that a failing request loses nothing. Without it the form is sent as any other.

import { comboboxes } from "./annotate-combobox.js";

export function begin(form) {
  offer(form);
  enhance(form);
}

function enhance(form) {
  comboboxes(form);
  roles(form);
  if (form.querySelector("[data-borders]")) import("./annotate-borders.js").then(({ borders }) => borders(form));
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => keep(form));
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) forget(form); // thrown away on purpose
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, new FormData(form, event.submitter));
  });
}

async function send(form, data) {
  const busy = (on) => form.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = on));
  busy(true);
  try {
    const headers = { accept: "application/json, text/html" };
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers });
    if (answer.ok && answer.headers.get("content-type").includes("json")) {
      forget(form);
      return location.assign((await answer.json()).url);
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const again = page.getElementById(form.id);
    if (again) return show(form, again);
    fail(form, page.querySelector(".claims-answer")?.textContent || `Not saved: the server answered ${answer.status}.`);
  } catch {
    fail(form, "Not saved: the server could not be reached.");
  }
  busy(false);
}

// The form as the server shows it again, in the place of the one that was sent.
function show(form, again) {
  form.replaceWith(again);
  enhance(again);
  again.querySelector(".claims-form-error:not([hidden])")?.scrollIntoView({ block: "nearest" });
  again.querySelector("[aria-invalid=true], [autofocus]")?.focus();
}

function fail(form, what) {
  const box = form.querySelector(".claims-form-error");
  const strong = document.createElement("strong");
  strong.append(what);
  box.replaceChildren(strong, " What you entered is still here. Try again.");
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

// The roles that the chosen speaker has on record, each a button that fills role and organization.
function roles(form) {
  const box = form.querySelector("[data-roles]");
  const { elements } = form;
  let actor = "";
  const load = async () => {
    if (actor === elements.speaker_id.value) return;
    actor = elements.speaker_id.value;
    const answer = await fetch(`${form.dataset.suggestUrl}/roles?${new URLSearchParams({ actor })}`).catch(() => null);
    const options = answer?.ok ? (await answer.json()).options : [];
    box.replaceChildren("On record as:", ...options.map(button));
    box.hidden = !options.length;
  };
  const button = (option) => {
    const made = document.createElement("button");
    made.append(option.value, option.note && ` (${option.note})`);
    const onclick = () => {
      elements.speaker_role.value = option.role;
      elements.organization.value = option.organization;
      elements.organization_id.value = option.organization_id;
      if (option.country) elements.country.placeholder = `${option.country}, from the role`;
      keep(form);
    };
    return Object.assign(made, { type: "button", className: "claims-second", onclick });
  };
  if (!box) return;
  elements.speaker.addEventListener("change", load);
  load();
}

// A copy of what is typed stays in this browser until it is saved or thrown away. Settings may close the store, and it may
// be full: then nothing is kept, and the form says so.

const OWN = ["csrftoken", "key"]; // belong to this page view, not to what was typed
const nameOf = (form) => `claims-unsaved:${form.dataset.keep}`;

function stored(act) {
  try {
    return act(localStorage);
  } catch {
    return false;
  }
}

function keep(form) {
  const values = [...new FormData(form)].filter(([name]) => !OWN.includes(name));
  const copy = JSON.stringify({ at: Date.now(), values });
  const kept = stored((store) => store.setItem(nameOf(form), copy)) !== false;
  form.querySelector(".claims-kept").textContent = kept ? "Kept in this browser until it is saved." : "This browser keeps no copy.";
}

function forget(form) {
  stored((store) => store.removeItem(nameOf(form)));
}

function offer(form) {
  const kept = stored((store) => JSON.parse(store.getItem(nameOf(form))));
  const box = form.querySelector(".claims-unsaved");
  if (!kept) return;
  const style = { dateStyle: "medium", timeStyle: "short" };
  box.querySelector("time").append(new Date(kept.at).toLocaleString(document.documentElement.lang, style));
  box.hidden = false;
  box.addEventListener("click", ({ target }) => {
    if (target.value === "take") fill(form, kept.values);
    if (target.value === "drop") forget(form);
    box.hidden = Boolean(target.value);
  });
}

// Fields that the form does not have are passed over.
function fill(form, values) {
  for (const field of form.elements) {
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (/checkbox|radio/.test(field.type)) field.checked = given.includes(field.value);
    else if (given.length) field.value = given[0];
  }
}

document.querySelectorAll("form[data-keep]").forEach(begin);
