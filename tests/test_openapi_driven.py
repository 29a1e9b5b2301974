"""The site driven by its own description (schemathesis), and a few hostile requests to every route.

Long runs: ``python tests/hostile_requests.py`` (500 requests a route), and ``CLAIMS_EXAMPLES=500 pytest`` on this file.
"""

from __future__ import annotations

import asyncio
import json
import os
from urllib.parse import quote, urlencode

import hostile_requests
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode

from datasette_claims.pages.openapi import described

EXAMPLES = int(os.environ.get("CLAIMS_EXAMPLES", "2"))
ROOT = {"id": "root"}


async def test_a_few_hostile_requests_to_every_route(tmp_path):
    counts, _, failed = await hostile_requests.run(hostile_requests.site(tmp_path), 2, seed=7, clock=lambda: 0.0)
    assert not failed, "\n".join(failed)
    assert sum(counts.values()) > 100
    assert len(counts) > 4


def test_a_reflected_payload_is_seen():
    """So that a run that finds nothing says something."""
    mark = hostile_requests.MARK
    for html in (f"<{mark} x>", f"<p {mark}=1>", f"<script>'{mark}'</script>", f'<a href=" java\nscript:{mark}">'):
        page = hostile_requests.Page()
        page.feed(html)
        assert page.found, html
    page = hostile_requests.Page()
    page.feed(f"<p title='{mark}'>&lt;{mark}&gt; <a href='/x?q=javascript:{mark}'>{mark}</a>")
    assert page.found == []


@pytest.fixture(scope="module")
def driven(tmp_path_factory):
    """(a client of a site, a loop to ask it in)."""
    loop = asyncio.new_event_loop()
    client = loop.run_until_complete(hostile_requests.site(tmp_path_factory.mktemp("driven")).start())
    yield client, loop
    loop.close()


SCHEMA = schemathesis.openapi.from_dict(described("http://localhost/claims/-"))
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE])
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


def send(driven, case):
    """One generated request, in the process; the answer, and the statuses that the description has for it."""
    client, loop = driven
    path = case.operation.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe="").replace(".", "~2E") or "x")
    query = urlencode([(n, v) for n, v in (case.query or {}).items()], doseq=True, errors="surrogatepass")
    headers = [(n, str(v).encode("utf-8", "replace")) for n, v in (case.headers or {}).items() if n.isascii()]
    body = b""
    if case.media_type is not None and isinstance(case.body, (dict, list)):
        headers.append(("content-type", case.media_type))
        pairs = case.body if "urlencoded" in case.media_type else {}
        body = json.dumps(case.body).encode() if "json" in case.media_type else urlencode(pairs, doseq=True).encode()
    url = f"/claims/-{path}{'?' if query else ''}{query}"
    return loop.run_until_complete(client.ask(case.method.upper(), url, actor=ROOT, headers=headers, body=body))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_every_operation_answers_as_it_is_described(driven, operation):
    @seed(1)
    @settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def drive(case):
        answer = send(driven, case)
        raw = operation.definition.raw["responses"]
        assert answer.status in (503, 507) or answer.status < 500, answer.text[:300]
        assert str(answer.status) in raw, f"{answer.status} is not described: {case.method} {answer.text[:200]}"
        kind = (answer.header("content-type") or "").partition(";")[0]
        content = raw[str(answer.status)].get("content")
        if answer.status == 200 and content and answer.body:
            assert kind in {each.partition(";")[0] for each in content}, f"{kind} is not described: {sorted(content)}"

    drive()


def test_all_operations_are_driven():
    assert {(each.path, each.method) for each in OPERATIONS} == {
        (path, method)
        for path, item in described("")["paths"].items()
        for method in item
        if method in ("get", "head", "post", "put", "delete", "options")
    }
