"""How pages write: what a request sends, who may, one transaction, and what can go wrong told in one place.

.. code-block:: python

    @page("/thing/{id}", template="thing.html", tables=("claims",), methods=("GET", "HEAD", "POST"))
    async def thing(visit: Visit) -> Answer | Response:
        if visit.request.method == "POST":
            sent = await received(visit)
            await write(visit, ANNOTATE, lambda conn: [Change("update", "claims", …, revision=sent.revision)])
            return redirect(visit.links.page("claim", visit.ids["id"]))
"""

from __future__ import annotations

import json
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .. import compat, permissions, protecting, site
from ..blindness import name_of
from ..bounds import setting
from ..loading.connecting import make_durable, patient
from ..loading.problems import LoadError, Problem
from ..loading.revising import latest_revision
from ..loading.writing import Change, StaleRow, apply_changes, repeated, transaction
from .allowance import check_lengths, too_many
from .errors import PageError, bad_request
from .form_data import pairs_of
from .framework import Visit
from .unavailable import WHO_RUNS, unavailable

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

T = TypeVar("T")
Make = Callable[[sqlite3.Connection], Sequence[Change]]
"""Reads what it needs on the write connection, within the transaction, and says what is to be changed."""

DRAINED = 20_000_000
"""Bytes beyond the limit that are read and forgotten, so that a browser gets to see the answer."""

ENOUGH = "Sign in in another tab, come back and press the button again: what you entered stays in the form."


class Stale(PageError):
    """409: the row was changed, or is gone, since the revision that the writer saw (``table``, ``row``, ``seen``;
    ``current`` is its revision now, None if it is gone). Nothing was written."""

    def __init__(self, visit: Visit, error: StaleRow) -> None:
        self.table, self.row, self.seen, self.current = error.table, error.row, error.seen, error.current
        state = "is gone" if error.current is None else "was changed by somebody else"
        history = visit.links.page("history", error.table, error.row)
        super().__init__(
            409,
            f"{error.table}: “{error.row}” {state} since you opened it. Nothing was written.",
            "Look at what changed, then make your change to the row as it is now.",
            (("What changed", history),),
        )


class Refused(PageError):
    """400: what was sent cannot be stored. ``problems`` says what, by column. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
        super().__init__(400, f"{told(first)}{more}", "Nothing was written. Correct it and send it again.")
        self.problems = tuple(problems)


class SignedOut(PageError):
    """403: nobody is signed in. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(403, "You are not signed in, so nothing was saved.", ENOUGH)


def told(problem: Problem) -> str:
    """A problem as a sentence for a form: the value, what is wrong and what to do."""
    value = f"“{problem.value}”: " if problem.value else ""
    remedy = f" {problem.remedy[:1].upper()}{problem.remedy[1:]}." if problem.remedy else ""
    return f"{value}{problem.wrong[:1].upper()}{problem.wrong[1:]}.{remedy}"


@dataclass(frozen=True)
class Received(Mapping[str, str]):
    """What a request sent, by name; ``all`` gives every value of a name that was sent several times.

    ``json``: it was a JSON object, so the answer should be JSON as well.
    """

    pairs: tuple[tuple[str, str], ...]
    json: bool = False

    def __getitem__(self, name: str) -> str:
        for own, value in self.pairs:
            if own == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        return len(dict(self.pairs))

    def text(self, name: str) -> str:
        """A value without the white space around it; "" where it was not sent."""
        return self.get(name, "").strip()

    def all(self, name: str) -> list[str]:
        """Every value of a name, in order."""
        return [value for own, value in self.pairs if own == name]


