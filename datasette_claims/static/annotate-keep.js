// Keeps what is typed into a form in this browser until it is saved, so that neither a failing request nor the end of a
// session loses it. The copy is removed as soon as the form was saved or its content was discarded.

const PREFIX = "claims-unsaved:";
const OWN = ["csrftoken", "key"]; // belong to this page view, not to what was typed

const store = (() => {
  try {
    localStorage.setItem(`${PREFIX}?`, "");
    localStorage.removeItem(`${PREFIX}?`);
    return localStorage;
  } catch {
    return null; // closed by the browser's settings: then nothing is kept, and the page does not say that it is
  }
})();

export function read(name) {
  try {
    return JSON.parse(store?.getItem(PREFIX + name) || "null");
  } catch {
    return null;
  }
}

export function forget(name) {
  store?.removeItem(PREFIX + name);
}

export function valuesOf(form) {
  return [...new FormData(form)].filter(([name]) => !OWN.includes(name));
}

// Put kept values into a form. Fields that it does not have are passed over.
export function fill(form, values) {
  const named = new Map();
  for (const [name, value] of values) named.set(name, [...(named.get(name) || []), value]);
  for (const element of form.elements) {
    if (!element.name || OWN.includes(element.name)) continue;
    const given = named.get(element.name);
    if (element.type === "checkbox") element.checked = Boolean(given?.includes(element.value));
    else if (given) element.value = given[0];
  }
}

// Keep the form's content from the first change on. Returns what to call when it was saved.
export function keep(form, name) {
  const said = form.querySelector(".claims-kept");
  const write = () => {
    if (!store) return;
    try {
      store.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), values: valuesOf(form) }));
      if (said) said.textContent = "Kept in this browser until it is saved.";
    } catch {
      if (said) said.textContent = "This browser has no room to keep a copy.";
    }
  };
  form.addEventListener("input", write);
  form.addEventListener("change", write);
  return () => forget(name);
}
