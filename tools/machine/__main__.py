# SPDX-License-Identifier: MIT
"""Boot the kit in QEMU for a person: `python3 tools/machine --arch A --build DIR run`.

SMP and memory come from the options, or from the environment variables TENON_SMP and TENON_MEM, so
that the build's `run` target can be given them too.
"""

import argparse
import os
import subprocess
import sys

import qemu

HOW_TO_LEAVE = "To leave QEMU press Ctrl-A, then X."


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="machine", description=__doc__.splitlines()[0])
    parser.add_argument("--arch", choices=qemu.PORTS, required=True)
    parser.add_argument("--build", required=True, metavar="DIR", help="a build directory")
    parser.add_argument("--bundle", default="tenon", metavar="NAME", help="NAME.bundle of that directory")
    parser.add_argument("--smp", type=int, default=int(os.environ.get("TENON_SMP") or 1))
    parser.add_argument("--mem", default=os.environ.get("TENON_MEM") or "128M")
    parser.add_argument("--disk", metavar="FILE", help="boot this disk by UEFI firmware")
    parser.add_argument("--append", default="", metavar="TEXT", help="the kernel's command line")
    parser.add_argument("action", choices=("run",))
    return parser.parse_args()


def main():
    """Run QEMU with the serial line on this terminal; exit with the guest's code."""
    args = parse_arguments()
    if args.disk:
        machine = qemu.Machine.of_disk(args.arch, args.disk, memory=args.mem, cpus=args.smp)
    else:
        machine = qemu.Machine.of_build(args.arch, args.build, args.bundle, memory=args.mem,
                                        cpus=args.smp, command_line=args.append)
    try:
        command = machine.command() + ["-serial", "mon:stdio"]
    except qemu.MissingFile as error:
        print(f"machine: {error}", file=sys.stderr)
        return 1
    print(HOW_TO_LEAVE, flush=True)
    status = subprocess.call(command)
    code = machine.exit_code(status)
    return 0 if code is None and status == 0 else status if code is None else code


if __name__ == "__main__":
    sys.exit(main())
