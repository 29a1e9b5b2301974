"""The part of ``metadata.yml`` that follows from the model: labels, order, facets, licence of each table.

``python -m datasette_claims.schema.metadata metadata.yml`` writes it between its two marks; a test holds that it is
current. Titles and descriptions are not in the file: the plugin gives them to Datasette itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .derived import DERIVED_SQL
from .model import TABLES
from .search import fts_name
from .tables import Table

BEGIN = "    # Made from the model by: python -m datasette_claims.schema.metadata metadata.yml\n"
END = "    # End of what is made from the model.\n"

LATEST_FIRST = {"statements", "stances"}
"""Tables that read best with the latest date first; undated rows come last. The model's order is that of files."""


def tables_section(licence: tuple[str, ...]) -> str:
    """The lines of ``tables:`` with ``licence`` repeated for each, because 1.0 does not inherit it."""
    ours = "".join(_table(table, licence) for table in TABLES)
    helpers = [fts_name(table) for table in TABLES if table.search] + [*DERIVED_SQL, "_sqlite_migrations"]
    return "    tables:\n" + ours + "".join(f"      {name}:\n        hidden: true\n" for name in helpers)


def _table(table: Table, licence: tuple[str, ...]) -> str:
    lines = [f"label_column: {table.label_column}"] if table.label_column else []
    if table.name in LATEST_FIRST:
        lines.append("sort_desc: date_start")
    else:
        lines.append(f"{'sort_desc' if table.sort_descending else 'sort'}: {table.sort}")
    if table.facets:
        lines += [f"facets: [{', '.join(table.facets)}]", "facet_size: 12"]
    ours = table.name == "countries" or not table.loadable  # these come from no source of the data
    lines += [line for line in licence if not (ours and line.startswith("source"))]
    return f"      {table.name}:\n" + "".join(f"        {line}\n" for line in lines)


def renewed(text: str) -> str:
    """The file's text with the part between the marks made anew. The licence is that of the ``claims`` database.

    Raises ValueError where the marks or the licence are missing.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"the marks are missing; put them where the tables stand:\n{BEGIN}{END}")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    keys = ("    source:", "    source_url:", "    license:", "    license_url:")
    licence = tuple(line.strip() for line in before.splitlines() if line.startswith(keys))
    if not any(line.startswith("license:") for line in licence):
        raise ValueError("the database has no “license:” above its tables")
    return before + BEGIN + tables_section(licence) + END + after


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
