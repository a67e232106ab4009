# SPDX-License-Identifier: MIT
"""The kernel's structures, read through its debug information and the window in which it maps all memory.

That works whenever the kernel's half is mapped: from the end of the boot code on, also while a program runs; not
under page tables that hide the kernel from programs (CONFIG_MITIGATIONS_AUTO on some CPUs).
"""

import contextlib
import re

import gdb

# libkern/arch/*/include/arch: where physical address 0 appears.
WINDOW = {"x86_64": 0xFFFF800000000000, "arm64": 0xFFFFFF8000000000}
USER_IMAGE = 0x400000  # abi/layout.h
USER_HIGH = 0x7FFFFFFFE000
ENTRY_ADDRESS = 0x0000FFFFFFFFF000
VALID, ARM_TABLE, X86_LARGE = 1, 2, 0x80

# enum tn_thread_state, enum tn_type and the order of rights, abi/object.h.
STATES = ("suspended", "ready", "sending", "reply", "receiving", "waiting", "sleeping", "faulted", "dead")
SUSPENDED, READY, SENDING, REPLY, RECEIVING = range(5)
TYPES = ("none", "process", "thread", "context", "endpoint", "notification", "memory", "interrupt", "io range",
         "timer", "container", "machine")
RIGHTS = "dmib12xp"
REASON_SUSPENDED, HOME_SHIFT = 1, 32  # libkern/src/thread.h
ATTRIBUTES = (("r", 1), ("w", 2), ("x", 4))  # enum mm_attr
EL_MASK, EL1H = 0xC, 5


def container_of(node, kind, *members):
    """The structure of type KIND whose member MEMBERS[0].MEMBERS[1]… is at the pointer NODE."""
    pointer = gdb.lookup_type(kind).pointer()
    place = gdb.Value(0).cast(pointer).dereference()
    for member in members:
        place = place[member]
    return gdb.Value(int(node) - int(place.address)).cast(pointer).dereference()


def list_of(head, kind, *members):
    """The elements of the list HEAD, whose link is their member MEMBERS."""
    node = head["next"]
    while node != head.address:
        yield container_of(node, kind, *members)
        node = node["next"]


def tree_of(node, kind, *members):
    """The elements of the tree below NODE, in order."""
    stack = []
    while stack or int(node):
        if int(node):
            stack.append(node)
            node = node["child"][0]
        else:
            node = stack.pop()
            yield container_of(node, kind, *members)
            node = node["child"][1]


@contextlib.contextmanager
def privileges(arch):
    """Read memory as the kernel may, in a `with` statement. QEMU shows a debugger what the CPU could read as it is: on
    ARM64, in a program, none of the kernel. So the CPU is at EL1 meanwhile (Arm DDI 0487 C5.2.19), by packets of the
    remote protocol, of which gdb takes no notice: its register 33 is PSTATE."""
    state = None
    if arch == "arm64":
        answer = re.search(r'received: "([0-9a-f]{8})"', gdb.execute("maint packet p21", to_string=True))
        state = int.from_bytes(bytes.fromhex(answer.group(1)), "little") if answer else None
    if state is None or state & EL_MASK:
        yield
        return
    try:
        _set_pstate(state | EL1H)
        yield
    finally:
        _set_pstate(state)


def _set_pstate(value):
    gdb.execute(f"maint packet P21={value.to_bytes(4, 'little').hex()}", to_string=True)


class Kernel:
    """The kernel of the machine under the debugger."""

    def __init__(self, arch, programs):
        self.arch, self.programs = arch, programs
        self._names = {}

    @property
    def state(self):
        """struct kernel."""
        return gdb.parse_and_eval("kernel")

    def threads(self):
        """All threads, by number."""
        slots = self.state["threads"]
        slots.fetch_lazy()
        low, high = slots.type.range()
        found = [slots[index].dereference() for index in range(low, high + 1) if int(slots[index])]
        return sorted(found, key=lambda thread: int(thread["object"]["id"]))

    def processes(self):
        """All processes that have threads, by number."""
        found = {int(thread["process"]): thread["process"].dereference() for thread in self.threads()}
        return sorted(found.values(), key=lambda process: int(process["object"]["id"]))

    def current(self, cpu):
        """Who runs on CPU, or ran there last; None before the first."""
        current = self.state["cpus"][cpu]["arch"]["current"]
        if int(current) == 0:
            return None
        return current.cast(gdb.lookup_type("struct kern_thread").pointer()).dereference()

    def name(self, process):
        """What PROCESS was started from."""
        number = int(process["object"]["id"])
        if number not in self._names:
            page = self.page(int(process["ptab"]["root"]), USER_IMAGE)
            name = self.programs.of_page(page) if page else None
            if name is None:
                return f"process {number}"
            self._names[number] = name
        return self._names[number]

    def find(self, name):
        """The process of the program NAME; an error names those there are."""
        known = {self.name(process): process for process in self.processes()}
        if name not in known:
            raise gdb.GdbError(f'no program "{name}" runs. There are: {", ".join(known)}.')
        return known[name]

    def physical(self, address, size):
        """SIZE bytes of memory at the physical ADDRESS."""
        return bytes(gdb.selected_inferior().read_memory(WINDOW[self.arch] + address, size))

    def page(self, root, address):
        """The page at ADDRESS in the space of the table ROOT; None if it is not mapped. Both architectures have
        tables of 512 entries in four levels (Intel SDM 3A 4.5; Arm DDI 0487 D8.3)."""
        table = root & ENTRY_ADDRESS
        for level in (3, 2, 1, 0):
            shift = 12 + 9 * level
            entry = int.from_bytes(self.physical(table + (address >> shift) % 512 * 8, 8), "little")
            if not entry & VALID:
                return None
            table = entry & ENTRY_ADDRESS
            is_last = entry & X86_LARGE if self.arch == "x86_64" else not entry & ARM_TABLE
            if level == 0 or is_last:
                inside = address % (1 << shift) & ENTRY_ADDRESS
                return self.physical((table & -(1 << shift)) + inside, 4096)
        return None


def thread_state(thread):
    """Its number in STATES."""
    state = int(thread["state"])
    return SUSPENDED if state == READY and int(thread["reasons"]) & REASON_SUSPENDED else state


def priority(thread):
    """Of what it runs on; "-" if that is nothing."""
    return str(thread["context"]["sched"]["params"]["priority"]) if int(thread["context"]) else "-"


def handle_type(verbs):
    """The type in the VERBS of a handle (libkern/src/handle.h)."""
    return verbs >> 4 & 15


def handle_rights(verbs):
    """Its rights as letters, in the order of abi/object.h."""
    bits = verbs & 15 | verbs >> (4 + 4 * handle_type(verbs)) & 0xF0
    return "".join(letter if bits >> number & 1 else "-" for number, letter in enumerate(RIGHTS))
