"""What the pages take beside their path: the parameters of their query strings and the fields of what is sent to them.

The pages themselves say which paths, methods, formats and permissions there are; this is what they read by name. Tests
hold it against what the pages ask of a request.
"""

from __future__ import annotations

from typing import Any

from ..comparison import CLAIM_ORDERS
from ..comparison.columns import FILTER_COLUMNS, Kind
from ..schema import BY_NAME
from ..schema.vocabulary import CONFIDENCE, PROPOSAL_KIND, STATUS
from .agreement import UNITS
from .agreement_figures import FIGURES
from .compare_view import ORDERS, SHAPES
from .contradictions import KINDS
from .edit_rows import NAMES
from .fields import FIELDS, extra_fields
from .suggest import TABLES as SUGGESTED

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 1}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
FILTERED = frozenset(
    ("/compare", "/compare/embed", "/compare/cell", "/agreement", "/contradictions", "/claim/{id}", "/actor/{id}")
)
"""Pages that take the filters of stances, and ``_as_of``."""


def words(*given: str) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": list(given)}


def filters() -> dict[str, tuple[str, Schema]]:
    """Parameter -> (what it does, what it takes) of every filter of stances."""
    found: dict[str, tuple[str, Schema]] = {"_search": ("Words that the statement or the claim holds.", TEXT)}
    for column in FILTER_COLUMNS.values():
        for operator in column.operators:
            name = column.name if operator == "exact" else f"{column.name}__{operator}"
            found[name] = (f"{column.label}: {_MEANS[operator]}.", _value(column.kind, operator, column.enumeration))
    return found


def _value(kind: Kind, operator: str, enumeration: Any) -> Schema:
    if operator in ("isnull", "notnull"):
        return words("1")
    if operator in ("exact", "not") and enumeration is not None:
        return words(*enumeration.words)
    return DAY if kind is Kind.DAY and operator not in ("in", "notin") else TEXT


_MEANS = {
    "exact": "is this",
    "in": "is one of these, separated by commas or as a JSON array",
    "not": "is not this",
    "notin": "is none of these, separated by commas or as a JSON array",
    "gt": "is later than this",
    "gte": "is this or later",
    "lt": "is earlier than this",
    "lte": "is this or earlier",
    "contains": "contains this",
    "startswith": "begins with this",
    "endswith": "ends with this",
    "isnull": "is not stated",
    "notnull": "is stated",
}
_VIEW = {
    "_rows": ("What the rows are: a column of stances, or actors, countries, organizations.", TEXT),
    "rows": ("The same as _rows.", TEXT),
    "_view": ("The matrix, or the timeline.", words(*SHAPES)),
    "view": ("The same as _view.", words(*SHAPES)),
    "_claims": ("The order of the claims.", words(*CLAIM_ORDERS)),
    "_order": ("The order of the rows.", words(*ORDERS)),
    "_by": ("A claim by whose stances the rows are ordered.", TEXT),
    "_reverse": ("The other way round.", words("1")),
    "_page": ("Page of rows.", NUMBER),
    "_claims_page": ("Page of claims.", NUMBER),
    "_more": ("A facet of which all values are listed.", words(*FILTER_COLUMNS)),
}
_ONE = {"next": ("The page of this site to go to after saving.", TEXT)}
_SAVED = dict.fromkeys(("_saved", "_undone"), ("An action, for the line that offers to take it back.", TEXT))


def _fields(*tables: str) -> dict[str, str]:
    """The columns of tables that a form can set, references by name with the id beside."""
    found = {}
    for table in tables:
        for column in BY_NAME[table].columns:
            found[column.name] = column.description
            if column.references:
                found[f"{column.name}_id"] = f"The id of {column.name}."
    return found


