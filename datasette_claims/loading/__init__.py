"""Files to validated rows to one transaction: a load is all or nothing, idempotent, and keeps what people changed."""

from .attaching import Attached, Reanchored, attach, reanchor_versions
from .checking import check
from .connecting import journal_mode
from .exporting import export
from .load import LoadReport, Options, load
from .problems import LoadError, Problem
from .startup import StartupLoad, load_if_changed

__all__ = [
    "Attached",
    "LoadError",
    "LoadReport",
    "Options",
    "Problem",
    "Reanchored",
    "StartupLoad",
    "attach",
    "check",
    "export",
    "journal_mode",
    "load",
    "load_if_changed",
    "reanchor_versions",
]
