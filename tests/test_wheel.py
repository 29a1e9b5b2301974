"""The wheel that is built from the tree holds everything, and serves the same site when installed elsewhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "datasette_claims"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], check=True, capture_output=True, text=True
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert {name for name in inside if name.startswith("datasette_claims/")} == wanted


def test_the_wheel_holds_nothing_else(wheel):
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"datasette_claims"}


def page(code_from, database, path):
    """What a Datasette with the code from one folder answers for a path, and where its code was.

    It runs beside the database, because Python looks first in the folder in which it runs.
    """
    program = (
        "import sys, pathlib, datasette_claims\n"
        "print(pathlib.Path(datasette_claims.__file__).parent, file=sys.stderr)\n"
        "from datasette.cli import cli\n"
        f"cli(['serve', {str(database)!r}, '-m', {str(ROOT / 'metadata.yml')!r}, '--get', {path!r}])\n"
    )
    env = {**os.environ, "PYTHONPATH": str(code_from)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=database.parent, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("path", ["/claims/-/claims", "/claims/-/claims.json", "/claims/statements.json?_shape=array"])
def test_the_installed_wheel_serves_the_same_site(wheel, tmp_path, path):
    elsewhere = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", elsewhere, wheel], check=True
    )
    database = tmp_path / "claims.db"
    shutil.copytree(ROOT / "data", tmp_path / "data")
    subprocess.run([sys.executable, "-m", "datasette", "claims", "load", database, tmp_path / "data"], check=True)
    from_tree, _ = page(ROOT, database, path)
    from_wheel, where = page(elsewhere, database, path)
    assert str(elsewhere) in where
    assert from_wheel == from_tree
