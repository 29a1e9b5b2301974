"""The chain of a statement: what it rests on, and where it is reported.

From the statement upwards: the statements in which it is told, which it answers or from which it was taken, and
the occasions on which they were made. From the statement outwards: the stances and claims it is read for, every
mention, its segment, document and publisher, and between documents revisions, parts, copies and wire services.

Every edge reads like a row of the data: subject, relation, object, where the relation is the name of the column
that refers (``parent_statement``, ``event``, ``publisher`` …) or the word of the provenance row
(``wasDerivedFrom`` …). A chain is a graph: circles and rows that are not there are reported, never followed.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..schema import BY_NAME, SUBJECT_TABLES, vocabulary
from .graph import cycles, successors
from .rows import DatabaseRows, GivenRows, Row, Rows

DEPTH = 64
"""Steps that a chain is followed upwards, and from document to document: many more than people make."""

MOST = 100
"""Mentions, stances and copies that are taken up at most, each."""

COUNTED = 10_000
"""Up to how many left-out rows are counted; beyond that a chain says "at least"."""

ORIGIN_RELATIONS = frozenset(
    {
        "parent_statement",
        "in_reply_to",
        "revision_of",
        "part_of",
        "wasDerivedFrom",
        "wasQuotedFrom",
        "wasRevisionOf",
        "hadPrimarySource",
    }
)
"""Relations whose subject cannot be earlier than its object: a circle of them is a mistake or circular reporting."""


class Key(NamedTuple):
    """What a node stands for: a word of ``subject_type`` (or ``segment``) and the id of the row."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Node:
    """One row in a chain. ``distance`` is the number of edges to the statement that the chain is of.

    ``speaker`` is the name of a statement's speaker; ``status`` says whether the row is reviewed. ``row`` holds the
    columns that tracing reads (``rows.COLUMNS``); it is empty where the row is missing.
    """

    key: Key
    label: str
    distance: int
    missing: bool = False
    speaker: str | None = None
    status: str = "reviewed"
    row: Row = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Edge:
    """``subject`` came from, stands in or is about ``object``, as ``relation`` says."""

    subject: Key
    relation: str
    object: Key

    @property
    def label(self) -> str:
        """The relation in words for people, as the model has them."""
        if self.relation in vocabulary.PROVENANCE_RELATION.words:
            return vocabulary.PROVENANCE_RELATION.term(self.relation).label
        return BY_NAME[_TABLES[self.subject.kind]][self.relation].label


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the data. ``kind`` is cycle, missing or depth; ``path`` the nodes that show it."""

    kind: str
    path: tuple[Key, ...]
    message: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that a limit kept out of a chain; ``at_least`` where counting stopped."""

    what: str
    count: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of the statement ``root``: nodes by distance, edges in order of discovery."""

    root: Key
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]

    def node(self, key: Key) -> Node:
        """The node of that key. Raises KeyError if the chain does not hold it."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise KeyError(f"the chain of {self.root.id} has no {key.kind} {key.id!r}")

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """The nodes of one kind, nearest first."""
        return tuple(node for node in self.nodes if node.key.kind == kind)


def _word(enumeration: vocabulary.Enumeration, word: str | None) -> str | None:
    return enumeration.term(word).label if word in enumeration.words else word


_TABLES = {**SUBJECT_TABLES, "segment": "segments"}
_LABELS: dict[str, Callable[[Row], str | None]] = {
    "actor": lambda row: row["name"],
    "document": lambda row: row["title"],
    "event": lambda row: row["label"],
    "claim": lambda row: row["text"],
    "segment": lambda row: _word(vocabulary.SEGMENT_KIND, row["kind"]),
    "stance": lambda row: _word(vocabulary.STANCE, row["stance"]),
    "statement": lambda row: row["content"] or row["cue"],
    "mention": lambda row: _word(vocabulary.REPORT_TYPE, row["report_type"]),
}


