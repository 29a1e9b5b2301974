"""The model as SQLite keeps it: what it enforces, what it keeps current, and how databases are made."""

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.schema import BY_NAME, LOADABLE, TABLES, SchemaError, Type, migrate, pending
from datasette_claims.schema import migrations as migrations_module
from datasette_claims.schema.copies import all_copy_groups
from datasette_claims.schema.countries import codes_by_name, countries
from datasette_claims.schema.ddl import statements
from datasette_claims.schema.package import package_columns
from datasette_claims.schema.vocabulary import ENUMERATIONS


@pytest.fixture
def conn():
    connection = sqlite3.connect(":memory:")
    migrate(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


def insert(conn, table, **values):
    values.setdefault("revision", 1)
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" for _ in values)
    conn.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(values.values()))


def small_case(conn):
    """Two outlets, one article, one statement with a mention, a claim and a stance."""
    insert(conn, "actors", id="outlet", name="Outlet", kind="organization", country="GB")
    insert(conn, "actors", id="other", name="Other", kind="organization", country="FR")
    insert(conn, "actors", id="general", name="A General", kind="person", country="GB")
    for document, publisher in (("article", "outlet"), ("copy", "other")):
        insert(conn, "documents", id=document, title=document.title(), publisher=publisher)
    for claim, topic in (("rising", "threat"), ("falling", "calm")):
        insert(conn, "claims", id=claim, text=claim, kind="factual", topic=topic)
    for name, day in (("first", "2019-05-15"), ("second", "2019-06-01")):
        insert(
            conn,
            "statements",
            id=name,
            content=f"the {name} words",
            kind="utterance",
            speaker="general",
            speaker_label="Gen. Général",
            country="GB",
            country_basis="nationality",
            identification="named",
            report_type="direct",
            date_start=day,
            date_end=day,
            organization="outlet",
            document="article",
        )
    insert(conn, "mentions", id="m", statement="first", document="article")
    insert(
        conn, "stances", id="x", claim="rising", actor="general", stance="disputes", basis="explicit", statement="first"
    )


def schema_of(conn):
    rows = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%\\_fts\\_%' ESCAPE '\\'"
    )
    return {name: _without_layout(sql) for name, sql in rows if "sqlite_" not in name}


def _without_layout(sql):
    """Lines and spaces apart: a column that a migration adds stands on the line of the one before."""
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split()))


def test_all_migrations_together_make_exactly_the_model(conn):
    direct = sqlite3.connect(":memory:")
    for sql in statements():
        direct.execute(sql)
    assert schema_of(conn) == schema_of(direct)


def test_a_second_migration_run_changes_nothing(conn):
    before = list(conn.iterdump())
    assert migrate(conn) == []
    assert list(conn.iterdump()) == before


def test_a_database_of_a_newer_version_is_refused_untouched(conn):
    conn.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('datasette-claims', '9999_future')")
    before = list(conn.iterdump())
    with pytest.raises(SchemaError, match="9999_future"):
        migrate(conn)
    assert list(conn.iterdump()) == before


def test_foreign_tables_of_the_same_name_are_refused_untouched():
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE claims (id INTEGER PRIMARY KEY, whatever TEXT)")
    with pytest.raises(SchemaError, match="claims"):
        migrate(conn)
    assert [row[0] for row in conn.execute("SELECT name FROM sqlite_master")] == ["claims"]


def test_a_migration_that_fails_leaves_the_version_before(conn, monkeypatch):
    later = type(migrations_module.migrations)("datasette-claims")
    later._migrations = list(migrations_module.migrations._migrations)

    @later(name="9000_broken")
    def broken(db):
        db.execute("CREATE TABLE half_done (id TEXT)")
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrations_module, "migrations", later)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(conn)
    assert conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half_done'").fetchone() == (0,)
    assert pending(conn) == ["9000_broken"]


def test_every_reference_and_facet_column_has_an_index(conn):
    for table in TABLES:
        indexed = {
            conn.execute(f'PRAGMA index_info("{row[1]}")').fetchone()[2]
            for row in conn.execute(f'PRAGMA index_list("{table.name}")')
        }
        wanted = {c.name for c in table.columns if c.references or c.facet} | set(table.facets)
        assert wanted <= indexed | {"id"}, table.name


def test_every_declared_reference_is_a_foreign_key_of_the_database(conn):
    for table in TABLES:
        found = {(row[3], row[2]) for row in conn.execute(f'PRAGMA foreign_key_list("{table.name}")')}
        assert found == {(column.name, column.references) for column in table.references}


