// Keeps each card level with its passage and shows which words belong to which card. Without it the cards are a list.
// Nothing here changes the text's own layout: cards are placed in a column of their own, once; one that comes level with its
// passage lies over the others, which stay.

const text = document.querySelector(".claims-text");
const list = document.querySelector(".claims-cards");
const wide = matchMedia("(min-width: 62rem)");
const GAP = 10; // pixels between two cards

if (text && list) {
  const pieces = [...text.querySelectorAll("mark[data-n]")];
  const cards = [...list.children].map((element) => ({
    element,
    ranges: (element.dataset.ranges || "").split(" ").filter(Boolean).map((range) => range.split("-").map(Number)),
  }));

  const place = () => {
    list.classList.toggle("claims-placed", wide.matches);
    if (!wide.matches) {
      list.style.minHeight = "";
      return;
    }
    const top = list.getBoundingClientRect().top;
    const room = text.getBoundingClientRect().height;
    list.classList.remove("claims-dense");
    const needed = cards.reduce((sum, card) => sum + card.element.offsetHeight + GAP, 0);
    list.classList.toggle("claims-dense", needed > 1.25 * room); // less than that may reach below the text
    // A card begins at the line of its passage; where the card before it reaches lower, directly beneath that one.
    let line = 0;
    let free = 0;
    const places = cards.map((card) => {
      const box = boxOf(card);
      if (box) line = Math.round(box.top - top);
      const at = Math.max(line, free);
      free = at + card.element.offsetHeight + GAP;
      return [at, line - at];
    });
    cards.forEach(({ element }, n) => {
      element.style.setProperty("--top", `${places[n][0]}px`);
      element.style.setProperty("--away", `${places[n][1]}px`);
    });
    list.style.minHeight = `${free}px`;
  };

  // The first line of a passage; where it is folded away, what folds it. White space between blocks has no box.
  const boxOf = ({ ranges }) => {
    for (const [first, last] of ranges) {
      for (let n = first; n < last; n++) {
        const box = (pieces[n].closest("details:not([open])") || pieces[n]).getClientRects()[0];
        if (box) return box;
      }
    }
    return null;
  };

  // The words of a card that is pointed at, and the card of the words, which comes level with them. A card under the
  // pointer stays where it is, and one that came stays for a moment, so that the pointer can follow it.
  let shown = null;
  let leaving = 0;
  const show = (card, comes) => {
    clearTimeout(leaving);
    if (card !== shown) {
      if (shown) paint(shown, false);
      if (card) paint(card, true);
      shown?.element.classList.remove("claims-come");
      shown = card;
    }
    if (comes) card.element.classList.add("claims-come");
  };
  const paint = (card, on) => {
    card.element.classList.toggle("claims-hover", on);
    for (const [first, last] of card.ranges) {
      for (let n = first; n < last; n++) pieces[n].classList.toggle("claims-hover", on);
    }
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(show, 400, null);
  };
  const of = (element) => cards.find((card) => card.element === element) || null;
  const covering = (piece) => {
    const n = Number(piece.dataset.n);
    // the innermost: the one that begins last
    return cards.findLast((card) => card.ranges.some(([first, last]) => first <= n && n < last));
  };
  text.addEventListener("pointerover", (event) => {
    const card = event.target.closest("mark[data-n]") && covering(event.target.closest("mark[data-n]"));
    if (card) show(card, true);
    else leave();
  });
  list.addEventListener("pointerover", (event) => {
    const card = of(event.target.closest(".claims-card"));
    if (card) show(card);
    else leave();
  });
  text.addEventListener("pointerleave", leave);
  list.addEventListener("pointerleave", leave);
  list.addEventListener("focusin", (event) => show(of(event.target.closest(".claims-card"))));

  let opened = null;
  const open = (element) => {
    opened?.classList.remove("claims-open");
    opened = element;
    opened?.classList.add("claims-open");
  };
  text.addEventListener("click", (event) => {
    const edge = event.target.closest("a.claims-edge");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!edge || !wide.matches || !plain) return;
    const card = document.getElementById(edge.hash.slice(1));
    if (!card) return;
    event.preventDefault();
    open(card);
    card.querySelector("a")?.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(null);
    if (list.contains(document.activeElement)) {
      const back = document.activeElement.closest(".claims-card").id.replace(/^m-/, "a-");
      document.getElementById(back)?.focus();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (opened && !opened.contains(event.target)) open(null);
  });

  place();
  new ResizeObserver(place).observe(text);
  wide.addEventListener("change", place);
  document.fonts?.ready.then(place);
}
