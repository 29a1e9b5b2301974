"""Rows by table -> shards that ``datasette claims load`` reads: JSON Lines, or Parquet (the extra ``[distributed]``).

A table's rows go into files of about 64 MB, in the order in which they come; the same rows give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ..schema import BY_NAME, Type
from ..schema.package import TEXT_FILE, package_columns

FORMATS = ("jsonl", "parquet")
LARGEST = 64_000_000
"""Bytes of rows, as JSON, after which another file is begun."""

GROUP = 8_000_000
"""Bytes of rows, as JSON, that are held for one row group of Parquet."""

Row = Mapping[str, Any]


def columns(table: str) -> list[str]:
    """The columns of a shard; a document's text stands in its row."""
    return ["text" if name == TEXT_FILE else name for name in package_columns(BY_NAME[table])]


@dataclass
class Shards:
    """Writes the rows of all tables into a folder; ``close`` before the files are used."""

    folder: Path
    format: str
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    _open: dict[str, _Lines | _Groups] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """One more row of a table."""
        writer = self._open.get(table)
        if writer is None or writer.size >= LARGEST:
            if writer is not None:
                writer.close()
            names = self.files.setdefault(table, [])
            names.append(f"{table}-{len(names):05}.{self.format}")
            path = self.folder / names[-1]
            writer = self._open[table] = _Lines(path) if self.format == "jsonl" else _Groups(path, table)
        writer.add(row)
        self.counts[table] = self.counts.get(table, 0) + 1

    def close(self) -> None:
        """Finish every file."""
        for writer in self._open.values():
            writer.close()


class _Lines:
    """A file of JSON Lines."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")
        self.size = 0

    def add(self, row: Row) -> None:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        self._file.write(line + b"\n")
        self.size += len(line)

    def close(self) -> None:
        self._file.close()


class _Groups:
    """A file of Parquet, a group of rows after the other."""

    def __init__(self, path: Path, table: str) -> None:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        kinds = {Type.INTEGER: pyarrow.int64(), Type.BOOLEAN: pyarrow.int64(), Type.SCORE: pyarrow.float64()}
        text = pyarrow.string()
        fields = [(name, kinds.get(BY_NAME[table][name].type, text)) for name in columns(table)]
        self._schema = pyarrow.schema(fields)
        self._make = pyarrow.Table.from_pylist
        self._writer = ParquetWriter(str(path), self._schema, compression="zstd")
        self._rows: list[Row] = []
        self._held = self.size = 0

    def add(self, row: Row) -> None:
        length = sum(len(str(value)) for value in row.values())
        self._rows.append(row)
        self._held += length
        self.size += length
        if self._held >= GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._make(self._rows, schema=self._schema))
        self._rows, self._held = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


def descriptor(files: Mapping[str, list[str]], folder: str) -> str:
    """The data package's descriptor that names the shards, as JSON; its rows are drafts, which replace nothing."""
    resources = [
        {"name": table, "path": [f"{folder}/{name}" for name in files[table]]} for table in BY_NAME if table in files
    ]
    return json.dumps({"name": "drafts", "drafts": True, "resources": resources}, indent=2) + "\n"


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON Lines."""
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)
