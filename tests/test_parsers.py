"""Readers and round trips that have no tests of their own with any value; and the list of all of them in the docs."""

from __future__ import annotations

import ast
import csv
import gzip
import importlib
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from comparison_data import small_database, stance_rows
from fuzz import received
from fuzz.targets import NAMES
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from datasette_claims import bounds, config
from datasette_claims.annotating.places import Source, read_marks
from datasette_claims.comparison import build
from datasette_claims.comparison.copy_file import CopyError
from datasette_claims.comparison.copy_file import load as load_copy
from datasette_claims.comparison.copy_file import save as save_copy
from datasette_claims.confidential.names import Names, as_json, forms_of
from datasette_claims.extraction import Evidence, extract, verify
from datasette_claims.extraction.language_model import parse as parse_answer
from datasette_claims.interchange.importing import day_of, id_of, slug
from datasette_claims.interchange.iris import web_address as uri
from datasette_claims.interchange.webannotation_sent import NoAnnotation, decoded
from datasette_claims.interchange.webannotation_sent import parse as parse_annotation
from datasette_claims.loading.dates import DateError, check_date, first_day, last_day
from datasette_claims.loading.mapping import read_mapping
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.values import ColumnReader
from datasette_claims.obtaining import NotObtained
from datasette_claims.obtaining.addresses import literal
from datasette_claims.obtaining.records import read_json_lines, read_parquet
from datasette_claims.obtaining.values import day, one_line, tag, web_address
from datasette_claims.obtaining.warc import read_warc
from datasette_claims.pages.accept import Offer, best
from datasette_claims.pages.csv_cells import guarded
from datasette_claims.pages.numbers import natural
from datasette_claims.pages.uploads import _parts
from datasette_claims.schema import TABLES

ROOT = Path(__file__).parents[1]
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
WHOLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
DATES = st.dates()


# Dates


@given(DATES, st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d"]), st.sampled_from(["", "T10:00:00Z", " 10:00"]))
def test_a_date_is_read_as_printed_by_every_reader(moment, precision, rest):
    printed = moment.isoformat()[: {"%Y": 4, "%Y-%m": 7, "%Y-%m-%d": 10}[precision]]
    assert check_date(printed) == printed == day(printed + rest) == day_of(printed + rest)
    first, last = date.fromisoformat(first_day(printed)), date.fromisoformat(last_day(printed))
    assert first <= moment <= last
    assert moment.strftime(precision) == first.strftime(precision) == last.strftime(precision)


@given(st.text(st.sampled_from("0123456789-/T٢²"), max_size=11))
def test_what_is_no_date_is_refused(text):
    try:
        known = check_date(text)
    except DateError as error:
        assert error.wrong
        assert error.remedy
        assert not re.fullmatch(r"[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?", text)
    else:
        assert known == text
        assert text.isascii()
    found = day(text)
    assert found is None or check_date(found) == found


PRINTED = st.sampled_from(
    [
        "May 16, 2019",
        "16 May",
        "Oct. 9",
        "earlier this month",
        "last week",
        "next Friday",
        "in 2018",
        "3 days ago",
        "late May 2019",
        "yesterday",
    ]
)


@QUICK
@given(st.lists(PRINTED, min_size=1, max_size=4), DATES)
def test_printed_dates_are_intervals_in_order(words, published):
    text = "She said it on " + ", and ".join(words) + "."
    for found in extract(text, published_on=published).dates:
        assert text[found.start : found.end] == found.quote
        assert found.first <= found.last


# Texts and what engines make of them


@QUICK
@given(st.integers(-3, 80), st.integers(-3, 80), st.sampled_from(["content", "source", "no part"]), st.text(max_size=5))
def test_what_an_engine_returns_holds_in_the_text_or_is_refused(start, end, part, quote):
    text = "“It holds,” Mara Olsen told reporters. She declined to comment."
    draft = extract(text)
    added = Evidence(part, start, end, text[max(0, start) : max(0, end)] if len(quote) < 3 else quote)
    changed = replace(draft.mentions[0], evidence=(*draft.mentions[0].evidence, added))
    checked = verify(text, replace(draft, mentions=(changed, *draft.mentions[1:])))
    for mention in checked.mentions:
        assert all(text[each.start : each.end] == each.quote and each.quote for each in mention.evidence)
    assert checked.refused or added in checked.mentions[0].evidence


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3), max_size=3), st.booleans())
def test_a_language_model_s_list_comes_through(items, fenced):
    answer = f"```json\n{json.dumps(items)}\n```" if fenced else json.dumps(items)
    assert parse_answer(answer) == items


