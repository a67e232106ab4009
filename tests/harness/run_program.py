# SPDX-License-Identifier: MIT
"""Boot a program as the guest's first one, print what it says, and take its exit code as verdict.

The guest's time is the instructions it has executed, so that tests of time do not depend on what else
this computer does; its CPUs take turns. With --parallel they run at once, in real time.

    run_program.py --arch A --build DIR [--bundle NAME] [--smp N] [--mem M] [--append TEXT] [--parallel]
                   PROGRAM
"""

import argparse
import sys

import guest


def main():
    """Exit 0 if the program ended with 0; else say how it ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--bundle", default="test", help="NAME.bundle of the build directory")
    parser.add_argument("--smp", type=int, default=1)
    parser.add_argument("--mem", default="128M")
    parser.add_argument("--append", default="")
    parser.add_argument("--parallel", action="store_true")
    parser.add_argument("program")
    args = parser.parse_args()
    clock = guest.qemu.PARALLEL if args.parallel else guest.qemu.COUNTING
    machine = guest.qemu.Machine.of_build(
        args.arch, args.build, args.bundle, memory=args.mem, cpus=args.smp, extra=tuple(clock),
        command_line=f"init=bin/{args.program} {args.append}".strip())
    try:
        with guest.Guest(machine) as running:
            code = running.wait_exit()
            print(running.output)
    except (guest.GuestError, guest.qemu.MissingFile) as error:
        print(error)
        return 1
    print(f"{args.program}: exit code {code}")
    return 0 if code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
