"""Spreading: the same work on one process, several, or the workers of a Dask cluster, with the same result.

``crew`` is who does it; ``extract`` reads articles in chunks and writes the rows of their drafts as shards, which
``datasette claims load`` takes in. Chunks are named by what they are made of and written whole, so that work that was
interrupted goes on where it stopped. Nothing here writes a database.
"""

from __future__ import annotations

from .crews import Crew, CrewError, crew
from .drafts import Reading
from .extracting import CHUNK, Order, Spread, extract
from .known import NotUsable
from .shards import FORMATS

__all__ = ["CHUNK", "FORMATS", "Crew", "CrewError", "NotUsable", "Order", "Reading", "Spread", "crew", "extract"]
