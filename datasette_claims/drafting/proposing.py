"""What is put to a person beside the drafts: speakers, the same utterance elsewhere, stances and new claims.

A **stance** is proposed only where the words leave no choice: the statement has the very content words of a claim
(or of a statement that is known to be about it), nearly nothing else, and its polarity is certain: an affirmation in
plain words, a denial by the reporting word or by one negation, an open question, a refusal to answer. Hedged,
conditional and modal words, beliefs told by others and orders propose nothing.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..extraction import Draft, Mention
from . import shingles
from .cast import Speaker
from .ids import mention_id, statement_ids
from .words import WORDS

Row = dict[str, Any]
ALIKE = 0.8
"""Least Dice coefficient of the content words of a statement and a claim."""
LEAST_CONTENT_WORDS = 3
CLAIM_WORDS = range(5, 41)
SHOWN = 3  # proposals of one kind for one statement
FUNCTION = WORDS["function_word"]
NEGATION = re.compile(r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
OPEN = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|can|unless|perhaps|possibly|probably|likely|unlikely|seems?|"
    r"appears?|suggests?|allegedly|reportedly|think|believe|hope|fear)\b",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"\b(?:I|we|you|my|our|your|us|me|he|she|they|his|her|their|him|them|it|this|that|these|those|there)\b", re.I
)
DENIALS = frozenset(["deny", "denies", "denied", "dispute", "disputes", "disputed", "reject", "rejects", "rejected"])
PLAIN = frozenset(["direct_core", "indirect_core"])


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, and the wordings by which it is known: its own text first."""

    id: str
    wordings: tuple[tuple[frozenset[str], bool], ...]


def proposal_rows(
    conn: sqlite3.Connection,
    document: str,
    draft: Draft,
    speakers: Mapping[str, Speaker],
    known: KnownClaims | None = None,
) -> dict[str, Row]:
    """All proposals for one document's drafts, by id; who drafts many documents hands in the claims, read once."""
    rows: dict[str, Row] = {}
    names = statement_ids(document, draft.mentions)
    known = known or KnownClaims(conn)
    suggested: set[str] = set()
    for mention in draft.mentions:
        statement = names[mention.id]
        for name, row in _speakers(statement, speakers[statement]):
            rows[name] = row
        rows.update(_same_utterances(conn, document, statement, mention))
        stances = dict(known.stances(statement, mention))
        rows.update(stances)
        claim = None if stances else suggested_claim(mention)
        if claim is not None and claim.casefold() not in suggested and claim.casefold() not in known.texts:
            suggested.add(claim.casefold())
            reason = "The statement says it in a sentence of its own, and no known claim says the same."
            rows[f"{statement}--claim"] = _row("claim", "statement", statement, reason, value=claim)
    rows.update(_same_in_document(draft, names))
    return rows


def _row(kind: str, subject_type: str, subject: str, reason: str, **more: Any) -> Row:
    return {"kind": kind, "subject_type": subject_type, "subject": subject, "reason": reason, "status": "open", **more}


def _speakers(statement: str, speaker: Speaker) -> Iterator[tuple[str, Row]]:
    """One proposal a candidate; the only certain one is kept as accepted, for its reason."""
    for number, option in enumerate(speaker.options, 1):
        row = _row("speaker", "statement", statement, option.reason, object_type="actor", object=option.actor)
        row |= {"score": option.score, "status": "accepted" if speaker.is_certain else "open"}
        yield f"{statement}--speaker-{number}", row


def _same_utterances(conn: sqlite3.Connection, document: str, statement: str, mention: Mention) -> dict[str, Row]:
    """Stored mentions of other documents that may report this utterance."""
    content = " ".join(e.quote for e in mention.parts("content"))
    rows = {}
    for number, match in enumerate(shingles.find(conn, content, document)[:SHOWN], 1):
        rows[f"{statement}--same-{number}"] = _same(
            mention_id(statement), match.statement, match.mention, (match.containment, match.run)
        )
    return rows


def _same_in_document(draft: Draft, names: Mapping[str, str]) -> dict[str, Row]:
    """Earlier mentions of the same document that may report the same utterance, such as a headline's quote."""
    rows: dict[str, Row] = {}
    seen: dict[int, list[int]] = {}
    texts = [shingles.words_of(" ".join(e.quote for e in m.parts("content"))) for m in draft.mentions]
    for number, mention in enumerate(draft.mentions):
        own = shingles.hashes(texts[number])
        earlier = sorted({at for each in own for at in seen.get(each, ())[:SHOWN]})
        for each in own:
            seen.setdefault(each, []).append(number)
        related = {mention.parent, mention.in_reply_to}
        for at in earlier[: shingles.COMPARED]:
            other = draft.mentions[at]
            found = (
                None
                if other.id in related or other.parent == mention.id
                else shingles.compare(texts[number], own, texts[at])
            )
            if found is not None:
                row = _same(mention_id(names[mention.id]), names[other.id], mention_id(names[other.id]), found)
                rows[f"{names[mention.id]}--repeats"] = row
                break
    return rows


def _same(subject: str, statement: str, mention: str, found: tuple[float, int]) -> Row:
    share, run = found
    reason = f"{share:.0%} of the four-word runs of the shorter quote are in both; {run} words in a row are the same."
    value = json.dumps({"mention": mention, "containment": share, "run": run})
    row = _row("same_statement", "mention", subject, reason, object_type="statement", object=statement)
    return {**row, "value": value, "score": share}


