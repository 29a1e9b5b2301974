"""A folder of files as one thing: it is there whole, or what was there before still is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .problems import LoadError, Problem


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder to fill; it takes the place of ``folder`` at the end, if nothing was raised."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    try:
        yield aside
        umask = os.umask(0)
        os.umask(umask)
        aside.chmod(0o777 & ~umask)
        _exchange(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(aside: Path, folder: Path) -> None:
    """Put the finished folder in its place; an earlier one steps aside first."""
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old-", dir=folder.parent))
    try:
        with suppress(FileNotFoundError):
            os.replace(folder, old / "package")
        os.replace(aside, folder)
    except BaseException:
        if (old / "package").exists() and not folder.exists():
            os.replace(old / "package", folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def check_replaceable(folder: Path, is_own: Callable[[Path], bool], whose: str) -> None:
    """Only what an earlier export wrote may be replaced, never anything else that somebody keeps in the folder.

    ``is_own`` tells it of an entry of the folder, ``whose`` names such files in the message. Raises LoadError.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise LoadError([Problem(str(folder), None, "", "", "there is a file of that name", "name a new folder")])
    strange = sorted(entry.relative_to(folder).as_posix() for entry in folder.iterdir() if not is_own(entry))
    if strange:
        wrong = f"the folder holds other files than {whose} ({', '.join(strange[:3])})"
        raise LoadError([Problem(str(folder), None, "", "", wrong, "name a new folder")])
