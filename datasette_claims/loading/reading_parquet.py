"""Parquet to batches of cells; needs pyarrow, in the extra ``[distributed]``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from .decoding import CHUNK, Inspected
from .problems import LoadError, Problem
from .reading import BATCH, Batch


def inspect_parquet(file: BinaryIO) -> Inspected:
    """Size and checksum of a file of Parquet, which is left at its start."""
    told, size = hashlib.sha256(), 0
    while content := file.read(CHUNK):
        told.update(content)
        size += len(content)
    file.seek(0)
    return Inspected("", size, told.hexdigest())


def read_parquet(file: BinaryIO, name: str, size: int = BATCH) -> Iterator[Batch]:
    """Batches of at most ``size`` rows; lines count the rows from 1.

    Raises LoadError where pyarrow is missing, the file is damaged, or a column holds anything but texts, numbers,
    booleans, dates and times.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        remedy = "install it: pip install 'datasette-claims[distributed]', or export the file as CSV"
        raise LoadError(
            [Problem(name, None, "", "", "Parquet is read with pyarrow, which is missing", remedy)]
        ) from error
    number = 1
    try:
        for batch in ParquetFile(file).iter_batches(batch_size=size):
            columns = {
                column: tuple(_cells(batch.column(at), name, column)) for at, column in enumerate(batch.schema.names)
            }
            yield Batch(columns, list(range(number, number + batch.num_rows)))
            number += batch.num_rows
    except (ArrowException, OSError) as error:
        wrong = f"the Parquet file is damaged, or is none ({str(error).splitlines()[0]})"
        raise LoadError([Problem(name, None, "", "", wrong, "write it again")]) from error


def _cells(column: Any, name: str, label: str) -> Iterator[str]:
    """The cells of a column as a CSV would hold them; a missing value is blank."""
    import pyarrow

    kind = column.type
    if pyarrow.types.is_boolean(kind):
        column, kind = column.cast(pyarrow.int8()), pyarrow.int8()
    if pyarrow.types.is_nested(kind) or pyarrow.types.is_binary(kind):
        wrong = f"a column of the type {kind} is no column of texts, numbers or dates"
        raise LoadError([Problem(name, None, label, "", wrong, "write it as one text a row")])
    for value in column.to_pylist():
        yield "" if value is None else value if isinstance(value, str) else str(value)
