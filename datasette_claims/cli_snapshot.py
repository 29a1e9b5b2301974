"""``datasette claims snapshot``: a copy for any number of servers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from .loading.problems import visible
from .snapshotting import Snapshot


def told(made: Snapshot) -> Iterator[str]:
    """What was made, and how it is served."""
    what = "made" if made.new else "there already"
    yield f"{made.folder}: {what}; {made.rows:,} rows, {made.size / 1e6:,.1f} MB, SHA-256 {made.sha256}"
    words = ["datasette", "serve", "-i", str(made.database), "--inspect-file", str(made.inspect_file)]
    yield f"serve it: {visible(shlex.join(words), None)}"
