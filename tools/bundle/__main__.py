# SPDX-License-Identifier: MIT
"""What is booted: `python3 tools/bundle pack|list|kernel …`.

`pack` joins checked programs, files, symbols and the compiled manifest in one file that the kernel is
started with; `list` shows what is in such a file; `kernel` writes the kernel with only what is loaded.
Whatever is wrong with an input stops it with the
file, what is wrong, and the remedy.
"""

import argparse
import pathlib
import sys

import container
import symbols
from elf import MACHINES, Elf
from errors import InputError


def pairs(words):
    """{PATH: file} of the words PATH=FILE."""
    result = {}
    for word in words:
        name, equals, source = word.partition("=")
        if not equals:
            raise InputError(f'"{word}" is not PATH=FILE. Write for example etc/motd=motd.txt.')
        if name in result:
            raise InputError(f'file "{name}": it is given twice. Leave one out.')
        result[name] = pathlib.Path(source)
    return result


def read(path):
    """The bytes of the file PATH."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. "
                         "Correct the path, or build the file first.") from error


def program_files(programs, arch, with_symbols):
    """The entries for the PROGRAMS, {entry name: path}: each stripped, and its symbols if wanted."""
    files = {}
    for name, path in programs.items():
        program = Elf(str(path), read(path))
        program.check_program(arch)
        files[name] = program.stripped()
        if with_symbols:
            files[f"symbols/{path.name}"] = symbols.encode(program)
    return files


def cmd_pack(args):
    """make a bundle"""
    programs = pairs(args.program)
    files = {name: read(path) for name, path in pairs(args.file).items()}
    files |= program_files(programs, args.arch, args.symbols is not None)
    if args.symbols:
        files["symbols/kernel"] = symbols.encode(Elf(str(args.symbols), read(args.symbols)))
    args.output.write_bytes(container.encode(MACHINES[args.arch], args.product, files))


def cmd_list(args):
    """show what is in a bundle"""
    machine, product, files = container.decode(read(args.bundle))
    arch = next((name for name, number in MACHINES.items() if number == machine), machine)
    print(f"{product or 'no product'}, {arch}, {args.bundle.stat().st_size:,} bytes")
    for name, data in files.items():
        print(f"{len(data):>10,}  {name}")


def cmd_kernel(args):
    """write a kernel without all that is not loaded"""
    args.output.write_bytes(Elf(str(args.input), read(args.input)).packed())


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="bundle", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    pack = commands.add_parser("pack", help=cmd_pack.__doc__)
    pack.set_defaults(function=cmd_pack)
    pack.add_argument("--arch", choices=MACHINES, required=True)
    pack.add_argument("--product", default="tenon", help="its name, for the boot banner")
    pack.add_argument("--program", action="append", default=[], metavar="PATH=ELF")
    pack.add_argument("--file", action="append", default=[], metavar="PATH=FILE")
    pack.add_argument("--symbols", type=pathlib.Path, metavar="ELF",
                      help="the kernel; adds its symbols and those of all programs")
    pack.add_argument("--output", type=pathlib.Path, required=True)
    show = commands.add_parser("list", help=cmd_list.__doc__)
    show.set_defaults(function=cmd_list)
    show.add_argument("bundle", type=pathlib.Path)
    kernel = commands.add_parser("kernel", help=cmd_kernel.__doc__)
    kernel.set_defaults(function=cmd_kernel)
    kernel.add_argument("input", type=pathlib.Path)
    kernel.add_argument("output", type=pathlib.Path)
    return parser.parse_args()


def main():
    """Run one command; exit 1 with every problem if an input is wrong."""
    args = parse_arguments()
    try:
        args.function(args)
    except InputError as error:
        for problem in error.problems:
            print(f"bundle: error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