PARAMETERS: dict[str, dict[str, tuple[str, Schema]]] = {
    "/compare": _VIEW,
    "/compare/embed": _VIEW,
    "/compare/cell": {
        **_VIEW,
        "_row": ("The row of the cell.", TEXT),
        "row": ("The same as _row.", TEXT),
        "_narrower": ("The stances on claims that are narrower than this one.", words("1")),
    },
    "/agreement": {
        **{name: ("What is compared.", words(*UNITS)) for name in ("_units", "units")},
        **{name: ("Which figure.", words(*FIGURES)) for name in ("_figure", "figure")},
        **dict.fromkeys(("_unit", "unit"), ("The first of a pair.", TEXT)),
        **dict.fromkeys(("_with", "with"), ("The second of a pair.", TEXT)),
        **dict.fromkeys(("_page", "page"), ("Page of the heatmap.", NUMBER)),
    },
    "/contradictions": {name: ("One kind alone.", words(*KINDS)) for name in ("_kind", "kind")},
    "/claim/{id}": {
        "_page": ("Page of stances.", NUMBER),
        "_silent": ("Tell who is mentioned but has no stance, also where many documents are read.", words("1")),
    },
    "/actor/{id}": {"_page": ("Page of positions.", NUMBER)},
    "/read/{document}": {
        "colour": ("What the marks are coloured by.", TEXT),
        "annotation": ("The mention to go to.", TEXT),
        "spoken": ("Only what is spoken.", TEXT),
        "compare": ("Another version of the document.", TEXT),
    },
    "/review": {
        "document": ("A document.", TEXT),
        "status": ("The status of what is listed.", words(*STATUS.words, "all")),
        "confidence": ("How sure the program is.", words(*CONFIDENCE.words)),
        "person": ("Who made or decided it.", TEXT),
        "country": ("Country of the statement.", TEXT),
        "assigned": ("Who is asked to review the document.", TEXT),
        "at": ("The statement that is shown.", TEXT),
        "done": ("What was done before.", TEXT),
        "action": ("The number of the action.", TEXT),
    },
    "/adjudicate/{document}": {"done": ("What was done before.", TEXT), "action": ("The number of the action.", TEXT)},
    "/changes": {
        "who": ("Who changed it.", TEXT),
        "table": ("A table of the record.", words(*(name for name in BY_NAME if name not in ("revisions", "loads")))),
        "document": ("A document.", TEXT),
        "before": ("Changes before this revision.", NUMBER),
    },
    "/annotate/{document}": {
        "start": ("First code point of the passage.", {"type": "integer", "minimum": 0}),
        "end": ("The code point after its last.", NUMBER),
        "statement": ("The statement that is mentioned again.", TEXT),
        "speaker": ("Who speaks.", TEXT),
    },
    "/add": {"url": ("An address to fetch.", TEXT)},
    "/edit/{table}/{id}": _ONE,
    "/new/{table}": {**_ONE, **{name: (f"Fills in: {text}", TEXT) for name, text in _fields(*NAMES).items()}},
    "/merge/{table}/{id}": {"with": ("The row that it is merged with.", TEXT)},
    "/restore/{table}/{id}": {"to": ("A revision of the row.", NUMBER)},
    "/protect": {"actor": ("The actor to protect.", TEXT)},
    "/suggest/{kind}": {
        "q": ("The letters typed so far.", {"type": "string", "maxLength": 200}),
        "actor": ("Whose roles.", TEXT),
        "document": ("The document whose statements come first.", TEXT),
    },
    "/annotations/": {
        "parts": ("With the spans of evidence.", words("yes")),
        "iris": ("IRIs alone, or whole annotations.", words("0", "1")),
        "page": ("A page of the collection, counted from 0.", {"type": "integer", "minimum": 0}),
        "status": ("Words of the status, separated by commas.", TEXT),
        "status__in": ("The same as status.", TEXT),
        **{name: (f"What is about this {name}.", TEXT) for name in ("document", "statement", "claim", "actor")},
    },
    "/reconcile": {"queries": ("A batch of queries, as JSON.", TEXT)},
    "/reconcile/suggest/{what}": {
        "prefix": ("What was typed so far.", TEXT),
        "cursor": ("How many to pass over.", {"type": "integer", "minimum": 0}),
    },
}  # fmt: skip
"""Path -> its parameters, each with what it does and what it takes, beside the filters."""

for _path in ("/statement/{id}", "/claim/{id}", "/actor/{id}", "/read/{document}"):
    PARAMETERS[_path] = {**PARAMETERS.get(_path, {}), **_SAVED}