def content_words(text: str) -> frozenset[str]:
    """The words that carry a sentence's content, without plural and verb endings; negations are not among them."""
    words = (w for w in shingles.words_of(NEGATION.sub(" ", text.replace("’", "'"))) if w not in FUNCTION)
    return frozenset(_stem(w.removesuffix("'s")) for w in words)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _is_negative(text: str) -> bool | None:
    """Whether a sentence denies; None for two negations, which may undo each other."""
    count = len(NEGATION.findall(text))
    return None if count > 1 else count == 1


class KnownClaims:
    """The reviewed claims of a database and the wordings by which they are known."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._by_word: dict[str, set[int]] = {}
        self._claims: list[tuple[str, str, frozenset[str], bool]] = []
        self.texts: set[str] = set()
        for id_, text in conn.execute("SELECT id, text FROM claims WHERE status = 'reviewed' ORDER BY id"):
            self.texts.add(text.casefold())
            self._learn(id_, text, "the claim's text", False)
        rows = conn.execute(
            "SELECT t.claim, s.content, t.stance FROM stances AS t JOIN statements AS s ON s.id = t.statement "
            "WHERE t.basis = 'explicit' AND t.status = 'reviewed' AND s.status = 'reviewed' AND t.coder IS NULL "
            "AND t.stance IN ('supports', 'disputes') AND s.content IS NOT NULL ORDER BY t.id"
        )
        for claim, content, stance in rows:
            self._learn(claim, content, "a statement with a known stance on it", stance == "disputes")

    def _learn(self, claim: str, text: str, what: str, disputes: bool) -> None:
        """One wording; ``disputes`` when who says these words disputes the claim."""
        words, negative = content_words(text), _is_negative(text)
        if negative is None or len(words) < LEAST_CONTENT_WORDS:
            return
        number = len(self._claims)
        self._claims.append((claim, what, words, negative != disputes))
        for word in words:
            self._by_word.setdefault(word, set()).add(number)

    def stances(self, statement: str, mention: Mention) -> Iterator[tuple[str, Row]]:
        """Proposed stances of a statement: at most three, each on another claim."""
        content = " ".join(e.quote for e in mention.parts("content"))
        words = content_words(content)
        if len(words) < LEAST_CONTENT_WORDS or mention.parent is not None:
            return
        best: dict[str, tuple[float, str, bool]] = {}
        for number in sorted({n for word in words for n in self._by_word.get(word, ())}):
            claim, what, known, negative = self._claims[number]
            alike = _dice(words, known)
            if alike >= ALIKE and _numbers(words) == _numbers(known) and alike > best.get(claim, (0.0,))[0]:
                best[claim] = (alike, what, negative)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:SHOWN]
        for number, (claim, (alike, what, negative)) in enumerate(ranked, 1):
            stance = explicit_stance(mention, content, negative)
            if stance is not None:
                reason = (
                    f"The statement has nearly the words of {what} ({alike:.0%} of the content words), and {stance[1]}."
                )
                value = json.dumps({"claim": claim, "stance": stance[0], "basis": "explicit"})
                row = _row("stance", "statement", statement, reason, object_type="claim", object=claim)
                yield f"{statement}--stance-{number}", {**row, "value": value, "score": round(alike, 3)}


def _numbers(words: frozenset[str]) -> set[str]:
    return {word for word in words if word[0].isdigit()}


def explicit_stance(mention: Mention, content: str, claim_is_negative: bool) -> tuple[str, str] | None:
    """(stance, why) of a statement that has a claim's words, or None where its polarity is not certain."""
    if mention.speech_act == "question":
        return "queries", "it asks"
    if mention.report_type == "refusal":
        return "declines", "the speaker does not answer"
    negative = _is_negative(content)
    if negative is None or mention.hedged or OPEN.search(content) or mention.speech_act != "assertive":
        return None
    if mention.polarity == "negative":
        cue = " ".join(e.quote for e in mention.parts("cue")).casefold()
        if cue not in DENIALS or negative:
            return None
        return ("supports" if claim_is_negative else "disputes"), f"the reporting word is “{cue}”"
    if mention.tier not in PLAIN:
        return None
    if negative == claim_is_negative:
        return "supports", "affirms it in plain words"
    return "disputes", "one of the two has a negation, the other none"


def suggested_claim(mention: Mention) -> str | None:
    """A text for a new claim: a sentence that stands by itself, without pronouns, hedges and questions; or None."""
    if mention.tier not in PLAIN or mention.speech_act != "assertive" or mention.hedged or mention.parent is not None:
        return None
    contents = mention.parts("content")
    words = re.sub(r"^that\s+", "", " ".join(contents[0].quote.split()).strip("“”\"' "), flags=re.IGNORECASE)
    sentence = words.rstrip(".,;: ")
    plain = not re.search(r"[.?!:;“”\"\[\]()…]", re.sub(r"(?<=\b[A-Z])\.|(?<=\d)[.:](?=\d)", "", sentence))
    if len(contents) > 1 or not plain or len(sentence.split()) not in CLAIM_WORDS or PERSONAL.search(sentence):
        return None
    return f"{sentence[0].upper()}{sentence[1:]}."
