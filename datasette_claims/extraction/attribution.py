"""One sentence -> its attributions: who (source), which reporting word (cue), what (content).

The functions here work on token ranges; ``discourse`` joins the sentences and ``engine`` makes drafts of the result.
"""

from __future__ import annotations

from .clauses import INVERTING, first_comma, has_quote, next_report
from .constructions import according, make_report, passive, refusal
from .cues import FoundCue, find_cues
from .lexicon import (
    ADJUNCT,
    ADVERB,
    AUXILIARY,
    BE,
    CAP,
    COMMA,
    CONJUNCTION,
    COORDINATOR,
    DASH,
    DETERMINER,
    MODAL,
    OPENER,
    PREPOSITION,
    QUOTE,
    RELATIVE,
    STOP,
    SUBJECT,
    SUBORDINATOR,
    WORD,
)
from .nouns import attribute_nouns
from .phrases import (
    Range,
    before_time,
    can_speak,
    has_clause,
    is_finite,
    is_name,
    main_subject,
    speaker_after,
    subject_before,
    verb_group_start,
)
from .reports import Attribution, Clause
from .sides import choose, insertion_end, left_content, right_content
from .tokens import Sentence, Tokens


def attribute_sentence(tokens: Tokens, sentence: Sentence) -> list[Attribution]:
    """All attributions of one sentence that carry a reporting word, in order of that word."""
    found: list[Attribution] = []
    state = Clause(sentence.first)
    found += attribute_nouns(tokens, sentence)
    for cue in find_cues(tokens, sentence.first, sentence.last):
        if cue.voice == "according":
            made = according(tokens, cue, sentence, state)
        elif cue.voice == "refusal":
            made = refusal(tokens, cue, sentence, state)
        elif cue.voice == "passive":
            made = passive(tokens, cue, sentence, state)
        else:
            made = _active(tokens, cue, sentence, state)
        if made is not None:
            made.sentence = sentence
            made.head = cue.head
            found.append(made)
    found.sort(key=lambda item: item.head)
    return _disjoint(tokens, _without_duplicates(found))


def _disjoint(tokens: Tokens, found: list[Attribution]) -> list[Attribution]:
    """End a content before a later report that starts behind a comma inside it: "… said A, while the firm said B"."""
    for outer in found:
        if outer.frame == "q" or not outer.contents or outer.sentence is None:
            continue
        a, b = outer.contents[-1]
        for inner in found:
            if inner is outer or inner.head <= outer.head or inner.entry is None or not inner.entry.is_speech:
                continue
            if inner.source is None or inner.guessed or inner.voice == "participle" or not a < inner.source[0] < b:
                continue
            if any(tokens.flags[j] & MODAL for j in range(max(0, inner.head - 3), inner.head)):
                continue  # "he should have insisted" reports nothing
            border = tokens.text.rfind(",", a, inner.source[0])
            between = tokens.text[border + 1 : inner.source[0]].split() if border >= 0 else []
            if border > a and len(between) <= 2 and not {"that", "who", "which", "whom"} & set(between):
                outer.contents[-1] = (a, border)
                break
    return found


def _without_duplicates(found: list[Attribution]) -> list[Attribution]:
    """Two cues that claim the same words: the first keeps them."""
    kept: list[Attribution] = []
    for item in found:
        a, b = item.contents[0]
        same = False
        for other in kept[-4:]:
            c, d = other.contents[0]
            common = min(b, d) - max(a, c)
            if common > 0.9 * (max(b, d) - min(a, c)):
                same = True
        if not same:
            kept.append(item)
    return kept


