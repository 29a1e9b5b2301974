"""Claims that stand in a relation to one claim, each with its own sides and the best known words on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..comparison import STANCE_CODES, Selection
from ..schema.vocabulary import CLAIM_RELATION
from . import stances
from .filter_bar import query_of
from .framework import Visit
from .known_names import known_names
from .stance_details import best_known, details, told

INVERSE = {
    "narrower_than": "broader_than",
    "entails": "entailed_by",
    "supports": "supported_by",
    "attacks": "attacked_by",
    "undercuts": "undercut_by",
    "presupposes": "presupposed_by",
}
INVERSE |= {other: one for one, other in INVERSE.items()}
INVERSE |= {word: word for word in ("same_as", "contradicts", "contrary_to")}
"""Relation -> what it is when read from the other claim."""

GROUPS = {
    "Narrower claims": ("narrower_than", "entailed_by"),
    "Broader claims": ("broader_than", "entails"),
    "Opposing claims": ("contradicts", "contrary_to", "attacks", "attacked_by", "undercuts", "undercut_by"),
    "The same claim in other words": ("same_as",),
    "Other related claims": ("supports", "supported_by", "presupposes", "presupposed_by"),
}
"""Heading -> the relations of the other claim to this one, in the order of the page."""

LISTED = 40
WITH_WORDS = 12
"""How many related claims are listed, and how many of them with words."""
WORDS = 2


async def related_to(visit: Visit, selection: Selection, claim: str) -> list[dict[str, Any]] | None:
    """The groups that occur: {heading, count, claims: [{claim, text, relation, label, through, sides, shown}]}.

    ``relation`` is that of the other claim to this one, ``label`` spells it out; ``through``: narrower only through
    other claims. None where the viewer may not see the relations.
    """
    if not await visit.sees("claim_relations"):
        return None
    found = await _relations(visit, selection, claim)
    codes = selection.index.dictionary("claim").codes
    known = known_names(selection.index)
    names = await stances.names(visit, "claims", [other for other, _, _ in found], selection.index.as_of, known)
    groups, counts = [], selection.claim_stances
    with_words: list[tuple[dict[str, Any], Any]] = []
    for heading, relations in GROUPS.items():
        inside = [entry for entry in found if entry[1] in relations]
        listed = []
        for other, relation, through in inside[:LISTED]:
            sides = {word: int(counts[codes[other], code]) for word, code in STANCE_CODES.items()}
            entry: dict[str, Any] = {
                "claim": other,
                "text": names.get(other, other),
                "relation": relation,
                "label": f"{CLAIM_RELATION.term(relation).label[0].lower()}{CLAIM_RELATION.term(relation).label[1:]}",
                "meaning": CLAIM_RELATION.term(relation).meaning,
                "through": through,
                "sides": {word: number for word, number in sides.items() if number},
                "url": visit.links.page("claim", other) + query_of(selection.filters, selection.index.as_of),
                "shown": [],
            }
            listed.append(entry)
            if len(with_words) < WITH_WORDS and entry["sides"]:
                rows = selection.of_claims(np.array([codes[other]])).rows
                with_words.append((entry, best_known(selection.index, rows)[:WORDS]))
        if inside:
            groups.append({"heading": heading, "count": len(inside), "claims": listed})
    read = await details(visit, selection.index, [rows for _, rows in with_words])
    for (entry, _), records in zip(with_words, read, strict=True):
        entry["shown"] = [told(record) for record in records]
    return groups


async def _relations(visit: Visit, selection: Selection, claim: str) -> list[tuple[str, str, bool]]:
    """(other claim, its relation to this one, only through others), without repetitions."""
    index = selection.index
    rows = await visit.rows(
        "select claim as other, relation, 0 as turned from claim_relations where other_claim = :claim "
        "union all select other_claim, relation, 1 from claim_relations where claim = :claim order by 2, 1",
        {"claim": claim},
    )
    codes = index.dictionary("claim").codes
    found = dict.fromkeys(
        (other, INVERSE[relation] if turned else relation) for other, relation, turned in rows if other in codes
    )
    narrower, wider = (index.narrower[index.narrower[:, at] == codes[claim], 1 - at].tolist() for at in (1, 0))
    further = [(index.id("claim", one), "narrower_than") for one in narrower]
    further += [(index.id("claim", one), "broader_than") for one in wider]
    direct = [(other, relation, False) for other, relation in found]
    return direct + [(str(other), relation, True) for other, relation in further if (other, relation) not in found]
