"""Reports that confirm only themselves.

Two shapes are found among the statements on one side of a claim:

- a *loop*: a document that has no ground of its own relies on documents that all rely, through however many steps,
  on the document itself;
- a *single unnamed source*: several statements or documents, and every path upwards ends with the same speaker, who
  is not named.

A document relies on another if a row of provenance says that it, or a statement in it, was derived from, quoted
from or known only through the other, or through a statement of the other. A new version of a document does not rely
on the old one. A document has a ground of its own if its own statement on the claim is reported from what the
outlet itself was told, attended or read (``access``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .chain import Key
from .graph import components, shortest_path, successors
from .source_rows import RELIES, SourceRows, claim_rows

OWN_GROUNDS = frozenset({"own_reporting", "public_event", "public_post"})


@dataclass(frozen=True, slots=True)
class Loop:
    """``path`` runs from a document back to itself. ``groundless`` are those of its documents whose only sources
    rely on them; ``grounded`` those that also have a ground of their own."""

    path: tuple[str, ...]
    groundless: tuple[str, ...]
    grounded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SingleSource:
    """All ``statements`` on one side go back to ``speaker``, unnamed.

    ``paths`` run from each document that reports one of them, through statements and documents, to what the speaker
    said.
    """

    claim: str
    stance: str
    speaker: str
    statements: tuple[str, ...]
    documents: tuple[str, ...]
    paths: tuple[tuple[Key, ...], ...]


def claim_circularity(conn: sqlite3.Connection, claim: str) -> tuple[tuple[Loop, ...], tuple[SingleSource, ...]]:
    """Loops and single unnamed sources behind one claim of a claims database."""
    rows = claim_rows(conn, claim)
    return loops(rows), single_sources(rows)


def loops(rows: SourceRows) -> tuple[Loop, ...]:
    """Every document without a ground of its own whose sources all rely on it, with the shortest way round."""
    follow = successors(_relies(rows))
    grounds = {row[8] for row in rows.statements if row[5] in OWN_GROUNDS}
    found: dict[frozenset[str], Loop] = {}
    for component in components(follow):
        inside = set(component)
        groundless = tuple(one for one in component if one not in grounds and inside.issuperset(follow.get(one, ())))
        for one in groundless:
            path = shortest_path(follow, one, one, inside)
            if path is not None:
                met = frozenset(path)
                found.setdefault(
                    met,
                    Loop(path, tuple(g for g in groundless if g in met), tuple(sorted(met & grounds))),
                )
    return tuple(found.values())


def single_sources(rows: SourceRows) -> tuple[SingleSource, ...]:
    """The sides of claims that rest on one unnamed speaker though they show several statements or documents."""
    said = {row[0]: row for row in rows.statements}
    documents = _documents(rows)
    follow = successors(_upwards(rows, documents))
    sides: dict[tuple[str, str], dict[str, None]] = {}
    for row in rows.stances:
        if row[3] is not None:
            sides.setdefault((row[1], row[2]), {})[row[3]] = None
    found = []
    for (claim, stance), statements in sides.items():
        ends = {one: _ends(follow, Key("statement", one), said) for one in statements}
        reported = tuple(dict.fromkeys(d for one in statements for d in documents.get(one, ())))
        speaker = _one_unnamed(ends.values(), said)
        if speaker is not None and (len(statements) > 1 or len(reported) > 1):
            paths = tuple(
                (*(Key("document", name) for name in first), *_path(follow, Key("statement", one), end))
                for one, these in ends.items()
                for first in [[name] for name in documents.get(one, ())] or [[]]
                for end in these
            )
            found.append(SingleSource(claim, stance, speaker, tuple(statements), reported, paths))
    return tuple(found)


def _one_unnamed(ends: Iterable[list[Key]], said: Mapping[str, tuple[Any, ...]]) -> str | None:
    """The speaker with whom all ways end, if it is one and not named."""
    speakers: set[str | None] = set()
    for found in ends:
        if not found:
            return None
        for end in found:
            row = said.get(end.id)
            if row is None or row[6] != "unnamed":
                return None
            speakers.add(row[2])
    return speakers.pop() if len(speakers) == 1 else None


def _documents(rows: SourceRows) -> dict[str, list[str]]:
    """Statement -> the documents that report it."""
    pairs = [(row[0], row[8]) for row in rows.statements if row[8] is not None]
    return successors([*pairs, *((row[0], row[1]) for row in rows.mentions)])


def _relies(rows: SourceRows) -> list[tuple[str, str]]:
    """Document -> document that it relies on."""
    documents = _documents(rows)
    known = {row[0] for row in rows.statements}
    edges = []
    for subject_type, subject, relation, object_type, target, only in rows.provenance:
        if relation in RELIES and (only is None or only in known):
            reporting = [subject] if subject_type == "document" else documents.get(subject, [])[:1]
            sources = [target] if object_type == "document" else documents.get(target, [])[:1]
            if object_type in ("document", "statement"):
                edges += [(a, b) for a in reporting for b in sources if a != b]
    return edges


def _upwards(rows: SourceRows, documents: Mapping[str, list[str]]) -> Iterable[tuple[Key, Key]]:
    """Edges from a statement to what it rests on: statements, and documents that it was taken over from.

    From such a document they lead to its statements on the same side, and to the documents that it relies on.
    """
    relies = successors(_relies(rows))
    sides = successors((row[3], (row[1], row[2])) for row in rows.stances if row[3] is not None)
    on_side: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for statement, found in sides.items():
        for side in found:
            for document in documents.get(statement, ()):
                on_side.setdefault((document, side), []).append(statement)
    for row in rows.statements:
        if row[7] is not None:
            yield Key("statement", row[0]), Key("statement", row[7])
    for subject_type, subject, relation, object_type, target, _ in rows.provenance:
        if relation in RELIES and (subject_type, object_type) == ("statement", "statement"):
            yield Key("statement", subject), Key("statement", target)
    for row in rows.statements:
        if row[5] == "other_outlet":
            for document in documents.get(row[0], ())[:1]:
                for source in relies.get(document, ()):
                    yield from _through(row[0], source, sides.get(row[0], []), on_side, relies)


def _through(
    statement: str,
    source: str,
    sides: list[tuple[str, str]],
    on_side: Mapping[tuple[str, tuple[str, str]], list[str]],
    relies: Mapping[str, list[str]],
) -> Iterable[tuple[Key, Key]]:
    """From a statement that was taken over, to the source document and all that it has on the same sides."""
    yield Key("statement", statement), Key("document", source)
    for side in sides:
        for found in on_side.get((source, side), ()):
            if found != statement:
                yield Key("document", source), Key("statement", found)
    for further in relies.get(source, ()):
        yield Key("document", source), Key("document", further)


def _ends(follow: Mapping[Key, list[Key]], start: Key, said: Mapping[str, object]) -> list[Key]:
    """The statements at which the ways upwards end. Where they only lead to documents, the statement itself."""
    seen, work, ends = {start}, [start], []
    while work:
        node = work.pop()
        targets = follow.get(node, ())
        if not targets and node.kind == "statement" and node.id in said:
            ends.append(node)
        for target in targets:
            if target not in seen:
                seen.add(target)
                work.append(target)
    only_documents = all(key.kind == "document" for key in seen - {start})
    return sorted(ends) or ([start] if only_documents else [])


def _path(follow: Mapping[Key, list[Key]], start: Key, end: Key) -> tuple[Key, ...]:
    return (start,) if start == end else shortest_path(dict(follow), start, end) or (start, end)