def _active(tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause) -> Attribution | None:
    source, inverted, guessed = _source(tokens, cue, sentence, state)
    if source is None:
        return None
    left_end = cue.first if (cue.voice == "participle" or guessed) else (cue.head if inverted else source[0])
    right_start = source[1] if inverted else cue.last
    right_high = next_report(tokens, right_start, sentence.last)
    if cue.voice == "participle" and _opens_sentence(tokens, cue, sentence):
        right_high = min(right_high, first_comma(tokens, cue.last, sentence.last))
    embedded = not inverted and not guessed and _is_embedded(tokens, source, state.low)
    if cue.voice == "participle" and not any(is_finite(tokens, j) for j in range(sentence.first, cue.first)):
        embedded = True  # "After saying that it would help, the ministry …"
    comma = insertion_end(tokens, cue, source, inverted, state)
    within = comma is not None
    right = right_content(tokens, cue, right_start, right_high, embedded, within)
    ended = cue.last >= sentence.last or bool(tokens.flags[cue.last] & STOP) or inverted
    alone = (right is None and ended) or within
    resumes = comma is not None and comma + 1 < sentence.last and is_finite(tokens, comma + 1)
    if source[0] - 1 > state.low and tokens.lower[source[0] - 1] == "as" and not inverted:
        left_end = source[0] - 1  # "The plan will fail, as Roe noted."
        alone = right is None
    left = None
    if cue.voice != "participle" and not guessed:
        left = left_content(tokens, state.low, left_end, alone, resumes, within)
    if right is not None and cue.voice == "participle" and source[0] == sentence.first and source[1] == cue.first:
        right = (_before_main_verb(tokens, right[0], right[1]), right[1], right[2])
    left, right = choose(tokens, cue, left, right, source, inverted, state)
    contents = [r for r in (left, right[0] if right else None) if r is not None]
    if not guessed and cue.voice != "participle":
        state.subject = source
    if right_high < sentence.last and (contents or cue.entry.kind == "core"):
        state.low = right_high + 1 if tokens.flags[right_high] & (COMMA | DASH) else right_high
    if not contents:
        return None
    frame, entry = (right[1], right[2]) if right else ("q" if has_quote(tokens, *contents[0]) else "c", cue.entry)
    made = make_report(tokens, cue, entry, frame, contents, source, guessed=guessed)
    made.asks_for_action = frame in ("o", "t")
    return made


def _before_main_verb(tokens: Tokens, content: Range, frame: str) -> Range:
    """ "A petition calling for a ban has reached …": the sentence's own verb ends the content of its subject."""
    first, last = content
    seen = frame not in ("c", "h", "w", "q")
    for j in range(first + 1, last):
        if is_finite(tokens, j) and not is_finite(tokens, j - 1) and not tokens.flags[j - 1] & (CONJUNCTION | ADVERB):
            if seen and not tokens.flags[j] & QUOTE:
                return first, j
            seen = True
    return content


def _is_embedded(tokens: Tokens, source: Range, low: int) -> bool:
    """Whether the reporting clause depends on another one: a relative clause, or one after "while", "as" …"""
    if tokens.flags[source[0]] & RELATIVE and source[1] - source[0] == 1:
        return True
    if source[0] <= low:
        return False
    if tokens.flags[source[0] - 1] & SUBORDINATOR:
        return True
    opens = tokens.flags[low] & SUBORDINATOR or tokens.lower[low : low + 2] == ["now", "that"]
    return bool(opens) and not any(tokens.flags[j] & (COMMA | QUOTE) for j in range(low, source[0]))


def _source(tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause) -> tuple[Range | None, bool, bool]:
    """The source of an active cue, whether it stands after the cue, and whether it is a guess."""
    if cue.voice == "participle":
        near = _participle_subject(tokens, cue, state)
        if near is not None:
            return near, False, False
        if _opens_sentence(tokens, cue, sentence):
            comma = first_comma(tokens, cue.last, sentence.last)
            return main_subject(tokens, comma + 1, sentence.last), False, True
        guess = _clause_subject(tokens, cue, state) or state.subject or main_subject(tokens, sentence.first, cue.first)
        return guess, False, True
    inverted = _inverted(tokens, cue, sentence, state)
    if inverted is not None:
        return inverted, True, False
    subject = subject_before(tokens, before_time(tokens, cue.first, state.low), state.low)
    if subject is not None:
        return subject, False, False
    before = tokens.lower[cue.first - 1] if cue.first > state.low else ""
    if cue.first == state.low or before in ("and", "but", "then", ",", "or", "also"):
        return state.subject or main_subject(tokens, sentence.first, cue.first), False, True
    return None, False, False


def _clause_subject(tokens: Tokens, cue: FoundCue, state: Clause) -> Range | None:
    """The subject of a later clause before a participle: "…, when protesters rose, shouting …"."""
    for j in range(cue.first - 2, state.low, -1):
        if tokens.flags[j] & (SUBORDINATOR | COORDINATOR) and tokens.flags[j - 1] & (COMMA | QUOTE):
            for k in range(j + 2, cue.first):
                if tokens.flags[k] & COMMA and not tokens.flags[k + 1] & WORD:
                    return None
                if is_finite(tokens, k):
                    found = subject_before(tokens, verb_group_start(tokens, k, j + 1), j + 1)
                    if found is None or not (can_speak(tokens, found) or tokens.lower[found[1] - 1].endswith("s")):
                        return None
                    return found
            return None
    return None


