"""The package's reading of the article equals the reviewed one, keeps to the text policy, and gives its answers."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from data_package import ARTICLE, DATA, SEED, Row, article, by_id, needs_seed, read_csv, rows

IDS = Path(__file__).parent / "reference_ids.csv"

# Table -> reviewed column -> (column of the package, table whose ids the values are, or None). Left out: what
# follows from other rows (chains, counts, copies of a first mention's span), and the text of segments.
SAME: dict[str, dict[str, tuple[str, str | None]]] = {
    "segments": {
        "document_id": ("document", "documents"),
        "line": ("line", None),
        "segment_type": ("kind", None),
        "start": ("span_start", None),
        "end": ("span_end", None),
    },
    "events": {name: (name, None) for name in ("date_start", "date_end", "date_basis", "place", "kind")},
    "memberships": {
        "person_id": ("person", None),
        "organization_id": ("organization", None),
        "role": ("role", None),
        "on_behalf_of_id": ("on_behalf_of", None),
        "as_of": ("as_of", None),
        "document_id": ("document", "documents"),
        "start": ("span_start", None),
        "end": ("span_end", None),
    },
    "statements": {
        **{
            name: (name, None)
            for name in (
                *("kind", "speaker_role", "country", "country_basis", "identification", "attribution_terms"),
                *("report_type", "speech_act", "cue", "date_text", "date_start", "date_end", "date_basis"),
                *("channel", "access", "polarity", "certainty", "hedged", "hedge_terms", "editorial_insertions"),
            )
        },
        "document_id": ("document", "documents"),
        "speaker_id": ("speaker", None),
        "organization_id": ("organization", None),
        "on_behalf_of_id": ("on_behalf_of", None),
        "event_id": ("event", "events"),
        "audience_id": ("audience", None),
        "audience_label": ("audience_label", None),
        "parent_statement_id": ("parent_statement", "statements"),
        "in_reply_to_id": ("in_reply_to", "statements"),
        "is_translation": ("translation", None),
    },
    "mentions": {
        "statement_id": ("statement", "statements"),
        "document_id": ("document", "documents"),
        "segment_id": ("segment", "segments"),
        "report_type": ("report_type", None),
        "identification": ("identification", None),
        "cue": ("cue", None),
        "start": ("span_start", None),
        "end": ("span_end", None),
    },
    "evidence": {
        "mention_id": ("mention", "mentions"),
        "part": ("part", None),
        "start": ("span_start", None),
        "end": ("span_end", None),
    },
    "claims": {"claim_type": ("kind", None), "topic": ("topic", None)},
    "stances": {
        "statement_id": ("statement", "statements"),
        "claim_id": ("claim", "claims"),
        "actor_id": ("actor", None),
        **{name: (name, None) for name in ("country", "country_basis", "stance", "basis", "factuality")},
        "attributed_by": ("attributed_by", None),
    },
    "provenance": {
        "relation": ("relation", None),
        "document_id": ("document", "documents"),
        "start": ("span_start", None),
        "end": ("span_end", None),
        "quote": ("quote", None),
    },
}
COUNTS = {"segments": 31, "events": 17, "memberships": 15, "statements": 46, "mentions": 49, "evidence": 178}
COUNTS |= {"claims": 30, "stances": 44, "provenance": 109}
# Words of the reviewed reading that the model writes as a blank.
BLANK = {"not_stated", "unspecified"}
KEYS = {table: f"{table[:-1]}_id" for table in COUNTS} | {"evidence": "evidence_id", "provenance": "provenance_id"}


def new_ids(table: str) -> dict[str, str]:
    """Id in the reviewed reading -> id in the package."""
    return {row["old"]: row["new"] for row in read_csv(IDS) if row["table"] == table}


def of_article(table: str) -> list[Row]:
    """The rows of a table that read the article."""
    ids = set(new_ids(table).values())
    return [row for row in rows(table) if row["id"] in ids]


@pytest.mark.parametrize("table", COUNTS)
def test_every_row_of_the_reviewed_reading_is_there_once(table: str) -> None:
    ids = new_ids(table)
    assert len(ids) == len(set(ids.values())) == COUNTS[table]
    assert set(ids.values()) <= set(by_id(table))


@needs_seed
@pytest.mark.parametrize("table", COUNTS)
def test_every_value_of_the_reviewed_reading_is_kept(table: str) -> None:
    ids, differing = new_ids(table), []
    for old in read_csv(SEED / f"{table}.csv"):
        new = by_id(table)[ids[old[KEYS[table]]]]
        for column, (name, refers_to) in SAME[table].items():
            value = "" if old[column] in BLANK else old[column]
            value = new_ids(refers_to)[value] if refers_to and value else value
            if new[name] != value:
                differing.append((new["id"], name, new[name], value))
    assert differing == []


@needs_seed
def test_actors_keep_their_ids_and_what_is_known_of_them() -> None:
    for old in read_csv(SEED / "actors.csv"):
        new = by_id("actors")[old["actor_id"]]
        for column in ("kind", "identification", "country", "country_basis", "other_names", "in_text"):
            assert new[column] == old[column], (new["id"], column)
        assert new["parent"] == old["parent_id"]
        assert bool(new["note"]) == bool(old["note"])


@needs_seed
def test_relations_of_claims_and_subjects_of_provenance_are_kept() -> None:
    claims = new_ids("claims")
    assert {(row["claim"], row["relation"], row["other_claim"]) for row in rows("claim_relations")} == {
        (claims[row["claim_id"]], row["relation"], claims[row["other_claim_id"]])
        for row in read_csv(SEED / "claim_relations.csv")
    }
    names = {row["old"]: (row["table"][:-1], row["new"]) for row in read_csv(IDS) if row["table"] != "evidence"}
    for old in read_csv(SEED / "provenance.csv"):
        new = by_id("provenance")[new_ids("provenance")[old["provenance_id"]]]
        for end in ("subject", "object"):
            assert (new[f"{end}_type"], new[end]) == names.get(old[end], ("actor", old[end]))
        told = names.get(old["note"])
        assert new["statement"] == (told[1] if told else "")


@needs_seed
def test_offsets_and_quotes_fit_the_article_that_the_checksum_names() -> None:
    row = by_id("documents")[ARTICLE]
    assert row["text_sha256"] == hashlib.sha256(article().encode("utf-8")).hexdigest()
    assert row["text_length"] == str(len(article()))
    quoted = 0
    for table in ("memberships", "evidence", "provenance"):
        for part in of_article(table):
            if part["quote"]:
                assert part["quote"] == article()[int(part["span_start"]) : int(part["span_end"])], part["id"]
                quoted += 1
    assert quoted > 100


@needs_seed
def test_content_says_truly_whose_words_it_holds() -> None:
    """Verbatim content is inside quotation marks in the article, word for word; so are the quoted parts of a mix."""
    quoted = set(re.findall(r'["“]([^"“”]*)["”]', article()))
    inside = " ".join(quoted)
    for table in ("statements", "mentions"):
        for row in of_article(table):
            if row["wording"] == "verbatim":
                assert row["content"] in inside, row["id"]
            elif row["wording"] == "mixed":
                (words,) = re.findall("“([^”]*)”", row["content"])
                assert words in inside, row["id"]
            elif row["wording"] == "paraphrase":
                assert not set('"“”') & set(row["content"]), row["id"]
                assert row["content"] not in article(), row["id"]
            elif row["wording"] == "none":
                assert row["content"] == ""
            else:
                assert (row["wording"], row["report_type"]) == ("reported", "credit"), row["id"]


@needs_seed
def test_labels_are_as_printed_or_cut_to_the_name() -> None:
    for table in ("statements", "mentions"):
        old_rows = {row[KEYS[table]]: row for row in read_csv(SEED / f"{table}.csv")}
        for old, new in new_ids(table).items():
            label, printed = by_id(table)[new]["speaker_label"], old_rows[old]["speaker_label"]
            assert label == printed or (len(printed.split()) > 5 and printed.startswith(label)), new


# What may be quoted from a text that may not be passed on: the part -> the most words.
MOST_WORDS = {"cue": 4, "source": 5, "date": 5, "audience": 5, "channel": 5, "place": 5, "hedge": 5}


def test_only_spoken_words_and_short_labels_of_the_article_are_quoted() -> None:
    mentions = by_id("mentions")
    for row in of_article("evidence"):
        direct = row["part"] == "content" and mentions[row["mention"]]["report_type"] == "direct"
        if row["quote"] and not direct and row["part"] != "verbatim":
            assert len(row["quote"].split()) <= MOST_WORDS.get(row["part"], 0), row["id"]
    assert all(row["quote"] == "" for row in of_article("mentions"))
    for table in ("memberships", "provenance"):
        assert all(len(row["quote"].split()) <= 5 for row in of_article(table))
    for table, column in (("statements", "speaker_label"), ("statements", "audience_label"), ("statements", "cue")):
        assert all(len(row[column].split()) <= 5 for row in of_article(table))
    assert by_id("documents")[ARTICLE]["rights"] == "withheld"
    assert by_id("documents")[ARTICLE]["text_file"] == ""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    words = _words(text)
    return (tuple(words[start : start + 9]) for start in range(len(words) - 8))


@needs_seed
def test_no_nine_words_in_a_row_are_the_publisher_s() -> None:
    """Outside quotation marks nothing of the article is repeated but its title."""
    prose = re.split(r'["“][^"“”]*["”]', article())
    runs = {run for piece in prose for run in _runs(piece)} - set(_runs(by_id("documents")[ARTICLE]["title"]))
    assert len(runs) > 400
    for path in [IDS, *(path for path in DATA.rglob("*") if path.is_file())]:
        assert [" ".join(run) for run in _runs(path.read_text(encoding="utf-8")) if run in runs] == [], path.name


# The answers that the views must give, from the reviewed reading's own README.


def _stances(claim: str) -> list[Row]:
    return [row for row in rows("stances") if row["claim"] == claim]


def test_who_is_on_which_side_of_the_central_claim() -> None:
    sides = {(row["stance"], row["actor"], row["basis"]) for row in _stances("threat-increasing")}
    assert sides == {
        ("supports", "trump-administration", "explicit"),
        ("supports", "jeremy-hunt", "explicit"),
        ("supports", "john-bolton", "inferred"),
        ("supports", "state-official-1", "inferred"),
        ("disputes", "foreign-officials", "author_summary"),
        ("disputes", "allies-in-europe", "author_summary"),
        ("disputes", "chris-ghika", "author_summary"),
        ("disputes", "sanam-vakil", "inferred"),
    }


def test_the_only_explicit_named_stance_on_the_central_claim_is_support() -> None:
    named = [
        (row["actor"], row["stance"])
        for row in _stances("threat-increasing")
        if row["basis"] == "explicit" and by_id("statements")[row["statement"]]["identification"] == "named"
    ]
    assert named == [("jeremy-hunt", "supports")]


def test_one_claim_has_two_sides_and_one_country_is_split() -> None:
    sides: dict[str, set[str]] = {}
    inside: dict[tuple[str, str], set[str]] = {}
    for row in rows("stances"):
        if row["stance"] in ("supports", "disputes"):
            sides.setdefault(row["claim"], set()).add(row["stance"])
            if row["basis"] in ("explicit", "author_summary") and row["country"]:
                inside.setdefault((row["claim"], row["country"]), set()).add(row["stance"])
    assert [claim for claim, both in sides.items() if len(both) == 2] == ["threat-increasing"]
    assert [split for split, both in inside.items() if len(both) == 2] == [("threat-increasing", "GB")]


def test_refusals_and_questions() -> None:
    found = {(row["stance"], row["claim"], row["statement"]) for row in rows("stances")}
    assert {row for row in found if row[0] in ("declines", "queries")} == {
        ("declines", "uk-raises-threat-level", "uk-mod-declines-threat-level"),
        ("queries", "uk-raises-threat-level", "nbc-asks-uk-threat-level"),
        ("queries", "removal-necessary", "senators-ask-for-explanation"),
    }
    assert by_id("statements")["uk-mod-declines-threat-level"]["in_reply_to"] == "nbc-asks-uk-threat-level"


def test_utterances_of_the_article() -> None:
    utterances = [row for row in rows("statements") if row["document"] == ARTICLE and row["kind"] == "utterance"]
    assert len(utterances) == 38
    assert Counter(row["identification"] for row in utterances) == {
        "named": 22,
        "institution": 4,
        "collective": 4,
        "unnamed": 3,
        "role_only": 3,
        "implicit": 2,
    }
    assert Counter(row["report_type"] for row in utterances) == {
        "indirect": 16,
        "direct": 10,
        "speech_act": 8,
        "mixed": 3,
        "refusal": 1,
    }
    assert Counter(row["country"] for row in utterances) == {"GB": 17, "US": 11, "DE": 4, "": 3, "IQ": 2, "IR": 1}
    speakers = {country: {r["speaker"] for r in utterances if r["country"] == country} for country in ("GB", "US")}
    assert (len(speakers["GB"]), len(speakers["US"])) == (4, 8)
    assert not [row for row in utterances if row["country"] in ("IR", "FR") and row["content"]]


def test_nesting_and_several_mentions() -> None:
    ids = new_ids("statements")
    nested = {(row["id"], row["parent_statement"]) for row in rows("statements") if row["parent_statement"]}
    pairs = ("s23", "s22"), ("s30", "s29"), ("s37", "s36"), ("s38", "s36"), ("s34", "s33")
    assert nested == {(ids[inner], ids[outer]) for inner, outer in pairs}
    mentions = Counter(row["statement"] for row in rows("mentions") if row["document"] == ARTICLE)
    assert {statement: n for statement, n in mentions.items() if n > 1} == {ids["s01"]: 2, ids["s09"]: 3}