def trace_statement(
    conn: sqlite3.Connection,
    statement: str,
    *,
    depth: int = DEPTH,
    most: int = MOST,
    closed: Collection[str] = (),
) -> Chain:
    """The chain of a statement of a claims database. Raises KeyError if there is no such statement.

    ``closed`` tables are not read, so that nothing is reached through them either; rows of theirs that others name are
    in the chain as missing. Reads through indexes only: two queries a step upwards, about twenty more, whatever the
    size of the database.
    """
    return trace(DatabaseRows(conn, closed), statement, depth=depth, most=most)


def trace_rows(
    tables: dict[str, list[dict[str, Any]]], statement: str, *, depth: int = DEPTH, most: int = MOST
) -> Chain:
    """The chain of a statement among rows at hand, as table name -> rows. Raises KeyError if it is not there."""
    return trace(GivenRows(tables), statement, depth=depth, most=most)


def trace(rows: Rows, statement: str, *, depth: int = DEPTH, most: int = MOST) -> Chain:
    """The chain of a statement, following at most ``depth`` steps and ``most`` rows of a kind at each fan."""
    tracer = _Tracer(rows, depth, most)
    root = Key("statement", statement)
    tracer.upwards(root)
    if root not in tracer.found:
        raise KeyError(f"there is no statement {statement!r}")
    tracer.stances(root)
    tracer.mentions(root)
    tracer.documents_beside()
    return Chain(
        root,
        tracer.nodes(root),
        tuple(tracer.edges),
        (*tracer.problems, *_cycle_problems(tracer.edges)),
        tuple(LeftOut(what, min(n, COUNTED), n > COUNTED) for what, n in tracer.left_out.items()),
    )


