# SPDX-License-Identifier: MIT
"""The kit's configuration tool, run as `python3 tools/kconf [--arch A] [--config FILE] COMMAND`.

A strict front end over kconfiglib: what kconfiglib would bend or drop in silence stops here, with
file, line, symbol and remedy. Only menuconfig accepts a broken file, because it is there to repair it.
"""

import argparse
import os
import pathlib
import sys

try:
    import kconfiglib
except ImportError:
    sys.exit(f"kconf: {sys.executable} has no kconfiglib. Install the package python3-kconfiglib, "
             "or use the python3 that has it (usually /usr/bin/python3).")

import generate
import randomize
import store
import tree
from problem import ConfigurationError

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]


def load_tree(args):
    """The Kconfig files, the product's own among them."""
    return tree.load(args.source, args.arch, bool(args.product), args.kconfig)


def cmd_defconfig(args):
    """start anew from configs/NAME_defconfig"""
    kconf = load_tree(args)
    store.load_named(kconf, args.source, args.arch, args.name, args.fragment)
    store.save(kconf, args.config)


def cmd_olddefconfig(args):
    """give every symbol that is new since the file was written its default"""
    kconf = load_tree(args)
    store.load(kconf, args.config)
    store.save(kconf, args.config)


def cmd_savedefconfig(args):
    """write what differs from the defaults to configs/NAME_defconfig"""
    kconf = load_tree(args)
    store.load(kconf, args.config)
    for path in store.save_named(kconf, args.source, args.arch, args.name):
        print(f"kconf: wrote {path.relative_to(args.source)}")


def cmd_randconfig(args):
    """make a random valid configuration, the same one for the same SEED"""
    kconf = load_tree(args)
    randomize.randomize(kconf, args.seed)
    store.save(kconf, args.config)
    print(f"kconf: random configuration, seed {args.seed}")


def cmd_listnewconfig(args):
    """list the symbols that the file says nothing about, with their defaults"""
    kconf = load_tree(args)
    named = {wish.name for wish in store.load(kconf, args.config)}
    for symbol in kconf.unique_defined_syms:
        if symbol.visibility and symbol.name not in named:
            print(symbol.config_string, end="")


def cmd_check(args):
    """say what is wrong with the file, if anything"""
    store.load(load_tree(args), args.config)


def cmd_generate(args):
    """write tenon_config.h and config.cmake into DIRECTORY"""
    kconf = load_tree(args)
    store.load(kconf, args.config)
    generate.write(kconf, args.source, args.directory, name_of(kconf, args))


def name_of(kconf, args):
    """Which named configuration has the same values as KCONF; "custom" if none has.

    A product has one, which has its name.
    """
    candidates = {name: name for name in store.names(args.source)}
    if args.product:
        candidates = {args.product: args.defconfig}
    for name, defconfig in candidates.items():
        named = load_tree(args)
        try:
            store.load_named(named, args.source, args.arch, defconfig, args.fragment)
        except ConfigurationError:
            continue  # Somebody else's file; it is told when it is used.
        if generate.config_hash(named) == generate.config_hash(kconf):
            return name
    return "custom"


def cmd_menuconfig(args):
    """change the file in menus"""
    import menuconfig  # only here: it needs curses
    kconf = load_tree(args)
    try:
        store.load(load_tree(args), args.config)
    except ConfigurationError as error:
        report(error, "warning")
    os.environ["KCONFIG_CONFIG"] = str(args.config)
    menuconfig.menuconfig(kconf)
    if args.config.exists():
        kconf.load_config(str(args.config))
        store.save(kconf, args.config)


def report(error, kind):
    """Print every problem of the ConfigurationError ERROR."""
    for problem in error.problems:
        print(f"kconf: {kind}: {problem}", file=sys.stderr)


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="kconf", description=__doc__.splitlines()[0])
    parser.add_argument("--arch", choices=tree.ARCHITECTURES, default="x86_64")
    parser.add_argument("--source", type=pathlib.Path, default=SOURCE_DIR, help=argparse.SUPPRESS)
    parser.add_argument("--config", type=pathlib.Path, help="the .config of a build directory")
    parser.add_argument("--product", metavar="NAME", help="the product whose configuration this is")
    parser.add_argument("--defconfig", default="default", metavar="NAME", help="what it begins with")
    parser.add_argument("--kconfig", type=pathlib.Path, metavar="FILE", help="its own symbols")
    parser.add_argument("--fragment", type=pathlib.Path, metavar="FILE",
                        help="what it sets differently from the named configuration")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, function in sorted(globals().items()):
        if name.startswith("cmd_"):
            command = commands.add_parser(name[4:], help=function.__doc__)
            command.set_defaults(function=function)
            if name in ("cmd_defconfig", "cmd_savedefconfig"):
                command.add_argument("name")
            elif name == "cmd_randconfig":
                command.add_argument("seed", type=int)
            elif name == "cmd_generate":
                command.add_argument("directory", type=pathlib.Path)
    args = parser.parse_args()
    if args.config is None:
        args.config = args.source / "build" / args.arch / ".config"
    return args


def main():
    """Run one command; exit 0 if it did what it says, 1 with the problems otherwise."""
    args = parse_arguments()
    try:
        args.function(args)
    except ConfigurationError as error:
        report(error, "error")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
