"""Who is meant by a source: candidates with reasons, known actors, roles."""

import pytest

from datasette_claims.extraction import KnownActor, extract


def first(text, at=-1, **options):
    return extract(text, **options).mentions[at]


def test_a_short_name_is_the_person_named_in_full_before():
    mention = first("Mara Olsen opened the bridge. Olsen said it was safe.")
    assert mention.candidates[0].label == "Mara Olsen"
    assert "short for" in mention.candidates[0].reason


def test_titles_and_nationalities_are_no_part_of_a_name():
    mention = first("Norwegian Foreign Minister Mara Olsen said the bridge was safe.")
    assert mention.candidates[0].label == "Mara Olsen"


def test_a_pronoun_goes_to_the_last_speaker_not_to_the_first():
    text = (
        "“It is safe,” Mr. Karl Brandt said.\n\nForeign Secretary John Hale tweeted that his country agreed. "
        "“As always we work closely,” he said."
    )
    mention = first(text)
    assert mention.candidates[0].label == "John Hale"


def test_a_pronoun_prefers_the_gender_that_the_text_shows():
    text = (
        "Ms. Mara Olsen runs the port. Mr. Karl Brandt runs the bank.\n\n"
        "“The bridge is safe,” she said, and the meeting ended."
    )
    mention = first(text)
    assert mention.candidates[0].label == "Mara Olsen"
    assert all(c.label != "Karl Brandt" for c in mention.candidates)


def test_an_uncertain_pronoun_keeps_several_candidates_with_shares_below_one():
    text = "Mara Olsen met Robin Brandt at the port. “The bridge is safe,” she said."
    candidates = first(text).candidates
    assert {c.label for c in candidates} == {"Mara Olsen", "Robin Brandt"}
    assert sum(c.score for c in candidates) <= 1
    assert all(c.reason for c in candidates)


def test_two_people_of_one_surname_stay_two():
    text = "Ann Hale met Bob Hale. Hale said the bridge was safe."
    assert {c.label for c in first(text).candidates} == {"Ann Hale", "Bob Hale"}


def test_a_known_actor_is_found_by_another_name():
    known = KnownActor("mara-olsen", "Mara Kristin Olsen", ("Mara Olsen",), "person", "NO")
    mention = first("Mara Olsen said the bridge was safe.", actors=[known])
    assert mention.candidates[0].actor_id == "mara-olsen"
    assert extract("Mara Olsen said the bridge was safe.", actors=[known]).actors == ()


def test_a_new_speaker_is_proposed_once():
    draft = extract("Mara Olsen said the bridge was safe. Olsen added that it was tested.")
    assert [(a.label, a.kind) for a in draft.actors] == [("Mara Olsen", "person")]


@pytest.mark.parametrize(
    ("text", "identification"),
    [
        ("Mara Olsen said the bridge was safe.", "named"),
        ("A spokesperson said the bridge was safe.", "role_only"),
        ("One official said the bridge was safe.", "unnamed"),
        ("Senior Port Authority officials said the bridge was safe.", "unnamed"),
        ("The Department of Transport said the bridge was safe.", "institution"),
        ("Critics said the bridge was not safe.", "collective"),
        ("U.S. senators from both sides of the aisle said the bridge was safe.", "collective"),
    ],
)
def test_how_far_a_speaker_is_identified(text, identification):
    assert first(text).identification == identification


def test_an_apposition_gives_a_role_and_an_organization():
    draft = extract("Mara Olsen, a spokeswoman for Example Harbour, said the bridge was safe.")
    assert [(m.person, m.role, m.organization) for m in draft.memberships] == [
        ("Mara Olsen", "spokeswoman", "Example Harbour")
    ]


def test_a_role_before_the_name_gives_its_owner():
    draft = extract("Norway's Foreign Minister Mara Olsen said the bridge was safe.")
    assert [(m.person, m.role, m.organization) for m in draft.memberships] == [
        ("Mara Olsen", "Foreign Minister", "Norway")
    ]
