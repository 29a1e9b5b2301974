"""Which report stands inside which, and which one answers which question."""

from __future__ import annotations

from dataclasses import replace

from .drafts import Mention, Segment

REPLY_REACH = 2  # segments between a question and its answer


def link(mentions: list[Mention], segments: tuple[Segment, ...]) -> list[Mention]:
    """The mentions with ``parent`` and ``in_reply_to`` filled in. Mentions are in reading order."""
    return _replies(_parents(mentions), segments)


def _anchor(mention: Mention) -> int:
    cue = mention.parts("cue") or mention.parts("content")
    return cue[0].start


def _parents(mentions: list[Mention]) -> list[Mention]:
    """The innermost mention whose content encloses the reporting word of another one."""
    linked = []
    for i, mention in enumerate(mentions):
        at = _anchor(mention)
        parent, size = None, 0
        for other in mentions[max(0, i - 8) : i + 9]:
            if other is mention or other.attribution == mention.attribution:
                continue
            for content in other.parts("content"):
                length = content.end - content.start
                if content.start <= at < content.end and (parent is None or length < size):
                    if any(c.start < content.start or c.end > content.end for c in mention.parts("content")):
                        continue
                    parent, size = other.id, length
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
