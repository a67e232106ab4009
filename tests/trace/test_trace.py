# SPDX-License-Identifier: MIT
"""Traces: what the shell prints, who ran when and talked to whom, the picture and Perfetto's format.

    test_trace.py [Logs|Timelines|Outputs]
    TENON_ARCH=A TENON_BUILD=DIR test_trace.py Guest
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOOL = ROOT / "tools" / "trace"
sys.path[:0] = [str(TOOL), str(ROOT / "tools" / "report"), str(ROOT / "tests" / "harness")]
import chrome  # pylint: disable=wrong-import-position # the path above leads to it
import guest  # pylint: disable=wrong-import-position
import log  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position
import timeline  # pylint: disable=wrong-import-position
from names import Names  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position

RECORDED = {name: (HERE / f"{name}.log").read_text(encoding="ascii") for name in ("one_cpu", "four_cpus")}


def trace_of(*lines, threads="thread 7 server\nthread 9 client\n"):
    """The trace that LINES say."""
    count = sum(line.startswith("+") for line in lines)
    return log.read("log", f"--- trace 1 of Tenon ---\n{threads}" + "\n".join(lines) +
                    f"\n--- end of trace, {count} records ---\n")


def timeline_of(*lines):
    """The timeline of the same."""
    return timeline.build(trace_of(*lines), Names())


def ran(found):
    """(CPU, thread, begin, end) of each slice of the timeline FOUND."""
    return [(piece.cpu, piece.thread, piece.begin, piece.end) for piece in found.slices]


class Logs(unittest.TestCase):
    """Reading what was printed."""

    def test_records_and_names(self):
        found = trace_of("cpu 0 lost 3", "+64 3 9 0 300090001", "+a 4 9 7 0", "cpu 2 lost 0", "+1f 5 7 4 0")
        self.assertEqual(found.threads, {7: "server", 9: "client"})
        self.assertEqual(found.lost, {0: 3, 2: 0})
        self.assertEqual(found.records[0], [log.Record(100, 0, log.IPC, 9, (0, 0x300090001)),
                                            log.Record(110, 0, log.WAKE, 9, (7, 0))])
        self.assertEqual(found.records[2][0].time_ns, 31)

    def test_other_text_around_and_in_between(self):
        noisy = RECORDED["one_cpu"].replace("\ncpu 0", "\nsupervisor: console: was killed (code 9)\ncpu 0")
        noisy = "tenon> trace cat welcome\r\n" + noisy.replace("\n", "\r\n") + "\x1b[0mtenon> "
        self.assertEqual(log.read("a", noisy), log.read("b", RECORDED["one_cpu"]))

    def test_the_last_whole_trace_counts(self):
        text = RECORDED["four_cpus"] + RECORDED["one_cpu"] + "--- trace 1 of Tenon ---\n"
        self.assertEqual(log.read("a", text), log.read("b", RECORDED["one_cpu"]))

    def test_a_log_without_a_trace(self):
        with self.assertRaisesRegex(Problem, "a.log: there is no trace in it. It must hold what"):
            log.read("a.log", "tenon> ps\n")

    def test_a_trace_that_was_cut_off(self):
        with self.assertRaisesRegex(Problem, "the trace has no end. Take the trace again"):
            log.read("a", RECORDED["one_cpu"][:2000])

    def test_a_line_that_is_missing_or_altered(self):
        lines = RECORDED["one_cpu"].splitlines()
        for changed in (lines[:20] + lines[21:], lines[:20] + ["+12 zz 1 1 1"] + lines[21:]):
            with self.assertRaisesRegex(Problem, "323 records were printed and 322 are readable"):
                log.read("a", "\n".join(changed))

    def test_an_event_that_is_none(self):
        with self.assertRaisesRegex(Problem, "no event 9"):
            trace_of("cpu 0 lost 0", "+1 9 1 1 1")

    def test_a_later_format(self):
        with self.assertRaisesRegex(Problem, "format 2, and this tool knows 1"):
            log.read("a", RECORDED["one_cpu"].replace("trace 1 of", "trace 2 of"))

    def test_an_empty_trace(self):
        with self.assertRaisesRegex(Problem, "the trace is empty.*CONFIG_FASTPATH"):
            trace_of()


class Timelines(unittest.TestCase):
    """Who ran, and who talked to whom."""

    def test_switches(self):
        found = timeline_of("cpu 0 lost 0", "+64 1 7 7 a", "+a 1 9 9 5", "+a 2 9 8 0")
        self.assertEqual(ran(found), [(0, 7, 100, 110), (0, 9, 110, 120)])

    def test_idle_time_is_nobodys(self):
        found = timeline_of("cpu 0 lost 0", "+64 1 7 7 a", "+a 1 7 0 0", "+a 5 7 4 0", "+a 1 9 9 5", "+a 2 9 8 0")
        self.assertEqual(ran(found), [(0, 7, 100, 110), (0, timeline.IDLE, 110, 130), (0, 9, 130, 140)])

    def test_a_call_and_its_reply_change_the_thread(self):
        found = timeline_of("cpu 0 lost 0", "+64 3 9 0 300090001", "+a 2 7 5a 0", "+a 3 7 1 101", "+a 2 9 8 0")
        self.assertEqual(ran(found), [(0, 7, 100, 120), (0, 9, 120, 130)])
        self.assertEqual([(m.sender, m.receiver, m.label, m.is_reply) for m in found.messages],
                         [(9, 7, "supervisor.trace", False), (7, 9, "reply", True)])

    def test_a_server_with_time_of_its_own(self):
        found = timeline_of("cpu 0 lost 0", "+64 3 9 0 100010004", "+a 1 7 7 a", "+a 3 7 1 101", "+a 2 9 8 0")
        self.assertEqual([(m.sender, m.receiver, m.label) for m in found.messages],
                         [(9, 7, "console.write"), (7, 9, "reply")])

    def test_who_only_runs_next_received_nothing(self):
        found = timeline_of("cpu 0 lost 0", "+64 3 9 0 100010004", "+a 1 7 7 a", "+a 2 7 8 0", "+a 3 7 0 300090001",
                            "+a 1 9 9 5")
        self.assertEqual(found.messages, [])

    def test_a_message_that_wakes(self):
        found = timeline_of("cpu 0 lost 0", "+64 3 9 2 300090001", "+a 4 9 7 0", "+a 2 9 8 0")
        self.assertEqual([(m.sender, m.receiver) for m in found.messages], [(9, 7)])

    def test_equal_calls_in_a_row_are_one_mark(self):
        found = timeline_of("cpu 0 lost 0", "+64 2 7 55 1", "+a 2 7 55 1", "+a 2 7 55 1", "+a 2 7 54 1", "+a 5 7 4 0")
        self.assertEqual([(m.label, m.count, m.time, m.end) for m in found.marks],
                         [("io_write", 3, 100, 120), ("io_read", 1, 130, 130), ("interrupt 4", 1, 140, 140)])


class Invariants(unittest.TestCase):
    """What holds for the events of every trace."""

    def check(self, text):
        """Check the events of the log TEXT; returns them."""
        trace = log.read("log", text)
        found = timeline.build(trace, Names())
        events = chrome.events(found, lambda thread: trace.threads.get(thread, str(thread)))["traceEvents"]
        times = [event["ts"] for event in events if event["ph"] != "M"]
        self.assertEqual(times, sorted(times))
        running = {}
        for event in events:
            track = event["pid"], event["tid"]
            if event["ph"] == "B":
                self.assertNotIn(track, running)  # No two threads on one CPU, no thread on two.
                running[track] = event["name"]
            elif event["ph"] == "E":
                self.assertEqual(running.pop(track), event["name"])
        self.assertEqual(running, {})
        starts = {event["id"]: event for event in events if event["ph"] == "s"}
        ends = {event["id"]: event for event in events if event["ph"] == "f"}
        self.assertEqual(set(starts), set(ends))
        for number, start in starts.items():
            self.assertLessEqual(start["ts"], ends[number]["ts"])
        names = {event["args"]["name"] for event in events if event["ph"] == "M"}
        tracks = {(event["pid"], event["tid"]) for event in events if event["ph"] in "BE"}
        named = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name"}
        self.assertLessEqual(tracks, named)
        return events, names


class Outputs(Invariants):
    """The files, from recorded logs."""

    def test_events_of_one_cpu(self):
        events, names = self.check(RECORDED["one_cpu"])
        self.assertLessEqual({"CPUs", "threads", "CPU 0", "shell", "console", "ramfs", "supervisor"}, names)
        self.assertIn("file.read", {event["name"] for event in events if event["ph"] == "s"})
        self.assertTrue(any(event["name"].startswith("io_write") for event in events if event["ph"] == "i"))

    def test_events_of_four_cpus(self):
        _, names = self.check(RECORDED["four_cpus"])
        self.assertLessEqual({"CPU 0", "CPU 1", "CPU 2"}, names)

    def test_picture_and_events_are_written(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-B", TOOL, "--build", folder, HERE / "one_cpu.log"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("323 records of 1 CPU, 20 messages", done.stdout)
            picture = xml.etree.ElementTree.parse(f"{folder}/trace.svg")
            texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
            for word in ("CPU 0", "shell", "console", "file.read", "console.write"):
                self.assertIn(word, texts)
            self.assertIn("traceEvents", json.loads(pathlib.Path(folder, "trace.json").read_text(encoding="utf-8")))

    def test_log_that_is_not_there(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-B", TOOL, "--build", folder, "/nowhere.log"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("/nowhere.log: cannot be read: No such file or directory. Give a log", done.stderr)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])


class Guest(Invariants):
    """A system in QEMU."""

    def test_the_shell_prints_what_the_tool_reads(self):
        machine = guest.qemu.Machine.of_build(os.environ["TENON_ARCH"], os.environ["TENON_BUILD"])
        with shell.Shell(machine) as running:
            running.run("cat welcome")
            text = running.run("trace")
        if re.search(r"(?m)^trace: trace rings: ", text):
            self.assertNotIn("CONFIG_TRACE=y", pathlib.Path(os.environ["TENON_BUILD"], ".config").read_text(encoding="utf-8"))
            return
        trace = log.read("log", text)
        self.assertLessEqual({"supervisor", "console", "ramfs", "shell"}, set(trace.threads.values()))
        _, names = self.check(text)
        self.assertIn("shell", names)


if __name__ == "__main__":
    unittest.main()
