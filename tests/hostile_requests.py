"""Hostile requests to every route of ours: none fails, none is dropped, none is slow, none comes back as markup.

    python tests/hostile_requests.py [--each 500] [--seed 1] [--route /compare]

Ids, parameters, headers, methods and bodies are scripts, addresses that act, control and bidirectional characters,
broken UTF-8, SQL, templates, very long words and nonsense. What is written stays, so that later pages render it. Every
answer that is a page is parsed: an element, an attribute, a script or an address of ours in it is a failure, and so is
an answer of 5xx other than 503 and 507, which say that the site refuses. The last line is one JSON object; the exit
code is 1 where anything failed. ``test_openapi_driven`` sends a few to each route.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode

from asgi import Client
from gate_data import build, build_confidential
from gate_routes import ADMIN, ANNOTATE, HERE, OURS, REVIEW

from datasette_claims.compat import IS_1

MARK = "zqhostile"
SLOW = 2.0
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims", "confidential": "identities"}},
    "permissions": {action: {"id": "root"} for action in (ANNOTATE, REVIEW, ADMIN)},
    "databases": {"identities": {"allow": {"id": "root"}}},
}
PAYLOADS = (
    *(f"<{MARK} onload=1>", f"<script>{MARK}</script>", f"</script><script>{MARK}", f'"><{MARK}>', f"' {MARK}=1 x='"),
    *(f'" {MARK}="1', f"javascript:{MARK}", f"data:text/html,<{MARK}>", f"</title><{MARK}>", f"--><{MARK}>"),
    *(f"<svg><{MARK}/>", f"{{{{{MARK}}}}}", f"${{{MARK}}}", f"=cmd|'{MARK}'!A1", f"]]><{MARK}>", f"&lt;{MARK}&gt;"),
    *("' OR 1=1 --", '"; drop table claims; --', "\x00", "\x1b[31m", "\u202eright", "\u2066x", "\ufeff", "\ufffe", "%"),
    *("%00", "../../etc/passwd", "..%2f..", "a\r\nset-cookie: x=1", "a\nb", "-1", "0", "99999999999999999999", "1e309"),
    *(
        "NaN",
        "null",
        "true",
        "[]",
        "{}",
        "[[[[",
        '{"a":',
        "٣",
        "²",
        "2019-02-30",
        "9999-99-99",
        "0000-00-00",
        "~",
        "~2F",
    ),
    *("\U0001f4a9" * 40, "ﷺ" * 30, "e" + "\u0301" * 200, "x" * 5000, "(" * 300, "*", '"', '"a', "a OR", "NEAR(", ""),
)
RAW = (b"%ED%A0%80", b"%FF%FE", b"%C0%AF", b"%80", b"%", b"%zz", b"%25%30%30")
"""Broken UTF-8 and broken percent-encoding, as they stand in an address."""

NAMES = (
    *("_search", "status", "claim__in", "date_start__gte", "country__not", "_as_of", "_rows", "_page", "page", "iris"),
    *(
        "q",
        "queries",
        "prefix",
        "cursor",
        "start",
        "end",
        "document",
        "compare",
        "with",
        "to",
        "action",
        "before",
        "who",
    ),
    *("table", "kind", "_kind", "_units", "_unit", "_with", "actor", "statement", "text", "id", "next", "_saved", "at"),
    *("content", "note", "name", "title", "url", "person", "task", "mark", "decision", "revision", "key", "unheard_of"),
)
TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=b",
    "text/plain",
    "x/y",
)


class Page(HTMLParser):
    """What of ours a page holds as markup."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self._script = [], False

    def handle_starttag(self, tag, attributes):
        self._script = tag in ("script", "style")
        if MARK in tag:
            self.found.append(f"element {tag}")
        for name, value in attributes:
            acts = name in ("href", "src", "action", "formaction", "srcdoc", "style") or name.startswith("on")
            value = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if MARK in name or (acts and value.startswith(("javascript:", "data:text", "vbscript:")) and MARK in value):
                self.found.append(f"attribute {name}={value[:60]}")

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        if self._script and MARK in data and "application/json" not in data:
            self.found.append(f"script {data[:60]}")


def reflected(answer):
    """What is wrong with how an answer gives back what was sent."""
    kind = answer.header("content-type") or ""
    wrong = [f"header {name}" for name, value in answer.headers if "\n" in value or "\r" in value]
    if MARK.encode() not in answer.body:
        return wrong
    if kind.startswith("text/html") or "svg" in kind or "xml" in kind:
        page = Page()
        page.feed(answer.text)
        page.close()
        return wrong + page.found
    return wrong if answer.header("x-content-type-options") == "nosniff" else [*wrong, "may be sniffed as a page"]


