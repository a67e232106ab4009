# SPDX-License-Identifier: MIT
"""The commands, and what happens when the machine stops."""

import gdb

import kernel
from console import Console
from programs import Programs, nearest

NOT_YET = "the kernel's memory cannot be read here: it has not started yet, or hides from programs. Continue first."


class Session:
    """What the commands share."""

    def __init__(self, arch, build, bundle, folder):
        self.programs = Programs(build / f"{bundle}.bundle", build / "programs")
        self.kernel = kernel.Kernel(arch, self.programs)
        self.console = Console(folder / "console")
        self.loaded = None  # the program whose symbols gdb has

    def running(self):
        """The program that runs on the CPU that gdb looks at; None if the kernel has not started."""
        try:
            with kernel.privileges(self.kernel.arch):
                thread = self.kernel.current(gdb.selected_thread().num - 1)
                return self.kernel.name(thread["process"]) if thread is not None else None
        except gdb.MemoryError:
            return None

    def use_symbols(self, name):
        """Let gdb have the symbols of the program NAME, and of no other."""
        if name == self.loaded:
            return
        if self.loaded:
            code = min(self.programs.functions(self.loaded).values())
            gdb.execute(f"remove-symbol-file -a {code:#x}", to_string=True)
            self.loaded = None
        path = self.programs.path(name)
        if path.is_file():
            objects = set(gdb.objfiles())
            gdb.execute(f'add-symbol-file "{path}"', to_string=True)
            self.loaded = name if set(gdb.objfiles()) != objects else None

    def stopped(self, _event):
        """In user mode, have the symbols of who runs."""
        try:
            in_user_mode = int(gdb.parse_and_eval("$pc")) < kernel.USER_HIGH
        except gdb.error:
            return
        name = self.running() if in_user_mode else None
        if name in self.programs.names():
            self.use_symbols(name)


class ProgramBreakpoint(gdb.Breakpoint):
    """Stops where a program enters a function, and no other program that has code there."""

    def __init__(self, session, program, address):
        super().__init__(f"*{address:#x}")
        self.session, self.program = session, program

    def stop(self):
        """Whether it is that program."""
        return self.session.running() == self.program


class TenonCommand(gdb.Command):
    """A command `tenon NAME`; what it prints comes from LINES(session, words)."""

    def __init__(self, session, name, function):
        self.__doc__ = function.__doc__
        super().__init__(f"tenon {name}", gdb.COMMAND_DATA)
        self.session, self.function = session, function

    def invoke(self, argument, _from_tty):
        """Run it."""
        try:
            with kernel.privileges(self.session.kernel.arch):
                for line in self.function(self.session, argument.split()):
                    gdb.write(line + "\n")
        except gdb.MemoryError as error:
            raise gdb.GdbError(NOT_YET) from error


def threads(session, _words):
    """List every thread: number, program, state, priority, CPU, and where it is or last entered the kernel."""
    state = session.kernel.state
    low, high = state["cpus"].type.range()
    current = {int(state["cpus"][cpu]["arch"]["current"]) for cpu in range(low, high + 1) if int(state["cpus"][cpu]["context"])}
    yield "    ID PROGRAM      STATE     PRIO CPU PC               FUNCTION"
    for thread in session.kernel.threads():
        name = session.kernel.name(thread["process"])
        status = "running" if int(thread.address) in current else kernel.STATES[kernel.thread_state(thread)]
        pc = _pc(session, thread)
        function = session.programs.function_at(name, pc) if name in session.programs.names() else ""
        yield (f"{int(thread['object']['id']):>6} {name:<12} {status:<9} {kernel.priority(thread):>4} "
               f"{int(thread['reasons']) >> kernel.HOME_SHIFT:>3} {pc:016x} {function}").rstrip()


def _pc(session, thread):
    """Where THREAD is: as the CPU that gdb looks at says if it runs there, else where it entered the kernel."""
    current = session.kernel.current(gdb.selected_thread().num - 1)
    pc = int(gdb.parse_and_eval("$pc"))
    if current is not None and current.address == thread.address and pc < kernel.USER_HIGH:
        return pc
    return int(thread["arch"]["frame"]["pc"])


def handles(session, words):
    """List what a program can reach: tenon handles PROGRAM."""
    if len(words) != 1:
        raise gdb.GdbError("write: tenon handles PROGRAM")
    table = session.kernel.find(words[0])["handles"]
    yield "  HANDLE TYPE         RIGHTS   BADGE OBJECT"
    left, index = int(table["count"]), 0
    while left > 0:
        slot = (table["slots"] + index).dereference()
        verbs = int(slot["verbs"])
        index += 1
        if verbs:
            left -= 1
            yield (f"{int(slot['handle']):>8x} {kernel.TYPES[kernel.handle_type(verbs)]:<12} {kernel.handle_rights(verbs)} "
                   f"{int(slot['badge']):>5} {int(slot['object']['id']):>6}")


