"""``--site-only``, for Datasette's second line, leaves out what Datasette has no part in, and nothing else."""

import importlib

import pytest
from site_modules import ROOT, is_looked_at_elsewhere, needs_site

PACKAGE = {
    "datasette_claims/__init__.py": "def hook():\n    from . import pages\n",
    "datasette_claims/plain.py": "import json\n",
    "datasette_claims/typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import datasette.app\n",
    "datasette_claims/manager.py": "def call():\n    from datasette.plugins import pm\n",
    "datasette_claims/pages/__init__.py": "",
    "datasette_claims/pages/frame.py": "from datasette.utils.asgi import Response\n",
    "datasette_claims/pages/shown.py": "from .frame import Response\n",
    "datasette_claims/deep/__init__.py": "",
    "datasette_claims/deep/lazy.py": "def show():\n    from ..pages import shown\n",
    "tests/helper.py": "from datasette_claims.deep import lazy\n",
    "tests/other.py": "from datasette_claims import plain\n",
}


@pytest.mark.parametrize(
    ("module", "needed"),
    [
        ("import json", False),
        ("import datasette", True),
        ("from datasette.app import Datasette", True),
        ("import datasette_claims", False),
        ("from datasette_claims import plain, typed, manager", False),
        ("from datasette_claims.pages import shown", True),
        ("from datasette_claims import deep", False),
        ("from datasette_claims.deep.lazy import show", True),
        ("import datasette_claims.pages.frame", True),
        ("def test_it():\n    from datasette_claims.pages.shown import Response", True),
        ("class TestIt:\n    def test_it(self):\n        import datasette", True),
        ("if True:\n    import datasette", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import datasette\nelse:\n    import json", False),
        ("import helper", True),
        ("from other import plain", False),
        ("def test_it(make_datasette): ...", True),
        ("def test_it(*, live_server): ...", True),
        ("def test_it(claims_db): ...", False),
        ("def run(): return ['-m', 'datasette', 'serve']", True),
        ("'''What datasette claims load prints.'''", False),
    ],
)
def test_a_module_is_run_on_the_second_line_when_datasette_has_a_part_in_it(tmp_path, module, needed):
    for name, content in {**PACKAGE, "tests/test_it.py": module}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert needs_site(tmp_path / "tests" / "test_it.py", tmp_path) is needed


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("browser_policy", True),
        ("docs_commands", True),
        ("permission_tables", True),
        ("start_page", True),
        ("timeline", True),
        ("wheel", True),
        ("anchoring_fuzzy", False),
        ("load_hostile", False),
        ("load_kill", False),
        ("site_only", False),
    ],
)
def test_modules_that_are_here(name, needed):
    assert needs_site(ROOT / "tests" / f"test_{name}.py") is needed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_each_page_is_looked_at_wide_and_narrow_light_and_dark(width, scheme):
    assert is_looked_at_elsewhere(f"test_axe_finds_nothing[page-{width}-{scheme}]") is ((width, scheme) in OTHERS)


OTHERS = {(1280, "dark"), (390, "light")}


def test_a_module_that_is_left_out_cannot_make_a_site_unnoticed():
    """What the rule cannot read from the sources, such as this import, fails on the first line."""
    app = importlib.import_module("data" + "sette.app")
    with pytest.raises(AssertionError, match=r"test_site_only\.py makes a site"):
        app.Datasette([])
