"""The sentence with which a comparison begins, its heading, and what it leaves out: words made from figures."""

from __future__ import annotations

from collections.abc import Mapping

from ..comparison import STANCE_CODES, Filters, counted
from . import wording
from .compare_figures import Figures, Names
from .compare_view import CLAIMS_A_PAGE, ROWS_A_PAGE

_ONE = {"actors": "actor", "organizations": "organization", "countries": "country"}
VERBS = {
    "supports": ("supports it", "support it"),
    "disputes": ("disputes it", "dispute it"),
    "mixed": ("does both", "do both"),
    "neutral": ("takes no side", "take no side"),
    "queries": ("asks about it", "ask about it"),
    "declines": ("was asked and declined to say", "were asked and declined to say"),
}
"""What stances of a kind do: one of them, several of them."""


_UNSETTLED = {
    ("draft",): "drafts, which nobody has reviewed",
    ("rejected",): "rejected ones, which are no part of the record",
    ("draft", "rejected"): "drafts and rejected ones",
}


def of_status(filters: Filters) -> str:
    """What is counted beside, or instead of, the public record, as a sentence with a space before it; "" for the
    record alone, which is the rule."""
    words = counted(filters)
    if words == ("reviewed",):
        return ""
    others = _UNSETTLED.get(tuple(word for word in words if word != "reviewed"))
    if others is None:
        return " No status passes the filters."
    return f" Counted with the reviewed: {others}." if "reviewed" in words else f" Counted are only {others}."


def title(figures: Figures, names: Names) -> str:
    """The heading: the claim where there is one, else what is compared."""
    claims = figures.view.chosen_claims
    if len(claims) == 1:
        return wording.shortened(names["claims"].get(claims[0], claims[0]), 200)
    return f"Who is on which side: {figures.view.rows} compared"


def sentence(figures: Figures, names: Names) -> str:
    """What the figures come to, in one or two sentences."""
    size, status = figures.selection.size, of_status(figures.view.filters)
    if not size:
        return "No stance passes these filters." if figures.view.filters else "No stance is on record here yet."
    if len(figures.view.chosen_claims) == 1:
        return of_one_claim(size, figures.sides, figures.own_words or {}) + status
    one, many = _ONE[figures.view.rows], figures.view.rows
    units = wording.count(figures.units, one, many)
    of = f"{wording.count(size, 'stance')} by {units} on {wording.count(figures.claims, 'claim')}."
    return f"{of} {_contested(figures, names)}{status}"


def of_one_claim(size: int, sides: Mapping[str, int], own: Mapping[str, int]) -> str:
    """How ``size`` stances on a claim divide: ``sides`` counts them by stance, ``own`` those of named actors that are
    explicit (or votes)."""
    parts = [f"{wording.in_words(number)} {VERBS[stance][number > 1]}" for stance, number in sides.items() if number]
    said = f"{wording.sentence(wording.count(size, 'stance', words=True))} on this claim: {wording.listed(parts)}."
    total = sum(own.values())
    if not total:
        return f"{said} None is in a named speaker’s own words."
    if total == 1:
        (stance,) = own
        return f"{said} The only one in a named speaker’s own words {VERBS[stance][0]}."
    parts = [f"{wording.in_words(number)} {VERBS[stance][number > 1]}" for stance, number in own.items()]
    return f"{said} Of the {wording.in_words(total)} in named speakers’ own words, {wording.listed(parts)}."


def _contested(figures: Figures, names: Names) -> str:
    number = figures.contested
    if not number:
        return "No claim has both supporters and disputers."
    whole = wording.sentence(wording.count(number, "claim", words=True))
    start = f"{whole} {'has' if number == 1 else 'have'} both supporters and disputers"
    shown = figures.matrix
    if figures.view.claims != "contested" or figures.view.chosen_claims or figures.view.claims_page > 1:
        return f"{start}."
    counts = shown.claim_totals[0]
    supports, disputes = int(counts[STANCE_CODES["supports"]]), int(counts[STANCE_CODES["disputes"]])
    text = wording.shortened(names["claims"].get(shown.claim_ids[0], shown.claim_ids[0]), 140).rstrip(".")
    sides = f"{wording.number(supports)} in support, {wording.number(disputes)} in dispute"
    return f"{start}{':' if number == 1 else '; the most evenly split:'} “{text}” ({sides})."


def limits(figures: Figures) -> list[str]:
    """What the page leaves out, one sentence each."""
    shown, left = figures.matrix, []
    if shown.claim_count > CLAIMS_A_PAGE:
        left.append(
            f"{wording.count(len(shown.claim_codes), 'claim')} of {wording.number(shown.claim_count)} "
            "stand here: narrow by topic, or page on."
        )
    if shown.row_count > ROWS_A_PAGE:
        one, many = _ONE[figures.view.rows], figures.view.rows
        left.append(
            f"{wording.count(len(shown.row_codes), one, many)} of {wording.number(shown.row_count)} "
            "with a stance on these claims stand here."
        )
    return left
