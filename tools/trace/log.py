# SPDX-License-Identifier: MIT
"""What the shell's command `trace` prints (servers/shell/src/commands_trace.c has the form), read from a log that may
hold other text before, behind and in between: what a person typed, messages of other programs, a terminal's
control sequences.
"""

import dataclasses
import re

from problem import Problem

BEGIN = re.compile(r"^--- trace (\d+) of (.*) ---$")
END = re.compile(r"^--- end of trace, (\d+) records ---$")
THREAD = re.compile(r"^thread ([0-9a-f]+) (\S+)$")
CPU = re.compile(r"^cpu (\d+) lost (\d+)$")
RECORD = re.compile(r"^\+([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)$")
CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
FORMAT = "1"

SWITCH, SYSCALL, IPC, WAKE, INTERRUPT, FAULT, TIMEOUT = range(1, 8)
AGAIN = "Take the trace again: trace in the shell, or ./tenon trace"


@dataclasses.dataclass(frozen=True)
class Record:
    """One thing that happened: enum tn_trace_event of abi/object.h."""

    time_ns: int
    cpu: int
    event: int
    thread: int
    arguments: tuple


@dataclasses.dataclass
class Trace:
    """All that the log says."""

    system: str
    threads: dict  # {thread: program}
    lost: dict  # {cpu: records overwritten before the first}
    records: dict  # {cpu: [Record], oldest first}


def read(name, text):
    """The last whole trace in TEXT, which is that of the file NAME."""
    lines = [CONTROL_SEQUENCE.sub("", line).strip() for line in text.replace("\r", "\n").splitlines()]
    begins = [number for number, line in enumerate(lines) if BEGIN.match(line)]
    if not begins:
        raise Problem(f"{name}: there is no trace in it", "It must hold what the shell's command trace prints")
    for begin in reversed(begins):
        end = next((number for number in range(begin, len(lines)) if END.match(lines[number])), None)
        if end is not None:
            return _parse(name, lines[begin:end + 1])
    raise Problem(f"{name}: the trace has no end", AGAIN)


def _parse(name, lines):
    """The trace in LINES, from its first to its last."""
    version, system = BEGIN.match(lines[0]).groups()
    if version != FORMAT:
        raise Problem(f"{name}: the trace has format {version}, and this tool knows {FORMAT}",
                      "Use the tool of the kit that the system was built with")
    trace = Trace(system, {}, {}, {})
    cpu = None
    for line in lines[1:-1]:
        if found := THREAD.match(line):
            trace.threads[int(found.group(1), 16)] = found.group(2)
        elif found := CPU.match(line):
            cpu, now = int(found.group(1)), 0
            trace.lost[cpu], trace.records[cpu] = int(found.group(2)), []
        elif (found := RECORD.match(line)) and cpu is not None:
            delta, event, thread, *arguments = (int(word, 16) for word in found.groups())
            now += delta
            trace.records[cpu].append(Record(now, cpu, event, thread, tuple(arguments)))
    _check(name, trace, int(END.match(lines[-1]).group(1)))
    return trace


def _check(name, trace, expected):
    """Raise Problem unless TRACE has as many records as EXPECTED, of known kinds."""
    records = [record for ring in trace.records.values() for record in ring]
    if len(records) != expected:
        raise Problem(f"{name}: {expected} records were printed and {len(records)} are readable: the log is incomplete "
                      "or altered", AGAIN)
    for record in records:
        if not SWITCH <= record.event <= TIMEOUT:
            raise Problem(f"{name}: there is no event {record.event}", AGAIN)
    if not records:
        raise Problem(f"{name}: the trace is empty: nothing left a record",
                      "With CONFIG_FASTPATH, most messages leave none; build --config trace has everything")
