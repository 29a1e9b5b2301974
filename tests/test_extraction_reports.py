"""Who says what in a sentence: source, reporting word and content, on sentences invented for the purpose."""

import pytest

from datasette_claims.extraction import extract


def reports(text):
    """Every mention as (source, cue, contents), in reading order."""
    found = []
    for mention in extract(text).mentions:
        cue = mention.parts("cue")
        found.append((mention.source, cue[0].quote if cue else None, [e.quote for e in mention.parts("content")]))
    return found


ONE_REPORT = {
    "quotation, speaker, word": (
        "“The bridge will open in June,” Mara Olsen said.",
        ("Mara Olsen", "said", ["The bridge will open in June"]),
    ),
    "inverted": (
        "“The bridge will open in June,” said Mara Olsen, the chief engineer.",
        ("Mara Olsen, the chief engineer", "said", ["The bridge will open in June"]),
    ),
    "speaker first": (
        "Mara Olsen said, “The bridge will open in June.”",
        ("Mara Olsen", "said", ["The bridge will open in June."]),
    ),
    "clause with that": (
        "The ministry said on Monday that the bridge would open in June.",
        ("The ministry", "said", ["that the bridge would open in June"]),
    ),
    "clause without that": (
        "Olsen says the bridge will open in June.",
        ("Olsen", "says", ["the bridge will open in June"]),
    ),
    "apposition with a comma before the word": (
        "Mara Olsen, the chief engineer, said the bridge would open in June.",
        ("Mara Olsen, the chief engineer", "said", ["the bridge would open in June"]),
    ),
    "clause first, speaker after": (
        "The bridge will open in June, said Mara Olsen.",
        ("Mara Olsen", "said", ["The bridge will open in June"]),
    ),
    "insertion": (
        "The bridge, Olsen said, would open in June.",
        ("Olsen", "said", ["The bridge", "would open in June"]),
    ),
    "one sentence in two quotations": (
        "“The bridge,” Olsen said, “opens in June.”",
        ("Olsen", "said", ["The bridge", "opens in June."]),
    ),
    "listener": (
        "Olsen told local reporters that the bridge was safe.",
        ("Olsen", "told", ["that the bridge was safe"]),
    ),
    "listener and a pronoun": (
        "Olsen told The Daily Harbour he’s not planning to resign this year.",
        ("Olsen", "told", ["he’s not planning to resign this year"]),
    ),
    "according to at the end": (
        "The bridge cost nine million euros, according to the audit office.",
        ("the audit office", "according to", ["The bridge cost nine million euros"]),
    ),
    "according to at the start": (
        "According to the audit office, the bridge cost nine million euros.",
        ("the audit office", "According to", ["the bridge cost nine million euros"]),
    ),
    "refusal": (
        "A spokeswoman for the port declined to comment on the costs.",
        ("A spokeswoman for the port", "declined", ["to comment on the costs"]),
    ),
    "would not be drawn": (
        "A spokesperson would not be drawn on that question.",
        ("A spokesperson", "would not be drawn on", ["that question"]),
    ),
    "order": (
        "The harbour master ordered all crews to leave the quay.",
        ("The harbour master", "ordered", ["all crews to leave the quay"]),
    ),
    "noun with an owner": (
        "Critics rejected it, but the port's claim that the bridge is safe was repeated.",
        ("the port's", "claim", ["that the bridge is safe was repeated"]),
    ),
    "multi-word": (
        "Olsen pointed out that the bridge had been tested twice.",
        ("Olsen", "pointed out", ["that the bridge had been tested twice"]),
    ),
    "question": (
        "The newspaper asked the ministry on Thursday whether it would pay for the bridge.",
        ("The newspaper", "asked", ["whether it would pay for the bridge"]),
    ),
    "label": (
        "Mara Olsen: “We tested every single cable of the bridge.”",
        ("Mara Olsen", ":", ["We tested every single cable of the bridge."]),
    ),
    "passive with an agent": (
        "The plan was criticized by residents.",
        ("residents", "criticized", ["The plan"]),
    ),
    "unknown way of speaking": (
        "“This is a wonderful day for all of us!” beamed Mara Olsen.",
        ("Mara Olsen", "beamed", ["This is a wonderful day for all of us!"]),
    ),
    "plural subject between commas": (
        "Engineers, like most inspectors, say the bridge is safe.",
        ("Engineers, like most inspectors", "say", ["the bridge is safe"]),
    ),
    "insertion with a day": (
        "The bridge, Olsen said on Monday, would open in June.",
        ("Olsen", "said", ["The bridge", "would open in June"]),
    ),
    "as somebody noted": (
        "The old cables should be replaced soon, as Olsen noted.",
        ("Olsen", "noted", ["The old cables should be replaced soon"]),
    ),
    "quick to point out": (
        "The ministry was quick to point out that the bridge was safe.",
        ("The ministry", "point out", ["that the bridge was safe"]),
    ),
    "asked without a source": (
        "Asked whether the bridge was safe, the minister smiled.",
        (None, "Asked", ["whether the bridge was safe"]),
    ),
    "embedded clause": (
        "While critics say that the bridge is unsafe, the ministry opened it.",
        ("critics", "say", ["that the bridge is unsafe"]),
    ),
    "remark of the reporter": (
        "The ministry said the bridge had cost nine million euros, a rise of two million.",
        ("The ministry", "said", ["the bridge had cost nine million euros"]),
    ),
    "past verbs go back to the reporter": (
        "Olsen said the bridge will be safe and left the room.",
        ("Olsen", "said", ["the bridge will be safe"]),
    ),
    "headline in title case": (
        "Harbour Chief Says The Bridge Will Open In June",
        ("Harbour Chief", "Says", ["The Bridge Will Open In June"]),
    ),
    "plural subject with a tail": (
        "Engineers close to the ministry say the bridge will open in June.",
        ("Engineers close to the ministry", "say", ["the bridge will open in June"]),
    ),
    "several subjects": (
        "Many harbour pilots claim it will sink.",
        ("Many harbour pilots", "claim", ["it will sink"]),
    ),
    "a verb that no list has, before a colon": (
        "And Ms. Olsen beamed: “We did it in June.”",
        ("Ms. Olsen", "beamed", ["We did it in June."]),
    ),
    "clause first, time of day after": (
        "The old bridge was in use until the storm came, he said Wednesday morning on television.",
        ("he", "said", ["The old bridge was in use until the storm came"]),
    ),
    "verbs that no list has, then the speaker": (
        "The yard also paints the same crane over and over again, said Mara Olsen, the engineer.",
        ("Mara Olsen, the engineer", "said", ["The yard also paints the same crane over and over again"]),
    ),
    "inserted into a relative clause": (
        "They prepared for what she said is growing demand for pools.",
        ("she", "said", ["is growing demand for pools"]),
    ),
    "the occasion behind a quotation": (
        "Olsen called the plan “a grave mistake” in an interview with Harbour Radio on Monday.",
        ("Olsen", "called", ["the plan “a grave mistake”"]),
    ),
    "a relative clause at the end is the reporter's": (
        "Olsen said she would support Tom Vale, who also spoke in Almira on Monday.",
        ("Olsen", "said", ["she would support Tom Vale"]),
    ),
    "a participle that belongs to the content": (
        "Olsen said the figures were even worse, leaving the port far behind.",
        ("Olsen", "said", ["the figures were even worse, leaving the port far behind"]),
    ),
    "a list with semicolons": (
        "The club paid $9; the yard paid $8; and the port paid $7, according to the audit office.",
        ("the audit office", "according to", ["The club paid $9; the yard paid $8; and the port paid $7"]),
    ),
    "a listener with a place": (
        "Olsen told a town hall in Almira, Westland on Monday that the bridge was safe.",
        ("Olsen", "told", ["that the bridge was safe"]),
    ),
    "not its dateline": (
        "ALMIRA (AP) – Mayor Mara Olsen has opened the bridge, saying that it was safe.",
        ("Mayor Mara Olsen", "saying", ["that it was safe"]),
    ),
    "after saying": (
        "After saying the bridge was safe, the mayor left the room.",
        ("the mayor", "saying", ["the bridge was safe"]),
    ),
    "no comment": ("The port had no immediate comment.", ("The port", "had no immediate comment", ["comment"])),
    "declined comment": ("The port declined comment.", ("The port", "declined", ["comment"])),
    "did not return calls": (
        "Olsen did not return calls seeking comment.",
        ("Olsen", "did not return", ["calls seeking comment"]),
    ),
    "neither confirm nor deny": (
        "The ministry would neither confirm nor deny the report.",
        ("The ministry", "would neither confirm nor deny", ["the report"]),
    ),
    "any verb behind a quotation": (
        "“The bridge will open in June,” an angry Olsen thundered.",
        ("an angry Olsen", "thundered", ["The bridge will open in June"]),
    ),
    "any verb before a quotation": (
        "At the gate, Mara Olsen cracked, “I have built better bridges than this one.”",
        ("Mara Olsen", "cracked", ["I have built better bridges than this one."]),
    ),
    "any verb before a colon": (
        "The mayor leaned in and boomed: “Let us open it now.”",
        ("The mayor", "boomed", ["Let us open it now."]),
    ),
    "a phrase inside the verb group": (
        "Olsen, who in the past has said the bridge is safe, left the room.",
        ("who", "said", ["the bridge is safe"]),
    ),
    "having said": (
        "Having announced that the bridge was safe, the mayor left the room.",
        ("the mayor", "announced", ["that the bridge was safe"]),
    ),
    "the question of somebody who was asked": (
        "Asked whether the bridge was “ready for the winter,” 75 percent of drivers shrugged.",
        (None, "Asked", ["whether the bridge was “ready for the winter,”"]),
    ),
    "not the dateline before a listener with a place": (
        "ALMIRA, June 10 (AP) — Mayor Mara Olsen told a harbour meeting in Almira she will open the bridge.",
        ("Mayor Mara Olsen", "told", ["she will open the bridge"]),
    ),
    "at least is no place": (
        "The ministry reported at least six bridges were closed.",
        ("The ministry", "reported", ["at least six bridges were closed"]),
    ),
    "would not say when": (
        "Olsen wouldn’t say when the bridge would open.",
        ("Olsen", "say", ["when the bridge would open"]),
    ),
    "did not say why": ("The bridge is closed. Olsen did not say why.", ("Olsen", "say", ["why"])),
    "is not saying": ("He's not saying what the bridge has cost.", ("He's", "saying", ["what the bridge has cost"])),
    "a plain form behind a relative clause": (
        "Some who use the bridge argue that closing the bridge would hurt them.",
        ("Some who use the bridge", "argue", ["that closing the bridge would hurt them"]),
    ),
    "plain form with a particle": (
        "Closing it would hurt them, as drivers point out.",
        ("drivers", "point out", ["Closing it would hurt them"]),
    ),
    "taken to saying": (
        "Olsen has taken to saying that the bridge is safe.",
        ("Olsen", "saying", ["that the bridge is safe"]),
    ),
    "a condition first": (
        "Olsen says despite the cracks, she trusts the bridge.",
        ("Olsen", "says", ["despite the cracks, she trusts the bridge"]),
    ),
    "impersonal passive": (
        "It was announced on Monday that the bridge would close.",
        (None, "announced", ["that the bridge would close"]),
    ),
    "subject of the later clause": (
        "The trouble began in May, when drivers blocked the road, shouting “open the bridge now!”",
        ("drivers", "shouting", ["open the bridge now!"]),
    ),
    "responding to something": (
        "Olsen responded to criticism of the bridge.",
        ("Olsen", "responded", ["criticism of the bridge"]),
    ),
    "a topic behind the place": (
        "Olsen spoke at the port on Tuesday about bridges that had to be closed.",
        ("Olsen", "spoke", ["bridges that had to be closed"]),
    ),
    "a noun with a day": (
        "Drivers laughed at Olsen's statement on Wednesday that the bridge was safe.",
        ("Olsen's", "statement", ["that the bridge was safe"]),
    ),
    "several owners of a noun": (
        "Few believed the engineers’ claim that the bridge was safe.",
        ("the engineers", "claim", ["that the bridge was safe"]),
    ),
    "inserted according": (
        "He left Almira after, according to Olsen, the bridge had closed.",
        ("Olsen", "according to", ["the bridge had closed"]),
    ),
}