REDIRECTED: frozenset[str] = frozenset()
"""Pages that lead a browser elsewhere."""

IDS: dict[str, Schema] = {
    "kind": words(*SUGGESTED),
    "what": words("entity", "type", "property"),
    "table": words(*NAMES),
}
"""Parts of paths that are words; others are ids of rows."""

_EVERY = {
    "key": "Sent again with the same key, the request acts once.",
    "csrftoken": "The token of Datasette 0.65 where a cookie signs in; or send it as x-csrftoken.",
}
_REVISION = {"revision": "The revision of the row that was seen; or send it as If-Match."}
_NOTE = {"_note": "Why it is changed.", "next": "The page of this site to go to after saving."}


BODIES: dict[str, dict[str, str]] = {
    "/add": {
        "text": "The text, pasted.", "file": "The text as a file.", "url": "Its address.", "title": "Its title.",
        "publisher": "Who published it.", "published_on": "When: an ISO date.", "language": "A BCP 47 tag.",
        "encoding": "The encoding of the file.",
    },
    "/attach/{document}": {"text": "The text, pasted.", "file": "The text as a file."},
    "/annotate/{document}": {
        **{name: each.help or each.label for name, each in FIELDS.items()},
        **_fields("statements"), **{each.name: each.help or each.label for each in extra_fields()},
        "statement_id": "The id of the statement.", "more": "Another row for a stance; nothing is saved.",
    },
    "/edit/{table}/{id}": {
        **_fields(*NAMES), **_REVISION, **_NOTE, "what": "“borders”: move a mention.", "exact": "The passage.",
        "start": "Its first code point.", "end": "The one after its last.", "mark": "Parts of the passage.",
        "new-part": "The kind of a new part.", "new-words": "The words of a new part.",
    },
    "/new/{table}": {**_fields(*NAMES), **_NOTE},
    "/split/{table}/{id}": {
        **_fields("statements"), **_REVISION, **_NOTE, "mentions": "Mentions that go along.", "stances": "Stances too.",
    },
    "/merge/{table}/{id}": {
        "with": "The row to merge with.", "with_id": "Its id.", "with_revision": "Its revision.",
        "confirm": "“1” to do it.", **_REVISION, **_NOTE, **_fields("statements", "claims", "actors"),
    },
    "/delete/{table}/{id}": {**_REVISION, **_NOTE},
    "/restore/{table}/{id}": {"to": "A revision of the row.", **_REVISION, **_NOTE},
    "/undo": {"action": "The number of the action.", "next": _NOTE["next"]},
    "/redo": {"action": "The number of the action.", "next": _NOTE["next"]},
    "/review": {
        "decision": "accept, reject, decline or undo.", "statement": "The statement.", "proposal": "The proposal.",
        "seen": "The latest revision that was seen.", "action": "The action to take back.",
        "kind": f"One of {', '.join(PROPOSAL_KIND.words)}.",
    },
    "/adjudicate/{document}": {
        "decision": "What is decided.", "mark": "The coders' marks.", "seen": "The latest revision that was seen.",
        "chosen": "The mark that is taken.", "then": "“edit”: go on.", "action": "The action to take back.",
    },
    "/anchorings/{document}": {"id": "The anchoring.", "place": "Where the passage stands.", **_REVISION},
    "/assignments": {
        "act": "assign, finish or withdraw.", "document": "The document.", "person": "Who is asked.",
        "task": "annotate, review or adjudicate.", "blind": "“1” for coding blind.", "note": "A note.",
        "assignment": "The assignment.",
    },
    "/protect": {
        "name": "The public role or description.", "kind": "The kind of actor.", "id": "The public id.",
        "identity": "Who it is.", "other_names": "Other names.", "contact": "How to reach them.", "note": "A note.",
    },
    "/reconcile": {"queries": "A batch of queries, as JSON."},
}  # fmt: skip
"""Path -> the fields that can be sent to it."""
for _each in BODIES:
    if _each != "/reconcile":
        BODIES[_each] = {**BODIES[_each], **_EVERY}
