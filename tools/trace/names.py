# SPDX-License-Identifier: MIT
"""What numbers in a trace are called: system calls by the kernel's header, messages by the contracts."""

import pathlib
import re
import tomllib

KIT = pathlib.Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"^#define TN_SYS_(\w+)\s+(\d+)\s", re.MULTILINE)
FAULT = re.compile(r"^\s+TN_FAULT_(\w+) = (\d+),", re.MULTILINE)
ABI = KIT / "libkern" / "abi" / "include" / "abi"


def _of(pattern, header):
    """{number: name} of what PATTERN finds in the HEADER of the kernel."""
    text = (ABI / header).read_text(encoding="utf-8")
    return {int(number): name.lower() for name, number in pattern.findall(text)}


class Names:
    """Names of this kit's numbers."""

    def __init__(self, contracts=()):
        self.syscalls = {number: name for number, name in _of(NUMBER, "syscall.h").items()
                         if name not in ("count", "ipc_count")}
        self.faults = _of(FAULT, "object.h")
        self.calls = {}
        for path in [*sorted((KIT / "contracts").glob("*.toml")), *contracts]:
            with open(path, "rb") as file:
                contract = tomllib.load(file)
            for call in contract.get("call", []):
                self.calls[contract["id"] << 16 | call["number"]] = f"{contract['name']}.{call['name']}"

    def syscall(self, number):
        """The name of the system call NUMBER."""
        return self.syscalls.get(number, f"system call {number}")

    def message(self, tag):
        """What a call with TAG asks for; its label is in bits 16 to 47 (abi/message.h)."""
        label = tag >> 16 & 0xFFFFFFFF
        return self.calls.get(label, f"message {label:#x}")

    def fault(self, number):
        """The name of a fault."""
        return self.faults.get(number, f"fault {number}").replace("_", " ")
