"""What bench/durability.py runs against: a site in a process that can be killed, and clients that send it changes.

A child is forked from a process that has imported everything, so that a site is up in a fraction of a second. It
listens on a socket that it was given; when it is killed, every connection to it breaks, as with a real server.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import re
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["uvicorn", "datasette.app", "datasette_claims.cli", "datasette_claims.pages", __name__])

SECRET = "of the bench"
BASE = "/claims/-/claims/"
REVIEWER = "rita"
SETTINGS: dict[str, Any] = {
    "plugins": {"datasette-claims": {"database": "claims", "limits": {"writes": 1_000_000}}},
    "permissions": {"claims-annotate": True, "claims-review": {"id": REVIEWER}},
}


def made(path: Path | str, settings: dict[str, Any] = SETTINGS) -> Any:
    """A Datasette of either line on one database file."""
    from datasette.app import Datasette

    from datasette_claims.compat import IS_1

    options = {"config": settings} if IS_1 else {}
    return Datasette([str(path)], metadata=settings, secret=SECRET, settings={"num_sql_threads": 8}, **options)


def serve(path: str, listening: socket.socket, settings: dict[str, Any] = SETTINGS) -> None:
    """What a child does until it is killed: answer requests."""
    import uvicorn

    app = made(path, settings).app()
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", loop="asyncio", http="h11", timeout_keep_alive=60)
    )
    asyncio.run(server.serve(sockets=[listening]))


class Site:
    """A running site. ``port`` is where; ``kill`` ends it as ``kill -9`` does."""

    def __init__(self, path: Path, settings: dict[str, Any] = SETTINGS) -> None:
        with closing(socket.socket()) as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(256)
            self.port = listening.getsockname()[1]
            self.process = FORK.Process(target=serve, args=(str(path), listening, settings), daemon=True)
            self.process.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def run_and_kill(target: Callable[..., None], arguments: tuple[Any, ...], seconds: float) -> Any:
    """Run something in a child and kill it after a time; what it said that it had done before that, or None."""
    ours, its = FORK.Pipe(duplex=False)
    child = FORK.Process(target=target, args=(its, *arguments), daemon=True)
    child.start()
    its.close()
    child.join(seconds)
    child.kill()
    child.join()
    try:
        return ours.recv() if ours.poll() else None
    except EOFError:
        return None
    finally:
        ours.close()


@dataclass(frozen=True)
class Ticket:
    """What a client needs to be somebody: cookies, and the token that Datasette 0.65 wants in every form."""

    cookie: str
    token: str


def tickets(path: Path, names: list[str], settings: dict[str, Any] = SETTINGS) -> dict[str, Ticket]:
    """Tickets for some people; they hold for every site of this bench, which share a secret."""

    async def ask() -> dict[str, Ticket]:
        datasette = made(path, settings)
        await datasette.invoke_startup()
        found = {}
        for name in names:
            actor = datasette.sign({"a": {"id": name}}, "actor")
            page = await datasette.client.get(f"{BASE}new/claims", cookies={"ds_actor": actor})
            token = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
            value = token[1] if token else ""
            cookie = f"ds_actor={actor}" + (f"; ds_csrftoken={value}" if value else "")
            found[name] = Ticket(cookie, value)
        for db in datasette.databases.values():
            db.close()
        return found

    return asyncio.run(ask())


@dataclass
class Act:
    """One change that a client wants. ``action`` is the number that the site acknowledged it with, if it did."""

    kind: str
    who: str
    path: str
    fields: dict[str, Any]
    key: str
    action: int | None = None
    refused: int | None = None
    tries: int = 0
    told: list[str] = field(default_factory=list)


class Broken(Exception):
    """The connection ended before there was an answer: whether the change was made is not known."""


class Client:
    """One person's connection to a site."""

    def __init__(self, port: int, ticket: Ticket, timeout: float = 60) -> None:
        self.ticket = ticket
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def send(self, act: Act, form: bool = False) -> tuple[int, dict[str, str], str]:
        """Send a change, as JSON or as a form; (status, headers, body). Raises Broken."""
        act.tries += 1
        body = {**act.fields, "key": act.key}
        headers = {"cookie": self.ticket.cookie, "x-csrftoken": self.ticket.token}
        if form:
            content = urlencode({**body, "csrftoken": self.ticket.token}, doseq=True)
            headers["content-type"] = "application/x-www-form-urlencoded"
        else:
            content = json.dumps(body)
            headers["content-type"] = "application/json"
        status, answered, text = self.request("POST", act.path, content, headers)
        if status in (200, 303):
            found = json.loads(text) if not form else {}
            place = re.search(r"_saved=(\d+)", answered.get("location", ""))
            act.action = found.get("action") or (int(place[1]) if place else None)
        elif status < 500 and status != 429:
            act.refused = status
            act.told.append(text[:300])
        return status, answered, text

    def get(self, path: str) -> tuple[int, Any]:
        """The JSON twin of a page. Raises Broken."""
        status, _, text = self.request("GET", path, None, {"cookie": self.ticket.cookie})
        return status, json.loads(text) if status == 200 else text

    def request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        try:
            self.connection.request(method, BASE + path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode("utf-8")
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Broken(str(error)) from error

    def close(self) -> None:
        self.connection.close()
