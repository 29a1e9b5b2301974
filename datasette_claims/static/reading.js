// Keeps each card level with its passage and shows which words belong to which card. Without it the cards are a list.
// Nothing here changes the text's own layout: cards are placed in a column of their own.

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
    list.classList.toggle("claims-dense", needed > room);
    let last = 0;
    const wanted = cards.map((card) => {
      const box = boxOf(card);
      if (box) last = box.top - top;
      return { at: last, height: card.element.offsetHeight + GAP };
    });
    const tops = level(wanted, room);
    cards.forEach((card, n) => card.element.style.setProperty("--top", `${tops[n]}px`));
    const end = tops.length ? tops[tops.length - 1] + wanted[wanted.length - 1].height : 0;
    list.style.minHeight = `${Math.ceil(end)}px`;
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

  let hovered = [];
  const show = (some) => {
    for (const card of hovered) paint(card, false);
    for (const card of some) paint(card, true);
    hovered = some;
  };
  const paint = (card, on) => {
    card.element.classList.toggle("claims-hover", on);
    for (const [first, last] of card.ranges) {
      for (let n = first; n < last; n++) pieces[n].classList.toggle("claims-hover", on);
    }
  };
  const covering = (piece) => {
    const n = Number(piece.dataset.n);
    const found = cards.filter((card) => card.ranges.some(([first, last]) => first <= n && n < last));
    return found.slice(-1); // the innermost: the one that begins last
  };
  text.addEventListener("pointerover", (event) => {
    const piece = event.target.closest("mark[data-n]");
    show(piece ? covering(piece) : []);
  });
  text.addEventListener("pointerleave", () => show([]));
  list.addEventListener("pointerover", (event) => {
    const element = event.target.closest(".claims-card");
    show(cards.filter((card) => card.element === element));
  });
  list.addEventListener("pointerleave", () => show([]));
  list.addEventListener("focusin", (event) => {
    const element = event.target.closest(".claims-card");
    show(cards.filter((card) => card.element === element));
  });

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

// Positions for boxes that want to stand at given heights, in order and without overlap, as near as can be: boxes that
// collide form a block that stands at the mean of what its boxes want (isotonic regression, pool adjacent violators).
// Where all fit into the room they stay within it.
export function level(boxes, room) {
  const blocks = [];
  for (const box of boxes) {
    let block = { sum: box.at, count: 1, height: box.height };
    while (blocks.length) {
      const before = blocks[blocks.length - 1];
      if (startOf(before) + before.height <= startOf(block)) break;
      blocks.pop();
      block = {
        // Each box wants the block to begin so much higher as boxes stand before it in the block.
        sum: before.sum + block.sum - before.height * block.count,
        count: before.count + block.count,
        height: before.height + block.height,
      };
    }
    blocks.push(block);
  }
  const tops = [];
  for (const block of blocks) {
    let at = startOf(block);
    for (let n = 0; n < block.count; n++) {
      at += n ? boxes[tops.length - 1].height : 0;
      tops.push(at);
    }
  }
  let below = Math.max(room, boxes.reduce((sum, box) => sum + box.height, 0));
  for (let n = boxes.length - 1; n >= 0; n--) {
    tops[n] = Math.min(tops[n], below - boxes[n].height);
    below = tops[n];
  }
  return tops.map((top) => Math.max(0, Math.round(top)));
}

function startOf(block) {
  return Math.max(0, block.sum / block.count);
}
