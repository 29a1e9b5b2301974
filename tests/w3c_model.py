"""W3C's assertions on the model of annotations, run on files: the MUSTs, which alone decide."""

import contextlib
import importlib.util
import io
from pathlib import Path

from conftest import skip

SHARED = Path(__file__).parents[2] / "shared"


def musts(folder, *options):
    """(exit status, what was printed) of ``run_w3c_model.py`` on a folder; 0 where no MUST is broken.

    Its SHOULDs and MAYs only count which features are used, and take most of its time.
    """
    runner = SHARED / "tools" / "run_w3c_model.py"
    if not runner.exists():
        skip("../shared/tools/run_w3c_model.py is not on this machine")
    spec = importlib.util.spec_from_file_location("run_w3c_model", runner)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    every = module.load_assertions

    def binding(files):
        found = {
            kind: [row for row in rows if row[2].get("assertionType", "must") == "must"]
            for kind, rows in every(files).items()
        }
        assert all(found.values())
        return found

    module.load_assertions = binding
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = module.main([str(folder), str(SHARED / "w3c"), *options])
    return status, out.getvalue()