@pytest.mark.parametrize(("text", "expected"), ONE_REPORT.values(), ids=ONE_REPORT.keys())
def test_a_report_has_its_source_cue_and_content(text, expected):
    assert expected in reports(text)


NO_REPORT = {
    "noun": "The report runs to ninety pages, and its claims are many.",
    "attributive participle": "She won 271 pledged delegates in the spring.",
    "name of a group": "A new group called Harbour Watch is trying to raise money.",
    "nickname": "The crane known as “Big Ben” is forty years old.",
    "title of a work": "He is the host of “The Morning Harbour.”",
    "intention": "The mayor wants to say something tomorrow.",
    "idiom": "All told, the port raised four million euros in a year.",
    "noun behind a preposition": "The race for the bridge now moves to Western states this week.",
    "object of a participle": "The port opened the bridge, touting its third record.",
    "noun after a number": "There are two reasons the bridge is closed today.",
}


@pytest.mark.parametrize("text", NO_REPORT.values(), ids=NO_REPORT.keys())
def test_look_alikes_are_no_reports(text):
    assert [m for m in extract(text).mentions if m.is_speech] == []


def test_two_reports_in_one_sentence_do_not_take_each_others_words():
    found = reports("Olsen said the bridge was safe, while the union said it was not.")
    assert ("Olsen", "said", ["the bridge was safe"]) in found
    assert ("the union", "said", ["it was not"]) in found


