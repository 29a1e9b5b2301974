// Places in a text as code points <-> places in the DOM. The text is the root's textContent, exactly: marks, numbers and
// words for listeners are attributes and no text. JavaScript counts UTF-16 units; offsets of the record count code points.

const WIDE = /[\u{10000}-\u{10FFFF}]/gu;

// The number of code points before a UTF-16 unit; a unit inside a surrogate pair counts as its beginning.
export function codePoints(text, unit) {
  const before = text.slice(0, unit);
  const pairs = before.match(WIDE)?.length ?? 0;
  const cut = /[\uD800-\uDBFF]$/.test(before) && /^[\uDC00-\uDFFF]/.test(text.slice(unit)) ? 1 : 0;
  return before.length - pairs - cut;
}

// The UTF-16 unit at which a code point begins.
export function unitOf(text, point) {
  let unit = 0;
  for (let n = 0; n < point && unit < text.length; n++) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  return unit;
}

// Where a DOM point stands in the root's text, in UTF-16 units.
function unitAt(root, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(root);
  range.setEnd(node, offset);
  return range.toString().length;
}

// The passage that a range covers within the root, in code points, without white space at its ends; null if it is empty.
export function placeOf(root, range) {
  const whole = document.createRange();
  whole.selectNodeContents(root);
  if (range.compareBoundaryPoints(Range.END_TO_START, whole) >= 0) return null; // it begins after the text
  if (range.compareBoundaryPoints(Range.START_TO_END, whole) <= 0) return null; // it ends before the text
  const first = range.compareBoundaryPoints(Range.START_TO_START, whole) < 0;
  const last = range.compareBoundaryPoints(Range.END_TO_END, whole) > 0;
  const text = root.textContent;
  let start = first ? 0 : unitAt(root, range.startContainer, range.startOffset);
  let end = last ? text.length : unitAt(root, range.endContainer, range.endOffset);
  const words = text.slice(start, end);
  start += words.length - words.trimStart().length;
  end -= words.length - words.trimEnd().length;
  if (start >= end) return null;
  return { start: codePoints(text, start), end: codePoints(text, end), exact: text.slice(start, end) };
}

// The range that covers code points start to end of the root's text. It begins and ends inside text nodes.
export function rangeOf(root, start, end) {
  const text = root.textContent;
  const from = unitOf(text, start);
  const to = unitOf(text, end);
  const range = document.createRange();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let at = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const next = at + node.length;
    if (!begun && from < next) {
      range.setStart(node, from - at);
      begun = true;
    }
    if (begun && to <= next) {
      range.setEnd(node, to - at);
      return range;
    }
    at = next;
  }
  return null;
}

// The words of a text as [start, end] in UTF-16 units.
export function wordsOf(text, language) {
  if (globalThis.Intl?.Segmenter) {
    const segmenter = new Intl.Segmenter(language || undefined, { granularity: "word" });
    const words = [...segmenter.segment(text)].filter((part) => part.isWordLike);
    return words.map((part) => [part.index, part.index + part.segment.length]);
  }
  return [...text.matchAll(/[\p{L}\p{N}\p{M}'’-]+/gu)].map((match) => [match.index, match.index + match[0].length]);
}