# What is obtained


@QUICK
@given(st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=3), st.integers(0, 400), st.booleans())
def test_pages_of_an_archive_come_back_and_a_cut_one_is_told(bodies, cut, packed):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    file = io.BytesIO()
    writer = WARCWriter(file, gzip=False)
    for number, body in enumerate(bodies):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], protocol="HTTP/1.0")
        url = f"https://example.org/{number}"
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers))
    whole = file.getvalue()
    read = list(read_warc(io.BytesIO(whole), "a", 1000, lambda told: None, lambda count: None))
    assert [raw.content for raw in read] == bodies
    content = gzip.compress(whole)[: cut + 1] if packed else whole[: cut + 1]
    try:
        found = list(read_warc(io.BytesIO(content), "a", 1000, lambda told: None, lambda count: None))
    except NotObtained as refused:
        assert "damaged" in refused.wrong
    else:
        assert [raw.content for raw in found if not isinstance(raw, NotObtained)] == bodies[: len(found)]


@QUICK
@given(st.lists(WHOLE.filter(bool), min_size=1, max_size=4))
def test_articles_come_back_from_lines_and_from_parquet(texts):
    import pyarrow
    from pyarrow.parquet import write_table

    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()
    found = read_json_lines(io.BytesIO(lines), "a", 10**6, lambda told: None, lambda count: None)
    assert [raw.content.decode() for raw in found] == texts
    file = io.BytesIO()
    write_table(pyarrow.table({"text": texts}), file)
    file.seek(0)
    assert [raw.content.decode() for raw in read_parquet(file, "a", lambda t: None, lambda c: None)] == texts


@given(st.text(st.sampled_from("https://:@[]?#%. exampl\n\\ö。")), st.sampled_from(["", "https://", "http://e.org"]))
def test_an_address_that_is_kept_is_one_of_the_web_and_stays_the_same(text, before):
    for read in (web_address, uri):
        found = read(before + text)
        if found is not None:
            assert re.match(r"https?://[^/@\s]+", found)
            assert read(found) == found


@given(st.ip_addresses())
def test_an_address_in_numbers_is_known_in_its_plain_form_alone(address):
    assert literal(str(address)) == address
    if address.version == 4:
        for other in (str(int(address)), hex(int(address)), str(address).replace(".", ".0")):
            with pytest.raises(ValueError, match="unusual"):
                literal(other)


@given(st.text())
def test_single_values_are_what_tables_accept_and_stay_what_they_are(text):
    line, language, id = one_line(text), tag(text), id_of(text)
    assert line is None or (one_line(line) == line and len(line.splitlines()) == 1 and line.encode())
    assert language is None or tag(language) == language
    assert id is None or id_of(id) == id
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(text, "fallback"))
    assert slug(slug(text, "fallback"), "other") == slug(text, "fallback")


# Tables


CELLS = st.one_of(
    st.text(max_size=8), st.sampled_from(["2019-05", "true", "0.5", "12", "GB", "person", "https://e.org"])
)
COLUMNS = [(table, column) for table in TABLES for column in table.stored]


@given(st.sampled_from(COLUMNS), st.lists(CELLS, min_size=1, max_size=4))
def test_a_cell_is_stored_as_it_reads_again_or_named(place, cells):
    values, problems = ColumnReader(*place).read(tuple(cells), range(2, 2 + len(cells)), "a.csv")
    assert len(values) == len(cells)
    wrong = {problem.line for problem in problems}
    assert all(problem.wrong and problem.remedy and problem.column == place[1].name for problem in problems)
    for line, value in enumerate(values, 2):
        if line not in wrong and value not in (None, ""):
            assert ColumnReader(*place).read((str(value),), [2], "a.csv") == ([value], []) or isinstance(value, str)


NAME = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=6)


