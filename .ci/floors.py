"""The lowest version that setup.cfg allows of everything that runs with the plugin, as constraints for pip."""

import configparser
from pathlib import Path

from packaging.requirements import Requirement

WITH = ("web", "png", "distributed")
"""The extras that are installed with it: those for which a person brings a model are tested with fakes."""

config = configparser.ConfigParser()
config.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
texts = [config["options"]["install_requires"], *(config["options.extras_require"][extra] for extra in WITH)]
for line in "\n".join(texts).splitlines():
    if line.strip() and not line.strip().startswith("#"):
        wanted = Requirement(line.strip())
        (floor,) = (part.version for part in wanted.specifier if part.operator == ">=")
        print(f"{wanted.name}=={floor}")
