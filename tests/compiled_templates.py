"""Templates compiled once a process: each test makes a site of its own, and compiling took a third of its time.

``share()`` gives every Jinja environment one store of compiled templates, through Jinja's own interface for that. A
template is found in it by its name, its file, its source and all in the environment that compiling looks at.
"""

import jinja2


class Compiled(jinja2.BytecodeCache):
    """Code of templates in memory; it keeps what it was made from, so nothing goes stale."""

    def __init__(self):
        self._codes = {}

    def get_bucket(self, environment, name, filename, source):
        """Templates of environments that compile otherwise have other keys."""
        asked = (
            environment.autoescape,
            environment.is_async,
            environment.undefined,
            *sorted(environment.extensions),
            *sorted(environment.filters),
            *sorted(environment.tests),
        )
        key = f"{self.get_cache_key(name, filename)}-{hash(asked)}"
        bucket = jinja2.bccache.Bucket(environment, key, self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket):
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self._codes[bucket.key, bucket.checksum] = bucket.code


def share():
    """From now on in this process."""
    made, store = jinja2.Environment.__init__, Compiled()

    def make(self, *given, **options):
        made(self, *given, **options)
        if self.bytecode_cache is None:
            self.bytecode_cache = store

    jinja2.Environment.__init__ = make
