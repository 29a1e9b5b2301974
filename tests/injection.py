"""What the tests of injection share: a site that lets one person do everything, its routes, and what is checked in any
answer: its status, its headers, and its body as a parser reads it.
"""

import csv
import io
import json
import re

import hostile_site

from datasette_claims.pages import negotiation

ANN = {"id": "ann"}
MAY = {f"claims-{action}": ANN for action in ("annotate", "review", "admin")}
METADATA = {
    "permissions": MAY,
    "plugins": {"datasette-claims": {"database": "claims", "fetch": False, "limits": {"writes": 100_000}}},
    "databases": {"claims": {"permissions": MAY}},
}
PATIENT = {"sql_time_limit_ms": 60_000}
ROUTES = [route for route, _ in negotiation.routes()]


def checked(url, answer):
    """What is wrong with an answer: the status, the headers, or what a parser finds in its body."""
    if answer.status_code >= 500:
        told = re.findall(r'claims-answer">(.*?)</p>', answer.text, re.DOTALL) or [answer.text[-300:]]
        return [f"{answer.status_code}: {told[0]}"]
    wrong = [
        f"header {name}: {value!r}"
        for name, value in answer.headers.items()
        if re.search(r"[\r\n\0]", name + value) or ("set-cookie" in name and "inject7" in value)
    ]
    if "content-security-policy" not in answer.headers or answer.headers["x-content-type-options"] != "nosniff":
        wrong.append("no policy")
    if re.match(r"(?!/)|//|/\\\\", answer.headers.get("location", "/")):
        wrong.append(f"leads to {answer.headers['location']!r}")
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if "unsafe" in answer.headers.get("content-security-policy", ""):
        wrong.append("an unsafe policy")
    if kind == "text/html":
        return wrong + hostile_site.problems(answer.text)
    if kind.endswith("json"):
        json.loads(answer.content or b"null")
    elif kind.endswith("xml"):
        wrong += hostile_site.problems_of_xml(answer.content)
    elif kind == "text/csv":
        wrong += [
            f"a formula: {cell!r}" for row in csv.reader(io.StringIO(answer.text)) for cell in row if formula(cell)
        ]
    elif kind not in ("image/png", "text/plain", "text/x-bibliography", ""):
        wrong.append(f"{kind} is not checked")
    return wrong


def formula(cell):
    return cell.lstrip(" \n")[:1] in tuple("=+-@\t\r|") and cell != ""


def named(route):
    return route.removeprefix(r"/(?P<database>[^/\.]+)/-/claims").partition("(?:")[0].rstrip("$") or "start"
