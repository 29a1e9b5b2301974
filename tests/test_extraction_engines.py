"""Engines beside the rules: fakes of a model and a parser; what the text does not say is refused, whoever says it."""

import importlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from drafting_data import new_database, obtained, rows, store

from datasette_claims import drafting, hookspecs
from datasette_claims.extraction import Candidate, Document, Evidence, extract, verify
from datasette_claims.extraction.language_model import LanguageModel, chunks, parse
from datasette_claims.extraction.parser import Parser

TEXT = "“The crane is safe,” Tom Vale said. The port will close, according to Jane Roe.\n\nNobody spoke.\n"


def asked(answer):
    """A language model that always answers the same."""
    return LanguageModel(complete=lambda instructions, text: answer if isinstance(answer, str) else json.dumps(answer))


def told(draft):
    """(source, cue, content) of every mention."""
    return [
        tuple(" … ".join(e.quote for e in m.parts(part)) for part in ("source", "cue", "content"))
        for m in draft.mentions
    ]


GOOD = [
    {"speaker": "Tom Vale", "cue": "said", "content": ["The crane is safe"]},
    {"speaker": "Jane Roe", "cue": "according to", "content": "The port will close"},
]


def test_a_models_words_are_found_in_the_text():
    draft = asked(GOOD).extract(Document(TEXT))
    assert told(draft) == [
        ("Tom Vale", "said", "The crane is safe"),
        ("Jane Roe", "according to", "The port will close"),
    ]
    assert [m.report_type for m in draft.mentions] == ["direct", "indirect"]
    assert [m.candidates[0].label for m in draft.mentions] == ["Tom Vale", "Jane Roe"]
    assert draft.refused == ()


INVENTED = [
    ({"speaker": "Tom Vale", "cue": "said", "content": ["The crane is perfectly safe"]}, "perfectly safe"),
    ({"speaker": "Tom Vale", "cue": "said", "content": ["The crane is safe", "and sound"]}, "and sound"),
    ({"speaker": "Tom Vale", "cue": "said", "content": []}, "without words"),
    ({"speaker": "Tom Vale", "cue": "said", "content": [{"a": 1}]}, "not in the text"),
    ({"speaker": "Tom Vale"}, "without words"),
]


@pytest.mark.parametrize(("item", "told_of"), INVENTED)
def test_words_that_the_text_does_not_have_are_refused(item, told_of):
    draft = asked([item]).extract(Document(TEXT))
    assert draft.mentions == ()
    assert len(draft.refused) == 1
    assert told_of in draft.refused[0]


def test_a_speaker_that_is_not_there_is_left_out():
    draft = asked([{"speaker": "Max Power", "cue": "said", "content": ["The crane is safe"]}]).extract(Document(TEXT))
    (mention,) = draft.mentions
    assert (mention.source, mention.candidates, mention.tier) == (None, (), "no_speaker")
    assert "Max Power" in draft.refused[0]


def test_a_speaker_is_looked_for_as_a_whole_word_beside_the_content():
    text = "Van is away. Vale said the crane is safe. Val slept.\n"
    draft = asked([{"speaker": "Val", "cue": "said", "content": ["the crane is safe"]}]).extract(Document(text))
    assert draft.mentions[0].parts("source")[0].start == text.index("Val slept")


def test_straightened_marks_are_the_texts_own():
    text = "“It’s the ‘safest’ crane,” Tom Vale said.\n"
    draft = asked([{"speaker": "Tom Vale", "cue": "said", "content": ["It's the 'safest' crane"]}]).extract(
        Document(text)
    )
    assert told(draft) == [("Tom Vale", "said", "It’s the ‘safest’ crane")]


@pytest.mark.parametrize("answer", ["I cannot do that.", "[1, 2]", '{"content": 1}', "[{]", ""])
def test_an_answer_that_is_no_list_of_reports_ends_in_a_message(answer):
    with pytest.raises(ValueError, match="no JSON array"):
        asked(answer).extract(Document(TEXT))


def test_words_around_the_answer_do_not_matter():
    assert parse('Here it is:\n```json\n[{"content": ["a"]}]\n```') == [{"content": ["a"]}]


