"""The data of a page as JSON; and as canonical JSON, of which its checksum is taken: keys in order, no spaces, numbers
as Python writes them. A number that is infinite or none, which JSON does not have, is null in both."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson


def checksum(data: Mapping[str, Any]) -> str:
    """The SHA-256 of the data of a page as canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()


def canonical(data: Mapping[str, Any]) -> bytes:
    """Data of JSON types as canonical JSON, in UTF-8: the bytes of ``json_text(data, sort_keys=True, separators=(",",
    ":"))``, most times made by a library that takes a tenth of the time.

    Raises UnicodeEncodeError for half a character, TypeError for what neither library takes for JSON.
    """
    try:
        made = orjson.dumps(data, option=_OPTIONS)
    except orjson.JSONEncodeError:  # such as a whole number of more than 64 bits
        made = None
    if made is None or _may_differ(made):
        return json_text(data, sort_keys=True, separators=(",", ":")).encode("utf-8")
    return made


_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def json_text(data: Any, **options: Any) -> str:
    """Data of JSON types as JSON, with the options of ``json.dumps``. Raises TypeError for what is no JSON."""
    try:
        return json.dumps(data, ensure_ascii=False, allow_nan=False, **options)
    except ValueError:  # only a foreign program can have written an infinite number
        return json.dumps(_finite(data), ensure_ascii=False, allow_nan=False, **options)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_E, _MINUS, _ZERO = b"e-0"


def _may_differ(made: bytes) -> bool:
    """Whether there may be a number in it that Python writes otherwise: one with an exponent, there or here. Told by
    the letter e between digits, or four noughts after the point, which a text may hold as well."""
    if b"0.0000" in made:
        return True
    text = np.frombuffer(made, dtype=np.uint8)
    at = np.flatnonzero(text == _E)
    before, after = text[at - 1] - _ZERO, text[at + 1]  # the last letter is a brace
    return bool(((before < 10) & ((after - _ZERO < 10) | (after == _MINUS))).any())
