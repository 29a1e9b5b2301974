"""Claims databases for the tests of ``comparison``: the reviewed reading, votes, and random rows."""

import csv
import io
import sqlite3
import tarfile
from pathlib import Path

from conftest import skip
from hypothesis import strategies as st

from datasette_claims.schema import migrate
from datasette_claims.schema.ddl import load_triggers

SHARED = Path(__file__).parents[1] / ".." / "shared"

RENAMED = {
    "claims": {"claim_id": "id", "claim_type": "kind"},
    "actors": {"actor_id": "id", "parent_id": "parent"},
    "claim_relations": {"claim_id": "claim", "other_claim_id": "other_claim"},
    "documents": {"document_id": "id"},
    "segments": {"segment_id": "id", "document_id": "document", "segment_type": "kind", "start": "span_start"}
    | {"end": "span_end"},
    "statements": {"statement_id": "id", "document_id": "document", "speaker_id": "speaker"}
    | {"organization_id": "organization", "parent_statement_id": "parent_statement"}
    | {"in_reply_to_id": "in_reply_to", "on_behalf_of_id": "on_behalf_of", "audience_id": "audience"},
    "mentions": {"mention_id": "id", "statement_id": "statement", "document_id": "document"}
    | {"segment_id": "segment", "start": "span_start", "end": "span_end"},
    "memberships": {"membership_id": "id", "person_id": "person", "organization_id": "organization"}
    | {"on_behalf_of_id": "on_behalf_of", "document_id": "document"},
    "stances": {"stance_id": "id", "statement_id": "statement", "claim_id": "claim", "actor_id": "actor"},
}


def shared(name):
    """A file of the shared material; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        skip(f"{name} of the shared material is not here")
    return path


def connect(path=":memory:"):
    """A migrated database."""
    conn = sqlite3.connect(path, check_same_thread=False)
    migrate(conn)
    return conn


def insert(conn, table, rows):
    """Insert rows; blank values get the column's default, columns that the model lacks are left out."""
    known = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
    for row in rows:
        values = {k: v for k, v in row.items() if k in known and v not in ("", None)} | {"revision": 1}
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def read_csv(path, table):
    """The rows of a CSV file of the shared material under the model's column names."""
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            renamed = {RENAMED.get(table, {}).get(name, name): value for name, value in row.items()}
            if table == "claim_relations":
                renamed["id"] = f"r{number}"
            yield renamed


def reviewed_reading():
    """The reference case: ``seed/*.csv`` in a database."""
    folder = shared("seed/README.md").parent
    conn = connect()
    for table in RENAMED:
        rows = list(read_csv(folder / f"{table}.csv", table))
        if table == "actors":
            rows.sort(key=lambda row: row["id"] != "us-government")
            for row in rows:
                row["parent"] = ""
        if table == "documents":
            rows = [{**row, "title": "The article", "publisher": "nbc-news"} for row in rows]
        if table == "statements":
            rows.sort(key=lambda row: bool(row["parent_statement"] or row["in_reply_to"]))
            rows = [{**row, "event": "", "wording": "reported", "translation": ""} for row in rows]
        insert(conn, table, rows)
    conn.commit()
    return conn


