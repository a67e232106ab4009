# SPDX-License-Identifier: MIT
"""Where configurations are kept: configs/ in the tree, and .config in a build directory."""

import pathlib
import tempfile

import kconfiglib

import assignments
import strict
from problem import ConfigurationError, Problem, nearest

HEADING = "# Tenon configuration. Change it with ./tenon menuconfig.\n"


def load(kconf, path):
    """Load the .config PATH strictly; returns its assignments."""
    wishes = assignments.read(path)
    strict.apply(kconf, wishes)
    return wishes


def save(kconf, path):
    """Write everything a person can set to the .config PATH."""
    lines = [HEADING]
    written = set()
    for node in kconf.node_iter():
        item = node.item
        if item in (kconfiglib.MENU, kconfiglib.COMMENT) and kconfiglib.expr_value(node.dep):
            lines.append(f"\n# {node.prompt[0]}\n")
        elif isinstance(item, kconfiglib.Symbol) and item.visibility and item not in written:
            written.add(item)
            lines.append(item.config_string)
    replace(pathlib.Path(path), "".join(lines))


def replace(path, text):
    """Make TEXT the contents of PATH; a file that has them already keeps its time."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def load_named(kconf, source_dir, arch, name, fragment=None):
    """Load configs/NAME_defconfig, and the lines of configs/NAME.ARCH if that file exists.

    What the file FRAGMENT, and the file of its name that ends in .ARCH, say of a symbol replaces what
    those say of it, or of its choice; what it makes impossible goes with it.
    """
    common = pathlib.Path(source_dir, "configs", f"{name}_defconfig")
    if not common.is_file():
        raise ConfigurationError([_unknown_name(source_dir, name)])
    wishes = assignments.read(common)
    own = pathlib.Path(source_dir, "configs", f"{name}.{arch}")
    if own.is_file():
        wishes += assignments.read(own)
    strict.apply(kconf, wishes)
    if fragment:
        _load_fragment(kconf, wishes, fragment, arch)


def _load_fragment(kconf, base, fragment, arch):
    """Load the assignments of FRAGMENT over those of BASE, which have been loaded."""
    wishes = assignments.read(fragment)
    own = fragment.with_suffix(f".{arch}")
    if own.is_file():
        wishes += assignments.read(own)
    kconf.unset_values()
    choices = {symbol.choice for symbol in map(kconf.syms.get, [wish.name for wish in wishes])
               if symbol and symbol.choice}
    named = {wish.name for wish in wishes}
    for wish in base:
        symbol = kconf.syms[wish.name]
        if wish.name not in named and symbol.choice not in choices:
            symbol.set_value(wish.value)
    strict.apply(kconf, wishes)


def save_named(kconf, source_dir, arch, name):
    """Write configs/NAME_defconfig with what differs from the defaults; returns the files written.

    Lines that only one architecture has go to configs/NAME.ARCH.
    """
    common, own = [], []
    for wish in _minimal(kconf):
        symbol = kconf.syms[wish.name]
        (own if _needs_architecture(symbol) else common).append(symbol.config_string)
    configs = pathlib.Path(source_dir, "configs")
    targets = [(configs / f"{name}_defconfig", common)]
    own_file = configs / f"{name}.{arch}"
    if own or own_file.exists():
        targets.append((own_file, own))
    for path, lines in targets:
        path.write_text("# SPDX-License-Identifier: MIT\n" + "".join(lines), encoding="utf-8")
    return [path for path, _ in targets]


def _minimal(kconf):
    """Assignments of the symbols whose value differs from their default."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "minimal")
        kconf.write_min_config(str(path))
        return assignments.read(path)


def _needs_architecture(symbol, visited=frozenset()):
    """Whether SYMBOL exists on some architectures only."""
    if symbol.name.startswith("ARCH_"):
        return True
    above = {item for item in kconfiglib.expr_items(symbol.direct_dep)
             if isinstance(item, kconfiglib.Symbol) and not item.is_constant} - visited
    return any(_needs_architecture(item, visited | {symbol}) for item in above)


def names(source_dir):
    """The names of all configurations under configs/."""
    return sorted(path.name.removesuffix("_defconfig")
                  for path in pathlib.Path(source_dir, "configs").glob("*_defconfig"))


def _unknown_name(source_dir, name):
    """The problem with a NAME that no file under configs/ has."""
    known = names(source_dir)
    guess = nearest(name, known)
    remedy = f"Did you mean {guess}?" if guess else "There are: " + ", ".join(known)
    return Problem(f"configs/{name}_defconfig", None, "there is no such file", remedy)
