"""The matrix as HTML: a table whose cells say stance, number and basis in words, made as strings.

A page of 50 rows and 20 claims has a thousand cells, so that every cell is put together from parts that were
escaped once. Everything that comes from data passes through ``markupsafe.escape``. Signs beyond ASCII that stand in
every cell are written as references: a single one would make Python keep two bytes for each letter of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

import numpy as np
from markupsafe import Markup, escape

from ..comparison import STANCE_CODES, Matrix
from ..comparison import encode as encode_pairs
from ..comparison.arrays import IntArray
from ..schema.vocabulary import BASIS, STANCE
from . import visible
from .compare_view import View
from .marks import GLYPHS
from .wording import number

_WORDS = (None, *STANCE.words)
_BASES = (None, *BASIS.words)
_SAID = {word: STANCE.term(word).label for word in STANCE.words} | {"declines": "Asked, declined"}
_KNOWN = {
    "explicit": "explicit",
    "author_summary": "author&#8217;s summary",
    "inferred": "inferred",
    "third_party": "told by a third party",
    "vote": "vote",
}
_SUPPORTS, _DISPUTES = STANCE_CODES["supports"], STANCE_CODES["disputes"]


def hidden(text: str) -> str:
    """Words for screen readers alone."""
    return f'<span class="h">{text}</span>'


def glyph(stance: str) -> str:
    """A stance's glyph, which screen readers pass over."""
    return f'<i class="g" aria-hidden="true">&#{ord(GLYPHS[stance])};</i>'


_SIDES = [STANCE_CODES[word] for word in ("supports", "disputes", "mixed", "neutral")]
_TOTALS = {word: hidden(f" {said.lower()}, ") for word, said in _SAID.items()}

# A cell's parts by the codes of its stance and its basis: before the name of its row, before the number, after it.
_OPENING = [[f'<td class="{stance} {basis}" data-row="' for basis in _BASES] for stance in _WORDS]
_HEADS = [
    f'" data-cell><b>{glyph(word)} {_SAID[word]}{hidden(",")}</b> <span class="n">' if word else "" for word in _WORDS
]
_TAILS = [
    tuple(f'{hidden(noun)}</span><i class="k">{_KNOWN[word]}</i>' for noun in (" stances, ", " stance, "))
    if word
    else ()
    for word in _BASES
]
_SPLIT = (
    f'<span class="x"><span class="w">!</span>{hidden("contradicts itself: ")} {glyph("supports")}&nbsp;',
    f"{hidden(' in support, ')} {glyph('disputes')}&nbsp;",
    f"{hidden(' in dispute')}</span>",
)
_DECLINES = STANCE_CODES["declines"]


@dataclass(frozen=True)
class Head:
    """A row or a claim as it is shown: id (None: not stated), what it is called, where its name leads."""

    id: str | None
    name: str
    href: str | None


def body(shown: Matrix, rows: Sequence[Head], cell_url: str, view: View) -> bytes:
    """The rows of the table in UTF-8, each with its header, its total and its cells.

    ``cell_url`` is the address of the page of one cell; to it come the claim, the filters and the row.
    """
    others = view.filters.without("claim").pairs()
    after = encode_pairs([*others, *[pair for pair in view.own_pairs() if pair[0] in ("_rows", "_as_of")]])
    starts = [
        str(escape(f"{cell_url}?claim={quote_plus(claim)}&{after}{'&' if after else ''}_row="))
        for claim in shown.claim_ids
    ]
    cells = _Cells(shown)
    totals = shown.row_totals.sum(axis=1).tolist()
    lines = []
    for at, head in enumerate(rows):
        name = escape(head.name)
        called = visible.shown(f'<a href="{escape(head.href)}">{name}</a>' if head.href else str(name))
        end = quote_plus("not_stated" if head.id is None else head.id)
        line = [f'<tr><th scope="row">{called}</th><td class="t">{number(totals[at])}</td>']
        line += cells.row(at, starts, end, str(name))
        lines.append("".join([*line, "</tr>"]).encode())
    return b"\n".join(lines)


def head(claims: Sequence[Head], path: str, view: View) -> Markup:
    """The headers of the claims, each with a link that sorts the rows by it. ``path`` is the page's address."""
    made = []
    for claim in claims:
        text, by = escape(claim.name), view.by == claim.id
        query = escape(view.sorted_by(by=claim.id).query())
        order = f' aria-sort="{"descending" if view.reverse else "ascending"}"' if by else ""
        made.append(
            f'<th scope="col"{order}><a href="{escape(claim.href)}" class="claims-head">{text}</a>\n'
            f'<a class="claims-sort" href="{escape(path)}{query}" title="Sort the {view.rows} by their stance on this '
            f'claim">{("sorted ↑" if view.reverse else "sorted ↓") if by else "sort"}'
            f'<span class="claims-vh"> by: {text}</span></a></th>'
        )
    return Markup("\n".join(made))


