"""Which report stands inside which, and which one answers which question."""

from __future__ import annotations

from dataclasses import replace

from .drafts import Mention, Segment

NEIGHBOURS = 8  # mentions before and after in which the outer one is looked for
REPLY_REACH = 2  # segments between a question and its answer


def link(mentions: list[Mention], segments: tuple[Segment, ...]) -> list[Mention]:
    """The mentions with ``parent`` and ``in_reply_to`` filled in. Mentions are in reading order."""
    return _replies(_parents(mentions), segments)


def _anchor(mention: Mention) -> int:
    cue = mention.parts("cue") or mention.parts("content")
    return cue[0].start


def _parents(mentions: list[Mention]) -> list[Mention]:
    """The innermost mention whose content encloses the reporting word and the content of another one."""
    linked = []
    contents = [[(c.start, c.end) for c in mention.parts("content")] for mention in mentions]
    for i, mention in enumerate(mentions):
        at = _anchor(mention)
        low, high = contents[i][0][0], contents[i][-1][1]
        parent, size = None, 0
        for j in range(max(0, i - NEIGHBOURS), min(len(mentions), i + NEIGHBOURS + 1)):
            if mentions[j].attribution == mention.attribution:
                continue
            for start, end in contents[j]:
                if start <= at < end and start <= low and high <= end and (parent is None or end - start < size):
                    parent, size = mentions[j].id, end - start
        linked.append(replace(mention, parent=parent) if parent else mention)
    return linked


def _replies(mentions: list[Mention], segments: tuple[Segment, ...]) -> list[Mention]:
    """A refusal answers the last question before it; after "Asked whether …, he said" the statement answers it."""
    linked: list[Mention] = []
    question: Mention | None = None
    for mention in mentions:
        answer = None
        if question is not None and mention.speech_act != "question" and mention.parent is None:
            close = mention.segment - question.segment <= REPLY_REACH
            same = mention.segment == question.segment and _anchor(mention) > _anchor(question)
            if (mention.report_type == "refusal" and close) or (question.source is None and same):
                answer = question.id
                question = None
        if mention.speech_act == "question":
            question = mention
        linked.append(replace(mention, in_reply_to=answer) if answer else mention)
    return linked
