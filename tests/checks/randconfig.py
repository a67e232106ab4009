# SPDX-License-Identifier: MIT
"""Random configurations build, and those with a shell answer at its prompt.

    randconfig.py [--count N] [--seed S]      the seed changes each day and is printed
"""

import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile

import common

sys.path.insert(0, str(common.ROOT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it


def build(arch, seed, folder):
    """Build the configuration of SEED for ARCH in FOLDER; returns what failed, or None."""
    kconf = [sys.executable, common.ROOT / "tools/kconf", "--arch", arch, "--config", folder / ".config"]
    for command in ([*kconf, "randconfig", str(seed)],
                    ["cmake", "--preset", arch, "-B", folder],
                    ["cmake", "--build", folder]):
        done = subprocess.run(command, cwd=common.ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            return f"{command[1]} failed:\n{done.stdout[-3000:]}"
    return None


def boot(arch, folder):
    """Boot what is in FOLDER if it has a shell; returns what failed, or None."""
    if "CONFIG_SERVER_SHELL=y" not in (folder / ".config").read_text(encoding="utf-8"):
        return None
    try:
        with guest.Guest(guest.qemu.Machine.of_build(arch, folder)) as running:
            running.expect(r"^tenon> ")
            running.type("echo answer\r")
            running.expect(r"^answer$")
    except (guest.GuestError, guest.qemu.MissingFile) as error:
        return str(error)
    return None


def main():
    """Try COUNT seeds, on one architecture after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--seed", type=int, default=datetime.date.today().toordinal())
    args = parser.parse_args()
    defects = []
    for seed in range(args.seed, args.seed + args.count):
        arch = ("x86_64", "arm64")[seed % 2]
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory)
            problem = build(arch, seed, folder) or boot(arch, folder)
            if problem:
                config = (folder / ".config").read_text(encoding="utf-8")
                defects.append(f"seed {seed} on {arch}: {problem}\nits configuration:\n{config}")
        print(f"{'fails' if problem else 'works'}: seed {seed} on {arch}", flush=True)
    return common.verdict("randconfig", f"{args.count} configurations from seed {args.seed}", defects)


if __name__ == "__main__":
    sys.exit(main())
