// Opens the stances behind a cell in place: fetches the cell’s own page and shows its main part in a dialog. The
// dialog element gives Escape, the focus trap, and the focus back to the cell. Without JavaScript the link leads there.

const dialog = document.createElement("dialog");
dialog.className = "claims-drawer";
dialog.setAttribute("aria-labelledby", "claims-drawer-title");

const bar = document.createElement("p");
bar.className = "claims-drawer-bar";
const whole = document.createElement("a");
whole.textContent = "Open as a page";
const close = document.createElement("button");
close.type = "button";
close.className = "claims-copy";
close.textContent = "Close";
close.addEventListener("click", () => dialog.close());
bar.append(whole, close);

const content = document.createElement("div");
content.className = "claims";
dialog.append(bar, content);
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
document.body.append(dialog);

let asked = 0;

function say(text, role) {
  const told = document.createElement("p");
  told.textContent = text;
  told.setAttribute("role", role);
  content.replaceChildren(told);
}

async function open(link) {
  const number = ++asked;
  whole.href = link.href;
  say("Reading the stances…", "status");
  if (!dialog.open) dialog.showModal();
  close.focus();
  try {
    const answer = await fetch(link.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked) return;
    const main = page.querySelector("main");
    if (!answer.ok || !main) throw new Error(page.querySelector(".claims-answer")?.textContent ?? "");
    show(main);
  } catch (error) {
    if (number === asked) say(error.message || "The stances could not be read. Open them as a page.", "alert");
  }
}

function show(main) {
  const heading = document.importNode(main.querySelector("h1"), true);
  heading.id = "claims-drawer-title";
  heading.tabIndex = -1;
  const parts = [".claims-cell-claim", ".claims-answer", "#claims-cell"].map((each) => main.querySelector(each));
  content.replaceChildren(heading, ...parts.filter(Boolean).map((part) => document.importNode(part, true)));
  heading.focus();
  dialog.scrollTop = 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cell]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link);
});