def test_acts_in_a_list_end_each_other():
    found = reports("She urged the port to open it, proposed that drivers pay, and left.")
    assert ("She", "urged", ["the port to open it"]) in found


def test_words_of_the_reporter_around_a_quotation_continue_the_speaker():
    found = reports("“It is safe,” said Mara Olsen, the mayor. Now, “it is much easier to cross the river.”")
    contents = ["It is safe", "Now, “it is much easier to cross the river.”"]
    assert [(s, c[0]) for s, _, c in found] == [("Mara Olsen, the mayor", content) for content in contents]


def test_a_participle_continues_the_speaker_of_the_sentence():
    found = reports("The bridge is safe, Olsen said, adding that it was tested twice.")
    assert ("Olsen", "said", ["The bridge is safe"]) in found
    assert ("Olsen", "adding", ["that it was tested twice"]) in found


def test_a_quotation_of_its_own_continues_the_last_speaker():
    text = "“We tested it,” Mara Olsen said.\n\n“Nobody should worry about the cables.”"
    drafts = extract(text).mentions
    assert [m.source for m in drafts] == ["Mara Olsen", "Mara Olsen"]
    assert drafts[0].attribution == drafts[1].attribution


def test_a_colon_announces_the_quotation_of_the_next_paragraph():
    found = reports("Olsen wrote to the residents:\n\n“Every cable of the bridge has been tested.”")
    assert found == [("Olsen", "wrote", ["Every cable of the bridge has been tested."])]


