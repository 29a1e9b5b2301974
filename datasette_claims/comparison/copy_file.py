"""A file-backed copy of the index, so that a restart does not rebuild it.

One file: a line that names the format, a line of JSON (what database and state it is of, the dictionaries, where
each array stands), then the arrays, each at a multiple of 64 bytes, mapped into memory when read. A copy is used
only for exactly the file state that it was made of, checked by the operating system's account of the database file
and its write-ahead log; the checksum finds a damaged one. It holds ids and words of the database: it is readable
for its owner only.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .columns import COLUMNS
from .index import STATUS_ALONE, Dictionary, StanceIndex

MAGIC = b"datasette-claims stance index 4\n"
"""The first line. The number changes whenever the columns or the format do."""

SETTLED_SECONDS = 2.0
"""A file that changed more recently may change again within the same tick of its clock, unseen."""

_ALIGN = 64


class CopyError(Exception):
    """The copy could not be written or cannot be used; the message says why."""


def file_state(path: Path) -> dict[str, Any]:
    """Which file a database is and in which state: path, device, inode, and size and time of the file and its log.

    Any commit, by whichever process, changes it: a commit writes to the database file or to its write-ahead log.
    Only asks the system about the files: opening them here would drop SQLite's locks on them. Raises OSError.
    """
    main = path.stat()
    state: dict[str, Any] = {
        "path": str(path.resolve()),
        "device": main.st_dev,
        "inode": main.st_ino,
        "main": [main.st_size, main.st_mtime_ns],
        "log": None,
    }
    try:
        log = path.with_name(path.name + "-wal").stat()
    except FileNotFoundError:
        return state
    if log.st_size:
        state["log"] = [log.st_size, log.st_mtime_ns]
    return state


def settled(state: Mapping[str, Any]) -> bool:
    """Whether a state is old enough that a later change must show in it."""
    newest = max(part[1] for part in (state["main"], state["log"]) if part)
    return bool(time.time_ns() - newest > SETTLED_SECONDS * 1e9)


def save(index: StanceIndex, path: Path, state: Mapping[str, Any]) -> None:
    """Write a copy of an index of the present (not of an earlier revision), in one step: readers see the old copy or
    the new one. ``state`` is the file's state before and after the index was built. Raises CopyError."""
    if index.as_of is not None:
        raise ValueError("a copy is of the present, not of an earlier revision")
    arrays = {
        **index.codes,
        **index.beside,
        "rowids": index.rowids,
        "offsets": index.offsets,
        "narrower": index.narrower,
    }
    places, at = {}, 0
    for name, array in arrays.items():
        places[name] = [str(array.dtype), list(array.shape), at]
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    header = {
        "state": state,
        "revision": index.revision,
        "plain_status": index.plain_status,
        "dictionaries": {name: dictionary.ids for name, dictionary in index.dictionaries.items()},
        "arrays": places,
        "bytes": at,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, header, list(arrays.values()))
    except OSError as error:
        raise CopyError(f"the copy of the stance index cannot be written to {path}: {error}") from error


def _write(path: Path, header: dict[str, Any], arrays: list[Any]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            parts = [array.tobytes().ljust(-(-array.nbytes // _ALIGN) * _ALIGN, b"\0") for array in arrays]
            checksum = 0
            for part in parts:
                checksum = zlib.crc32(part, checksum)
            line = json.dumps(header | {"checksum": checksum}, ensure_ascii=False).encode()
            head = MAGIC + b"%d %d\n" % (len(line), zlib.crc32(line)) + line
            file.write(head.ljust(-(-len(head) // _ALIGN) * _ALIGN, b" "))
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path, state: Mapping[str, Any]) -> StanceIndex | None:
    """The index of a copy that was made of exactly this file state; None where there is no copy or it is of another
    state or format. Raises CopyError where the copy is damaged: it can be deleted without loss."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                return None
            size, checksum = map(int, file.readline(40).split())
            line = file.read(size)
            if zlib.crc32(line) != checksum:
                raise ValueError("the checksum of its header does not fit")
            header = json.loads(line)
            start = -(-file.tell() // _ALIGN) * _ALIGN
        if header["state"] != json.loads(json.dumps(state)):
            return None
        return _index(path, header, start)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CopyError(f"the copy of the stance index {path} is damaged ({error}); delete it") from error


def _index(path: Path, header: dict[str, Any], start: int) -> StanceIndex:
    data = np.zeros(0, dtype=np.uint8)
    if header["bytes"]:
        data = np.memmap(path, mode="r", dtype=np.uint8, offset=start)
    if len(data) != header["bytes"] or zlib.crc32(data.data) != header["checksum"]:
        raise ValueError("its checksum does not fit")
    arrays: dict[str, Any] = {}
    for name, (kind, shape, at) in header["arrays"].items():
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        arrays[name] = data[at : at + size].view(kind).reshape(shape)
    return StanceIndex(
        codes={column.name: arrays[column.name] for column in COLUMNS},
        dictionaries={name: Dictionary(tuple(ids)) for name, ids in header["dictionaries"].items()},
        rowids=arrays["rowids"],
        offsets=arrays["offsets"],
        narrower=arrays["narrower"],
        revision=header["revision"],
        plain_status=header["plain_status"],
        beside={name: arrays[name] for name in (STATUS_ALONE,) if name in arrays},
    )
