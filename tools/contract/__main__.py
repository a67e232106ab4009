# SPDX-License-Identifier: MIT
"""The contract compiler: `python3 tools/contract c OUTPUT FILE…` or `python3 tools/contract page FILE`.

`c` writes OUTPUT/include/contracts/NAME.h, OUTPUT/NAME_client.c and OUTPUT/NAME_server.c for each
FILE; `page` prints the contract's documentation. A defect is told with file, key, what and remedy,
and nothing is written.
"""

import argparse
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "toml"))
import model  # pylint: disable=wrong-import-position # the path above leads to what it imports
import write_c  # pylint: disable=wrong-import-position
import write_page  # pylint: disable=wrong-import-position
from problem import Defect, Problem  # pylint: disable=wrong-import-position


def compile_all(files, output, beside=()):
    """Write the C code of all contracts FILES below the folder OUTPUT.

    No two of them, and of the files BESIDE, have a name or a number in common.
    """
    contracts = [model.read(file) for file in files]
    seen = {}
    for file, contract in [*((file, model.read(file)) for file in beside), *zip(files, contracts)]:
        for key, value in (("name", contract.name), ("id", contract.id)):
            other = seen.setdefault((key, value), file)
            if other != file:
                raise Problem([Defect(file, key, f"{value} is that of {other} too", "Choose another one")])
    output = pathlib.Path(output)
    for contract in contracts:
        _write(output / "include" / "contracts" / f"{contract.name}.h", write_c.header(contract))
        _write(output / f"{contract.name}_client.c", write_c.client(contract))
        _write(output / f"{contract.name}_server.c", write_c.server(contract))


def _write(path, text):
    """Write TEXT to PATH, folders included; a file that has it already keeps its time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog="contract", description=__doc__.splitlines()[0])
    actions = parser.add_subparsers(dest="action", required=True)
    action = actions.add_parser("c")
    action.add_argument("--beside", action="append", default=[], metavar="FILE",
                        help="a contract that those must not clash with")
    action.add_argument("output")
    action.add_argument("files", nargs="+")
    actions.add_parser("page").add_argument("file")
    args = parser.parse_args()
    try:
        if args.action == "c":
            compile_all(args.files, args.output, args.beside)
        else:
            sys.stdout.write(write_page.page(model.read(args.file)))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