def test_a_long_text_is_asked_about_in_pieces_of_whole_lines():
    text = "".join(f"Line {i} of a long text that goes on for a while.\n" for i in range(600))
    pieces = list(chunks(text))
    assert "".join(text[a:b] for a, b in pieces) == text
    assert all(b - a <= 6000 and text[b - 1] == "\n" for a, b in pieces)
    seen = []
    LanguageModel(complete=lambda instructions, piece: seen.append(piece) or "[]").extract(Document(text))
    assert seen == [text[a:b] for a, b in pieces]


# The parser -----------------------------------------------------------------------------------------------------------


@dataclass
class Token:
    """What the engine reads of a spaCy token."""

    text: str
    idx: int
    i: int
    lemma_: str
    pos_: str
    dep_: str
    children: list = field(default_factory=list)

    @property
    def subtree(self):
        return sorted([self, *(t for c in self.children for t in c.subtree)], key=lambda t: t.i)


def parsed(rows_):
    """A parser that knows one line: (word, position of its head, dependency, lemma, part of speech)."""

    def parse_line(line):
        tokens, at = [], 0
        for i, (word, _, dep, lemma, pos) in enumerate(rows_):
            at = line.index(word, at)
            tokens.append(Token(word, at, i, lemma, pos, dep))
            at += len(word)
        for token, (_, head, *_) in zip(tokens, rows_, strict=True):
            if head != token.i:
                tokens[head].children.append(token)
        return tokens

    return parse_line


CLAUSE = [
    ("Vale", 1, "nsubj", "Vale", "PROPN"),
    ("said", 1, "ROOT", "say", "VERB"),
    ("that", 5, "mark", "that", "SCONJ"),
    ("the", 4, "det", "the", "DET"),
    ("crane", 5, "nsubj", "crane", "NOUN"),
    ("is", 1, "ccomp", "be", "AUX"),
    ("safe", 5, "acomp", "safe", "ADJ"),
    (".", 1, "punct", ".", "PUNCT"),
]
ACCORDING = [
    ("It", 1, "nsubj", "it", "PRON"),
    ("closes", 1, "ROOT", "close", "VERB"),
    (",", 1, "punct", ",", "PUNCT"),
    ("according", 1, "prep", "accord", "VERB"),
    ("to", 3, "prep", "to", "ADP"),
    ("Roe", 4, "pobj", "Roe", "PROPN"),
    (".", 1, "punct", ".", "PUNCT"),
]


@pytest.mark.parametrize(
    ("text", "parse_rows", "expected"),
    [
        ("Vale said that the crane is safe.", CLAUSE, ("Vale", "said", "that the crane is safe")),
        ("It closes, according to Roe.", ACCORDING, ("Roe", "according to", "It closes")),
    ],
)
def test_a_parse_becomes_reports(text, parse_rows, expected):
    assert told(Parser(parse=parsed(parse_rows)).extract(Document(text))) == [expected]


def span(text, words):
    at = text.index(words)
    return [at, at + len(words)]


