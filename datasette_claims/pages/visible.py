"""Characters that nobody sees, made visible where a page shows a text.

An override of the writing direction, a zero-width space or a control character can make a name read as another one.
On a page each run of them stands in a box of its own: the style sheet writes there what they are, and keeps what they
do to the direction of the text within it. The characters themselves stay where they are, so that what is copied,
counted in code points or sent in a form is the text as it is stored. Exports never pass here.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import escape

_MARKS = "\u200c\u200d\u200e\u200f\u061c"
HIDDEN = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\u115f\u1160\u180e\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    f"\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0001\U000e0020-\U000e007f{_MARKS}]+"
)
"""Runs of what is not seen: controls (C0, C1), directions, zero widths, fillers, tags; and half characters."""
_PLAIN = bytes(code for code in range(0x80) if HIDDEN.match(chr(code)) is None)

_TOKEN = re.compile(
    r"<(script|style|textarea|title|option|svg)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"(<[^>]*>)")
_UNFIT = re.compile("[\0\ud800-\udfff]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]*\\Z")
_SHORT = {
    0x061C: "ALM", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM", 0x2028: "LSEP",
    0x2029: "PSEP", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "ZWNBSP", 0x0000: "NUL", 0x001B: "ESC",
    0x007F: "DEL",
}  # fmt: skip
"""Their abbreviations in the Unicode Standard."""

SHOWN = 6
"""Characters of a run that its box names; of more it tells how many."""
NEAR = 12
"""Characters on each side in which a letter of another script explains a joiner or a mark of direction."""


def shown(html: str) -> str:
    """A page with what its texts hide in boxes.

    Attributes and the values of forms stay as they are. Where no element may stand (titles, options, drawings), the
    characters are named in the text. U+0000 and half characters, which HTML cannot hold, become U+FFFD everywhere.
    """
    if not _hides(html):
        return html
    parts, at = [], 0
    for token in _TOKEN.finditer(html):
        parts += [HIDDEN.sub(_boxed, html[at : token.start()]), _around(token)]
        at = token.end()
    return "".join([*parts, HIDDEN.sub(_boxed, html[at:])])


def _hides(html: str) -> bool:
    """Whether there is any run of ``HIDDEN``. Nearly all of a page is plain ASCII, which is thrown out first: to search
    all of it took as long as to make it."""
    rest = html.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return HIDDEN.search(rest.decode("utf-8", "surrogatepass")) is not None


def named(text: str) -> str:
    """A text for drawings and titles: what is not seen stands there by its name, "⟨RLO⟩"."""
    return HIDDEN.sub(lambda run: run[0] if _is_at_home(run) else f"⟨{_names(run[0])}⟩", text)


def _around(token: re.Match[str]) -> str:
    """What is no text: a tag, or an element in which no other may stand."""
    if (token[1] or "").lower() not in ("title", "option", "svg"):
        return _UNFIT.sub("\ufffd", token[0])
    parts = (_UNFIT.sub("\ufffd", part) if part.startswith("<") else named(part) for part in _TAG.split(token[0]))
    return "".join(parts)


def _boxed(run: re.Match[str]) -> str:
    if _is_at_home(run):
        return run[0]
    told = ", ".join(_full(each) for each in run[0][:SHOWN])
    title = escape(f"Not seen: {told}{' …' if len(run[0]) > SHOWN else ''}")
    text = _UNFIT.sub("\ufffd", run[0])
    return f'<span class="claims-hidden" data-char="{_names(run[0])}" title="{title}">{text}</span>'


def _is_at_home(run: re.Match[str]) -> bool:
    """Whether the run is at its usual work: joiners and marks of direction beside letters of scripts that need them or
    in an emoji, tags in the flag of a region."""
    if run[0].strip(_MARKS) == "":
        near = run.string[max(0, run.start() - NEAR) : run.start()] + run.string[run.end() : run.end() + NEAR]
        return any(0x590 <= ord(each) < 0x1E00 or ord(each) > 0x2BFF or each in "\u2640\u2642\u2764" for each in near)
    return _FLAG.search(run.string[: run.start()]) is not None if run[0][0] >= "\U000e0020" else False


def _names(run: str) -> str:
    names = " ".join(_SHORT.get(ord(each), f"U+{ord(each):04X}") for each in run[:SHOWN])
    return f"{names} +{len(run) - SHOWN}" if len(run) > SHOWN else names


def _full(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, _SHORT.get(ord(character), ''))}".rstrip()
