# SPDX-License-Identifier: MIT
"""What the kernel did, as a picture and for Perfetto: `python3 tools/trace --build DIR [--arch A] [LOGFILE]`.

LOGFILE is a log of a console at which the shell's command `trace` was typed, on whatever machine. Without it, the
build is booted in QEMU, and `trace COMMAND` typed there. DIR/trace.svg and DIR/trace.json are written, and
DIR/trace.log with what was printed.
"""

import argparse
import json
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "report"))
import chrome  # pylint: disable=wrong-import-position # the path above leads to what they use
import log  # pylint: disable=wrong-import-position
import timeline  # pylint: disable=wrong-import-position
from names import Names  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position
from svg import Picture  # pylint: disable=wrong-import-position


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="./tenon trace", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, metavar="DIR", help="a build directory")
    parser.add_argument("--arch", choices=("x86_64", "arm64"), default="x86_64")
    parser.add_argument("--smp", type=int, default=1)
    parser.add_argument("--mem", default="128M")
    parser.add_argument("--run", metavar="COMMAND", default="ps", help="the shell's command to trace; default ps")
    parser.add_argument("--contract", action="append", default=[], metavar="FILE",
                        help="a product's contract, for names of its messages")
    parser.add_argument("log", nargs="?", metavar="LOGFILE")
    return parser.parse_args()


def printed(args):
    """(name, text) of the log: the one that ARGS name, or a new one."""
    if args.log is None:
        import capture  # pylint: disable=import-outside-toplevel # it needs QEMU, a log does not
        path = args.build / "trace.log"
        path.write_text(capture.take(args.arch, args.build, args.run, args.smp, args.mem), encoding="utf-8")
    else:
        path = pathlib.Path(args.log)
    try:
        return str(path), path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Problem(f"{path}: cannot be read: {error.strerror}", "Give a log of the console") from error


def notes(trace):
    """What who looks at the picture of TRACE should know."""
    yield "Point at something to read more. Stretches in which nothing happened are shortened; above them stands how long they were."
    for cpu, lost in trace.lost.items():
        if lost:
            yield f"CPU {cpu}: {lost} records from the beginning were overwritten before they could be read."
    if not any(record.event == log.SYSCALL for ring in trace.records.values() for record in ring):
        yield "Without CONFIG_TRACE_DETAILS, system calls and idle time leave no record, with CONFIG_FASTPATH most messages leave none."


def main():
    """Take or read a trace, write picture and events; exit 1 with one sentence if that is impossible."""
    args = parse_arguments()
    try:
        name, text = printed(args)
        trace = log.read(name, text)
        found = timeline.build(trace, Names(args.contract))

        def name_of(thread):
            return trace.threads.get(thread, f"thread {thread}")

        args.build.mkdir(parents=True, exist_ok=True)
        title = f"{trace.system}: {pathlib.Path(name).name if args.log else args.run}"
        picture, events = args.build / "trace.svg", args.build / "trace.json"
        picture.write_text("\n".join(Picture(found, name_of, title, list(notes(trace))).lines()) + "\n", encoding="utf-8")
        events.write_text(json.dumps(chrome.events(found, name_of), indent=0) + "\n", encoding="utf-8")
    except (Problem, OSError) as problem:
        print(f"tenon: {problem}", file=sys.stderr)
        return 1
    count = sum(map(len, trace.records.values()))
    print(f"{count} records of {len(trace.records)} CPU{'s' * (len(trace.records) > 1)}, "
          f"{len(found.messages)} messages\n{picture}   for a browser\n{events}   for https://ui.perfetto.dev or chrome://tracing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
