"""What each site does again in these tests, which make thousands of them, is done once a process.

``share()`` gives every Jinja environment one store of compiled templates, through Jinja's own interface for that
(compiling took a third of the time of some tests), keeps what Datasette reads of the plugins' packages for as long as
the plugins are the same (it does so at every request of ``datasette.client``), and keeps it from drawing all variables
with every 400 and 404, as it does where rich is installed: up to a second each.
"""

import importlib

import jinja2


class Compiled(jinja2.BytecodeCache):
    """Code of templates in memory.

    A template is found by its name, its file, its source and all in the environment that compiling looks at.
    """

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
    # in this order: its plugins import what imports the plugins
    names = ("plugins", "handle_exception", "app")
    plugins, shown, app = (importlib.import_module(f"datasette.{name}") for name in names)
    made, store = jinja2.Environment.__init__, Compiled()

    def make(self, *given, **options):
        made(self, *given, **options)
        if self.bytecode_cache is None:
            self.bytecode_cache = store

    jinja2.Environment.__init__ = make
    shown.rich = None
    app.get_plugins = _kept(app.get_plugins, plugins.pm)


def _kept(read, manager):
    """What ``read`` tells of the plugins, read again when there are others."""
    told = {}

    def plugins():
        now = frozenset(manager.get_plugins())
        if now not in told:
            told[now] = read()
        return [dict(each) for each in told[now]]

    return plugins
