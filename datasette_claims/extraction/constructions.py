"""Reports without an active verb: "according to", refusals and passives."""

from __future__ import annotations

from .clauses import clause_end, clean, first_comma, has_quote, left_border, object_end, quote_stops
from .cues import FoundCue
from .lexicon import (
    ARTICLE,
    CAP,
    COMMA,
    CONJUNCTION,
    DASH,
    DAY,
    MONTH,
    OPENER,
    PREPOSITION,
    QUOTE,
    STOP,
    SUBORDINATOR,
    WORD,
    Cue,
)
from .phrases import Range, before_time, first_subject, is_finite, speaker_after, subject_before
from .reports import Attribution, Clause
from .scope import content_start
from .tokens import Sentence, Tokens


def make_report(
    tokens: Tokens,
    cue: FoundCue,
    entry: Cue,
    frame: str,
    contents: list[Range],
    source: Range | None,
    *,
    voice: str = "",
    guessed: bool = False,
) -> Attribution:
    """An attribution of ranges of tokens, as spans of the text; without ``voice`` it has the cue's."""
    return Attribution(
        [tokens.span(*c) for c in contents],
        tokens.span(*source) if source else None,
        tokens.span(cue.head, cue.last),
        entry,
        frame,
        voice or cue.voice,
        cue.tense,
        cue.negated,
        guessed,
    )


def according(tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause) -> Attribution | None:
    """ "According to officials, the talks failed", and the same behind its content."""
    flags = tokens.flags
    end = cue.last
    while end < sentence.last and not flags[end] & (COMMA | STOP | DASH | QUOTE) and tokens.word[end] != ";":
        if tokens.lower[end] in ("that", "but", "while") or (tokens.lower[end] == "and" and end > cue.last + 3):
            break
        end += 1
    if end == cue.last:
        return None
    opens = cue.head - sentence.first < 2 or (cue.head - 1 >= sentence.first and _only_opening(tokens, sentence, cue))
    if opens or (flags[cue.head - 1] & COMMA and _leads_on(tokens, sentence.first, cue.head)):
        first, last = clean(tokens, _behind_apposition(tokens, end, sentence.last), sentence.last)
        last = clause_end(tokens, first, last) if not has_quote(tokens, first, last) else last
        first, last = clean(tokens, first, last)
    else:
        border = left_border(tokens, state.low, cue.head)
        if border < cue.head and tokens.lower[border] == "and" and tokens.word[border - 1] == ";":
            border = state.low  # the last member of a list
        first, last = clean(tokens, border, cue.head)
        if last - first < 2:
            first, last = clean(tokens, sentence.first, cue.head)
    if last - first < 2:
        return None
    source = tokens.span(cue.last, end)
    contents = [tokens.span(first, last)]
    if not opens and end + 2 < sentence.last and flags[end] & COMMA and is_finite(tokens, end + 1):
        contents.append(tokens.span(*clean(tokens, end + 1, clause_end(tokens, end + 1, sentence.last))))
    return Attribution(contents, source, tokens.span(cue.head, cue.last), None, "c", "according")


def _behind_apposition(tokens: Tokens, first: int, high: int) -> int:
    """ "According to Jane Roe, a friend of the family, the house …": skip what only describes the source."""
    if first >= high or not tokens.flags[first] & COMMA:
        return first
    comma = first_comma(tokens, first + 1, high)
    verbs = any(is_finite(tokens, j) for j in range(first + 1, comma))
    apposed = tokens.lower[first + 1 : first + 2] in (["a"], ["an"], ["the"], ["who"], ["which"])
    relative = any(tokens.lower[j] in ("who", "which") for j in range(first + 1, comma))
    return comma if comma < high and apposed and (relative or not verbs) else first


def _only_opening(tokens: Tokens, sentence: Sentence, cue: FoundCue) -> bool:
    """Whether nothing but an opening word ("And", "However,") stands before the cue."""
    return all(
        tokens.flags[j] & (OPENER | COMMA) or not tokens.flags[j] & WORD for j in range(sentence.first, cue.head)
    )


def _leads_on(tokens: Tokens, low: int, head: int) -> bool:
    """ "In 2015, according to the office, …", "He left after, according to the office, …": the content follows."""
    if head - low <= 5 and tokens.flags[low] & PREPOSITION:
        return True
    return head - 2 > low and bool(tokens.flags[head - 2] & (SUBORDINATOR | CONJUNCTION))


def refusal(tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause) -> Attribution | None:
    """ "The ministry declined to comment on the cost": what is refused is the content, or the cue where nothing is."""
    subject = subject_before(tokens, before_time(tokens, cue.first, state.low), state.low) or state.subject
    if subject is None:
        subject = first_subject(tokens, state.low, cue.first)
    if subject is None:
        return None
    flags, lower = tokens.flags, tokens.lower
    end = object_end(tokens, cue.last, sentence.last) if cue.last < sentence.last else cue.last
    if cue.last < sentence.last and (flags[cue.last] & (COMMA | STOP | DASH) or lower[cue.last] in ("and", "but")):
        end = cue.last
    first, last = clean(tokens, cue.last, end)
    state.subject = subject
    if first >= last:
        first, last = cue.head, cue.last
    state.low = max(state.low, end)
    return Attribution(
        [tokens.span(first, last)], tokens.span(*subject), tokens.span(cue.first, cue.last), None, "r", "refusal"
    )