async def received(visit: Visit) -> Received:
    """What the body of a request holds, as form data or as a JSON object. Raises PageError 400, 413 or 415."""
    kind = (visit.request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    body = await body_of(visit)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request(f"The request is not in UTF-8 (byte {error.start}).", "Send it in UTF-8.") from error
    if kind == "application/json":
        found = _of_json(text)
    elif kind in ("application/x-www-form-urlencoded", ""):
        # Browsers send line ends in forms as CRLF (HTML, section 4.10.21.4); a record keeps what was typed.
        pairs = pairs_of(text)
        found = Received(tuple((name, value.replace("\r\n", "\n")) for name, value in pairs))
    else:
        raise PageError(415, f"A body of type {kind} is not understood.", "Send a form or a JSON object.")
    most = site.of(visit.datasette).bounds.fields
    if len(found.pairs) > most:
        sentence = f"This has {len(found.pairs):,} fields, and at most {most:,} are taken."
        raise PageError(413, sentence, f"Divide it, or have {setting('fields')} raised.")
    visit.sent[:] = found.pairs
    return found


async def body_of(visit: Visit) -> bytes:
    """The body of a request, never more of it than is allowed. Raises PageError 413.

    What is beyond the limit is read on and forgotten for a while, because browsers do not look at an answer before.
    """
    limit = site.of(visit.datasette).bounds.body
    body, size, more = bytearray(), 0, True
    while more and size <= limit + DRAINED:
        message = await visit.request.receive()
        if message["type"] != "http.request":
            raise bad_request("The connection ended before the request was complete.", "Send it again.")
        piece = message.get("body", b"")
        size += len(piece)
        body += piece[: max(0, limit + 1 - len(body))]
        more = message.get("more_body", False)
    if size > limit:
        sentence = f"This is too much to take in at once: at most {limit:,} bytes."
        raise PageError(413, sentence, f"Divide it, or have {setting('body')} raised.")
    return bytes(body)


def _of_json(text: str) -> Received:
    try:
        found = json.loads(text or "{}")
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # JSON can write half a character, UTF-8 cannot
    except RecursionError as error:
        raise bad_request("The body is nested too deeply.", "Send an object with a value for each field.") from error
    except UnicodeEncodeError as error:
        half = f"U+{ord(str(error.object)[error.start]):04X}"
        raise bad_request(f"The body holds half a character ({half}).", "Send whole characters.") from error
    except ValueError as error:
        raise bad_request(f"The body is not JSON: {error}.", "Send a JSON object.") from error
    if not isinstance(found, dict):
        raise bad_request("The body is not a JSON object.", "Send an object with a value for each field.")
    pairs: list[tuple[str, str]] = []
    for name, value in found.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                raise bad_request(f"{name}: an object is no value of a field.", "Send text, a number or a list.")
            pairs.append((name, _plain(item)))
    return Received(tuple(pairs), json=True)


def _plain(item: Any) -> str:
    if item is None:
        return ""
    if isinstance(item, bool):
        return "1" if item else "0"
    return str(item)


async def may_write(visit: Visit, permission: str) -> bool:
    """Whether the viewer may do an action here and the database can be written: whether to show a link to a form."""
    return visit.actor is not None and _closed(visit) is None and await visit.may(permission)


def _closed(visit: Visit) -> PageError | None:
    """Why a database cannot be written by anybody, None where it can."""
    if not visit.db.is_mutable:
        return PageError(
            403,
            "This database is served as immutable, so nothing in it can be changed.",
            "Whoever runs the site can start the server without -i (--immutable) for it.",
        )
    if visit.database in site.of(visit.datasette).damaged:
        return PageError(503, "This database is damaged.", f"Nothing was written. {WHO_RUNS} restore it from a backup.")
    config = site.of(visit.datasette).config
    if config is None or config.database != visit.database:
        return PageError(
            403,
            f"The database “{visit.database}” is served for reading only.",
            "Whoever runs the site can name it in the configuration (plugins: datasette-claims: database).",
        )
    return None


async def require_writable(visit: Visit, permission: str) -> None:
    """Raise PageError 403 where the database cannot be written (503 where it is damaged) or nobody is signed in, and
    Forbidden where who is signed in may not do the action."""
    closed = _closed(visit)
    if closed is not None:
        raise closed
    if visit.actor is None:
        raise SignedOut
    await permissions.require(visit.datasette, visit.actor, visit.database, action=permission)


async def write(
    visit: Visit,
    permission: str,
    make: Make,
    *,
    note: str | None = None,
    undoes: int | None = None,
    request_key: str | None = None,
) -> list[int]:
    """Make one person's changes in one transaction on the write connection and return their revisions, in order.

    ``permission`` is one of ``permissions.ACTIONS``. ``make`` is called within the transaction, so that what it reads
    still holds when its changes are made. Raises ``Stale`` (409), ``Refused`` (400), PageError 403, 429
    (see ``allowance``), 503 or 507 (see ``unavailable``), and Forbidden; then nothing is written.
    """
    await require_writable(visit, permission)
    who, most = name_of(visit.actor), site.of(visit.datasette).bounds.field_length

    def change(conn: sqlite3.Connection) -> list[int]:
        with transaction(conn):
            earlier = repeated(conn, who, request_key)  # before ``make`` reads a row that is changed by now
            if earlier is not None:
                return earlier
            changes = make(conn)
            check_lengths(changes, most)
            return apply_changes(conn, changes, who, note, undoes=undoes, request_key=request_key)

    return await guarded(visit, change)


async def guarded(visit: Visit, change: Callable[[sqlite3.Connection], T]) -> T:
    """Run something on the write connection and turn what can go wrong there into answers; see ``write``.

    The caller has asked ``require_writable`` before, and opens the transaction (``loading.writing.transaction``). A
    change that names a protected person is refused as a whole.
    """
    state = site.of(visit.datasette)
    seconds = state.allowance.take(name_of(visit.actor) or "", state.bounds.writes)
    if seconds:
        raise _later(visit, too_many(seconds, state.bounds))
    names = await protecting.known(visit.datasette, visit.database)

    def checked(conn: sqlite3.Connection) -> T:
        with transaction(conn):
            before = latest_revision(conn)
            result = change(conn)
            protecting.refuse(conn, before, names)
        return result

    until = time.monotonic() + state.bounds.lock_wait  # the queue before it counts

    def patiently(conn: sqlite3.Connection) -> T:
        make_durable(conn)
        with patient(conn, until):
            return _plainly(conn, checked if names else change)

    try:
        return await compat.write(visit.db, patiently)
    except StaleRow as error:
        raise Stale(visit, error) from error
    except LoadError as error:
        raise Refused(error.problems) from error
    except sqlite3.DatabaseError as error:
        told = unavailable(visit.datasette, visit.database, error, wrote=True)
        if told is None:
            raise
        raise _later(visit, told) from error


def _later(visit: Visit, error: PageError) -> PageError:
    """An error that lies not in what was sent: the answer says when to try again and keeps what was sent."""
    visit.headers.update(error.headers)
    error.sent = tuple(visit.sent)
    return error


def _plainly(conn: sqlite3.Connection, change: Callable[[sqlite3.Connection], T]) -> T:
    """Run something on Datasette's connection with rows as plain tuples and texts as SQLite has them.

    Datasette keeps an exception until its next write. A cursor in the frames of that exception would lock tables for
    that write, so the frames are emptied.
    """
    row_factory, text_factory = conn.row_factory, conn.text_factory
    conn.row_factory, conn.text_factory = None, str
    try:
        return change(conn)
    except Exception as error:
        traceback.clear_frames(error.__traceback__)
        raise
    finally:
        conn.row_factory, conn.text_factory = row_factory, text_factory


def redirect(url: str) -> Response:
    """After a form was sent: the page to look at (303, so that reloading it sends nothing again)."""
    from datasette.utils.asgi import Response

    return Response("", status=303, headers={"location": url})