@QUICK
@given(
    st.dictionaries(NAME, st.sampled_from(["name", "note", "kind"]), max_size=3),
    st.dictionaries(NAME, NAME, max_size=3),
)
def test_a_mapping_is_read_as_it_is_written(tmp_path, columns, words):
    path = tmp_path / "mapping.yml"
    written = {"files": {"a.csv": {"table": "actors", "columns": columns, "values": {"kind": words}}}}
    path.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    found = read_mapping(path)["a.csv"]
    assert {theirs: names[0] for theirs, names in found.columns.items()} == columns
    assert found.values == {"kind": words}


@QUICK
@given(st.text(st.sampled_from("files: a.csv\n-{}[]!&*'\"|>~#?%@\t\x07"), max_size=40))
def test_any_text_is_a_mapping_or_is_refused(tmp_path, text):
    path = tmp_path / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    try:
        read_mapping(path)
    except LoadError as error:
        assert all(problem.wrong and problem.remedy and str(problem).isprintable() for problem in error.problems)


@settings(max_examples=8)
@given(rows=stance_rows(), flips=st.lists(st.integers(0, 10**6), min_size=20, max_size=20))
def test_the_index_comes_back_from_its_copy_and_a_damaged_copy_is_told(tmp_path_factory, rows, flips):
    path, index = tmp_path_factory.mktemp("copy") / "index", build(small_database(rows))
    save_copy(index, path, {"size": 1})
    found, codes = load_copy(path, {"size": 1}), _codes(index)
    assert _codes(found) == codes
    assert {n: d.ids for n, d in found.dictionaries.items()} == {n: d.ids for n, d in index.dictionaries.items()}
    assert load_copy(path, {"size": 2}) is None
    sound = path.read_bytes()
    for flip in flips:
        content = bytearray(sound)
        content[flip % len(content)] ^= 1
        path.write_bytes(content)
        try:
            again = load_copy(path, {"size": 1})
        except CopyError as error:
            assert "damaged" in str(error)
        else:  # what changed is the padding, or the mark of the format
            assert again is None or _codes(again) == codes


def _codes(index):
    return {name: codes.tolist() for name, codes in index.codes.items()}


# Requests


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(received.MEMBERS), inner, max_size=4),
    max_leaves=15,
)


@QUICK
@given(JSON)
def test_any_json_is_an_annotation_or_is_refused(value):
    try:
        found = decoded(json.dumps(value).encode())
    except ValueError:
        assert not _encodes(value)
        return
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    base = {"@context": received.WORDS[0], "type": "Annotation", "target": "https://example.org/a"}
    try:
        sent = parse_annotation({**base, **found} if isinstance(found, dict) else found, received.IRIS)
    except NoAnnotation as error:
        assert error.member
        assert error.wrong
        assert error.remedy
    else:
        assert sent.value["target"]  # kept as it is, also where it is described in a way that we do not read
        assert all(isinstance(target.source, str) for target in sent.targets)


def _encodes(value):
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (UnicodeEncodeError, ValueError):
        return False
    return True


@QUICK
@given(st.binary(max_size=120))
def test_an_annotation_is_taken_up_where_its_words_stand_and_can_be_taken_back(data):
    received.annotation(data)


OFFERS = (Offer("html", ("text/html",)), Offer("ld", ("application/ld+json",)), Offer("csl", ("application/csl",)))


@given(st.permutations([1, 2, 3]), st.permutations(OFFERS))
def test_the_offer_of_the_highest_quality_is_chosen(ranks, order):
    header = ", ".join(f"{offer.types[0]};q=0.{rank}" for offer, rank in zip(OFFERS, ranks, strict=True))
    assert best(header, order) is OFFERS[ranks.index(3)]


FIELD = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)


@QUICK
@given(
    st.dictionaries(FIELD, WHOLE, max_size=3),
    st.dictionaries(FIELD, st.tuples(FIELD, st.binary(max_size=50)), max_size=2),
    st.integers(1, 40),
)
async def test_fields_and_files_of_a_form_come_back(fields, files, size):
    parts = [(f'name="f{name}"', text.encode()) for name, text in fields.items()]
    parts += [(f'name="u{name}"; filename="n{each}.txt"', content) for name, (each, content) in files.items()]
    boundary = b"a boundary that is in no part"
    assume(all(boundary not in content for _, content in parts))
    content = b"".join(
        b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (boundary, names.encode(), value)
        for names, value in parts
    )
    content += b"--%b--\r\n" % boundary
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    messages = iter(
        [{"type": "http.request", "body": p, "more_body": n + 1 < len(pieces)} for n, p in enumerate(pieces)]
    )

    async def receive():
        return next(messages)

    headers = {"content-type": f'multipart/form-data; boundary="{boundary.decode()}"'}
    given_fields, given_files = await _parts(SimpleNamespace(headers=headers, receive=receive), 1000)
    assert list(given_fields.pairs) == [(f"f{name}", text.replace("\r\n", "\n")) for name, text in fields.items()]
    assert [one.content for one in given_files.values()] == [content for _, content in files.values()]


