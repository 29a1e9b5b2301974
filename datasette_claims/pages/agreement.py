"""Agreement: how often actors, organizations or countries take the same position, in pairs and as a group.

What counts is in the URL: the filters, the bases (explicit and votes unless the filters choose others), which units
and which figure. Small numbers of shared claims stay visible but grey.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import compat
from ..comparison import FilterError, Filters, Selection, StanceIndex, encode, table_query
from ..comparison.agreement import Agreement, agreement, differing
from ..comparison.cohesion import LEVELS, agreement_index, krippendorff_alpha, rice, tallies
from ..comparison.positions import UNIT_LIMIT, Positions, positions
from ..comparison.seriation import seriate
from . import wording
from .agreement_choices import base_choices, counted_bases, other_chips
from .agreement_figures import FIGURES, GROUP_FIGURES
from .compare_sentence import of_status
from .filter_bar import query_of
from .framework import Answer, Visit, page
from .stances import names_of, refused, revision_asked, selection_of

UNITS = {
    "country": ("country", "countries"),
    "actor": ("actor", "actors"),
    "organization": ("organization", "organizations"),
}
"""What can be compared: the parameter's value -> (one, many)."""

OWN = ("units", "figure", "unit", "with", "page")
"""The parameters of this page beside the filters. In a URL they begin with "_", so that the query string can be used
on the ``stances`` table as it is; they are understood without it too."""

SHOWN = 40
"""How many units a page of the heatmap shows, those with a position on the most claims first."""

FEW = 5
"""Below so many shared claims a figure is grey."""

LISTED = 100


@dataclass(frozen=True)
class View:
    """What the URL asks for: which units, which figure in the heatmap and which page of it, whose list or which pair;
    ``as_of`` is the revision that is shown, None for the present."""

    filters: Filters
    units: str
    figure: str
    unit: str | None
    other: str | None
    page: int = 1
    as_of: int | None = None

    def url(self, visit: Visit, **changes: str | None) -> str:
        """The canonical URL of this view with some parameters changed (None: left out)."""
        own = {
            "units": self.units,
            "figure": self.figure,
            "unit": self.unit,
            "with": self.other,
            "page": str(self.page),
        }
        own |= {"as_of": None if self.as_of is None else str(self.as_of)} | changes
        if own["unit"]:
            own["page"] = None  # a list has no pages
        defaults = {"units": "country", "figure": "s", "page": "1"}
        pairs = [(f"_{name}", value) for name, value in own.items() if value and value != defaults.get(name)]
        query = encode([*self.filters.pairs(), *pairs])
        return visit.links.page("agreement") + (f"?{query}" if query else "")

    def stances_url(self, visit: Visit, index: StanceIndex, claim: str, *units: str) -> str | None:
        """Datasette's table of the stances behind a pair's difference; it has only the present."""
        if self.as_of is not None:
            return None
        filters = self.filters.without("claim", self.units).choose("claim", claim).choose(self.units, *units)
        return visit.links.table("stances") + table_query(index, filters)


@page("/agreement", template="agreement.html", label="Agreement", place=30, tables=("stances", "claims"))
async def show(visit: Visit) -> Answer:
    """The heatmap, one unit's ranked list, one pair's differences, and the group's cohesion."""
    selection = await selection_of(visit, others={*OWN, *(f"_{name}" for name in OWN)})
    try:
        view = _view(visit, selection)
        placed = await asyncio.to_thread(_positions, selection, view)
    except FilterError as error:
        raise refused(visit, error) from error
    figures = await asyncio.to_thread(agreement, placed)
    names = await _names(visit, placed)
    data: dict[str, Any] = {
        "units": view.units,
        "figure": view.figure,
        "bases": list(counted_bases(view.filters)),
        "unit_count": placed.unit_count,
        "claim_count": len(placed.claim_codes),
        "unplaced": placed.unplaced,
        "heatmap": _heatmap(placed, figures, view, names),
        "ranking": _ranking(visit, placed, figures, view, names),
        "pair": _pair(visit, placed, figures, view, names),
        "group": _group(visit, placed, view, names),
    }
    context = _context(visit, view, selection.index, data["heatmap"])
    context |= {
        "names_of_unit": names["units"].get(view.unit or "", view.unit),
        "chips": await other_chips(visit, selection, lambda filters: replace(view, filters=filters, page=1).url(visit)),
    }
    said = _sentence(data, view, names) + of_status(view.filters)
    return Answer(_title(view, names), said, data, context, view.url(visit), keeps_past=True, as_of=view.as_of)


