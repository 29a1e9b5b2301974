// Places in a text <-> ranges of the DOM. The text is the root's textContent, exactly: marks, numbers and words for
// listeners are attributes and no text. The DOM counts UTF-16 units (from, to), the record code points (start, end).

// The number of code points before a unit; one inside a surrogate pair counts as the beginning of the pair.
const codePoints = (text, unit) => [...text.slice(0, unit).replace(/[\uD800-\uDBFF]$/, "")].length;

// The unit at which a code point begins.
export const unitOf = (text, point) => [...text].slice(0, point).join("").length;

// The passage that a range covers within the root, without white space at its ends; null if it is empty.
export function placeOf(root, range) {
  if (!range.intersectsNode(root)) return null;
  const part = document.createRange();
  part.selectNodeContents(root);
  const before = part.cloneRange();
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  before.setEnd(part.startContainer, part.startOffset);
  const words = part.toString();
  const exact = words.trim();
  const from = `${before}`.length + words.indexOf(exact);
  const to = from + exact.length;
  const text = root.textContent;
  return exact ? { from, to, exact, start: codePoints(text, from), end: codePoints(text, to) } : null;
}

// The range that covers units from to to of the root's text. It begins and ends inside text nodes.
export function rangeOf(root, from, to) {
  const range = document.createRange();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let at = 0, node; at < to && (node = walker.nextNode()); at += node.length) {
    if (at <= from && from < at + node.length) range.setStart(node, from - at);
    if (to <= at + node.length) range.setEnd(node, to - at);
  }
  return range;
}
