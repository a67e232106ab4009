# SPDX-License-Identifier: MIT
"""A system in QEMU under gdb: `python3 tools/debug --arch A --build DIR [--batch FILE]`.

QEMU waits before its first instruction; gdb-multiarch has the kernel's symbols and the commands of tenon_gdb.py. Both
talk through a socket in a folder of their own, so several can run at once and no port is open. The serial line is
shown in between; the command `tenon type` types on it. With --batch gdb runs the commands of FILE and ends.
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "report"), str(HERE.parent / "machine")]
import qemu  # pylint: disable=wrong-import-position # the path above leads to it
from problem import Problem  # pylint: disable=wrong-import-position

GDB = "gdb-multiarch"
PATIENCE = 20  # seconds for QEMU to make its sockets


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="./tenon debug", description=__doc__.splitlines()[0])
    parser.add_argument("--arch", choices=qemu.PORTS, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True, metavar="DIR", help="a build directory")
    parser.add_argument("--bundle", default="tenon", metavar="NAME", help="NAME.bundle of that directory")
    parser.add_argument("--smp", type=int, default=int(os.environ.get("TENON_SMP") or 1))
    parser.add_argument("--mem", default=os.environ.get("TENON_MEM") or "128M")
    parser.add_argument("--disk", metavar="FILE", help="boot this disk by UEFI firmware")
    parser.add_argument("--append", default="", metavar="TEXT", help="the kernel's command line")
    parser.add_argument("--batch", type=pathlib.Path, metavar="FILE", help="gdb runs the commands of FILE and ends")
    return parser.parse_args()


def check(args):
    """Raise Problem if something is missing."""
    if shutil.which(GDB) is None:
        raise Problem(f"{GDB} is not installed", "Install the package gdb-multiarch: ./tenon setup")
    kernel = args.build / "kernel.elf"
    if not kernel.is_file():
        raise Problem(f"{kernel}: is not there", "Build first: ./tenon build")
    if args.batch and not args.batch.is_file():
        raise Problem(f"{args.batch}: is not there", "Give a file of gdb commands")


def machine_command(args, folder):
    """QEMU's command line, with sockets in FOLDER."""
    if args.disk:
        machine = qemu.Machine.of_disk(args.arch, args.disk, memory=args.mem, cpus=args.smp)
    else:
        machine = qemu.Machine.of_build(args.arch, args.build, args.bundle, memory=args.mem, cpus=args.smp,
                                        command_line=args.append)
    return [*machine.command(), "-S", "-monitor", "none", "-no-reboot",
            "-chardev", f"socket,path={folder}/gdb,server=on,wait=off,id=gdb", "-gdb", "chardev:gdb",
            "-chardev", f"socket,path={folder}/console,server=on,wait=off,id=console", "-serial", "chardev:console"]


def wait_for(machine, folder):
    """Wait until QEMU, the process MACHINE, listens in FOLDER."""
    end = time.monotonic() + PATIENCE
    while not (folder / "gdb").exists() or not (folder / "console").exists():
        if machine.poll() is not None or time.monotonic() > end:
            raise Problem("QEMU did not start", "See what it said above")
        time.sleep(0.02)


def debug(args, folder):
    """Run both; returns gdb's exit code."""
    environment = {**os.environ, "TENON_DEBUG_ARCH": args.arch, "TENON_DEBUG_BUILD": str(args.build.resolve()),
                   "TENON_DEBUG_BUNDLE": args.bundle, "TENON_DEBUG_FOLDER": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [GDB, "-nh", "-q", "-iex", "set auto-load off", str(args.build / "kernel.elf"), "-x", str(HERE / "tenon_gdb.py")]
    if args.batch:
        command[1:1] = ["-batch"]
        command += ["-x", str(args.batch)]
    # Ctrl-C is for gdb, which stops the machine then; QEMU must not see it.
    with subprocess.Popen(machine_command(args, folder), stdin=subprocess.DEVNULL, start_new_session=True) as machine:
        try:
            wait_for(machine, folder)
            interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
            with subprocess.Popen(command, env=environment,
                                  preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as gdb:
                status = gdb.wait()
            signal.signal(signal.SIGINT, interrupt)
            return status
        finally:
            machine.kill()


def main():
    """Debug; exit 1 with one sentence if that is impossible."""
    args = parse_arguments()
    try:
        check(args)
        with tempfile.TemporaryDirectory(prefix="tenon-debug.") as folder:
            return debug(args, pathlib.Path(folder))
    except (Problem, qemu.MissingFile, OSError) as problem:
        print(f"tenon: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
