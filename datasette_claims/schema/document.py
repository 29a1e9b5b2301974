"""The model as documentation: ``docs/vocabulary.md`` and ``docs/tables.md``, made from the model itself.

``python -m datasette_claims.schema.document docs`` writes both; a test holds that they are current.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .model import TABLES
from .tables import Column, Table
from .vocabulary import ENUMERATIONS, Enumeration

_VOCABULARY_HEAD = """# Vocabulary

Every closed list of the model, word by word. Tables check against these lists, the loader names the nearest word
when a value is not in one, and the pages show the label with this explanation. A word means one thing everywhere.

| word | meaning |
|---|---|
| actor | a person, organization or group that can speak or be spoken for |
| membership | person X holds role R in organization O, with dates |
| document | what was read: an article, press release, transcript, post; each version is a document |
| segment | a part of a document: headline, standfirst, lead, paragraph, caption, credit |
| event | the occasion: briefing, post, interview, meeting, official notice |
| statement | one utterance (or refusal, order, belief) of one speaker, whoever reported it |
| mention | one report of a statement in one document |
| evidence | the exact span of a part of a mention: source, cue, content, verbatim words, date, hedge |
| claim | a proposition that can be supported or disputed |
| stance | an actor's side on a claim through a statement |
| basis | how the stance is known |
| provenance | W3C PROV relations between documents, statements, mentions and actors |
| assessment | the analyst's own judgement, kept apart from what the source says |
| revision | one change of one row: who, when, before, after; never deleted |
"""

_TABLES_HEAD = """# Tables

Every table and column of a claims database. Ids are readable and stable; a column that refers to a table carries
the plain word (`speaker`, `country`, `claim`), so that a query string reads as a sentence. Offsets count Unicode
code points from 0; `span_end` is the one after the last. “Copied” columns repeat a value of another row so that
they can be filtered without a join; the database keeps them right.
"""


def vocabulary_page() -> str:
    """The text of ``docs/vocabulary.md``."""
    return _VOCABULARY_HEAD + "".join(_enumeration(enumeration) for enumeration in ENUMERATIONS)


def _enumeration(enumeration: Enumeration) -> str:
    blank = f" A blank is stored as `{enumeration.default}`." if enumeration.default else ""
    rows = "".join(f"| `{t.word}` | {t.label} | {t.meaning} |\n" for t in enumeration.terms)
    head = f"\n## {enumeration.name}\n\n{enumeration.meaning}{blank}\n\n| word | shown as | meaning |\n|---|---|---|\n"
    return head + rows


def tables_page() -> str:
    """The text of ``docs/tables.md``."""
    return _TABLES_HEAD + "".join(_table(table) for table in TABLES)


def _table(table: Table) -> str:
    rows = "".join(f"| `{c.name}` | {_kind(c)} | {c.description} |\n" for c in table.columns)
    return f"\n## {table.name}\n\n{table.description}\n\n| column | type | meaning |\n|---|---|---|\n{rows}"


def _kind(column: Column) -> str:
    if column.enumeration is not None:
        return f"[{column.enumeration.name}](vocabulary.md#{column.enumeration.name})"
    if column.references:
        return f"→ [{column.references}](#{column.references})"
    return column.type.value.replace("_", " ")


def write(folder: Path) -> None:
    """Write both pages into a folder."""
    (folder / "vocabulary.md").write_text(vocabulary_page(), encoding="utf-8")
    (folder / "tables.md").write_text(tables_page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