def passive(tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause) -> Attribution | None:
    """ "the plan was criticized by unions", "she was asked whether …"; a source only when it is named."""
    frames = cue.frames()
    lower = tokens.lower
    by = cue.last < sentence.last and lower[cue.last] == "by"
    source = speaker_after(tokens, cue.last + 1, sentence.last) if by else None
    if cue.entry.lemma in ("ask", "tell"):
        return _asked(tokens, cue, sentence, state, source)
    if "c" in frames and cue.entry.is_speech and cue.first > state.low and lower[cue.first - 1] in ("it", "it's"):
        return _impersonal(tokens, cue, sentence, source)
    if "n" in frames and cue.entry.kind in ("act", "say", "core"):
        subject = _passive_subject(tokens, cue, state)
        if subject is None or source is None:
            return None
        state.subject = subject
        source = _whole_agent(tokens, source, sentence)
        cut = next((j for j in range(*source) if lower[j] in ("for", "over")), source[1])
        source = (source[0], cut) if cut > source[0] else source
        contents = [subject]
        if source[1] < sentence.last and lower[source[1]] in ("for", "as", "over"):
            contents.append(clean(tokens, source[1], object_end(tokens, source[1], sentence.last)))
        return make_report(tokens, cue, frames["n"], "n", contents, source, voice="passive")
    return None


def _impersonal(tokens: Tokens, cue: FoundCue, sentence: Sentence, source: Range | None) -> Attribution | None:
    """ "it was announced on Monday that …": nobody is named unless "by" names somebody."""
    start = content_start(tokens, cue, source[1] if source else cue.last, sentence.last)
    if start is None or tokens.lower[start] != "that":
        return None
    first, last = clean(tokens, start, clause_end(tokens, start, sentence.last))
    return (
        make_report(tokens, cue, cue.entry, "h", [(first, last)], source, voice="passive") if last - first > 2 else None
    )


def _asked(
    tokens: Tokens, cue: FoundCue, sentence: Sentence, state: Clause, source: Range | None
) -> Attribution | None:
    """ "she was asked (by a reporter) whether …", "Asked about …, she said": the question, and who put it if named."""
    flags, lower = tokens.flags, tokens.lower
    start = content_start(tokens, cue, source[1] if source else cue.last, sentence.last)
    if start is None or flags[start] & COMMA or cue.negated:
        return None
    opens = ("that", "about", "if", "whether", "why", "how", "what", "who", "to")
    if lower[start] not in opens or (source is None and lower[cue.last] == "by"):
        return None
    at = start + 1 if lower[start] == "about" else start
    first, last = clean(tokens, at, clause_end(tokens, at, _question_end(tokens, at, sentence.last)))
    if last - first < 2:
        return None
    subject = subject_before(tokens, cue.first, state.low) if cue.first > state.low else None
    if subject is not None and not flags[subject[0]] & SUBORDINATOR:
        state.subject = subject
    if last < sentence.last and (flags[last] & COMMA or flags[last - 1] & QUOTE):
        state.low = max(state.low, last + bool(flags[last] & COMMA))
    report = make_report(tokens, cue, cue.entry, "w", [(first, last)], source, voice="passive")
    report.asks_for_action = lower[start] == "to"
    return report


def _question_end(tokens: Tokens, at: int, high: int) -> int:
    """The comma behind the question, or inside the quotation that ends it: "Asked if it was “right,” Roe said"."""
    comma = first_comma(tokens, at, high)
    for j in range(at, comma):
        if tokens.flags[j] & QUOTE and quote_stops(tokens, j) == ",":
            return j + 1
    return comma


def _passive_subject(tokens: Tokens, cue: FoundCue, state: Clause) -> Range | None:
    """What was disputed or praised: the noun phrase before the verb, with a clause that it holds."""
    near = subject_before(tokens, cue.first, state.low)
    if near is None or near[0] == state.low or not tokens.flags[state.low] & (ARTICLE | CAP):
        return near
    whole = range(state.low, cue.first)
    if any(tokens.flags[j] & (COMMA | QUOTE | DASH) or tokens.word[j] in (";", ":") for j in whole):
        return near
    return (state.low, cue.first) if any(tokens.lower[j] == "that" for j in whole) else near


def _whole_agent(tokens: Tokens, source: Range, sentence: Sentence) -> Range:
    """ "disputed by allies in Europe": the agent with the place behind it."""
    end = source[1]
    if end < sentence.last and tokens.lower[end] in ("in", "at", "from") and not tokens.flags[end + 1] & (DAY | MONTH):
        while end < sentence.last and tokens.flags[end] & (CAP | PREPOSITION | ARTICLE) and not tokens.flags[end] & DAY:
            end += 1
        while tokens.flags[end - 1] & (PREPOSITION | ARTICLE) and end > source[1]:
            end -= 1
    return source[0], end
