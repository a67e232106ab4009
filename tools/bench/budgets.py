# SPDX-License-Identifier: MIT
"""The measurements of budgets.toml: names, limits, and what stands beside them."""

import dataclasses
import pathlib
import tomllib

CONFIGURATIONS = ["minimal", "default"]
ARCHITECTURES = ["x86_64", "arm64"]

# Configurations that are measured on fewer of them.
ARCHITECTURES_OF = {"mitigations": ["x86_64"]}


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One number: what is measured, of which image."""

    kind: str  # such as "size.kernel"
    arch: str
    configuration: str
    is_plain: bool  # whether this configuration has the name without suffix
    unit: str
    budget: int | None
    rival: str

    @property
    def name(self):
        """As in bench.json."""
        suffix = "" if self.is_plain else f".{self.configuration}"
        return f"{self.kind}.{self.arch}{suffix}"


def load():
    """All measurements, in the order of the file."""
    text = pathlib.Path(__file__).with_name("budgets.toml").read_text(encoding="utf-8")
    for group, kinds in tomllib.loads(text).items():
        for kind, entry in kinds.items():
            yield from measurements(f"{group}.{kind}", entry)


def measurements(kind, entry):
    """The measurements that the ENTRY of KIND stands for."""
    plain, *others = entry.get("configurations", CONFIGURATIONS)
    for configuration in [plain, *others]:
        known = ARCHITECTURES_OF.get(configuration, ARCHITECTURES)
        for arch in entry.get("architectures", known):
            yield Measurement(
                kind, arch, configuration, configuration == plain, entry["unit"],
                entry.get(configuration, {}).get(arch),
                entry["rival"][arch] if configuration == plain else "")
