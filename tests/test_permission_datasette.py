"""Datasette's own pages of our tables, with another one closed: what the plugin adds to them tells nothing of it.

Cells, facets, links, actions and formats come from us, the rest is Datasette's. Proved as in
``test_permission_tables``: two sites that differ in the closed table alone give the same answers.
"""

from __future__ import annotations

import re

import pytest
from gate_data import CANARIES, SINGULAR, changed
from test_permission_tables import CHIEF, closing_off, difference, in_turn, plain

from datasette_claims.compat import IS_1

COPIES = ("revisions", "anchorings")
"""Tables that hold former values of the others, as SECURITY.md says: close them with what they are about."""
VARYING = re.compile(r"Queries took [\d.e-]+ms|\"query_ms\": [\d.e-]+")
LABEL = re.compile(r'<a class="claims-reference"[^>]*>.*?</a>', re.DOTALL)
LINKS = re.compile(r"<h2>Links from other tables</h2>.*?</ul>", re.DOTALL)
"""Datasette 0.65 labels a foreign key, and counts the rows that refer to a row, without asking whether their table is
open; SECURITY.md says so."""


def shown(answer):
    """What an answer says, without what is another in each and without what Datasette 0.65 tells itself."""
    text = VARYING.sub("", plain(answer))
    return text if IS_1 else LINKS.sub("", LABEL.sub("", text))


def pages(name):
    """Datasette's pages of a table and of its first row, in each format that has something from us."""
    labels = "&_labels=on" if IS_1 else ""
    row = f"/claims/{name}/{SINGULAR.get(name, name)}1"
    yield from (f"/claims/{name}", f"/claims/{name}.json?_shape=objects{labels}", row, f"{row}.json")
    if name in ("statements", "claims", "documents", "mentions", "stances"):
        yield from (f"{row}.webannotation", f"{row}.prov", f"/claims/{name}.prov")


@pytest.mark.parametrize("table", CANARIES)
async def test_what_we_add_to_other_tables_tells_nothing_of_a_closed_one(gate_files, gate_site, tmp_path, table):
    other = changed(gate_files / "claims.db", table, tmp_path / "changed.db")
    sites = [
        gate_site(closing_off(table), confidential=True, database=path) for path in (gate_files / "claims.db", other)
    ]
    wrong, asked = [], 0
    for number, name in enumerate(CANARIES):
        if name == table or name in COPIES:
            continue
        for url in in_turn(list(pages(name)), number + list(CANARIES).index(table)):
            answers = [await site.ask("GET", url, actor=CHIEF) for site in sites]
            asked += answers[0].status == 200
            one, another = map(shown, answers)
            if CANARIES[table] in one or one != another:
                wrong.append(f"{url}: {answers[0].status}: {difference(one, another)}")
    assert asked > 8
    assert not wrong, "\n".join(wrong)