class Maker:
    """Seeded requests for a route."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def word(self):
        """A payload, or two of them."""
        return "".join(self.random.choices(PAYLOADS, k=self.random.choice((1, 1, 1, 2))))

    def address(self, route):
        """The route with some parts of its path replaced, and parameters."""
        path, _, query = route.url.partition("?")
        parts = path.removeprefix(HERE).split("/")
        for at in range(2, len(parts)):
            if parts[at] and self.random.random() < 0.5:
                raw = self.random.random() < 0.15
                parts[at] = (
                    self.random.choice(RAW).decode() if raw else quote(self.word() or "x", safe="").replace(".", "~2E")
                )
        ending = self.random.choice(["", *(f".{each}" for each in route.formats)])
        pairs = [(self.random.choice(NAMES), self.word()) for _ in range(self.random.randint(0, 4))]
        given = urlencode(pairs, errors="surrogatepass")
        if self.random.random() < 0.1:
            given += "&" + self.random.choice(NAMES) + "=" + self.random.choice(RAW).decode()
        query = "&".join(each for each in (query if self.random.random() < 0.5 else "", given) if each)
        return f"{HERE}{'/'.join(parts)}{ending if route.formats else ''}{'?' if query else ''}{query}"

    def request(self, route, token):
        """(method, address, what else ``ask`` takes)."""
        methods = ("GET",) * 6 + ("HEAD", "OPTIONS", "PATCH") + tuple(route.methods) * 4
        method, headers = self.random.choice(methods), []
        for name in ("accept", "prefer", "if-match", "if-none-match", "slug", "idempotency-key", "referer"):
            if self.random.random() < 0.1:
                headers.append((name, self.word().encode("utf-8", "surrogatepass")))
        body = b""
        if method not in ("GET", "HEAD", "OPTIONS"):
            kind = self.random.choice(TYPES[:2] * 3 + TYPES)
            pairs = [(self.random.choice(NAMES), self.word()) for _ in range(self.random.randint(0, 8))]
            headers.append(("content-type", kind if self.random.random() < 0.95 else self.word().encode()))
            body = self.body(kind, pairs)
        return method, self.address(route), {"headers": headers, "body": body, "token": token}

    def body(self, kind, pairs):
        """What is sent: of the type that it claims to be, mostly."""
        if self.random.random() < 0.1:
            return self.random.choice((b"\xff\xfe", b"[" * 5000, b'{"a": ' * 400, b"\x00" * 50, b"null", b"[1]"))
        if "json" in kind:
            given = dict(pairs) | {"@context": "x", "type": "Annotation", "target": self.word(), "body": self.word()}
            return json.dumps(given).encode()
        if "multipart" in kind:
            head = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs)
            return f"{head}--b--\r\n".encode("utf-8", "surrogatepass")
        return urlencode(pairs, errors="surrogatepass").encode()


async def run(client, each, seed, only="", clock=time.monotonic):
    """(how many answers by status, the longest in seconds, what failed)."""
    maker, counts, failed, longest = Maker(seed), Counter(), [], 0.0
    token = await client.token(f"{HERE}/new/claims")
    for route in (every for every in OURS if only in every.url):
        for number in range(each):
            method, url, sent = maker.request(route, token)
            actor = {"id": "root"} if number % 4 else None
            began = clock()
            try:
                with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                    answer = await client.ask(method, url, actor=actor, **sent)
            except Exception as error:
                failed.append(f"dropped: {method} {url[:300]}: {error!r}"[:600])
                continue
            took = clock() - began
            longest = max(longest, took)
            counts[answer.status] += 1
            wrong = reflected(answer)
            if answer.status >= 500 and answer.status not in (503, 507):
                wrong.append(f"status {answer.status}")
            if took > SLOW:
                wrong.append(f"took {took:.1f} s")
            failed += [f"{what}: {method} {url[:300]} {sent['body'][:120]!r}" for what in wrong]
    return counts, longest, failed


def site(folder):
    """A client of a site with both databases, in a folder."""
    from datasette.app import Datasette

    files = [build(folder / "claims.db"), build_confidential(folder / "identities.db")]
    options = {"metadata": METADATA} | ({"config": METADATA} if IS_1 else {})
    datasette = Datasette([str(file) for file in files], **options)
    datasette.root_enabled = True
    return Client(datasette)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=500, help="requests to each address of tests/gate_routes.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--route", default="", help="only addresses that hold this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        counts, longest, failed = asyncio.run(run(site(Path(name)), options.each, options.seed, options.route))
    for line in failed[:50]:
        print(line)
    told = {"requests": sum(counts.values()), "by_status": dict(sorted(counts.items())), "failed": len(failed)}
    print(json.dumps({**told, "longest_seconds": round(longest, 2)}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