@pytest.mark.parametrize(
    ("engine", "text", "reports", "counts"),
    [
        (
            Parser(parse=parsed(CLAUSE)),
            "Vale said that the crane is safe.",
            [("Vale", "the crane is safe")],
            (1, 1, 1, 1),
        ),
        (Parser(parse=parsed(CLAUSE)), "Vale said that the crane is safe.", [("Vale", "Vale")], (1, 1, 0, 0)),
        (asked(GOOD), TEXT, [("Tom Vale", "The crane is safe"), ("Tom Vale", "The port will close")], (2, 2, 2, 1)),
        (asked("[]"), TEXT, [("Tom Vale", "The crane is safe")], (1, 0, 0, 0)),
    ],
    ids=["parse", "parse, wrong words", "model, one wrong speaker", "model, nothing found"],
)
def test_every_engine_is_judged_by_the_scorer_of_the_bench(engine, text, reports, counts, monkeypatch):
    """gold, predicted, matched and right are counted by hand."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "bench"))
    bench = importlib.import_module("extraction")
    quotes = [
        {"content": span(text, content), "speaker": span(text, speaker), "type": "indirect", "speech": True}
        for speaker, content in reports
    ]
    article = {"doc_id": "a", "text": text, "quotes": quotes}
    predicted, _, refused = bench.predict(engine, [article], True, True)
    found = bench.total([article], predicted, "all")
    assert (found["gold"], found["predicted"], found["matched"], found["right"]) == counts
    assert refused == 0


def test_a_parse_of_another_language_is_not_tried():
    def fails(line):
        raise AssertionError("the parser was asked")

    assert Parser(parse=fails).extract(Document("Der Minister sagte das.", language="de")).mentions == ()


# Plugins and what they return ----------------------------------------------------------------------------------------


class Inventor:
    """An engine that says what nobody said, beside what somebody did."""

    name = "inventor"
    label = "Inventor"
    languages = ("en",)

    def extract(self, document):
        draft = extract(document.text)
        first = draft.mentions[0]
        invented = replace(first, id="m90", evidence=(Evidence("content", 0, 5, "WRONG"),))
        outside = replace(first, id="m91", evidence=(Evidence("content", 5, 10**6, "x"),))
        nameless = replace(first, id="m92", candidates=(Candidate("Max Power", 1.0, "made up", None, 0, 5),))
        moved = tuple(replace(e, start=e.start, end=e.end) for e in first.evidence)
        odd = replace(nameless, evidence=moved, report_type="song", parent="m99", tier="certain")
        return replace(draft, mentions=(*draft.mentions, invented, outside, odd))


class Adds:
    """A plugin."""

    __name__ = "adds_inventor"

    @staticmethod
    def claims_extractors():
        return [Inventor()]


@pytest.fixture
def inventor():
    from datasette import hookimpl
    from datasette.plugins import pm

    hookspecs.extractors()
    plugin = Adds()
    plugin.claims_extractors = hookimpl(plugin.claims_extractors)
    pm.register(plugin)
    yield
    pm.unregister(plugin)


def test_what_a_plugin_invents_is_refused_counted_and_told(inventor):
    conn = new_database()
    drafted = store(conn, obtained(TEXT), engine="inventor")
    contents = rows(conn, "SELECT content FROM mentions")
    assert "WRONG" not in "".join(contents)
    assert len(contents) == len(extract(TEXT).mentions) + 1
    assert rows(conn, "SELECT id FROM actors WHERE name = 'Max Power'") == []
    assert any("WRONG" in sentence for sentence in drafted.refused)
    assert any("Max Power" in sentence for sentence in drafted.refused)
    assert any("“song” is no word for report_type" in sentence for sentence in drafted.refused)
    assert any("“Inventor” returned were refused" in note for note in drafted.notes)
    assert set(rows(conn, "SELECT confidence FROM mentions")) <= {"direct_core", "indirect_core", "other"}


def test_an_engine_of_a_plugin_drafts_what_it_finds():
    import example_engine
    from datasette.plugins import pm

    hookspecs.extractors()
    pm.register(example_engine)
    try:
        conn = new_database()
        text = "JANE ROE: The crane is safe.\n(Laughter.)\nTOM VALE: It is not.\n"
        drafted = store(conn, obtained(text), engine="transcripts")
    finally:
        pm.unregister(example_engine)
    assert (drafted.engine, drafted.refused) == ("transcripts", [])
    found = rows(conn, "SELECT a.name, s.content, s.status FROM statements AS s JOIN actors AS a ON a.id = s.speaker")
    assert found == [("JANE ROE", "The crane is safe.", "draft"), ("TOM VALE", "It is not.", "draft")]


def test_engines_are_named_and_an_unknown_one_is_told(inventor):
    assert next(iter(drafting.engines())) == "rules"
    assert "inventor" in drafting.engines()
    with pytest.raises(drafting.DraftingError, match=r"no extraction engine named “magic”.*rules"):
        drafting.draft(new_database(), obtained(TEXT), engine="magic")
    with pytest.raises(drafting.DraftingError, match="takes no model"):
        drafting.draft(new_database(), obtained(TEXT), engine="rules:big")


def test_an_engine_that_fails_is_told_with_its_reason(inventor, monkeypatch):
    monkeypatch.setattr(Inventor, "extract", lambda self, document: parse("no"))
    with pytest.raises(drafting.DraftingError, match=r"“Inventor” could not read the text: .*no JSON array"):
        drafting.draft(new_database(), obtained(TEXT), engine="inventor")


def test_verifying_what_the_rules_find_changes_nothing():
    draft = extract(TEXT, title="x")
    assert verify(TEXT, draft) == draft