def votes(folder):
    """A database of roll calls from the CSV files ``actors``, ``claims`` and ``stances`` (path -> text lines)."""
    conn = connect()
    for name in load_triggers():
        conn.execute(f"DROP TRIGGER {name}")
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'stances' AND sql > ''"
    for (name,) in conn.execute(indexes).fetchall():
        conn.execute(f"DROP INDEX {name}")
    given = ("stance_id", "actor_id", "claim_id", "stance", "date", "date")
    countries = {}
    for row in csv.DictReader(folder("actors.csv")):
        countries[row["actor_id"]] = row["country"] or "not_stated"
        conn.execute(
            "INSERT INTO actors (id, name, kind, identification, revision) VALUES (?, ?, 'organization', 'named', 1)",
            (row["actor_id"], row["name"]),
        )
    conn.executemany(
        "INSERT INTO claims (id, text, kind, revision) VALUES (?, ?, 'resolution', 1)",
        ((row["claim_id"], row["text"] or row["claim_id"]) for row in csv.DictReader(folder("claims.csv"))),
    )
    conn.executemany(
        "INSERT INTO stances (id, actor, claim, stance, basis, date_start, date_end, country, country_basis, revision) "
        "VALUES (?, ?, ?, ?, 'vote', ?, ?, ?, 'represents', 1)",
        ((*(row[name] for name in given), countries[row["actor_id"]]) for row in csv.DictReader(folder("stances.csv"))),
    )
    conn.commit()
    return conn


def votes_of_2019():
    folder = shared("un2019/README.md").parent
    return votes(lambda name: (folder / name).open(encoding="utf-8", newline=""))


def votes_of_all_years():
    with tarfile.open(shared("un_all.tgz")) as archive:
        texts = {Path(m.name).name: archive.extractfile(m).read().decode() for m in archive if m.isfile()}
    return votes(lambda name: io.StringIO(texts[name]))


ACTORS = [f"a{n}" for n in range(6)]
CLAIMS = [f"c{n}" for n in range(5)]
DOCUMENTS = ["d1", "d2"]
COUNTRIES = ["GB", "US", "DE", "NA", "not_stated"]
TOPICS = ["iran", "Iran deal", "a, b", "[odd", "not_stated", "100% sure_thing"]
DAYS = ["2019-04-30", "2019-05-01", "2019-05-16", "2020-01-01"]
STANCES = ["supports", "disputes", "mixed", "neutral", "queries", "declines"]
BASES = ["explicit", "author_summary", "inferred", "third_party", "vote"]


@st.composite
def stance_rows(draw, most=25):
    """Rows of ``stances`` for ``small_database``, as dictionaries."""
    one = st.fixed_dictionaries(
        {
            "claim": st.sampled_from(CLAIMS),
            "actor": st.sampled_from(ACTORS),
            "stance": st.sampled_from(STANCES),
            "basis": st.sampled_from(BASES),
            "country": st.sampled_from(COUNTRIES),
            "country_basis": st.sampled_from(["represents", "nationality", "based_in", "not_stated"]),
            "organization": st.none() | st.sampled_from(ACTORS),
            "identification": st.sampled_from(["named", "unnamed", "not_stated"]),
            "report_type": st.sampled_from(["direct", "indirect", "not_stated"]),
            "document": st.none() | st.sampled_from(DOCUMENTS),
            "date_start": st.none() | st.sampled_from(DAYS),
            "length": st.none() | st.integers(0, 40),
        }
    )
    rows = draw(st.lists(one, max_size=most))
    for number, row in enumerate(rows):
        length = row.pop("length")
        start = row["date_start"]
        row["id"] = f"t{number}"
        row["date_end"] = (max(start, DAYS[length % 4]) if start else DAYS[length % 4]) if length is not None else None
    return rows


def small_database(rows, topics=TOPICS, relations=()):
    """A database with these stances; claim n has topic n."""
    conn = connect()
    insert(conn, "actors", [{"id": a, "name": f"Actor {a}", "kind": "person"} for a in ACTORS])
    insert(conn, "documents", [{"id": d, "title": d, "publisher": p} for d, p in zip(DOCUMENTS, ACTORS, strict=False)])
    claims = [{"id": c, "text": c, "kind": "factual", "topic": topics[n % len(topics)]} for n, c in enumerate(CLAIMS)]
    insert(conn, "claims", claims)
    insert(
        conn,
        "claim_relations",
        [{"id": f"r{n}", "claim": a, "relation": r, "other_claim": b} for n, (a, r, b) in enumerate(relations)],
    )
    insert(conn, "stances", rows)
    conn.commit()
    return conn
