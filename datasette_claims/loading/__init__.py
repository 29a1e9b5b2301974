"""Files to validated rows to one transaction: a load is all or nothing, idempotent, and keeps what people changed."""

from .load import LoadReport, Options, load
from .problems import LoadError, Problem

__all__ = ["LoadError", "LoadReport", "Options", "Problem", "load"]
