"""Addresses of every route, and what each needs: kept by hand, so that it says what the program should do.

A route of Datasette's router to which no address here leads fails ``test_permission_matrix``.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from datasette_claims.compat import IS_1
from datasette_claims.interchange.formats import POPOLO_PROFILE, SCHEMA_PROFILE

HERE = "/claims/-/claims"
ANNOTATE, REVIEW, ADMIN = "claims-annotate", "claims-review", "claims-admin"


@dataclass(frozen=True)
class Route:
    """An address of ours. ``needs``: the tables without which it is closed; ``action``: what one must be allowed.

    ``status``: what who may see it gets; ``absent``: the tables without which it is not found, as if the row were not
    there; ``formats``: the endings beside the page itself; ``types``: media types that
    are answered under the same address; ``methods``: what else it takes than GET and HEAD. ``signed_in``: somebody
    must be. ``identities``: the confidential database must be visible.
    """

    url: str
    needs: tuple[str, ...] = ()
    action: str | None = None
    status: int = 200
    absent: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("json",)
    types: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    signed_in: bool = False
    identities: bool = False

    @property
    def urls(self):
        """(address, headers, tables that it needs) of each format: the first is the page itself."""
        path, mark, query = self.url.partition("?")
        urls = [self.url, *(f"{path}.{format}{mark}{query}" for format in self.formats)]
        # In an exchange format it tells what the viewer may see of the row and leaves out the rest.
        kind = self.url.removeprefix(HERE).split("/")[1:2]
        row = {"actor": ("actors",), "claim": ("claims",), "read": ("documents",), "statement": ("statements",)}
        row = row.get("".join(kind), self.needs)
        return [(url, (), self.needs) for url in urls] + [(self.url, (("accept", t),), row) for t in self.types]


def _ours(path, *needs, **more):
    return Route(f"{HERE}{path}", needs, **more)


def _container(path, **more):
    return _ours(path, "mentions", **{"formats": (), "methods": ("POST", "OPTIONS"), **more})


def _annotation(path, **more):
    return _ours(path, "mentions", formats=(), methods=("PUT", "DELETE", "OPTIONS"), **more)


def _reconciles(path, **more):
    return _ours(path, "actors", formats=(), **{"methods": ("OPTIONS",), **more})


def _writes(path, *needs, **more):
    return _ours(path, *needs, **{"action": ANNOTATE, "methods": ("POST",), **more})


_POSITION = ("stances", "claims")
_MARKS = ("documents", "statements", "mentions", "evidence")
_CODING = (*_MARKS, "stances", "assignments")
_LD, _PROV = "application/ld+json", "application/prov+json"
_SCHEMA = f'application/ld+json;profile="{SCHEMA_PROFILE}"'
_POPOLO = f'application/json;profile="{POPOLO_PROFILE}"'
_CSL, _LINE = "application/vnd.citationstyles.csl+json", "text/x-bibliography"
_QUERIES = quote('{"q0": {"query": "zqactors name 1"}}')

OURS = (
    _ours(""),
    _ours("/actor/actor1", "actors", *_POSITION, types=(_LD, _PROV, _POPOLO)),
    _ours("/actor/actor2?_page=1", "actors", *_POSITION),
    _ours("/actor/zqactors-lone", "actors", *_POSITION),
    _writes("/add", "documents"),
    _ours("/agreement", *_POSITION),
    _ours("/agreement?_units=actor", *_POSITION),
    _ours("/coding/document1", *_CODING, action=REVIEW, formats=("json", "csv")),
    _writes("/review", *_CODING, "proposals", action=REVIEW),
    _writes("/review?document=document1", *_CODING, "proposals", action=REVIEW),
    _writes("/adjudicate/document1", *_CODING, action=REVIEW),
    _ours("/anchorings/document3", *_MARKS, "memberships", "provenance", "anchorings", methods=("POST",)),
    _writes("/annotate/document1", *_MARKS, "segments"),
    _writes("/annotate/document1?start=0&end=40", *_MARKS, "segments"),
    _writes("/annotate/document2?start=0&end=20", *_MARKS, "segments"),
    _writes("/assignments", "documents", "assignments", action=None, signed_in=True),
    _writes("/attach/document1", "documents", action=ADMIN),
    _ours("/changes", "revisions", formats=("json", "atom")),
    _ours("/changes?table=actors", "revisions", formats=("json", "atom")),
    _ours("/claim/claim1", *_POSITION, formats=("json", "svg"), types=(_LD, _SCHEMA, _PROV, _CSL, _LINE)),
    _ours("/claim/claim2", *_POSITION),
    _ours("/compare", *_POSITION, formats=("json", "csv", "svg", "png")),
    _ours("/compare?_search=zqstatements", *_POSITION, formats=("json", "csv")),
    _ours("/compare?status=draft&_rows=organization", *_POSITION, formats=("json", "csv")),
    _ours("/compare?_view=timeline", *_POSITION),
    _ours("/compare/embed", *_POSITION, formats=()),
    _ours("/compare/cell?claim=claim1&_rows=country&_row=XA", *_POSITION),
    _ours("/contradictions", *_POSITION),
    _ours("/contradictions?_kind=country", *_POSITION),
    _writes("/edit/statements/statement1", "statements"),
    _writes("/edit/mentions/mention1", *_MARKS, "segments"),
    _writes("/edit/evidence/evidence1", "evidence", "mentions", "documents"),
    _writes("/edit/stances/stance1", *_POSITION, "statements"),
    _writes("/edit/claims/claim1", "claims"),
    _writes("/edit/claim_relations/relation1", "claim_relations", "claims"),
    _writes("/edit/actors/actor1", "actors"),
    _writes("/edit/memberships/membership1", "memberships", "actors"),
    _writes("/new/claims", "claims"),
    _writes("/new/stances?claim=claim1&statement=statement1&actor=actor1", *_POSITION, "statements"),
    _writes("/new/memberships?person=actor1", "memberships", "actors"),
    _writes("/split/statements/statement1", "statements", "mentions", "documents"),
    _writes("/merge/statements/statement1?with=statement2", "statements"),
    _writes("/merge/actors/actor1?with=actor2", "actors"),
    _writes("/merge/claims/claim1", "claims"),
    _writes("/delete/statements/statement1", "statements"),
    _writes("/delete/actors/actor2", "actors"),
    _writes("/delete/mentions/mention1", *_MARKS, "segments"),
    _writes("/restore/claims/claim1", "revisions", "claims"),
    _ours("/history/statements/statement1", "revisions", "statements"),
    _ours("/history/actors/actor1", "revisions", "actors"),
    _writes("/protect", "actors", "countries", action=ADMIN, identities=True),
    _ours("/read/document1", *_MARKS, "segments", types=(_LD, _PROV, _POPOLO, _CSL, _LINE)),
    _ours("/read/document2?compare=document1", *_MARKS, "segments"),
    _ours("/statement/statement1", "statements", types=(_LD, _PROV, _POPOLO, _CSL, _LINE)),
    _ours("/statement/statement2", "statements"),
    _ours("/suggest/actors?q=zqactors", "actors", formats=()),
    _ours("/suggest/claims?q=zqclaims", "claims", formats=()),
    _ours("/suggest/statements?q=zqstatements", "statements", formats=()),
    _ours("/suggest/countries?q=zq", "countries", formats=()),
    _ours("/suggest/roles?actor=actor1", "memberships", "actors", formats=()),
    _writes("/undo", "revisions"),
    _writes("/redo", "revisions"),
    _container("/annotations/"),
    _container("/annotations/?iris=0&page=0"),
    _container("/annotations/?iris=1&page=0&parts=yes&status=draft,reviewed"),
    _container("/annotations/?iris=0&page=0&document=document1"),
    _container("/annotations/?iris=0&page=0&claim=claim1", absent=("stances", "statements")),
    _container("/annotations/?iris=0&page=0&actor=actor1", absent=("statements",)),
    _container("/annotations", status=308, methods=()),
    _annotation("/annotations/mention1", types=(_LD,)),
    _annotation("/annotations/annotation3", absent=("annotations",)),
    _reconciles("/reconcile", methods=("POST", "OPTIONS")),
    _reconciles(f"/reconcile?queries={_QUERIES}", methods=("POST", "OPTIONS")),
    _reconciles("/reconcile/suggest/entity?prefix=zqactors"),
    _reconciles("/reconcile/preview/actor1"),
    _ours("/openapi.json", formats=(), methods=("OPTIONS",)),
    _ours("/nothing/here", status=404, formats=()),
)

_TABLE_PAGES = [
    *(f"/claims/{t}" for t in ("actors", "statements", "stances", "claims", "documents", "mentions", "revisions")),
    *("/claims/statements.json?_labels=on&_facet=speaker", "/claims/stances.json?_labels=on&_extra=count"),
    *(
        "/claims/stances?_facet=claim&_facet=actor",
        "/claims/stances?_search=zqstatements",
        "/claims/stances?_status=draft",
    ),
    *("/claims/statements.csv?_labels=on", "/claims/statements.webannotation", "/claims/stances.prov"),
    *("/claims/statements.csl", "/claims/actors.prov", "/claims/claims.csl", "/claims/documents.webannotation"),
    *("/claims/statements/statement1", "/claims/statements/statement1.prov", "/claims/mentions/mention1.json"),
    *("/claims/actors/actor1", "/claims/evidence/evidence1.webannotation"),
]

_BOTH = [
    *("/", "/.json", "/favicon.ico", "/-/static/app.css", "/-/static-plugins/datasette_claims/claims.css"),
    *("/-/static-plugins/datasette-claims/claims.css", "/:memory:", "/-/versions.json", "/-/plugins.json"),
    *("/-/settings.json", "/-/config.json", "/-/config", "/-/threads.json", "/-/databases.json", "/-/actor.json"),
    *("/-/auth-token", "/-/logout", "/-/permissions", "/-/messages", "/-/allow-debug", "/-/patterns"),
    *("/claims.db", "/claims", "/claims.json", *_TABLE_PAGES),
]
_OLD = ["/-/metadata.json", "/claims?sql=select+1"]
_NEW = [
    *("/-/", "/-", "/-/tasks.json", "/-/actions.json", "/-/create-token", "/-/api", "/-/jump.json?q=zq"),
    *("/-/queries.json", "/-/schema.json", "/-/allowed.json?action=view-table", "/-/rules.json?action=view-table"),
    *("/-/check.json?action=view-table&parent=claims&child=actors", "/-/debug/autocomplete", "/claims/-/create"),
    *(
        "/claims/-/foreign-key-targets",
        "/claims/-/queries.json",
        "/claims/-/queries/analyze",
        "/claims/-/queries/store",
    ),
    *(
        "/claims/-/execute-write/analyze",
        "/claims/-/execute-write",
        "/claims/-/schema.json",
        "/claims/-/query/parameters",
    ),
    *("/claims/-/query?sql=select+1", "/claims/refusals/-/definition", "/claims/refusals/-/edit"),
    *("/claims/refusals/-/update", "/claims/refusals/-/delete", "/claims/actors/-/insert", "/claims/actors/-/upsert"),
    *("/claims/actors/-/alter", "/claims/actors/-/foreign-key-suggestions", "/claims/actors/-/set-column-type"),
    *("/claims/actors/-/count", "/claims/actors/-/fragment", "/claims/actors/-/autocomplete?q=zq"),
    *("/claims/actors/-/drop", "/claims/actors/-/schema.json", "/claims/actors/actor1/-/delete"),
    *("/claims/actors/actor1/-/update",),
]
DATASETTES = [*_BOTH, *(_NEW if IS_1 else _OLD)]
"""Addresses of Datasette's own routes on this line."""
