"""Parsers take four times the steps for four times the input, whatever is in it: counted, not timed.

Counted are calls of functions, those of C included. bench/limits.py has the times, with larger inputs.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from limits_inputs import PARSERS, PIECES, made, run

SMALL, FOUR_TIMES = 1_000, 4_000


def calls(parser, text):
    """How many functions are called while a parser reads a text."""
    count = 0

    def seen(_frame, event, _argument):
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    sys.setprofile(seen)
    try:
        run(parser, text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("parser", PARSERS)
def test_no_input_makes_a_parser_do_more_than_its_share(parser):
    run(parser, "a")  # what is read once, such as word lists
    grown = {}
    for piece in PIECES:
        once = calls(parser, made(piece, SMALL))
        grown[piece] = calls(parser, made(piece, FOUR_TIMES)) / max(once, 200)
    assert {piece: round(times, 1) for piece, times in grown.items() if times > 6} == {}
