# SPDX-License-Identifier: MIT
"""Taking a trace: the build is booted in QEMU, and the shell's command `trace` is typed at it."""

import pathlib
import re
import sys

from problem import Problem

KIT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(KIT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it
import shell  # pylint: disable=wrong-import-position


def take(arch, build, command, cpus, memory):
    """What the shell prints for `trace COMMAND` on the machine that boots BUILD."""
    machine = guest.qemu.Machine.of_build(arch, build, cpus=cpus, memory=memory)
    try:
        with shell.Shell(machine) as running:
            text = running.run(f"trace {command}".strip())
    except guest.qemu.MissingFile as error:
        raise Problem(str(error).rstrip("."), "./tenon trace builds by itself") from error
    except guest.GuestError as error:
        raise Problem(f"the system did not answer: {error}", "It must have a shell: CONFIG_SERVER_SHELL") from error
    refusal = re.search(r"^trace: (?:there is|trace rings: )(.*)$", text, re.MULTILINE)
    if refusal:
        raise Problem(f"the system has no trace: {refusal.group(0)}".rstrip("."), "Set CONFIG_TRACE, and give the shell memory")
    return text