class _Numbers(dict[int, str]):
    """Numbers as they are shown, each made once: a page shows the same small ones over and over."""

    def __missing__(self, value: int) -> str:
        text = self[value] = number(value)
        return text


class _Cells:
    """The cells of a page, row by row, from its arrays as lists."""

    def __init__(self, shown: Matrix) -> None:
        found = shown.cells
        arrays = (
            *(found.summary, found.basis, found.stances, deciding(shown), found.contradiction),
            *(found.by_stance[..., _SUPPORTS], found.by_stance[..., _DISPUTES], found.declined),
            *(found.narrower.sum(axis=2), found.narrower.argmax(axis=2)),
        )
        self._rows = list(zip(*[array.tolist() for array in arrays], strict=True))
        self._numbers = _Numbers()

    def row(self, at: int, starts: Sequence[str], end: str, name: str) -> list[str]:
        """The cells of one row; ``starts`` (a claim each) and ``end`` make the address of a cell."""
        made, called = [], self._numbers
        for start, stance, basis, size, decide, both, supports, disputes, declined, narrower, narrow in zip(
            starts, *self._rows[at], strict=True
        ):
            if not size:
                inside = self._narrow(narrow, narrower, start + end) if narrower else ""
                made.append(f'<td class="o" data-row="{name}">{inside}</td>' if inside else '<td class="e"></td>')
                continue
            of = called[size] if decide == size else f"{called[decide]} of {called[size]}"
            cell = (
                f'{_OPENING[stance][basis]}{name}"><a href="{start}{end}{_HEADS[stance]}{of}{_TAILS[basis][size == 1]}'
            )
            if both:
                cell += f"{_SPLIT[0]}{called[supports]}{_SPLIT[1]}{called[disputes]}{_SPLIT[2]}"
            if declined and stance != _DECLINES:
                cell += f'<span class="x">asked, declined: {called[declined]}</span>'
            inside = self._narrow(narrow, narrower, start + end) if narrower else ""
            made.append(f"{cell}</a>{inside}</td>")
        return made

    def _narrow(self, code: int, size: int, href: str) -> str:
        """The mark for what the row says on a narrower claim: the stance that it takes most often there."""
        stance = STANCE.words[code - 1]
        return (
            f'<a class="r" href="{href}&amp;_narrower=1" data-cell>{glyph(stance)} {_SAID[stance].lower()} '
            f"a narrower claim{f' ({number(size)})' if size > 1 else ''}</a>"
        )


def deciding(shown: Matrix) -> IntArray:
    """How many stances make a cell what it is: those of its stance on its basis; int64 [R, C].

    A mixed cell is made by all that take a position on that basis.
    """
    found = shown.cells
    row, claim = np.ix_(*(np.arange(size) for size in found.summary.shape))
    counts: IntArray = found.counts[row, claim, found.summary, found.basis]
    sides = found.counts[:, :, _SIDES].sum(axis=2)[row, claim, found.basis]
    return np.where(found.summary == STANCE_CODES["mixed"], sides, counts)


def foot(shown: Matrix) -> Markup:
    """The totals of the claims over all rows, shown or not."""
    totals = shown.claim_totals.tolist()
    cells = []
    for counts in totals:
        parts = [
            f'<span class="{word}">{glyph(word)}&nbsp;{number(counts[code])}{_TOTALS[word]}</span>'
            for word, code in STANCE_CODES.items()
            if counts[code]
        ]
        cells.append(f'<td class="s" data-row="All">{" ".join(parts)}</td>')
    total = number(shown.stances_on_claims)
    return Markup(f'<tr><th scope="row">All</th><td class="t">{total}</td>{"".join(cells)}</tr>')


def legend() -> Markup:
    """Each way in which a cell is filled, with what it means."""
    rows = [
        f'<li><span class="claims-swatch supports {word}" aria-hidden="true">▲</span> '
        f"<span><b>{escape(BASIS.term(word).label)}</b>: {escape(BASIS.term(word).meaning)}</span></li>"
        for word in BASIS.words
    ]
    return Markup("".join(rows))


def heads(ids: Sequence[str | None], names: Mapping[str, str], href: Mapping[str, str]) -> list[Head]:
    """Rows or claims by id, with their names and where these lead."""
    return [
        Head(id, "Not stated" if id in (None, "not_stated") else names.get(id, id), href.get(id or "")) for id in ids
    ]