class _Tracer:
    """Collects rows and edges, level by level."""

    def __init__(self, rows: Rows, depth: int, most: int) -> None:
        self.rows, self.depth, self.most = rows, depth, most
        self.found: dict[Key, Row] = {}
        self.missing: set[Key] = set()
        self.edges: dict[Edge, None] = {}
        self.documents: dict[Key, None] = {}  # met, and to be followed at the end
        self.problems: list[Problem] = []
        self.left_out: Counter[str] = Counter()

    def upwards(self, root: Key) -> None:
        """The statements that the root rests on, their occasions, and what else they were taken from."""
        level, step = [root], 0
        beside: list[Key] = []
        while level and step <= self.depth:
            rows = self._take("statement", level)
            following: dict[Key, None] = {}
            for edge in (*_references("statement", rows, "parent_statement", "in_reply_to"), *self._origins(level)):
                if self._says_nothing_new(edge):
                    continue
                self._link(edge)
                if edge.object.kind == "statement":
                    following[edge.object] = None
                else:
                    beside.append(edge.object)
            level = [key for key in following if not self._met(key)]
            step += 1
        self._cut_off(level)
        statements = [row for key, row in self.found.items() if key.kind == "statement"]
        self._take_any([*beside, *self._linked(_references("statement", statements, "event"))])

    def stances(self, root: Key) -> None:
        """The stances that rest on the root, and their claims."""
        rows = self._limited("stances", "statement", [root.id])
        self._keep("stance", rows)
        self._take_any(self._linked(_references("stance", rows, "statement", "claim")))

    def mentions(self, root: Key) -> None:
        """Every mention of the root, and where it stands."""
        rows = self._limited("mentions", "statement", [root.id])
        self._keep("mention", rows)
        self._take_any(self._linked(_references("mention", rows, "statement", "segment")))
        segments = [row for key, row in self.found.items() if key.kind == "segment"]
        placed = {row["id"] for row in segments}
        loose = [row for row in rows if row["segment"] not in placed]
        self._take_any(self._linked(_references("segment", segments, "document")))
        self._take_any(self._linked(_references("mention", loose, "document")))
        origins = [edge for edge in self._origins([Key("mention", row["id"]) for row in rows]) if edge.object != root]
        self._take_any(self._linked(origins))

    def documents_beside(self) -> None:
        """The documents met so far, what they came from, step by step, and what came from them."""
        origin = list(self.documents)
        level, step = origin, 0
        while level and step <= self.depth:
            rows = self._take("document", level)
            columns = ("revision_of", "part_of", "publisher")
            edges = (*_references("document", rows, *columns), *self._origins(level))
            beside = self._linked(edge for edge in edges if not self._says_nothing_new(edge))
            self._take_any(key for key in beside if key.kind != "document")
            level = [key for key in dict.fromkeys(beside) if key.kind == "document" and not self._met(key)]
            step += 1
        self._cut_off(level)
        self._copies(origin)

    def _copies(self, level: list[Key]) -> None:
        """Later versions and copies of documents, and of those, up to the limits."""
        room = self.most
        for _ in range(self.depth):
            ids = [key.id for key in level]
            both = {"subject_type": "document", "object_type": "document"}
            rows = self._limited("provenance", "object", ids, room, **both)
            edges = [_provenance_edge(row) for row in rows if self._holds_here(row)]
            edges += _references("document", self._limited("documents", "revision_of", ids, room), "revision_of")
            new = list(dict.fromkeys(edge.subject for edge in edges if not self._met(edge.subject)))
            level, room = new[:room], room - len(new)
            if room < 0:
                self.left_out["documents"] -= room
            copies = self._take("document", level)
            self._take_any(self._linked(_references("document", copies, "publisher")))
            told = (edge for edge in edges if self._met(edge.subject) and not self._says_nothing_new(edge))
            self._linked(told)
            if not level or room <= 0:
                return

    def nodes(self, root: Key) -> tuple[Node, ...]:
        """The nodes by their distance to the root, with the speakers' names."""
        names = {r["id"]: r["name"] for r in self.rows.fetch("actors", "id", self._speakers())}
        found = []
        for key, distance in _distances(root, self.edges).items():
            row = self.found.get(key, {})
            label = (_LABELS[key.kind](row) if row else None) or key.id
            speaker = names.get(row.get("speaker")) if key.kind == "statement" else None
            status = row.get("status") or "reviewed"
            found.append(Node(key, label, distance, key in self.missing, speaker, status, row))
        return tuple(found)

    def _speakers(self) -> list[str | None]:
        return [row["speaker"] for key, row in self.found.items() if key.kind == "statement"]

    def _origins(self, level: Iterable[Key]) -> list[Edge]:
        """What provenance says that these came from."""
        keys = set(level)
        rows = self.rows.fetch("provenance", "subject", sorted(key.id for key in keys))
        edges = [_provenance_edge(row) for row in rows if self._holds_here(row)]
        return sorted((edge for edge in edges if edge.subject in keys), key=lambda edge: (edge.subject, edge.object))

    def _holds_here(self, row: Row) -> bool:
        """Whether a row of provenance speaks of this chain: it may hold for one statement only."""
        only = row.get("statement")
        return only is None or Key("statement", only) in self.found

    def _says_nothing_new(self, edge: Edge) -> bool:
        """Whether a row of provenance only repeats what a row says by itself: speaker, publisher, outer statement."""
        row = self.found.get(edge.subject, {})
        column = _REPEATED.get((edge.subject.kind, edge.relation, edge.object.kind))
        return column is not None and row.get(column) == edge.object.id

    def _met(self, key: Key) -> bool:
        return key in self.found or key in self.missing

    def _link(self, edge: Edge) -> None:
        self.edges[edge] = None

    def _linked(self, edges: Iterable[Edge]) -> list[Key]:
        """Take up edges; returns their objects."""
        taken = list(edges)
        self.edges.update(dict.fromkeys(taken))
        return [edge.object for edge in taken]

    def _take(self, kind: str, keys: Iterable[Key]) -> list[Row]:
        """Take up the rows of these keys that are new, by one query; those that are not there are named."""
        new = [key for key in dict.fromkeys(keys) if not self._met(key)]
        rows = self.rows.fetch(_TABLES[kind], "id", [key.id for key in new])
        self._keep(kind, rows)
        for key in new:
            if key not in self.found:
                self.missing.add(key)
                path = next(((edge.subject,) for edge in self.edges if edge.object == key), ())
                message = f"the {kind} {key.id!r} is referred to, but it is not there"
                self.problems.append(Problem("missing", (*path, key), message))
        return rows

    def _take_any(self, keys: Iterable[Key]) -> None:
        """Take up rows of any kind, by one query a kind; documents wait until all that lead to them are known."""
        by_kind: dict[str, list[Key]] = {}
        for key in keys:
            by_kind.setdefault(key.kind, []).append(key)
        self.documents.update(dict.fromkeys(by_kind.pop("document", ())))
        for kind, found in by_kind.items():
            self._take(kind, found)

    def _keep(self, kind: str, rows: Iterable[Row]) -> None:
        for row in rows:
            self.found.setdefault(Key(kind, row["id"]), row)

    def _limited(self, table: str, column: str, values: list[str], most: int | None = None, **only: str) -> list[Row]:
        """Rows up to the limit; what is beyond is counted."""
        most = self.most if most is None else most
        rows = self.rows.fetch(table, column, values, most + 1, **only)
        if len(rows) > most:
            total = self.rows.count(table, column, values, most + COUNTED + 1, **only)
            self.left_out["documents" if table == "provenance" else table] += total - most
        return rows[:most]

    def _cut_off(self, level: list[Key]) -> None:
        """Name the nodes that were not followed because the limit of steps was reached."""
        for key in level:
            message = f"the chain goes on beyond {self.depth} steps, at the {key.kind} {key.id!r}"
            self.problems.append(Problem("depth", (key,), message))
        refused = set(level)
        self.edges = {edge: None for edge in self.edges if edge.object not in refused}