def _view(visit: Visit, selection: Selection) -> View:
    """Read the page's own parameters. Raises FilterError for a value that there is not."""
    given = {name: visit.request.args.get(f"_{name}") or visit.request.args.get(name) or "" for name in OWN}
    units, figure = given["units"] or "country", given["figure"] or "s"
    for name, value, known in (("units", units, tuple(UNITS)), ("figure", figure, tuple(FIGURES))):
        if value not in known:
            raise FilterError(name, f"there is no “{value[:80]}”", f"use one of: {', '.join(known)}")
    if given["with"] and not given["unit"]:
        raise FilterError("with", "it names the second of a pair, but the first is missing", "give unit= as well")
    page = given["page"] or "1"
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:4]) <= UNIT_LIMIT // SHOWN and len(page) < 4):
        problem = f"“{page[:80]}” is no page of the heatmap"
        raise FilterError("_page", problem, f"give a number from 1 to {UNIT_LIMIT // SHOWN}", "1")
    own = given["unit"] or None, given["with"] or None
    return View(selection.filters, units, figure, *own, int(page), selection.index.as_of)


def _positions(selection: Selection, view: View) -> Positions:
    """The positions of the units with most stances, with those that the URL names among them."""
    bases = counted_bases(view.filters)
    placed = positions(selection, view.units, bases)
    missing = [unit for unit in (view.unit, view.other) if unit is not None and unit not in placed.unit_ids]
    if not missing:
        return placed
    known = selection.index.dictionary(view.units).codes
    for name, unit in (("unit", view.unit), ("with", view.other)):
        if unit is not None and unit not in known:
            raise FilterError(name, f"there is no {view.units} “{unit[:80]}”", "choose one from the page")
    kept = placed.unit_ids[: UNIT_LIMIT - len(missing)]
    return positions(selection, view.units, bases, chosen=[*kept, *missing])


async def _names(visit: Visit, placed: Positions) -> dict[str, dict[str, str]]:
    table = "countries" if placed.units == "country" else "actors"
    wanted = {table: placed.unit_ids, "claims": placed.claim_ids}
    found = await names_of(visit, wanted, await revision_asked(visit))
    return {"units": found[table], "claims": found["claims"]}


def _figure(value: float) -> float | None:
    """A figure as JSON has it: None where it is not defined."""
    return None if math.isnan(value) else round(float(value), 6)


def _figures(figures: Agreement, one: int, other: int) -> dict[str, Any]:
    pair = figures.pair(one, other)
    return {"n": pair.n, "few": pair.n < FEW} | {name: _figure(getattr(pair, name)) for name in FIGURES}


def _most_placed(placed: Positions, page: int) -> np.ndarray[Any, Any]:
    """The places of the units on a page of the heatmap: those with a position on most claims come first, equal ones
    by name."""
    claims = placed.present.sum(axis=1)
    return np.sort(np.argsort(-claims, kind="stable")[(page - 1) * SHOWN : page * SHOWN])


