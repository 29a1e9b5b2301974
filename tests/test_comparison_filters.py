"""Filters mean what Datasette's table filters mean, have one canonical form, and refuse what they cannot use."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
from comparison_data import ACTORS, BASES, COUNTRIES, DAYS, STANCES, TOPICS, insert, small_database, stance_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasette_claims.comparison import (
    FILTER_COLUMNS,
    Condition,
    FilterError,
    Filters,
    build,
    canonical,
    parse,
    search_mask,
    select,
    without_blanks,
)
from datasette_claims.comparison import (
    stance_rows as rows_of_stances,
)
from datasette_claims.comparison.filters import join_values, split_values
from datasette_claims.comparison.parse import MAX_VALUES

EMPTY = build(small_database([]))
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = {
    "claim": [f"c{n}" for n in range(5)],
    "actor": ACTORS,
    "organization": ACTORS,
    "publisher": ACTORS,
    "document": ["d1", "d2"],
    "country": COUNTRIES,
    "country_basis": ["represents", "nationality", "not_stated"],
    "topic": TOPICS,
    "stance": STANCES,
    "basis": BASES,
    "identification": ["named", "unnamed", "not_stated"],
    "report_type": ["direct", "indirect", "not_stated"],
    "date_start": [*DAYS, "2019-05-02"],
    "date_end": [*DAYS, "2019-06-01"],
    "month": ["2019-04", "2019-05", "2020-01", "not_stated", "2011-01"],
}
FRAGMENTS = st.sampled_from(["iran", "IRAN ", "a,", "%", "_", "20", "2019-0", "not", "[", "é"])


@st.composite
def filter_pairs(draw):
    """Pairs of a query string that each can be used alone."""
    pairs = []
    for column in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4)):
        operator = draw(st.sampled_from(FILTER_COLUMNS[column].operators))
        name = column if operator == "exact" and draw(st.booleans()) else f"{column}__{operator}"
        if operator in ("isnull", "notnull"):
            value = "1"
        elif operator in ("in", "notin"):
            value = join_values(tuple(draw(st.lists(st.sampled_from(VALUES[column]), min_size=1, max_size=4))))
        elif operator in ("contains", "startswith", "endswith"):
            value = draw(FRAGMENTS)
        else:
            value = draw(st.sampled_from(VALUES[column]))
        pairs.append((name, value))
    return pairs


def datasette_where(pairs):
    """The WHERE clause that Datasette makes of these pairs (its own templates; "[" starts a JSON array)."""
    sql = {"exact": "=", "not": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    like = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}
    clauses, values = ["1"], []
    for name, value in pairs:
        column, _, operator = name.partition("__")
        operator = operator or "exact"
        if operator in sql:
            clauses.append(f'"{column}" {sql[operator]} ?')
            values.append(value)
        elif operator in like:
            clauses.append(f'"{column}" like ?')
            values.append(like[operator].format(value))
        elif operator in ("in", "notin"):
            listed = split_values(value)
            clauses.append(f'"{column}" {"not " * (operator == "notin")}in ({", ".join("?" * len(listed))})')
            values += listed
        else:
            clauses.append(f'"{column}" is {"not " * (operator == "notnull")}null')
    return " and ".join(clauses), values


@SLOW
@given(stance_rows(), filter_pairs())
def test_the_rows_are_those_of_the_table_page(rows, pairs):
    conn = small_database(rows)
    index = build(conn)
    where, values = datasette_where(pairs)
    expected = [row[0] for row in conn.execute(f"SELECT id FROM stances WHERE {where}", values)]
    try:
        filters = parse(pairs, index)
    except FilterError:
        assert expected == []  # only what nothing can meet is refused
        return
    assert select(index, filters).rows.tolist() == rows_of_stances(conn, index, expected).tolist()
    where, values = datasette_where(filters.pairs())
    again = [row[0] for row in conn.execute(f"SELECT id FROM stances WHERE {where}", values)]
    assert sorted(again) == sorted(expected)


@settings(max_examples=300, deadline=None)
@given(filter_pairs(), st.none() | st.text(min_size=1, max_size=20).filter(str.strip))
def test_the_canonical_query_string_means_the_same_and_is_stable(pairs, search):
    try:
        filters = parse([*pairs, *([("_search", search)] if search else [])], EMPTY)
    except FilterError:
        return
    text = canonical(filters)
    again = parse(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)), EMPTY)
    assert again == filters
    assert hash(again) == hash(filters)
    assert canonical(again) == text
    assert canonical(parse(list(reversed(filters.pairs())), EMPTY)) == text


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_any_values_survive_the_list_form(values):
    assert split_values(join_values(tuple(values))) == values


@pytest.mark.parametrize(
    ("query", "short"),
    [
        ("", ""),
        ("country=GB", "country=GB"),
        ("country__exact=GB", "country=GB"),
        ("country__in=US,GB,US", "country__in=GB,US"),
        ('country__in=["US"]', "country=US"),
        ("country__in=GB,US&country=GB", "country=GB"),
        ("country__not=GB&country__not=US", "country__notin=GB,US"),
        ("country__in=GB,US&country__not=US", "country=GB"),
        ("basis=vote&country=GB", "country=GB&basis=vote"),
        ("date_start__gte=2019-05-01&date_start__gte=2019-04-30", "date_start__gte=2019-05-01"),
        ("date_start__gte=2019-05-01&date_start__gt=2019-05-01", "date_start__gt=2019-05-01"),
        ("organization__notnull=1&organization=a1", "organization=a1"),
        ("_search=nuclear+deal&country=NA", "country=NA&_search=nuclear+deal"),
        ("topic=a,+b", "topic=a,+b"),
        ('topic__in=["a, b","iran"]', "topic__in=%5B%22a,+b%22,%22iran%22%5D"),
    ],
)
def test_the_canonical_form_is_the_shortest(query, short):
    assert canonical(parse(parse_qsl(query), EMPTY)) == short


@pytest.mark.parametrize(
    ("query", "parameter", "problem", "suggestion"),
    [
        ("contry=GB", "contry", "there is no filter “contry”", "country"),
        ("speaker=GB", "speaker", "there is no filter", None),
        ("__proto__=1", "__proto__", "there is no filter", None),
        ("_where=1=1", "_where", "there is no filter", None),
        ("country__like=G%25", "country__like", "cannot be filtered with “like”", "country"),
        ("topic__like=i%25", "topic__like", "cannot be filtered with “like”", "topic__contains"),
        ("organization__isblank=1", "organization__isblank", "cannot be filtered", "organization__isnull"),
        ("country__isnull=1", "country__isnull", "cannot be filtered", "country"),
        ("date_start__date=2019-05-16", "date_start__date", "cannot be filtered", "date_start"),
        ("country=UK", "country", "there is no country “UK”", "GB"),
        ("country=France%00", "country", "there is no country “France\\u0000”", None),
        ("basis=Author's summary", "basis", "there is no basis", "author_summary"),
        ("stance=support", "stance", "there is no stance “support”", "supports"),
        ("claim=c01", "claim", "there is no claim “c01”", "c1"),
        ("actor__in=a1,b2", "actor__in", "there is no actor “b2”", None),
        ("organization=not_stated", "organization", "left empty where it is not stated", "organization__isnull=1"),
        ("country=GB&country=US", "country", "exclude each other", "country__in=GB,US"),
        ("country=", "country", "the value is empty", None),
        ("country__in=GB,,US", "country__in", "the value is empty", None),
        ("country__in=[]", "country__in", "the list is empty", None),
        ('country__in=["GB"', "country__in", "is not a list of values", None),
        ("country__in=[1]", "country__in", "is not a list of values", None),
        ("country=GB&country__not=GB", "country", "contradict each other", None),
        ("organization__isnull=1&organization=a1", "organization", "contradict each other", None),
        ("organization__isnull=0", "organization__isnull", "its value is “0”", None),
        ("date_start__gte=2019-05", "date_start__gte", "is not a full date", None),
        ("date_start__gte=20190501", "date_start__gte", "is not a full date", None),
        ("date_start__gte=2019-02-30", "date_start__gte", "is not a full date", None),
        ("date_start__gte=2019-05-02&date_start__lte=2019-05-01", "date_start__gte", "there is no day", None),
        ("date_start__gt=2019-05-02&date_start__lte=2019-05-02", "date_start__gt", "there is no day", None),
        ("date_start__gte=2019-05-02&date_end__lt=2019-05-02", "date_start__gte", "there is no day", None),
        ("month=2019-13", "month", "is not a month", None),
        ("month=٢٠١٩-05", "month", "is not a month", None),
        ("month__gte=2019-05", "month__gte", "cannot be filtered", "month"),
        ("_search=+", "_search", "it is empty", None),
        ("_search=a&_search=b", "_search", "it is given twice", None),
        ("_search=" + "x" * 501, "_search", "longer than 500", None),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(query, parameter, problem, suggestion):
    with pytest.raises(FilterError) as caught:
        parse(parse_qsl(query, keep_blank_values=True), EMPTY)
    assert caught.value.parameter == parameter
    assert problem in caught.value.problem
    assert caught.value.suggestion == suggestion
    assert caught.value.remedy
    assert all(part in str(caught.value) for part in (parameter, problem, caught.value.remedy))


@pytest.mark.parametrize(
    "pairs",
    [
        [("country__in", ",".join(["GB"] * 10_000))],
        [("country__not", "GB")] * 10_000,
        [("topic__contains", f"x{n}") for n in range(MAX_VALUES + 1)],
    ],
)
def test_ten_thousand_values_are_refused(pairs):
    with pytest.raises(FilterError, match="values"):
        parse(pairs, EMPTY)


@given(st.text(), st.text())
def test_hostile_text_is_refused_or_used_never_an_accident(name, value):
    refused = None
    try:
        assert parse([(name, value)], EMPTY)
    except FilterError as error:
        refused = error
    assert refused is None or (len(str(refused)) < 1000 and refused.parameter.isprintable())


def test_parameters_of_the_page_are_passed_over_and_blanks_can_be_dropped():
    pairs = [("rows", "country"), ("country", ""), ("basis", "vote"), ("date_start__gte", " ")]
    filters = parse(without_blanks(pairs), EMPTY, others={"rows", "_as_of"})
    assert filters == Filters((Condition("basis", "exact", ("vote",)),))


def test_choosing_and_removing_keeps_the_canonical_form():
    filters = parse([("country", "US"), ("_search", "deal")], EMPTY)
    both = filters.choose("country", "GB")
    assert canonical(both) == "country__in=GB,US&_search=deal"
    assert both.chosen("country") == ("GB", "US")
    assert both.unchoose("country", "GB") == filters
    assert canonical(filters.unchoose("country", "US")) == "_search=deal"
    assert canonical(both.only_missing("organization")) == "country__in=GB,US&organization__isnull=1&_search=deal"
    assert canonical(filters.compare("date_start", "gte", "2019-05-01").searching(None)) == (
        "country=US&date_start__gte=2019-05-01"
    )
    assert canonical(filters.compare("date_start", "gte", "2019-05-01").compare("date_start", "gte", None)) == (
        "country=US&_search=deal"
    )
    chips = [(value, canonical(rest)) for _, value, rest in both.chips()]
    assert chips == [
        ("GB", "country=US&_search=deal"),
        ("US", "country=GB&_search=deal"),
        ("deal", "country__in=GB,US"),
    ]


def test_a_search_without_the_rows_that_it_found_is_an_error():
    with pytest.raises(ValueError, match="full-text search"):
        select(EMPTY, Filters(search="deal"))


def test_full_text_finds_statements_and_claims():
    stance = {"actor": "a0", "stance": "supports", "basis": "explicit"}
    conn = small_database([{"id": f"t{n}", "claim": f"c{n}", **stance} for n in range(3)])
    insert(conn, "statements", [{"id": "s", "content": "the nuclear deal", "kind": "utterance", "speaker": "a0"}])
    conn.execute("UPDATE stances SET statement = 's' WHERE id = 't1'")
    conn.execute("UPDATE claims SET text = 'A deal is near' WHERE id = 'c2'")
    index = build(conn)

    def found(text):
        rows = np.flatnonzero(search_mask(conn, index, text))
        return sorted(index.id("claim", index.codes["claim"][row]) for row in rows)

    assert found("deal") == ["c1", "c2"]
    assert found("Nuclear DEAL") == ["c1"]
    assert found('"deal nuclear"') == []
    assert found("deal OR x* NEAR(") == []
    selection = select(index, Filters(search="deal"), found=search_mask(conn, index, "deal"))
    assert selection.size == 2
    with pytest.raises(FilterError, match="no word"):
        search_mask(conn, index, '"" *')
