"""The matrix as an SVG file: the page that is shown, with glyphs as shapes and the basis as filling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ..comparison import FILTER_COLUMNS
from ..schema.vocabulary import BASIS, STANCE
from . import svg, wording
from .compare_figures import Figures, Names
from .compare_table import deciding

NAME, CELL, LINE, HEAD = 190.0, 76.0, 30.0, 132.0
TOP = 40.0
FOOT = 84.0
_WORDS = (None, *STANCE.words)
_BASES = (None, *BASIS.words)
_TINTS = {"supports": "#d5e5f6", "disputes": "#fbdcc4"}
_INKS = {"supports": "#0a4f94", "disputes": "#8f3d00"}
_OTHER_TINT, _OTHER_INK = "#e4e7ea", "#444c56"


def matrix_drawing(figures: Figures, names: Names, title: str) -> Markup:
    """The page of the matrix that the view shows, as a drawing that stands alone."""
    shown = figures.matrix
    width = NAME + max(CELL * len(shown.claim_ids), 3 * CELL) + 16.0
    height = TOP + HEAD + LINE * len(shown.row_ids) + FOOT
    called = names[FILTER_COLUMNS[figures.view.column].dictionary]
    rows = ["Not stated" if row in (None, "not_stated") else called.get(str(row), str(row)) for row in shown.row_ids]
    parts: list[Markup] = [
        _patterns(),
        svg.text(wording.shortened(title, int(width / 7)), 8, 24, class_="claims-svg-strong"),
    ]
    parts += _claims([names["claims"].get(claim, claim) for claim in shown.claim_ids])
    for at, name in enumerate(rows):
        y = TOP + HEAD + LINE * at
        parts.append(svg.element("line", x1=8.0, x2=width - 8, y1=y, y2=y, class_="claims-svg-line"))
        parts.append(svg.text(wording.shortened(name, 27), 8, y + 19))
        parts += _row(figures, at, y)
    parts += _key(height - FOOT + 30)
    described = f"{wording.count(shown.stances_on_claims, 'stance')} on {wording.count(len(shown.claim_ids), 'claim')}."
    return svg.drawing(parts, width, height, title, described, standalone=True)


def _patterns() -> Markup:
    """Fillings: lines for what is known at second hand, dots for what third parties tell."""
    made = []
    for name, tint in (*_TINTS.items(), ("other", _OTHER_TINT)):
        ink = _INKS.get(name, _OTHER_INK)
        ground = svg.element("rect", width=6.0, height=6.0, fill=tint, fill_opacity=0.45)
        stroke = svg.element("path", d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", stroke=ink, stroke_opacity=0.35)
        dot = svg.element("circle", cx=3.0, cy=3.0, r=0.9, fill=ink, fill_opacity=0.5)
        for kind, mark in (("lines", stroke), ("dots", dot)):
            made.append(
                svg.element(
                    "pattern", ground, mark, id=f"{name}-{kind}", width=6.0, height=6.0, patternUnits="userSpaceOnUse"
                )
            )
    return svg.element("defs", *made)


def _fill(stance: str, basis: str) -> str:
    name = stance if stance in _TINTS else "other"
    if basis in ("explicit", "vote"):
        return _TINTS.get(stance, _OTHER_TINT)
    return f"url(#{name}-{'dots' if basis == 'third_party' else 'lines'})"


def _shape(stance: str, x: float, y: float) -> Markup:
    """The glyph of a stance as a shape around (x, y), so that no font needs to have it."""
    ink = _INKS.get(stance, _OTHER_INK)
    shapes: Mapping[str, str] = {
        "supports": f"M{x - 5},{y + 4} L{x + 5},{y + 4} L{x},{y - 5} Z",
        "disputes": f"M{x - 5},{y - 4} L{x + 5},{y - 4} L{x},{y + 5} Z",
        "mixed": f"M{x},{y - 5} L{x + 5},{y} L{x},{y + 5} L{x - 5},{y} Z",
        "declines": f"M{x - 5},{y - 1} L{x + 5},{y - 1} L{x + 5},{y + 1} L{x - 5},{y + 1} Z",
    }
    if stance in shapes:
        return svg.element("path", d=shapes[stance], fill=ink)
    if stance == "neutral":
        return svg.element("circle", cx=x, cy=y, r=4.5, fill=ink)
    return svg.text("?", x - 4, y + 5, class_="claims-svg-strong")


def _claims(texts: Sequence[str]) -> list[Markup]:
    """The claims above their columns, in lines that fit."""
    made = []
    for at, text in enumerate(texts):
        for number, line in enumerate(_wrapped(text, 12, 8)):
            made.append(svg.text(line, NAME + CELL * at + 4, TOP + 14 + number * 14, class_="claims-svg-small"))
    return made


def _wrapped(text: str, width: int, most: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}".strip()
        if len(joined) > width and line:
            lines.append(line)
            line = word
        else:
            line = joined
    lines.append(line)
    short = [wording.shortened(line, width + 1) for line in lines[:most]]
    if len(lines) > most:
        short[-1] = f"{short[-1][: width - 1]}…"
    return short


def _row(figures: Figures, at: int, y: float) -> list[Markup]:
    found, made = figures.matrix.cells, []
    sizes, both = found.stances[at].tolist(), found.contradiction[at].tolist()
    summary, bases = found.summary[at].tolist(), found.basis[at].tolist()
    first = deciding(figures.matrix)[at].tolist()
    narrower = found.narrower[at].sum(axis=1).tolist()
    for claim, size in enumerate(sizes):
        x = NAME + CELL * claim
        if size:
            stance, basis = str(_WORDS[summary[claim]]), str(_BASES[bases[claim]])
            told = f"{STANCE.term(stance).label}, {wording.count(size, 'stance')}, {BASIS.term(basis).label}"
            of = f"{wording.number(first[claim])} of " if first[claim] < size else ""
            label = f"{of}{wording.number(size)}{' !' if both[claim] else ''}"
            made.append(
                svg.element(
                    "g",
                    svg.element("title", told),
                    svg.element(
                        "rect", x=x + 2, y=y + 3, width=CELL - 4, height=LINE - 6, rx=3.0, fill=_fill(stance, basis)
                    ),
                    _shape(stance, x + 16, y + LINE / 2),
                    svg.text(label, x + 28, y + LINE / 2 + 4),
                )
            )
        elif narrower[claim]:
            made.append(svg.text("narrower", x + 10, y + LINE / 2 + 4, class_="claims-svg-quiet"))
    return made


def _key(y: float) -> list[Markup]:
    made: list[Markup] = []
    x = 8.0
    for word in STANCE.words:
        made += [_shape(word, x + 6, y - 4), svg.text(STANCE.term(word).label, x + 16, y)]
        x += 84
    x = 8.0
    for basis in BASIS.words:
        box = svg.element("rect", x=x, y=y + 12, width=14.0, height=14.0, rx=2.0, fill=_fill("supports", basis))
        made += [box, svg.text(BASIS.term(basis).label, x + 20, y + 24)]
        x += 40 + 7 * len(BASIS.term(basis).label)
    return [*made, svg.text("!  both supports and disputes", x, y + 24)]