def _opens_sentence(tokens: Tokens, cue: FoundCue, sentence: Sentence) -> bool:
    """ "Saying that …, she left", "After saying that …, she left": the subject follows behind a comma."""
    if cue.head == sentence.first or cue.first == sentence.first:
        return True  # "Saying that …", "Having said that …"
    return cue.head == sentence.first + 1 and bool(tokens.flags[sentence.first] & (PREPOSITION | SUBORDINATOR))


def _participle_subject(tokens: Tokens, cue: FoundCue, state: Clause) -> Range | None:
    """ "calls saying …", "with donors urging …": the noun phrase right before the participle."""
    if cue.first <= state.low or not tokens.flags[cue.first - 1] & WORD:
        return None
    if tokens.flags[cue.first - 1] & (PREPOSITION | CONJUNCTION | AUXILIARY | BE | QUOTE):
        return None
    near = subject_before(tokens, cue.first, state.low)
    if near is not None and not (can_speak(tokens, near) or tokens.lower[near[1] - 1].endswith("s")):
        return None  # "was heard on a microphone telling …"
    if near is not None and cue.tense == "base" and near[1] - near[0] == 1:
        plain = not tokens.flags[near[0]] & (CAP | SUBJECT) and not tokens.lower[near[0]].endswith("s")
        return None if plain else near  # "was quick to point out"
    return near


def _inverted(tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause) -> Range | None:
    """The speaker behind the cue: “…,” said Jane Roe."""
    i = cue.head
    flags = tokens.flags
    before = flags[i - 1] if i > sentence.first else 0
    if i > sentence.first and not before & (QUOTE | COMMA | DASH | STOP):
        return None
    allowed = cue.entry.kind in ("core", "say") and "q" in cue.frames() and _tense_inverts(cue)
    if not allowed or cue.first != i or cue.entry.lemma == "tell":
        return None
    found = speaker_after(tokens, cue.last, sentence.last)
    if found is None:
        return None
    for j in range(*found):
        if flags[j] & (AUXILIARY | BE) and tokens.lower[j] != "'s":
            return None
    reach = 8 if before & COMMA and is_name(flags[found[0]]) else 3  # "“We are happy” about it, said Jane Roe"
    if any(flags[j] & QUOTE for j in range(max(state.low, i - reach), i)) or i == sentence.first:
        return found
    if cue.entry.lemma not in INVERTING:
        return None
    if not has_clause(tokens, state.low, i):
        return found if before & COMMA and _closes_with_name(tokens, found, sentence, state, i) else None
    return found if _ends_clause(tokens, found, sentence, state, i) else None


def _tense_inverts(cue: FoundCue) -> bool:
    return cue.tense in ("past", "s") or (cue.entry.lemma == "say" and cue.tense == "base")


def _closes_with_name(tokens: Tokens, found: Range, sentence: Sentence, state: Clause, i: int) -> bool:
    """ "The firm also uses it, said Jane Roe, a writer.": words of unknown verbs, a comma, and a name with a comma."""
    if i - state.low < 6 or not is_name(tokens.flags[found[0]]) or tokens.flags[i] & CAP:
        return False
    if any(tokens.flags[j] & COMMA for j in range(state.low, i - 1)):
        return False  # the subject may have an apposition
    return found[1] >= sentence.last or bool(tokens.flags[found[1]] & (COMMA | STOP))


def _ends_clause(tokens: Tokens, found: Range, sentence: Sentence, state: Clause, i: int) -> bool:
    """Without quotation marks the inverted speaker must close the sentence and the left must be a clause."""
    flags = tokens.flags
    if flags[found[0]] & SUBJECT or i - state.low <= 3:
        return False
    rest = [j for j in range(found[1], sentence.last) if flags[j] & (WORD | QUOTE)]
    if rest and not flags[found[1]] & (COMMA | DASH):
        following = flags[found[1]]
        if not following & (ADJUNCT | PREPOSITION) and tokens.lower[found[1]] != "who":
            return False
    head = flags[found[0]]
    own = subject_before(tokens, i, state.low)  # "Ministers, like their deputies, say taxing helps"
    opens = own is not None and all(flags[j] & OPENER for j in range(state.low, own[0]))
    if not (is_name(head) or head & DETERMINER):
        return not opens
    return bool(head & (CAP | DETERMINER)) or not opens