def test_a_quotation_without_a_speaker_is_kept_and_says_so():
    (mention,) = extract("“Nobody should ever worry about cables.”").mentions
    assert (mention.source, mention.tier, mention.identification) == (None, "no_speaker", "implicit")


@pytest.mark.parametrize(
    ("text", "report_type"),
    [
        ("“The bridge is safe,” Olsen said.", "direct"),
        ("Olsen said the bridge was “safe and sound” after two tests.", "mixed"),
        ("Olsen said the bridge was safe.", "indirect"),
        ("Olsen criticized the ministry.", "speech_act"),
        ("Olsen declined to comment.", "refusal"),
    ],
)
def test_the_report_type_follows_the_form(text, report_type):
    assert extract(text).mentions[0].report_type == report_type


def test_a_report_inside_a_report_names_its_parent():
    drafts = extract("Mara Olsen said that the ministry had promised that the bridge would be paid for.").mentions
    inner = next(m for m in drafts if m.source == "the ministry")
    outer = next(m for m in drafts if m.source == "Mara Olsen")
    assert inner.parent == outer.id
    assert outer.parent is None


def test_a_report_inside_a_quotation_is_found_with_its_own_source():
    text = "“[Engineers] ultimately believe the ministry has ignored the cables for a decade,” Mara Olsen said."
    outer, inner = extract(text).mentions
    assert (outer.source, inner.source) == ("Mara Olsen", "[Engineers]")
    assert inner.parent == outer.id
    assert inner.speech_act == "belief"
    assert inner.parts("content")[0].quote == "the ministry has ignored the cables for a decade"


def test_what_the_speaker_says_of_herself_is_no_second_report():
    text = "“I think that the bridge is safe and I said that it would be safe,” Mara Olsen said."
    assert [m.source for m in extract(text).mentions] == ["Mara Olsen"]


def test_a_refusal_replies_to_the_question_before_it():
    text = (
        "The Daily Harbour asked the ministry whether it would pay. A spokesperson would not be drawn on that question."
    )
    question, refusal = extract(text).mentions
    assert question.speech_act == "question"
    assert refusal.in_reply_to == question.id


def test_the_words_around_a_report_become_evidence():
    text = "On Wednesday Mara Olsen told reporters that the bridge could possibly open in June."
    (mention,) = extract(text).mentions
    assert [e.quote for e in mention.parts("audience")] == ["reporters"]
    assert [e.quote for e in mention.parts("hedge")] == ["could", "possibly"]
    assert mention.channel == "press_briefing"


def test_anonymity_is_said_not_guessed():
    text = "“The cables are old,” said one official, who spoke on condition of anonymity."
    (mention,) = extract(text).mentions
    assert (mention.identification, mention.attribution_terms) == ("unnamed", "on_background")


def test_a_question_of_the_outlet_itself_is_a_media_query():
    text = "Harbour News asked the ministry whether it would pay. Mara Olsen told Harbour News that it would."
    question, answer = extract(text, publisher="Harbour News").mentions
    assert (question.channel, answer.channel) == ("media_query", "told_outlet")
