"""Where reports may confirm only themselves, told from arrays: only there are rows read (``circular``).

Whatever ``circular`` would find is among them; the arrays leave out nearly all else.
"""

from __future__ import annotations

import numpy as np

from .components import Integers
from .source_graph import Booleans, SourceGraph, StanceColumns


def may_loop(graph: SourceGraph, stances: StanceColumns, sides: int) -> Booleans:
    """Of each side, whether a document that bears on its stances leads to a circle of documents."""
    found = np.zeros(sides, dtype=bool)
    if graph.looping.any():
        said, stands = stances.statement >= 0, stances.document >= 0
        found[stances.side[said][graph.leading[stances.statement[said]]]] = True
        found[stances.side[stands][graph.looping[stances.document[stands]]]] = True
    return found


def may_be_single(graph: SourceGraph, stances: StanceColumns, sides: int) -> Booleans:
    """Of each side, whether nothing that is seen at a glance speaks against one unnamed source: a way upwards that ends
    with a named speaker, or with another one. A side without statements has no such source."""
    said = stances.statement >= 0
    side, statement = stances.side[said], stances.statement[said]
    found = np.zeros(sides, dtype=bool)
    found[side] = True
    if not len(statement):
        return found
    stand_in, edges = graph.origins
    at, above = edges.ancestors(stand_in[statement])
    end = graph.there[above] & (graph.told.degree[above] == 0) & ~graph.relayed[above]
    side, above = side[at[end]], above[end]
    unnamed = graph.identification[above] == list(graph.identifications).index("unnamed")
    found[side[~unnamed]] = False
    found[_differing(side, graph.speaker[above], sides)] = False
    return found


def _differing(side: Integers, speaker: Integers, sides: int) -> Booleans:
    """Which sides have an unknown speaker, or two."""
    most = int(speaker.max(initial=0)) + 1
    least, last = np.full(sides, most), np.full(sides, -1)
    np.minimum.at(least, side, speaker)
    np.maximum.at(last, side, speaker)
    found: Booleans = (last >= 0) & (least != last) | (least < 0)
    return found
