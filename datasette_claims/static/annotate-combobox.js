// Type-ahead for fields with data-suggest, after the combobox pattern of the ARIA Authoring Practices Guide: a list that
// opens below the field, arrow keys, Enter, Escape. What was picked is kept as an id beside the text; other text drops it.

let number = 0;

export function comboboxes(form) {
  for (const input of form.querySelectorAll("input[data-suggest]")) attach(form, input);
}

function attach(form, input) {
  const list = document.createElement("ul");
  const id = `claims-options-${number++}`;
  const picked = form.elements.namedItem(`${input.name}_id`);
  const said = document.createElement("span");
  let options = [];
  let current = -1;
  let asked = null;
  let timer = 0;
  list.id = id;
  list.className = "claims-options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent.trim() || "Suggestions");
  said.className = "claims-unseen";
  said.setAttribute("role", "status");
  input.removeAttribute("list");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", id);
  input.closest(".claims-field").append(list, said);

  const close = () => {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => {
    const items = [...list.children];
    current = items.length ? (n + items.length) % items.length : -1;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === current)));
    if (current < 0) return;
    input.setAttribute("aria-activedescendant", items[current].id);
    items[current].scrollIntoView({ block: "nearest" });
  };
  const pick = (n) => {
    input.value = options[n].value;
    if (picked) picked.value = options[n].id;
    close();
    input.dispatchEvent(new CustomEvent("claims-picked", { bubbles: true, detail: options[n] }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (found) => {
    options = found;
    list.replaceChildren(
      ...found.map((option, n) => {
        const item = document.createElement("li");
        item.id = `${id}-${n}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dir = "auto";
        item.append(option.value);
        if (option.note) {
          const note = document.createElement("small");
          note.append(option.note);
          item.append(note);
        }
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => pick(n));
        return item;
      }),
    );
    current = -1;
    list.hidden = !found.length;
    if (found.length) list.scrollIntoView({ block: "nearest" }); // near the lower edge of a window or a panel
    input.setAttribute("aria-expanded", String(found.length > 0));
    said.textContent = found.length ? `${found.length} found` : input.value.trim() ? "None found" : "";
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams({ q: input.value, document: form.dataset.document || "" });
    try {
      const answer = await fetch(`${form.dataset.suggestUrl}/${input.dataset.suggest}?${query}`, { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).options);
    } catch (error) {
      if (error.name !== "AbortError") close(); // no list without the server: the field takes the text all the same
    }
  };
  input.addEventListener("input", () => {
    if (picked) picked.value = "";
    clearTimeout(timer);
    if (!input.value.trim()) return show([]);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(event.key === "ArrowDown" ? current + 1 : current < 0 ? -1 : current - 1);
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      pick(current);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    asked?.abort();
    close();
  });
}