def test_every_table_and_column_is_described():
    for table in TABLES:
        assert table.description.endswith("."), table.name
        for column in table.columns:
            assert column.description.endswith("."), (table.name, column.name)
            assert column.label, (table.name, column.name)


def test_a_reference_to_a_missing_row_is_refused(conn):
    small_case(conn)
    for table in LOADABLE:
        for column in table.references:
            if conn.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0] == 0 or column.copy:
                continue
            with pytest.raises(sqlite3.IntegrityError):
                conn.execute(
                    f'UPDATE "{table.name}" SET "{column.name}" = ?',
                    [999999 if column.type is Type.INTEGER else "no-such-row"],
                )


@pytest.mark.parametrize(
    ("table", "column"),
    [(t.name, c.name) for t in LOADABLE for c in t.columns if c.enumeration and t.name != "countries"],
)
def test_a_word_outside_its_enumeration_is_refused(conn, table, column):
    small_case(conn)
    sql = f'UPDATE "{table}" SET "{column}" = \'no such word\''
    if conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]:
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute(sql)
    else:
        words = BY_NAME[table][column].enumeration.words
        assert all(f"'{word}'" in BY_NAME[table].create_sql for word in words)


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda e: e.name)
def test_every_word_is_explained_once(enumeration):
    assert len(set(enumeration.words)) == len(enumeration.words)
    assert all(term.label and term.meaning.endswith(".") for term in enumeration.terms)
    assert enumeration.default is None or enumeration.default in enumeration.words


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO evidence (id, mention, part, span_start, span_end, revision) VALUES ('e', 'm', 'cue', 9, 9, 1)",
        "INSERT INTO evidence (id, mention, part, span_start, span_end, revision) VALUES ('e', 'm', 'cue', -1, 9, 1)",
        "UPDATE statements SET date_end = '2019-01-01'",
        "UPDATE statements SET parent_statement = id",
        "INSERT INTO claim_relations (id, claim, relation, other_claim, revision) "
        "VALUES ('r', 'rising', 'same_as', 'rising', 1)",
        "UPDATE statements SET hedged = 2",
        "UPDATE actors SET country = NULL",
    ],
)
def test_impossible_rows_are_refused(conn, sql):
    small_case(conn)
    with pytest.raises(sqlite3.IntegrityError):
        conn.execute(sql)


def test_provenance_cannot_name_a_missing_row_and_keeps_the_named_one(conn):
    small_case(conn)
    named = {"subject_type": "document", "subject": "copy", "object_type": "document", "object": "article"}
    insert(conn, "provenance", id="p", relation="wasDerivedFrom", **named)
    with pytest.raises(sqlite3.IntegrityError, match="subject"):
        insert(conn, "provenance", id="q", relation="wasDerivedFrom", **(named | {"subject": "nothing"}))
    with pytest.raises(sqlite3.IntegrityError, match="object"):
        conn.execute("UPDATE provenance SET object = 'nothing'")
    with pytest.raises(sqlite3.IntegrityError, match="still names"):
        conn.execute("DELETE FROM documents WHERE id = 'copy'")


def found(conn, table, words):
    rows = conn.execute(
        f'SELECT id FROM "{table}" WHERE rowid IN (SELECT rowid FROM "{table}_fts" WHERE "{table}_fts" MATCH ?)',
        [words],
    )
    return [row[0] for row in rows]


def test_search_follows_every_change_and_survives_vacuum(conn):
    small_case(conn)
    assert found(conn, "statements", "second") == ["second"]
    assert found(conn, "statements", "general") == ["first", "second"], "accents do not matter"
    conn.execute("UPDATE statements SET content = 'other things' WHERE id = 'second'")
    assert found(conn, "statements", "second") == []
    assert found(conn, "statements", "things") == ["second"]
    conn.execute("DELETE FROM mentions")
    conn.execute("DELETE FROM stances")
    conn.execute("DELETE FROM statements WHERE id = 'first'")
    conn.commit()
    conn.execute("VACUUM")
    assert found(conn, "statements", "things") == ["second"]
    assert found(conn, "statements", "first") == []
    conn.execute("INSERT INTO statements_fts (statements_fts, rank) VALUES ('integrity-check', 1)")


