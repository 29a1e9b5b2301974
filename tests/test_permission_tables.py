"""Each table closed by itself: who may not see it learns nothing of it, not even how much there is.

The proof is by two sites that differ in that table alone, in every value and in the number of rows
(``gate_data.changed``): whoever may not see it must get the same answers from both, byte for byte, on every page and
in every format. Asked is somebody who may do everything else, to whom pages show the most.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing

import pytest
from gate_data import CANARIES, changed
from gate_routes import ADMIN, ANNOTATE, HERE, OURS, REVIEW

CHIEF = {"id": "chief"}
VARYING = [
    (re.compile(r'name="csrftoken" value="[^"]*"'), 'name="csrftoken"'),
    (re.compile(r"set-cookie: ds_csrftoken=[^\n]*"), "set-cookie"),
    (re.compile(r'name="key" value="[^"]*"'), 'name="key"'),
    (re.compile(r'<updated>[^<]*(?=</updated><link rel="self")'), "<updated>"),  # of a feed without entries: now
]
"""What is another one in every answer."""


def closing_off(table):
    """The site on which one table is closed to the chief, and nothing else."""
    allow = {"id": ["chief", "root"]}
    return {
        "plugins": {"datasette-claims": {"database": "claims", "confidential": "identities"}},
        "permissions": dict.fromkeys((ANNOTATE, REVIEW, ADMIN), allow),
        "databases": {"claims": {"tables": {table: {"allow": {"id": "root"}}}}, "identities": {"allow": allow}},
    }


def plain(answer):
    text = answer.whole
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return text


LEADS = {"revisions": re.compile(rf'href="{HERE}/history/'), "statements": re.compile(rf'href="{HERE}/statement/')}
"""Table -> a link to a page that is closed with it, and that no page should offer then."""


def dead_links(answer, table):
    """Links of a page to what is closed with the table."""
    return LEADS[table].findall(answer.text) if table in LEADS else []


def in_turn(urls, number):
    """One of the formats, for each table another one; all of them with CLAIMS_WHOLE=1, which takes minutes."""
    return urls if os.environ.get("CLAIMS_WHOLE") == "1" else [urls[number % len(urls)]]


def part(url):
    """Which part of the site an address belongs to: compare, read, annotations …"""
    return re.split(r"[/?.]", url.removeprefix(HERE).lstrip("/"))[0]


_reads = {}


async def reads_of(gate_site, monkeypatch):
    """Part of the site -> the tables that its queries name where nothing is closed, those of the stance index included.

    What a part never reads it cannot tell, so that only the others are asked about a table.
    """
    if _reads:
        return _reads
    told, connect = [], sqlite3.connect

    def traced(*args, **options):
        conn = connect(*args, **options)
        conn.set_trace_callback(told.append)
        return conn

    monkeypatch.setattr(sqlite3, "connect", traced)
    client = await gate_site(closing_off("nothing"), confidential=True).start()
    for route in OURS:
        told.clear()
        for url, headers, _ in route.urls:
            await client.ask("GET", url, actor=CHIEF, headers=headers)
        words = set(re.findall(r"[a-z_]+", " ".join(told))) | ({"statements"} if "stances" in route.needs else set())
        _reads.setdefault(part(route.url), set()).update(words & set(CANARIES))
    monkeypatch.undo()
    return _reads


@pytest.mark.parametrize("table", CANARIES)
async def test_a_private_table_changes_no_answer(gate_files, gate_site, tmp_path, monkeypatch, table):
    reads = await reads_of(gate_site, monkeypatch)
    other = changed(gate_files / "claims.db", table, tmp_path / "changed.db")
    sites = [
        gate_site(closing_off(table), confidential=True, database=path) for path in (gate_files / "claims.db", other)
    ]
    wrong = []
    for number, route in enumerate(OURS):
        if table not in reads[part(route.url)]:
            continue
        for url, headers, needs in in_turn(route.urls, number + list(CANARIES).index(table)):
            status = 403 if table in needs else 404 if table in route.absent else route.status
            words = [] if CANARIES[table] in url.lower() else [CANARIES[table]]  # a search says what was asked for
            answer = await sites[0].ask("GET", url, actor=CHIEF, headers=headers)
            if answer.status != status or answer.holds(words) or dead_links(answer, table):
                told = answer.holds(words) + dead_links(answer, table)
                wrong.append(f"{url} {headers}: {answer.status}, not {status}; {told}")
            elif status != 403:
                again = await sites[1].ask("GET", url, actor=CHIEF, headers=headers)
                if plain(again) != plain(answer):
                    wrong.append(f"{url} {headers}: {difference(plain(answer), plain(again))}")
    assert not wrong, "\n".join(wrong)


def difference(one, other):
    """Where two texts differ, with a few words around."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]!r} is {other[max(0, at - 60) : at + 60]!r}"


@pytest.mark.parametrize("table", CANARIES)
def test_the_other_content_is_another_one_in_every_column(gate_files, tmp_path, table):
    """So that the proof above proves something; ``mutate_permissions.py`` takes each check away and sees it fail."""
    rows = {}
    for path in (gate_files / "claims.db", changed(gate_files / "claims.db", table, tmp_path / "changed.db")):
        with closing(sqlite3.connect(path)) as conn:
            conn.row_factory = sqlite3.Row
            rows[path] = [dict(row) for row in conn.execute(f'select * from "{table}" order by rowid')]
    one, other = rows.values()
    assert len(other) == len(one) - 1
    same = {name for name in one[0] if [row[name] for row in one[:3]] == [row[name] for row in other[:3]]}
    empty = {name for name in one[0] if not any(row[name] for row in one[:3])}
    ids = {"id", "table_name", "row_id", "operation"}
    assert same - empty <= ids, "a column that would not be noticed"