def _heatmap(placed: Positions, figures: Agreement, view: View, names: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The units in the order of the seriation, and for every two of them the figure and how many claims they share."""
    shown = _most_placed(placed, view.page)
    matrix = getattr(figures, view.figure)[np.ix_(shown, shown)]
    order = shown[seriate(matrix)]
    ids = [placed.unit_ids[at] for at in order.tolist()]
    return {
        "units": [{"id": id, "name": names["units"].get(id, id)} for id in ids],
        "page": view.page,
        "pages": -(-len(placed.unit_ids) // SHOWN),
        "units_of": len(placed.unit_ids),
        "pairs": [
            {"a": ids[i], "b": ids[j], **_figures(figures, one, other)}
            for i, one in enumerate(order.tolist())
            for j, other in enumerate(order.tolist())
            if i < j and figures.n[one, other]
        ],
    }


def _ranking(
    visit: Visit, placed: Positions, figures: Agreement, view: View, names: dict[str, dict[str, str]]
) -> list[dict[str, Any]] | None:
    """Everybody beside one unit: those who share enough claims first, by the chosen figure."""
    if view.unit is None:
        return None
    own = placed.unit_ids.index(view.unit)
    listed = [
        {
            "id": id,
            "name": names["units"].get(id, id),
            "url": view.url(visit, unit=view.unit, **{"with": id}),
            **_figures(figures, own, at),
        }
        for at, id in enumerate(placed.unit_ids)
        if at != own and figures.n[own, at]
    ]
    return sorted(listed, key=lambda row: (row["few"], -_order(row[view.figure]), -row["n"], row["name"]))


def _order(value: float | None) -> float:
    return -2.0 if value is None else value


def _pair(
    visit: Visit, placed: Positions, figures: Agreement, view: View, names: dict[str, dict[str, str]]
) -> dict[str, Any] | None:
    """One pair: its figures, and the claims on which the two differ."""
    if view.unit is None or view.other is None:
        return None
    one, other = placed.unit_ids.index(view.unit), placed.unit_ids.index(view.other)
    apart = differing(placed, one, other)
    claims = [
        {
            "claim": claim,
            "text": names["claims"].get(claim, claim),
            "a": first,
            "b": second,
            "url": view.stances_url(visit, placed.index, claim, view.unit, view.other),
        }
        for claim, first, second in apart[:LISTED]
    ]
    return {"a": view.unit, "b": view.other, **_figures(figures, one, other), "differ": len(apart), "claims": claims}


def _group(visit: Visit, placed: Positions, view: View, names: dict[str, dict[str, str]]) -> dict[str, Any]:
    """How united all units are together: alpha over all claims, Rice and the agreement index claim by claim."""
    tally = tallies(placed)
    shared = np.flatnonzero(tally.sum(axis=1) >= 2)
    cohesion, index = rice(tally), agreement_index(tally)
    order = sorted(shared.tolist(), key=lambda at: (index[at], -int(tally[at].sum()), placed.claim_ids[at]))
    claims = []
    for at in order[:10]:
        claim = placed.claim_ids[at]
        disputes, between, supports = (int(number) for number in tally[at])
        counts = {"supports": supports, "between": between, "disputes": disputes}
        claims.append(
            {
                "claim": claim,
                "text": names["claims"].get(claim, claim),
                "url": f"{visit.links.page('claim', claim)}",
                **counts,
                "rice": _figure(cohesion[at]),
                "agreement_index": _figure(index[at]),
            }
        )
    alphas = {level: _figure(krippendorff_alpha(tally, level)) for level in LEVELS}
    return {"claims_shared": len(shared), "alpha": alphas, "most_divided": claims}


def _title(view: View, names: dict[str, dict[str, str]]) -> str:
    if view.unit is None:
        return f"Agreement between {UNITS[view.units][1]}"
    first = names["units"].get(view.unit, view.unit)
    return f"{first} and {names['units'].get(view.other, view.other)}" if view.other else f"Who agrees with {first}"


def _sentence(data: dict[str, Any], view: View, names: dict[str, dict[str, str]]) -> str:
    one, many = UNITS[view.units]
    if data["pair"] is not None:
        return _pair_sentence(data["pair"], names["units"])
    if view.unit is not None:
        return _ranking_sentence(data["ranking"], names["units"].get(view.unit, view.unit), many)
    units, claims = wording.count(data["unit_count"], one, many), wording.count(data["claim_count"], "claim")
    held = f"{units} with a position on {claims}."
    enough = [pair for pair in data["heatmap"]["pairs"] if not pair["few"] and pair["s"] is not None]
    here = len(data["heatmap"]["units"])
    if not here and data["unit_count"]:
        return f"{held} This page of the heatmap is past the last of them."
    left = data["unit_count"] - here
    if not enough:
        of = f"the {here} shown" if left else "them"
        return f"{held} No two of {of} share {wording.in_words(FEW)} claims, too few to speak of agreement."
    top, low = max(enough, key=_closeness), min(enough, key=_closeness)
    shown = f"Of the {here} shown ({wording.number(left)} others are not), " if left else ""
    text = f"{shown}{_both(top, names)} agree most (S {decimal(top['s'])} on {wording.count(top['n'], 'claim')})"
    if low != top:
        text += f", {_both(low, names)} least (S {decimal(low['s'])} on {low['n']})"
    return f"{held} {wording.sentence(text)}."


def _closeness(pair: dict[str, Any]) -> tuple[float, int, str, str]:
    return pair["s"], pair["n"], pair["a"], pair["b"]


def _both(pair: dict[str, Any], names: dict[str, dict[str, str]]) -> str:
    return wording.listed([names["units"].get(pair[side], pair[side]) for side in ("a", "b")])


def _pair_sentence(pair: dict[str, Any], names: dict[str, str]) -> str:
    both = wording.listed([names.get(pair[side], pair[side]) for side in ("a", "b")])
    if not pair["n"]:
        return f"{both} have no position on the same claim in this view."
    equal = pair["n"] - pair["differ"]
    text = f"{both} take the same position on {wording.number(equal)} of {wording.count(pair['n'], 'shared claim')}"
    return f"{text}: too few to speak of agreement." if pair["few"] else f"{text}."


def _ranking_sentence(ranking: list[dict[str, Any]], name: str, many: str) -> str:
    enough = [row for row in ranking if not row["few"]]
    if not enough:
        held = wording.count(len(ranking), "other")
        return f"{name} shares claims with {held}, with none as many as {wording.in_words(FEW)}."
    first = enough[0]
    return (
        f"Of {wording.count(len(enough), 'other')} that share at least {wording.in_words(FEW)} claims with {name}, "
        f"{first['name']} comes first: the same position on {percent(first['agree'])} of {first['n']} claims."
    )


def decimal(value: float | None, places: int = 2) -> str:
    """A figure in [-1, 1] for people: 0.8488 -> "0.85", -0.1 -> "−0.10", None -> "–"."""
    return "–" if value is None else f"{value:.{places}f}".replace("-", "−")


def short(value: float | None) -> str:
    """A figure for a narrow cell, without the zero before the point: 0.85 -> ".85", -0.1 -> "−.10", 1.0 -> "1"."""
    text = decimal(value)
    return text.removesuffix(".00") if text.endswith("1.00") else text.replace("0.", ".", 1)


def percent(value: float | None) -> str:
    """A share for people: 0.8488 -> "85 %", None -> "–"."""
    return "–" if value is None else f"{100 * value:.0f} %"


def heat(value: float | None) -> str:
    """The class of a cell's shade: eleven steps from complete disagreement to complete agreement."""
    if value is None:
        return "claims-heat-none"
    step = max(-5, min(5, round(value * 5)))
    return f"claims-heat-{'n' if step < 0 else 'p'}{abs(step)}"


def _context(visit: Visit, view: View, index: StanceIndex, heatmap: dict[str, Any]) -> dict[str, Any]:
    def shaded(figure: str, value: float | None) -> str:
        """A share of 0 to 1 spreads over the same scale as the other figures."""
        return heat(None if value is None else 2 * value - 1 if figure == "agree" else value)

    return {
        "view": view,
        "static_url": lambda path: compat.static_url(visit.datasette, path),
        "url": lambda **changes: view.url(visit, **changes),
        "units_words": UNITS,
        "figures": FIGURES,
        "group_figures": GROUP_FIGURES,
        "decimal": decimal,
        "short": short,
        "percent": percent,
        "shaded": shaded,
        "few": FEW,
        "first": (view.page - 1) * SHOWN + 1,
        "before": view.url(visit, page=str(view.page - 1)) if view.page > 1 else None,
        "after": view.url(visit, page=str(view.page + 1)) if view.page < heatmap["pages"] else None,
        "bases": base_choices(view.filters, lambda filters: replace(view, filters=filters, page=1).url(visit)),
        "stances_url": visit.links.table("stances") + table_query(index, view.filters) if view.as_of is None else None,
        "compare_url": visit.links.page("compare") + query_of(view.filters, view.as_of),
        "pairs_of": _by_pair,
    }


def _by_pair(pairs: Iterable[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """(a, b) in both orders -> the pair's figures, for the template's grid."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for pair in pairs:
        found[pair["a"], pair["b"]] = found[pair["b"], pair["a"]] = pair
    return found
