"""Each check of ``permissions.py`` taken away or turned round, and each place that asks it: does a test notice?

    python tests/mutate_permissions.py [--sites]

The first part changes the source of ``permissions.py``, one condition, refusal or answer at a time, and asks a few
addresses as ``test_permission_matrix`` does; it is a test as well (``test_permission_mutants``). With ``--sites``, each
place in ``pages/`` that asks whether a table may be seen is answered with yes, and the addresses that came by it are
asked as ``test_permission_tables`` does; that takes minutes. The last line is one JSON object; the exit code is 1 where
a change went unnoticed.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import copy
import io
import json
import linecache
import re
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from asgi import Client
from gate_data import CANARIES, build, build_confidential, changed
from gate_routes import ANNOTATE, HERE, OURS

from datasette_claims import permissions
from datasette_claims.compat import IS_1
from datasette_claims.pages.framework import Visit

SOURCE = Path(permissions.__file__)
TRUE, FALSE = ast.Constant(True), ast.Constant(False)
ASKED = ("visible", "allowed", "may", "visible_tables", "tables_seen")


class Change(ast.NodeTransformer):
    """Makes the change of number ``at`` while it walks, and names it."""

    def __init__(self, at):
        self.at, self.number, self.name = at, -1, None

    def _is_it(self, node, what):
        self.number += 1
        if self.number != self.at:
            return False
        self.name = f"line {node.lineno}: {what}"
        return True

    def visit_If(self, node):
        self.generic_visit(node)
        for test, what in ((FALSE, "never"), (ast.UnaryOp(ast.Not(), node.test), "the other way round")):
            if self._is_it(node, f"if {ast.unparse(node.test)}: {what}"):
                return ast.If(test, node.body, node.orelse)
        return node

    def visit_IfExp(self, node):
        self.generic_visit(node)
        return node.orelse if self._is_it(node, f"always {ast.unparse(node.orelse)}") else node

    def visit_Raise(self, node):
        return ast.Pass() if self._is_it(node, f"not raised: {ast.unparse(node)[:60]}") else node

    def visit_comprehension(self, node):
        self.generic_visit(node)
        if node.ifs:
            node.lineno = node.ifs[0].lineno
            if self._is_it(node, f"without its if {ast.unparse(node.ifs[0])[:60]}"):
                return ast.comprehension(node.target, node.iter, [], node.is_async)
        return node

    def visit_Return(self, node):
        self.generic_visit(node)
        call = node.value.value if isinstance(node.value, ast.Await) else None
        if call is None or ast.unparse(call.func).rpartition(".")[2] not in ASKED:
            return node
        many = ast.unparse(call.func).endswith("tables_seen")
        for answer in ("{table: True for table in wanted}",) if many else ("True", "False"):
            if self._is_it(node, f"return {answer}"):
                return ast.Return(ast.parse(answer, mode="eval").body)
        return node


# Nothing but speed depends on these: a shorter question, or all tables at once.
SAME = ("if not wanted: never", "if compat.MANY_AT_ONCE", "if TYPE_CHECKING")


def changes():
    """(name, changed source) of every change."""
    tree, at = ast.parse(SOURCE.read_text(encoding="utf-8")), 0
    while True:
        change = Change(at)
        made = ast.fix_missing_locations(change.visit(copy.deepcopy(tree)))
        if change.name is None:
            return
        at += 1
        if not any(same in change.name for same in SAME):
            yield change.name, compile(made, str(SOURCE), "exec")


class Asked:
    """A few sites, and for each the addresses with the status that somebody must get and a word not to be read."""

    def __init__(self, folder):
        build(folder / "claims.db")
        self.folder, self.clients = folder, {}

    def client(self, name, ours=None, **top):
        from datasette.app import Datasette

        if name not in self.clients:
            (self.folder / name).mkdir()
            path = shutil.copy(self.folder / "claims.db", self.folder / name / "claims.db")
            permission = {ANNOTATE: {"id": "ann"}, "claims-review": {"id": "ann"}}
            whole = {"plugins": {"datasette-claims": {"database": "claims"}}, "permissions": permission, **top}
            whole["databases"] = {"claims": ours or {}}
            options = {"config": whole, "metadata": whole} if IS_1 else {"metadata": whole}
            self.clients[name] = Client(Datasette([str(path)], **options))
        return self.clients[name]

    async def wrong(self):
        """What is not as it must be; the first of it."""
        ann = {"allow": {"id": "ann"}}
        closed = [
            self.client("database", ann),
            self.client("table", {"tables": {"statements": ann, "countries": ann}}),
            self.client("public"),
        ]
        for actor, table, status in ((None, 403, 403), ({"id": "ann"}, 200, 200)):
            for client, expected in ((closed[0], status), (closed[1], table)):
                answer = await client.ask("GET", f"{HERE}/statement/statement1.json", actor=actor)
                if answer.status != expected or ("zqstatements" in answer.text) != (expected == 200):
                    return f"{actor} statement: {answer.status}"
            start = await closed[1].ask("GET", f"{HERE}.json", actor=actor)
            if ("zqstatements" in start.text) != (actor is not None) or ("zqcountries" in start.text and actor is None):
                return f"{actor} start page"
            inside = await closed[0].ask("GET", f"{HERE}.json", actor=actor)
            if inside.status != status:
                return f"{actor} start page of a closed database: {inside.status}"
            home = (await closed[0].ask("GET", "/", actor=actor)).text
            if ("/claims/-/claims" in home) != (actor is not None):
                return f"{actor} menu"
            review = await closed[2].ask("GET", f"{HERE}/review.json", actor=actor)
            if review.status != status or (status == 403 and "You may not do this" not in review.text):
                return f"{actor} review: {review.status}"
            form = await closed[2].ask("GET", f"{HERE}/edit/claims/claim1.json", actor=actor)
            if form.status != status:
                return f"{actor} form: {form.status}"
        if IS_1:  # where all tables are closed the database itself is not
            tables = self.client("tables", {"permissions": {"view-table": {"id": "ann"}}})
            bare = await tables.ask("GET", f"{HERE}.json")
            if bare.status != 200 or bare.json()["data"]["tables"]:
                return f"start page without tables: {bare.status}"
        return None


async def unnoticed():
    """(how many changes, the names of those that nothing notices)."""
    kept = dict(vars(permissions))
    missed, count = [], 0
    with tempfile.TemporaryDirectory() as name:
        asked = Asked(Path(name))
        found = await asked.wrong()
        if found is not None:
            raise AssertionError(f"wrong without any change: {found}")
        for what, code in changes():
            count += 1
            try:
                exec(code, vars(permissions))
                try:
                    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                        seen = await asked.wrong()
                except Exception as error:  # whatever it is, it is noticed
                    seen = repr(error)
            finally:
                vars(permissions).update(kept)
            if seen is None:
                missed.append(what)
    return count, missed


class Sites:
    """Stands in for what ``pages/`` ask of the gate: notes who asks, and answers one of them with yes.

    These are ``Visit.sees``, ``permissions.require`` and ``permissions.visible``. ``Visit.source`` asks for its caller.
    """

    def __init__(self):
        self.forced, self.noted = None, {}
        self.kept = [(Visit, "sees"), (Visit, "source"), (permissions, "require"), (permissions, "visible")]
        self.kept = [(where, name, getattr(where, name)) for where, name in self.kept]

    def __enter__(self):
        sees, source, require, visible = (each for _, _, each in self.kept)
        outer = self

        def sees_or_yes(visit, *tables):
            return outer._asked(tables, lambda: sees(visit, *tables), lambda: True)

        def source_or_table(visit, table):
            return outer._asked((table,), lambda: source(visit, table), lambda: f'"{table}"')

        def require_or_not(datasette, actor, database, *tables, action=None):
            def ask():
                return require(datasette, actor, database, *tables, action=action)

            return outer._asked(tables, ask, lambda: dict.fromkeys(tables, True))

        def visible_or_yes(datasette, actor, database, table=None):
            return outer._asked((table,), lambda: visible(datasette, actor, database, table), lambda: True)

        stand_ins = (sees_or_yes, source_or_table, require_or_not, visible_or_yes)
        for (where, name, _), instead in zip(self.kept, stand_ins, strict=True):
            setattr(where, name, instead)
        return self

    def __exit__(self, *error):
        for where, name, original in self.kept:
            setattr(where, name, original)

    async def _answer(self, site, tables, ask, yes):
        if site is not None and CLOSED[0] in tables:
            if site == self.forced:
                return yes()
            self.noted.setdefault(site, set()).add((CLOSED[0], CLOSED[1]))
        return await ask()

    def _asked(self, tables, ask, yes):
        frame = sys._getframe(2)
        file = Path(frame.f_code.co_filename)
        own = file == SOURCE or frame.f_code.co_name == "source"  # the gate asks itself
        return self._answer(None if own else f"{file.name}:{frame.f_lineno}", tables, ask, yes)


CLOSED = ["", None]
"""The table that is closed in what is asked just now, and the address."""


async def sites():
    """How many places ask, those whose yes nothing notices, and those that nobody asked. One table after the other, so
    that few sites are open."""
    import test_permission_tables as tables

    asked, noticed = set(), set()
    with tempfile.TemporaryDirectory() as name, Sites() as watched:
        build(Path(name) / "claims.db")
        for table in CANARIES:
            pair = _pair(Path(name), table, tables.closing_off(table))
            watched.noted = {}
            for route in OURS:
                for url, headers, needs in route.urls:
                    CLOSED[:] = table, (route, url, headers, needs)
                    if await _shows(pair, tables):
                        raise AssertionError(f"wrong without any change: {table} {url}")
            asked |= watched.noted.keys()
            for site, came in [(site, sorted(ways, key=str)) for site, ways in watched.noted.items()]:
                watched.forced = site
                for _, way in came:
                    CLOSED[:] = table, way
                    if site not in noticed and await _shows(pair, tables):
                        noticed.add(site)
            watched.forced = None
            print(f"{table}: {len(watched.noted)} places ask, {len(asked - noticed)} are open", file=sys.stderr)
            for client in pair:
                for db in client.datasette.databases.values():
                    db.close()
    missed = sorted(site for site in asked - noticed if not _is_equivalent(site))
    same = len(asked - noticed) - len(missed)
    return {"places": len(asked), "equivalent": same, "places_unnoticed": missed, "never_asked": _never(asked)}


EQUIVALENT = {
    "statement.py": (
        "# asked at once",  # the answer is thrown away: it saves questions later
        "hidden = {kind",  # the next line leaves unread what is closed, so that only ids come here, which others name
    ),
    "reading.py": ('claims=await visit.sees("claims")',),  # stances ask for claims too, and nothing else reads them
}
"""Places whose yes tells nothing more, by file and what stands in the line."""


def _is_equivalent(site):
    file, _, line = site.partition(":")
    text = linecache.getline(str(SOURCE.parent / "pages" / file), int(line))
    return any(words in text for words in EQUIVALENT.get(file, ()))


def _never(asked):
    """Places in ``pages/`` that ask and to which no address came."""
    asks = re.compile(r"\.(sees|source)\(|permissions\.require\(.*\w\)|permissions\.visible\([^,]*,[^,]*,[^,]*, ")
    found = []
    for path in sorted((SOURCE.parent / "pages").glob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if asks.search(line) and f"{path.name}:{number}" not in asked and path.name != "framework.py":
                found.append(f"{path.name}:{number}")
    return found


def _pair(folder, table, metadata):
    """Two sites that close a table and differ in what it holds."""
    from datasette.app import Datasette

    made = []
    for kind in ("one", "other"):
        there = folder / table / kind
        there.mkdir(parents=True)
        if kind == "one":
            shutil.copy(folder / "claims.db", there / "claims.db")
        else:
            changed(folder / "claims.db", table, there / "claims.db")
        files = [str(there / "claims.db"), str(build_confidential(there / "identities.db"))]
        options = {"metadata": metadata} | ({"config": metadata} if IS_1 else {})
        made.append(Client(Datasette(files, settings={"sql_time_limit_ms": 30_000}, **options)))
    return made


async def _shows(pair, tables):
    """Whether an address tells something of the closed table, or has another status than it should have."""
    table, (route, url, headers, needs) = CLOSED
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            one, other = [await each.ask("GET", url, actor=tables.CHIEF, headers=headers) for each in pair]
    except Exception:
        return True
    status = 403 if table in needs else 404 if table in route.absent else route.status
    words = [] if CANARIES[table] in url.lower() else [CANARIES[table]]
    differs = status != 403 and tables.plain(one) != tables.plain(other)
    return bool(one.status != status or one.holds(words) or tables.dead_links(one, table) or differs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", action="store_true", help="the places in pages/ that ask, too")
    options = parser.parse_args()
    count, missed = asyncio.run(unnoticed())
    told = {"changes": count, "unnoticed": missed}
    if options.sites:
        told |= asyncio.run(sites())
    print(json.dumps(told))
    return 1 if missed or told.get("places_unnoticed") else 0


if __name__ == "__main__":
    sys.exit(main())