def copies_hold(conn):
    for group in all_copy_groups():
        for name, column in group.pairs:
            default = group.table[name].default
            expected = f'source."{column}"' if default is None else f"coalesce(source.\"{column}\", '{default}')"
            given = f'AND t."{group.via}" IS NOT NULL' if group.optional else ""
            wrong = conn.execute(
                f'SELECT t.id FROM "{group.table.name}" t LEFT JOIN "{group.source}" source '
                f'ON source.id = t."{group.via}" WHERE t."{name}" IS NOT {expected} {given}'
            ).fetchall()
            assert wrong == [], (group.table.name, name)


CHANGES = [
    "UPDATE claims SET topic = 'new' WHERE id = 'rising'",
    "UPDATE stances SET claim = 'falling'",
    "UPDATE stances SET topic = 'made up'",
    "UPDATE statements SET date_start = '2019-04-01', country = 'US' WHERE id = 'first'",
    "UPDATE statements SET report_type = 'indirect', identification = 'unnamed'",
    "UPDATE stances SET statement = 'second'",
    "UPDATE statements SET document = 'copy' WHERE id = 'first'",
    "UPDATE documents SET publisher = 'other' WHERE id = 'article'",
    "UPDATE documents SET publisher = NULL WHERE id = 'copy'",
    "UPDATE actors SET country = 'DE' WHERE id = 'other'",
    "UPDATE mentions SET statement = 'second'",
    "UPDATE mentions SET country = 'JP'",
    "UPDATE statements SET document = NULL",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CHANGES), max_size=8))
def test_copied_columns_hold_after_any_changes(changes):
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    small_case(conn)
    copies_hold(conn)
    for sql in changes:
        conn.execute(sql)
        copies_hold(conn)
    conn.close()


def test_a_stance_without_a_statement_keeps_its_own_date_and_document(conn):
    small_case(conn)
    insert(
        conn, "stances", id="v", claim="rising", actor="other", stance="neutral", basis="vote", date_start="2019-12-18"
    )
    conn.execute("UPDATE stances SET document = 'copy' WHERE id = 'v'")
    row = conn.execute("SELECT date_start, month, document, publisher, topic FROM stances WHERE id = 'v'").fetchone()
    assert row == ("2019-12-18", "2019-12", "copy", "other", "threat")


def test_months_and_topics_that_are_not_stated_are_values(conn):
    insert(conn, "claims", id="c", text="A claim.", kind="factual")
    insert(conn, "actors", id="a", name="A", kind="person")
    insert(conn, "stances", id="s", claim="c", actor="a", stance="supports", basis="vote")
    row = conn.execute("SELECT country, topic, month, identification FROM stances").fetchone()
    assert row == ("not_stated",) * 4


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("NA", "Namibia", "country"),
        ("GB", "United Kingdom", "country"),
        ("US", "United States", "country"),
        ("EU", "European Union", "entity"),
        ("XK", "Kosovo", "entity"),
        ("YU", "Yugoslavia", "historical"),
        ("SU", "Soviet Union", "historical"),
        ("DD", "German Democratic Republic", "historical"),
        ("CS", "Czechoslovakia", "historical"),
        ("AI", "Anguilla", "country"),
        ("not_stated", "Not stated", "not_stated"),
    ],
)
def test_countries_have_readable_names(conn, code, name, kind):
    assert conn.execute("SELECT name, kind FROM countries WHERE id = ?", [code]).fetchone() == (name, kind)


def test_countries_are_unique_and_named_apart():
    rows = countries()
    assert len({row.id for row in rows}) == len(rows)
    assert len({row.name for row in rows}) == len(rows)
    assert not [
        row.name
        for row in rows
        if "," in row.name and row.kind == "country" and "Bonaire" not in row.name and "Saint Helena" not in row.name
    ]


@pytest.mark.parametrize(
    ("name", "code"), [("united kingdom", "GB"), ("gbr", "GB"), ("uk", "GB"), ("iran", "IR"), ("namibia", "NA")]
)
def test_country_names_lead_to_codes(name, code):
    assert codes_by_name()[name] == code


def test_a_package_holds_no_column_that_follows_from_others():
    assert "revision" not in package_columns(BY_NAME["stances"])
    assert {"topic", "publisher", "month", "country_origin"}.isdisjoint(package_columns(BY_NAME["stances"]))
    assert "date_start" in package_columns(BY_NAME["stances"])
    assert "text_file" in package_columns(BY_NAME["documents"])
    assert "text" not in package_columns(BY_NAME["documents"])