@given(st.one_of(st.integers(0, 10**12).map(str), st.text(max_size=6)))
def test_a_number_is_one_of_ascii_digits(text):
    found = natural(text)
    assert found is None or (text.isascii() and found == int(text))
    assert found is not None or not re.fullmatch(r"[0-9]{1,9}", text)


@given(st.text(), st.sampled_from(["", "=", "+", "-", "@", "\t", " =", "\uff1d"]))
def test_a_cell_is_no_formula_and_the_text_is_there(text, before):
    cell = before + text
    shown = guarded(cell)
    assert not shown.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown in (cell, f"'{cell}")
    file = io.StringIO()
    csv.writer(file).writerow([shown])
    if "\0" not in cell:
        assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [shown]


@given(st.lists(st.text(st.sampled_from("content:source-0123456789#²x "), max_size=14), max_size=3))
def test_marks_of_a_form_lie_in_the_text_or_are_refused(values):
    source = Source(
        {"id": "d", "text": received.TEXT, "text_length": len(received.TEXT), "rights": "cc0"}, received.TEXT
    )
    try:
        places = read_marks([*values, "content:3-9"], source)
    except LoadError as error:
        assert all(problem.wrong and problem.remedy for problem in error.problems)
    else:
        assert all(0 <= place.start < place.end <= len(received.TEXT) for place in places)


# Settings and names


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*config.SETTINGS, *bounds.WHAT]), inner)
    ),
    max_leaves=8,
)


@QUICK
@given(VALUES)
def test_any_settings_are_a_configuration_or_are_refused(value):
    given = {"database": "claims", **value} if isinstance(value, dict) else value
    try:
        found = config.read(given)
    except config.ConfigError as error:
        assert str(error)
    else:
        assert found is None or found.database


@given(NAME.map(str.title), NAME.map(str.title), st.text(max_size=10))
def test_a_name_that_is_replaced_is_found_no_more(first, last, around):
    try:
        names = Names(tuple(forms_of(f"{first} {last}")))
    except ValueError as error:
        assert "letters" in str(error)
        return
    text = f"{around} {first} {last} {around}"
    assert names.find(text) is not None
    replaced = names.replace(text, "")
    assert names._pattern.search(replaced) is None


def test_json_that_is_nested_too_deeply_is_no_json():
    assert as_json("[" * 200_000) is None


# The list


ROW = re.compile(r"^\| [^|]+ \| `([\w.]+)` \| `(\w+)::(\w+)` \| (?:`(\w+)`|) *\|$", re.MULTILINE)


def _listed():
    return ROW.findall((ROOT / "docs" / "testing.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("where", "module", "test", "target"), _listed())
def test_what_the_list_names_is_there(where, module, test, target):
    path, _, name = f"datasette_claims.{where}".rpartition(".")
    assert hasattr(importlib.import_module(path), name)
    tree = ast.parse((ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8"))
    [found] = [node for node in tree.body if getattr(node, "name", None) == test]
    assert any(ast.unparse(each).startswith("given(") for each in found.decorator_list), "a test with any value"
    assert not target or target in NAMES


def test_the_list_has_every_fuzz_target_and_every_importer():
    rows = _listed()
    table = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8").partition("## Readers and round trips")[2]
    assert len(rows) == table.partition("\n## ")[0].count("\n| ") - 1, "a row that cannot be read"
    assert {target for *_, target in rows if target} == set(NAMES)
    assert len({where for where, *_ in rows}) == len(rows)
    importers = {
        path.stem
        for path in (ROOT / "datasette_claims" / "interchange").glob("*.py")
        if "FileImporter(" in path.read_text(encoding="utf-8") and path.stem != "importing"
    }
    assert importers <= {where.split(".")[1] for where, *_ in rows if where.startswith("interchange.")}
