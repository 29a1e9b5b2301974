"""The lowest version of everything that the plugin needs, as setup.cfg allows it: constraints for pip (make floors)."""

import configparser
from pathlib import Path

from packaging.requirements import Requirement

config = configparser.ConfigParser()
config.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
for line in config["options"]["install_requires"].splitlines():
    if line.strip() and not line.strip().startswith("#"):
        wanted = Requirement(line.strip())
        (floor,) = (part.version for part in wanted.specifier if part.operator == ">=")
        print(f"{wanted.name}=={floor}")
print("pyarrow<18")  # a tool of the tests that from then on wants a newer NumPy than the plugin does
