# SPDX-License-Identifier: MIT
"""The measurements of budgets.toml: names, limits, and what stands beside them."""

import dataclasses
import pathlib
import tomllib

CONFIGURATIONS = ("minimal", "default")
ARCHITECTURES = ("x86_64", "arm64")


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One number: what is measured, of which image."""

    kind: str  # such as "size.kernel"
    arch: str
    configuration: str
    unit: str
    budget: int | None
    rival: str

    @property
    def name(self):
        """As in bench.json: the minimal configuration has the plain name."""
        suffix = "" if self.configuration == "minimal" else f".{self.configuration}"
        return f"{self.kind}.{self.arch}{suffix}"


def load():
    """All measurements, in the order of the file."""
    text = pathlib.Path(__file__).with_name("budgets.toml").read_text(encoding="utf-8")
    for group, kinds in tomllib.loads(text).items():
        for kind, entry in kinds.items():
            for configuration in CONFIGURATIONS:
                for arch in ARCHITECTURES:
                    yield Measurement(
                        f"{group}.{kind}", arch, configuration, entry["unit"],
                        entry.get(configuration, {}).get(arch),
                        entry["rival"][arch] if configuration == "minimal" else "")
