"""A foreign file as one coder's own reading of its documents: drafts beside the record, for agreement and settling.

Two coders' files of one document have to become one document with two readings. So statements, mentions, evidence and
stances get ids of their own coder, the status “draft” and, where the table has it, the coder; everything else (the
documents, actors and claims that they share) stays as the file gives it. Where files are named after their coder, as
PolNeAR's are (``article_4e07.ann`` beside ``article.txt``), the document is named without that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..schema import BY_NAME, SUBJECT_TABLES
from .importing import ImportedRow, slug

OWN = ("statements", "mentions", "evidence", "stances")
"""The tables whose rows are a coder's own."""

_SUBJECTS = (("subject_type", "subject"), ("object_type", "object"))


def by_coder(rows: Iterable[tuple[str, Mapping[str, Any]]], coder: str) -> Iterator[ImportedRow]:
    """The same rows as a coder's reading. References between them follow their new ids."""
    listed = [(table, dict(row)) for table, row in rows]
    renamed = {(table, row["id"]): _own_id(table, row["id"], coder) for table, row in listed if row.get("id")}
    for table, row in listed:
        columns = {column.name: column.references for column in BY_NAME[table].columns if column.references}
        for name, target in columns.items():
            if row.get(name) is not None:
                row[name] = renamed.get((target, row[name]), row[name])
        for kind, name in _SUBJECTS:
            if row.get(kind) in SUBJECT_TABLES:
                row[name] = renamed.get((SUBJECT_TABLES[row[kind]], row.get(name)), row.get(name))
        if row.get("id"):
            row["id"] = renamed[table, row["id"]]
        if table in OWN:
            names = BY_NAME[table].column_names
            row |= {name: value for name, value in (("status", "draft"), ("coder", coder)) if name in names}
        elif table == "documents" and str(row.get("title", "")).endswith(f"_{coder}"):
            row["title"] = row["title"].removesuffix(f"_{coder}")
        yield table, row


def _own_id(table: str, id: str, coder: str) -> str:
    name = slug(coder, "coder")
    if table in OWN:
        return f"{id}--by-{name}"
    return id.removesuffix(f"-{name}") or id if table == "documents" else id