def _distances(root: Key, edges: Iterable[Edge]) -> dict[Key, int]:
    """Key -> steps from the root, whichever way the edges point, nearest first."""
    beside = successors([pair for e in edges for pair in ((e.subject, e.object), (e.object, e.subject))])
    found = {root: 0}
    level = [root]
    while level:
        following = dict.fromkeys(key for near in level for key in beside.get(near, ()) if key not in found)
        found.update(dict.fromkeys(following, found[level[0]] + 1))
        level = list(following)
    return found


def _references(kind: str, rows: Iterable[Row], *columns: str) -> Iterator[Edge]:
    """An edge for each of the columns of these rows that refers to another row."""
    table = BY_NAME[_TABLES[kind]]
    for row in rows:
        for column in columns:
            if row.get(column) is not None:
                yield Edge(Key(kind, row["id"]), column, Key(_KINDS[str(table[column].references)], row[column]))


_REPEATED = {
    ("statement", "wasAttributedTo", "actor"): "speaker",
    ("statement", "hadPrimarySource", "statement"): "parent_statement",
    ("document", "wasAttributedTo", "actor"): "publisher",
    ("document", "wasRevisionOf", "document"): "revision_of",
}
"""Provenance that says the same as a column of its subject, where the column has the same value."""

_KINDS = {table: kind for kind, table in _TABLES.items()}


def _provenance_edge(row: Row) -> Edge:
    subject = Key(row["subject_type"], row["subject"])
    return Edge(subject, row["relation"], Key(row["object_type"], row["object"]))


def _cycle_problems(edges: Iterable[Edge]) -> list[Problem]:
    """The circles among the relations of origin, each with its path."""
    origin = [(edge.subject, edge.object) for edge in edges if edge.relation in ORIGIN_RELATIONS]
    return [
        Problem("cycle", path, "these came from one another: " + ", from ".join(key.id for key in path))
        for path in cycles(origin)
    ]
