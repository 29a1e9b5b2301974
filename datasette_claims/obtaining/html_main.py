"""Which blocks of a page are its article.

The article is one run of blocks. Where it begins and ends is told by a second reading of the page (trafilatura, or
the text that JSON-LD repeats), else by weighing the blocks: much text speaks for one, links and short lines against
it, and the heaviest run is taken. Nothing inside the run is dropped: what is no part of the story is boilerplate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .html_blocks import Block, Page

WORD = re.compile(r"\w+")
RUN = 4  # words that must stand in the same order in both readings
SHARE = 0.6  # of a block's runs that the second reading must have
LONG = 8  # words of a block that can begin or end an article
COST = 25  # code points that a block must have to speak for itself
BOILERPLATE_COST = 60
HEAD = 40  # blocks before the article in which its headline is looked for
AROUND = 20  # blocks on either side of the story that are kept with it
ENDS = (".", "!", "?", "”", '"', "…", ":", ")")

Extent = tuple[int, int]


def extent(page: Page, readings: Sequence[str]) -> Extent:
    """First and last + 1 of the article's blocks; ``readings`` are second readings of the page, the best first."""
    if not page.blocks:
        return 0, 0
    within = _container(page)
    for reading in readings:
        found = _agreed(page.blocks, reading)
        if found is not None:
            return _with_head(page.blocks, found)
    return _with_head(page.blocks, _heaviest(page.blocks, within))


def whole(page: Page, found: Extent) -> Extent:
    """The extent with what stands around it in the innermost article element that holds all of it, if that is little:
    a notice above the story, a line about its author. It is kept and marked, because the page counts it to the article.
    """
    first, last = found
    if first == last:
        return found
    shared = set.intersection(*(set(block.within) for block in page.blocks[first:last]))
    inner = [number for number in shared if page.containers[number] != "main"]
    if not inner:
        return found
    within = max(inner)
    start, end = first, last
    while start > 0 and first - start < AROUND and within in page.blocks[start - 1].within:
        start -= 1
    while end < len(page.blocks) and end - last < AROUND and within in page.blocks[end].within:
        end += 1
    return start, end


def is_aside(block: Block) -> bool:
    """Whether a block inside the article is no part of the story: most of it is a link, and it is no sentence."""
    if block.kind is not None:
        return False
    return block.linked * 2 > len(block.text) and not block.text.endswith(ENDS)


def _agreed(blocks: Sequence[Block], reading: str) -> Extent | None:
    """From the first to the last block that the other reading has too, or None where it has none.

    The first and last long ones are looked for in the whole page; shorter ones count only next to these.
    """
    known = set(_runs(reading))
    found = [i for i, block in enumerate(blocks) if _is_long(block) and _shares(block, known)]
    if not found:
        return None
    first, last = found[0], found[-1] + 1
    for i in range(last, len(blocks)):
        if not _goes_on(blocks[i], blocks[last - 1]):
            break
        last = i + 1 if _shares(blocks[i], known) else last
    for i in range(first - 1, -1, -1):
        if not _goes_on(blocks[i], blocks[first]):
            break
        first = i if _shares(blocks[i], known) else first
    return first, last


def _goes_on(block: Block, beside: Block) -> bool:
    """Whether a block can be of the story that the one beside it belongs to."""
    return block.within == beside.within and block.kind != "boilerplate" and not is_aside(block)


def _is_long(block: Block) -> bool:
    return len(block.text) > 2 * LONG and sum(1 for _ in WORD.finditer(block.text[:400])) >= LONG


def _shares(block: Block, known: set[int]) -> bool:
    runs = _runs(block.text)
    return sum(run in known for run in runs) >= SHARE * len(runs)


def _runs(text: str) -> list[int]:
    """The hashes of all runs of words, folded."""
    words = [match[0].casefold() for match in WORD.finditer(text)]
    return [hash(tuple(words[i : i + RUN])) for i in range(max(1, len(words) - RUN + 1))]


def _container(page: Page) -> int | None:
    """The element that holds the article: its articleBody, else the article element or main with the most text."""
    lengths = dict.fromkeys(page.containers, 0)
    for block in page.blocks:
        for number in block.within:
            lengths[number] += len(block.text) - 2 * block.linked
    for sort in ("body", "article", "main"):
        found = [number for number, name in page.containers.items() if name == sort and lengths[number] > 0]
        if found:
            return max(found, key=lambda number: (lengths[number], -number))
    return None


def _heaviest(blocks: Sequence[Block], within: int | None) -> Extent:
    """The run of blocks with the greatest weight (the maximum-sum subarray, found in one pass)."""
    best, best_run, weight, start = 0, (0, len(blocks)), 0, 0
    for i, block in enumerate(blocks):
        if weight <= 0:
            weight, start = 0, i
        weight += _weight(block, within)
        if weight > best:
            best, best_run = weight, (start, i + 1)
    return best_run


def _weight(block: Block, within: int | None) -> int:
    if within is not None and within not in block.within:
        return -(len(block.text) + COST)
    cost = BOILERPLATE_COST + len(block.text) if block.kind == "boilerplate" else COST
    return len(block.text) - 2 * block.linked - cost


def _with_head(blocks: Sequence[Block], found: Extent) -> Extent:
    """With the headline that stands before the article, and what stands between them."""
    first, last = found
    for i in range(first - 1, max(-1, first - 1 - HEAD), -1):
        if blocks[i].kind == "headline":
            return i, last
    if not any(block.kind == "headline" for block in blocks[first:last]):
        for i in range(first - 1, max(-1, first - 6), -1):
            if blocks[i].kind not in ("standfirst", "caption", "photo_credit", "alt_text", "credit"):
                break
            first = i
    return first, last
