// Type-ahead for fields with data-suggest, after the combobox pattern of the ARIA Authoring Practices Guide: a list that
// opens below the field, arrow keys, Enter, Escape. What was picked is kept as an id beside the text; other text drops it.

export function comboboxes(within) {
  for (const input of within.querySelectorAll("[data-suggest]:not([role])")) attach(input, input.form);
}

function attach(input, form) {
  const [list, said] = input.parentElement.querySelectorAll("[role=listbox], [role=status]");
  const picked = form.elements.namedItem(`${input.name}_id`);
  let current = -1;
  let asked = null;
  input.removeAttribute("list"); // the list for browsers without scripts
  input.setAttribute("aria-controls", list.id);
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });

  const show = (options, told = "") => {
    said.textContent = told;
    list.replaceChildren(...options.map(item));
    list.hidden = !options.length;
    input.ariaExpanded = `${!list.hidden}`;
    choose(-1);
    list.scrollIntoView({ block: "nearest" }); // near the lower edge of a window or a panel
  };
  const item = (option, n) => {
    const one = document.createElement("li");
    const note = document.createElement("small");
    Object.assign(one, { id: `${list.id}-${n}`, role: "option", dir: "auto", onclick: () => pick(option) });
    note.append(option.note);
    one.append(option.value, note);
    return one;
  };
  const choose = (n) => {
    current = n;
    [...list.children].forEach((one, at) => (one.ariaSelected = `${at === n}`));
    input.setAttribute("aria-activedescendant", list.children[n]?.id || "");
    list.children[n]?.scrollIntoView({ block: "nearest" });
  };
  const pick = (option) => {
    input.value = option.value;
    if (picked) picked.value = option.id;
    show([]);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const close = () => {
    asked?.abort();
    show([]);
  };
  const ask = async (wait) => {
    asked?.abort();
    const { signal } = (asked = new AbortController());
    const query = new URLSearchParams({ q: input.value, document: form.dataset.document });
    try {
      await new Promise((done) => setTimeout(done, wait));
      if (signal.aborted) return;
      const answer = await fetch(`${form.dataset.suggestUrl}/${input.dataset.suggest}?${query}`, { signal });
      const { options } = await answer.json();
      show(options, `${options.length || "None"} found`);
    } catch {
      if (!signal.aborted) show([]); // no list without the server: the field takes the text all the same
    }
  };
  const keys = {
    ArrowDown: () => (list.hidden ? ask(0) : choose((current + 1) % list.children.length)),
    ArrowUp: () => (list.hidden ? ask(0) : choose((current < 1 ? list.children.length : current) - 1)),
    Enter: () => list.children[current]?.click(),
    Escape: close,
  };
  input.addEventListener("keydown", (event) => {
    const arrow = event.key.startsWith("Arrow");
    if (!keys[event.key] || (!arrow && (list.hidden || (event.key === "Enter" && current < 0)))) return;
    event.preventDefault();
    event.stopPropagation(); // Escape closes the list, not the panel around it
    keys[event.key]();
  });
  input.addEventListener("input", () => {
    if (picked) picked.value = "";
    if (input.value.trim()) ask(120);
    else close();
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the field
}

comboboxes(document);
