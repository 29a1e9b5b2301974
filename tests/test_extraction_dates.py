"""Printed dates as intervals, against Thursday 16 May 2019."""

from datetime import date

import pytest

from datasette_claims.extraction import extract

THURSDAY = date(2019, 5, 16)


def dates(text, day=THURSDAY):
    return [(d.quote, str(d.first), str(d.last), d.granularity, d.basis) for d in extract(text, published_on=day).dates]


@pytest.mark.parametrize(
    ("printed", "first", "last", "granularity", "basis"),
    [
        ("Wednesday", "2019-05-15", "2019-05-15", "day", "resolved"),
        ("Thursday", "2019-05-16", "2019-05-16", "day", "resolved"),
        ("last Friday", "2019-05-10", "2019-05-10", "day", "resolved"),
        ("next Monday", "2019-05-20", "2019-05-20", "day", "resolved"),
        ("Monday last week", "2019-05-06", "2019-05-06", "day", "resolved"),
        ("yesterday", "2019-05-15", "2019-05-15", "day", "resolved"),
        ("Oct. 9", "2018-10-09", "2018-10-09", "day", "inferred"),
        ("April 18", "2019-04-18", "2019-04-18", "day", "inferred"),
        ("June 3", "2019-06-03", "2019-06-03", "day", "inferred"),
        ("April 18, 2017", "2017-04-18", "2017-04-18", "day", "stated"),
        ("18 April 2017", "2017-04-18", "2017-04-18", "day", "stated"),
        ("2017-04-18", "2017-04-18", "2017-04-18", "day", "stated"),
        ("this week", "2019-05-13", "2019-05-16", "week", "resolved"),
        ("earlier this week", "2019-05-13", "2019-05-15", "week", "resolved"),
        ("earlier in the week", "2019-05-13", "2019-05-15", "week", "resolved"),
        ("Earlier this month", "2019-05-01", "2019-05-15", "month", "resolved"),
        ("last week", "2019-05-06", "2019-05-12", "week", "resolved"),
        ("last month", "2019-04-01", "2019-04-30", "month", "resolved"),
        ("last year", "2018-01-01", "2018-12-31", "year", "resolved"),
        ("last weekend", "2019-05-11", "2019-05-12", "weekend", "resolved"),
        ("three days ago", "2019-05-13", "2019-05-13", "day", "resolved"),
        ("two weeks ago", "2019-04-29", "2019-05-05", "week", "resolved"),
        ("in March", "2019-03-01", "2019-03-31", "month", "inferred"),
        ("in December", "2018-12-01", "2018-12-31", "month", "inferred"),
        ("in March 2015", "2015-03-01", "2015-03-31", "month", "stated"),
        ("in 2015", "2015-01-01", "2015-12-31", "year", "stated"),
        ("last summer", "2018-06-01", "2018-08-31", "season", "resolved"),
    ],
)
def test_a_printed_date_becomes_an_interval(printed, first, last, granularity, basis):
    assert dates(f"The bridge was tested {printed} by two engineers.") == [(printed, first, last, granularity, basis)]


@pytest.mark.parametrize("text", ["It may rain.", "Feb. 30 was no day.", "We march on.", "Some 2019 people came."])
def test_what_is_no_date_stays_out(text):
    assert dates(text) == []


def test_without_a_dateline_only_full_dates_are_known():
    assert [d[0] for d in dates("Tested Wednesday, Oct. 9, and April 18, 2017.", None)] == ["April 18, 2017"]


def test_a_report_is_dated_by_its_own_clause_not_by_what_is_said():
    text = "Mara Olsen said Wednesday that the bridge had been tested on Oct. 9."
    (mention,) = extract(text, published_on=THURSDAY).mentions
    assert mention.date is not None
    assert (mention.date.quote, mention.date_basis) == ("Wednesday", "resolved")


def test_a_report_without_a_date_says_not_stated():
    (mention,) = extract("Mara Olsen said the bridge was safe.", published_on=THURSDAY).mentions
    assert (mention.date, mention.date_basis) == (None, "not_stated")