def queues(session, _words):
    """List who is ready on each CPU, by priority, and who waits at which endpoint."""
    state = session.kernel.state
    low, high = state["cpus"].type.range()
    online = int(state["online"]) or 1
    for number in (cpu for cpu in range(low, high + 1) if online >> cpu & 1):
        cpu = state["cpus"][number]
        context = cpu["context"]
        runs = "idle" if not int(context) else "runs " + _thread(session, context["user"])
        yield f"CPU {number}: {runs}"
        yield from _ready(session, cpu["runq"])
    yield from _endpoints(session)


def _thread(session, thread):
    """A thread for people."""
    return f"{session.kernel.name(thread['process'])} ({int(thread['object']['id'])})" if int(thread) else "nobody"


def _ready(session, runq):
    """The contexts of RUNQ, most urgent first."""
    first = runq["first"]
    first.fetch_lazy()
    low, high = first.type.range()
    for priority in range(high, low - 1, -1):
        node, names = first[priority], []
        while int(node):
            names.append(_thread(session, kernel.container_of(node, "struct kern_context", "sched")["user"]))
            node = node["in_queue"]["next"]
        if names:
            yield f"  priority {priority}: {', '.join(names)}"


def _endpoints(session):
    """Where threads wait."""
    waiting = {}
    for thread in session.kernel.threads():
        waiter, state = thread["waiter"], kernel.thread_state(thread)
        place = waiter["serves"] if state == kernel.RECEIVING else waiter["sends_to"]
        if state in (kernel.SENDING, kernel.RECEIVING) and int(place):
            endpoint = kernel.container_of(place, "struct kern_endpoint", "ipc")
            word = "receives" if state == kernel.RECEIVING else "sends"
            waiting.setdefault(int(endpoint["object"]["id"]), []).append(f"{_thread(session, thread.address)} {word}")
    for number, names in sorted(waiting.items()):
        yield f"endpoint {number}: {', '.join(names)}"


def spaces(session, words):
    """List address spaces: root table, bytes mapped; with a program's name, its regions: tenon spaces [PROGRAM]."""
    if not words:
        yield "    ID PROGRAM      ROOT             MAPPED KiB REGIONS THREADS"
    for process in session.kernel.processes() if not words else ():
        yield (f"{int(process['object']['id']):>6} {session.kernel.name(process):<12} {int(process['ptab']['root']):016x} "
               f"{int(process['mapped_bytes']) // 1024:>10} {int(process['space']['region_count']):>7} "
               f"{int(process['thread_count']):>7}")
    if words:
        yield "BEGIN            END              ACCESS MEMORY"
        tree = session.kernel.find(words[0])["space"]["regions"]
        for region in kernel.tree_of(tree["root"], "struct kern_region", "mm", "node"):
            begin, size = int(region["mm"]["va"]), int(region["mm"]["page_count"]) * 4096
            letters = "".join(letter if int(region["mm"]["attr"]) & bit else "-" for letter, bit in kernel.ATTRIBUTES)
            yield f"{begin:016x} {begin + size:016x} {letters:<6} {int(region['memory']['object']['id'])}"


def break_at(session, words):
    """Stop when a program, and no other, enters a function: tenon break PROGRAM:FUNCTION."""
    if len(words) != 1 or ":" not in words[0]:
        raise gdb.GdbError("write: tenon break PROGRAM:FUNCTION")
    program, _, function = words[0].partition(":")
    if program not in session.programs.names():
        raise gdb.GdbError(f'the bundle has no program "{program}".{nearest(program, session.programs.names())}')
    known = session.programs.functions(program)
    if function not in known:
        raise gdb.GdbError(f'{program} has no function "{function}".{nearest(function, known)}')
    ProgramBreakpoint(session, program, known[function])
    return ()


def symbols(session, words):
    """Use a program's symbols: tenon symbols [PROGRAM]; without a name, those of the one that runs."""
    name = words[0] if words else session.running()
    if name not in session.programs.names():
        raise gdb.GdbError(f'the bundle has no program "{name}".{nearest(str(name), session.programs.names())}')
    session.use_symbols(name)
    yield f"symbols of {name}"


def type_text(session, words):
    """Type a text and Enter on the serial line: tenon type TEXT."""
    session.console.type(" ".join(words) + "\r")
    return ()


def start(arch, build, bundle, folder):
    """Connect, and define the commands."""
    for setting in ("confirm off", "pagination off", "print thread-events off", "tcp connect-timeout 20"):
        gdb.execute(f"set {setting}")
    gdb.execute(f"set architecture {'i386:x86-64' if arch == 'x86_64' else 'aarch64'}", to_string=True)
    session = Session(arch, build, bundle, folder)
    prefix = type("Tenon", (gdb.Command,), {"__doc__": "Look at the kernel and its programs."})
    prefix("tenon", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)
    for name, function in (("threads", threads), ("handles", handles), ("queues", queues), ("spaces", spaces),
                           ("break", break_at), ("symbols", symbols), ("type", type_text)):
        TenonCommand(session, name, function)
    gdb.execute(f"target remote {folder}/gdb", to_string=True)
    gdb.events.stop.connect(session.stopped)
