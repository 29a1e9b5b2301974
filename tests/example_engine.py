"""An example of a plugin for this plugin: an engine of extraction for transcripts, “NAME: words” a line.

A package of your own holds the same class and function and names its module in the entry point group ``datasette``:

.. code-block:: ini

    [options.entry_points]
    datasette =
        transcripts = my_package.transcripts

Then ``datasette claims extract news.db hearing.txt --engine transcripts`` drafts with it. Whatever an engine returns is
held against the text before it is stored.
"""

from __future__ import annotations

import re

from datasette import hookimpl

from datasette_claims.extraction import Candidate, Document, Draft, Evidence, Mention, Segment

LINE = re.compile(r"^(?P<who>[A-Z][\w. ]{1,60}): (?P<what>.+)$", re.MULTILINE)


class Transcripts:
    """Each line with a name before a colon is one statement in the speaker's own words."""

    name = "transcripts"
    label = "Transcripts"
    languages = ("*",)

    def extract(self, document: Document) -> Draft:
        """A segment and a mention for each line."""
        segments, mentions = [], []
        for number, match in enumerate(LINE.finditer(document.text)):
            line = document.text.count("\n", 0, match.start()) + 1
            segments.append(Segment("paragraph", match.start(), match.end(), line, match.group()))
            mentions.append(self._mention(number, match))
        return Draft(document.language, True, tuple(segments), tuple(mentions), (), (), ())

    def _mention(self, number: int, match: re.Match[str]) -> Mention:
        who, what = match["who"], match["what"]
        evidence = (Evidence("source", *match.span("who"), who), Evidence("content", *match.span("what"), what))
        return Mention(
            id=f"m{number}",
            attribution=number,
            segment=number,
            report_type="direct",
            speech_act="assertive",
            identification="named",
            source=who,
            evidence=evidence,
            candidates=(Candidate(who, 0.95, "named before a colon", None, *match.span("who")),),
            date=None,
            date_basis="not_stated",
            channel="not_stated",
            polarity="not_stated",
            hedged=False,
            attribution_terms="on_the_record",
            is_speech=True,
            tier="other",
            confidence=0.9,
        )


@hookimpl
def claims_extractors() -> list[Transcripts]:
    """Our hook."""
    return [Transcripts()]
