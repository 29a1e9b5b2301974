"""The JSON behind a comparison page, as text.

It holds nothing that depends on when or by which URL it was asked for, so that the same revision always has the same
checksum. A page of 50 rows and 20 claims has a thousand cells with some fifteen counts each: their text is put together
from parts that are the same for every cell, which takes a quarter of the time of making objects and encoding them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..comparison import FILTER_COLUMNS, Facet, Matrix
from ..comparison.arrays import IntArray
from ..comparison.index import BASIS_SIZE, STANCE_SIZE
from ..schema.vocabulary import BASIS, STANCE
from .compare_figures import Figures, Names, by_stance, value_name

encoded = json.JSONEncoder(ensure_ascii=False).encode
"""A value as JSON text, as all JSON of the pages is written."""

_STANCES = ("none", *STANCE.words)
_BASES = ("none", *BASIS.words)


def text(figures: Figures, names: Names, **more: Any) -> str:
    """The page as a JSON object; ``more`` are further members of it."""
    view, shown = figures.view, figures.matrix
    first, last = figures.dates
    before = {
        "rows": view.rows,
        "filters": [{"parameter": name, "value": value} for name, value in view.filters.pairs()],
        "stances": figures.selection.size,
        "units": figures.units,
        "claims": figures.claims,
        "contested": figures.contested,
        "sides": figures.sides,
        "named_and_explicit": figures.own_words,
        "first": first,
        "last": last,
    }
    after = {
        "checksum_of": "ids and names of rows and claims, and the counts: see docs/comparing.md",
        "facets": {column: _facet(listed, names) for column, listed in figures.facets.items()},
        **more,
    }
    matrix = {
        "claims_of": shown.claim_count,
        "rows_of": shown.row_count,
        "stances": shown.stances_on_claims,
        "claims": _claims(shown, names["claims"]),
    }
    rows = ", ".join(_rows(figures, names[FILTER_COLUMNS[view.column].dictionary]))
    return f'{encoded(before)[:-1]}, "matrix": {encoded(matrix)[:-1]}, "rows": [{rows}]}}, {encoded(after)[1:]}'


def _claims(shown: Matrix, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"claim": claim, "text": names.get(claim, claim), "stances": by_stance(totals)}
        for claim, totals in zip(shown.claim_ids, shown.claim_totals.tolist(), strict=True)
    ]


def _facet(listed: Facet, names: Names) -> dict[str, Any]:
    return {
        "of": listed.distinct,
        "stances": listed.stances,
        "values": [
            {"value": value.id, "name": value_name(listed.column, value, names), "stances": value.count}
            | ({"chosen": True} if value.chosen else {})
            for value in listed.values
        ],
    }


def _rows(figures: Figures, names: Mapping[str, str]) -> list[str]:
    """Every row as a JSON object."""
    shown = figures.matrix
    cells, claims = cell_texts(shown), len(shown.claim_codes)
    made = []
    for at, (row, totals) in enumerate(zip(shown.row_ids, shown.row_totals.tolist(), strict=True)):
        head = {
            "id": row,
            "name": "Not stated" if row is None else names.get(row, row),
            "stances": by_stance(totals),
        }
        made.append(f'{encoded(head)[:-1]}, "cells": [{", ".join(cells[at * claims : (at + 1) * claims])}]}}')
    return made


def cell_texts(shown: Matrix) -> list[str]:
    """Every cell of the page as JSON, row by row: null where it is empty, else what is not nought of ``counts`` (by
    stance and basis), ``narrower`` (by stance), ``stance``, ``basis``, ``stances``, ``first``, ``last``,
    ``contradiction`` and ``explicit_contradiction``."""
    found, days = shown.cells, shown.index.dictionaries["date"].ids
    size = len(shown.row_codes) * len(shown.claim_codes)
    counts = _counts(found.counts.reshape(size, STANCE_SIZE * BASIS_SIZE), _BY_BASIS, "}}")
    narrower = _counts(found.narrower.reshape(size, STANCE_SIZE), _BY_STANCE, "}")
    first_days, last_days = (array.ravel().tolist() for array in (found.first, found.last))
    dates = {code: encode_basestring(days[code]) for code in {*first_days, *last_days} if code}
    arrays = (found.summary, found.basis, found.stances, found.contradiction, found.explicit_contradiction)
    parts = (*[array.ravel().tolist() for array in arrays], first_days, last_days)
    made = ["null"] * size
    for at, (stance, basis, stances, both, explicit, first, last) in enumerate(zip(*parts, strict=True)):
        inside = narrower.get(at)
        if stances:
            more = f", {inside}" if inside else ""
            when = f', "first": {dates[first]}, "last": {dates[last]}' if last else ""
            made[at] = f"{{{counts[at]}{more}{_SUMMARY[stance][basis]}{stances}{when}{_MARKS[both + explicit]}}}"
        elif inside:
            made[at] = f"{{{inside}}}"
    return made


def _counts(counts: IntArray, openings: NDArray[np.object_], closing: str) -> dict[int, str]:
    """Cell -> its counts as a member of a JSON object, from counts [cells, kinds]; without the cells that have none.

    ``openings`` [3, kinds] is what stands before a number of each kind: where it is the first of its cell, the first of
    its stance, or a later one.
    """
    cell, kind = np.nonzero(counts)
    if not len(cell):
        return {}
    new_cell = np.diff(cell, prepend=-1) != 0
    new_stance = np.diff(kind // (counts.shape[1] // STANCE_SIZE), prepend=-1) != 0
    texts = np.empty((len(cell), 2), dtype=object)
    texts[:, 0] = openings[np.where(new_cell, 0, np.where(new_stance, 1, 2)), kind]
    texts[:, 1] = _numbers(counts[cell, kind])
    parts, starts = texts.ravel().tolist(), np.flatnonzero(new_cell)
    ends = [*(2 * starts[1:]).tolist(), len(parts)]
    return {
        at: "".join(parts[start:end]) + closing
        for at, start, end in zip(cell[starts].tolist(), (2 * starts).tolist(), ends, strict=True)
    }


_SMALL = np.array([str(number) for number in range(1000)], dtype=object)


def _numbers(numbers: IntArray) -> NDArray[np.object_]:
    """Numbers as text; the small ones, which are most, are there already."""
    texts = _SMALL.take(np.minimum(numbers, len(_SMALL) - 1))
    large = np.flatnonzero(numbers >= len(_SMALL))
    texts[large] = [str(number) for number in numbers[large].tolist()]
    return texts


_KINDS = [(stance, basis) for stance in _STANCES for basis in _BASES]
_BY_BASIS = np.array(
    [
        [f'"counts": {{"{stance}": {{"{basis}": ' for stance, basis in _KINDS],
        [f'}}, "{stance}": {{"{basis}": ' for stance, basis in _KINDS],
        [f', "{basis}": ' for _, basis in _KINDS],
    ],
    dtype=object,
)
_BY_STANCE = np.array(
    [[f'"narrower": {{"{stance}": ' for stance in _STANCES], *[[f', "{stance}": ' for stance in _STANCES]] * 2],
    dtype=object,
)
_SUMMARY = [[f', "stance": "{stance}", "basis": "{basis}", "stances": ' for basis in _BASES] for stance in _STANCES]
_MARKS = ("", ', "contradiction": true', ', "contradiction": true, "explicit_contradiction": true')
"""By how much the row is on both sides: explicitly so implies so."""
