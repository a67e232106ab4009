# SPDX-License-Identifier: MIT
"""The benchmarks' own arithmetic: names and budgets, what a profile says, which instructions are dear.

    test_bench.py [Budgets|Profiles|Instructions]
"""

import ctypes
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "bench"
sys.path.insert(0, str(TOOL))
import budgets  # pylint: disable=wrong-import-position # the path above leads to it
import image  # pylint: disable=wrong-import-position

PLAIN, SPACE, FLUSH, ISB, DSB, ATOMIC, HALT = range(7)  # enum instruction_kind

# The assembler's bytes of instructions, by kind.
X86 = {
    SPACE: ["0f22d8", "410f22d8"],  # mov %rax, %cr3; mov %r8, %cr3
    FLUSH: ["0f0138", "660f388208", "0f22e0"],  # invlpg (%rax); invpcid; mov %rax, %cr4
    ATOMIC: ["f0480fc108", "8708", "f00fb10a"],  # lock xadd; xchg with memory; lock cmpxchg
    HALT: ["f4"],
    PLAIN: ["4889d8", "0f20d8", "0f01f8", "87c1", "0f05", "480f07", "90", "0f22c0", "f348ab"],
}
ARM = {
    SPACE: [0xD5182000, 0xD518200F],  # msr ttbr0_el1, x0; x15
    FLUSH: [0xD508831F, 0xD5088740],  # tlbi vmalle1is; tlbi aside1
    ISB: [0xD5033FDF],
    DSB: [0xD5033F9F, 0xD5033B9F],  # dsb sy; dsb ish
    ATOMIC: [0xC8037C41, 0x88037C41, 0xC8A27C41, 0xF8220041, 0xB8A18000],  # stxr, cas, ldadd, swpa
    HALT: [0xD503207F],
    PLAIN: [0xD5182020, 0xC85F7C41, 0xD5033BBF, 0xF9400041, 0xD65F03C0, 0xC8DFFC41],
}


class Budgets(unittest.TestCase):
    """Names and limits."""

    def of(self, entry):
        """The measurements of ENTRY, by name."""
        return {found.name: found for found in budgets.measurements("ipc.call", entry)}

    def test_the_first_configuration_has_the_plain_name(self):
        """The others have a suffix; a budget belongs to its own."""
        found = self.of({"unit": "bytes", "rival": {"x86_64": "a", "arm64": "b"},
                         "minimal": {"x86_64": 7}, "default": {"arm64": 9}})
        self.assertEqual(sorted(found), ["ipc.call.arm64", "ipc.call.arm64.default",
                                         "ipc.call.x86_64", "ipc.call.x86_64.default"])
        self.assertEqual(found["ipc.call.x86_64"].budget, 7)
        self.assertIsNone(found["ipc.call.arm64"].budget)
        self.assertEqual(found["ipc.call.arm64.default"].budget, 9)

    def test_mitigations_are_measured_on_x86_64_alone(self):
        """Without a budget of their own they have none."""
        found = self.of({"unit": "instructions", "rival": {"x86_64": "a", "arm64": "b"},
                         "configurations": ["minimal", "mitigations"], "minimal": {"x86_64": 7}})
        self.assertEqual(sorted(found), ["ipc.call.arm64", "ipc.call.x86_64",
                                         "ipc.call.x86_64.mitigations"])
        self.assertIsNone(found["ipc.call.x86_64.mitigations"].budget)

    def test_configurations_and_architectures_can_be_others(self):
        """What minimal lacks is measured elsewhere, and some things on no architecture."""
        found = self.of({"unit": "bytes", "rival": {"4": ""}, "configurations": ["bench"],
                         "architectures": ["4"], "bench": {"4": 36}})
        self.assertEqual(list(found), ["ipc.call.4"])
        self.assertEqual(found["ipc.call.4"].budget, 36)

    def test_every_name_is_there_once(self):
        """The file that is used."""
        names = [entry.name for entry in budgets.load()]
        self.assertEqual(len(names), len(set(names)))


class Profiles(unittest.TestCase):
    """What the plugin writes."""

    TEXT = "case 0\ncase 12\nffffffff80001000 8 1\n401000 4 0\ninterrupt 233\n80 233 0\n"

    def test_sites_belong_to_their_case(self):
        """The interrupt comes last, if there was one."""
        cases, interrupt = image.read_profile(io.StringIO(self.TEXT))
        self.assertEqual(cases, [(), ((0xFFFFFFFF80001000, 8, 1), (0x401000, 4, 0))])
        self.assertEqual(interrupt, image.Case(233, 1, ((0x80, 233, 0),)))
        self.assertIsNone(image.read_profile(io.StringIO("case 0\n"))[1])

    def test_a_round_has_its_share(self):
        """Of each kind."""
        case = image.Case(100, 4, ((1, 8, SPACE), (2, 4, PLAIN), (3, 9, SPACE)))
        self.assertEqual(case.each_round(SPACE), 4)
        self.assertEqual(case.each_round(DSB), 0)

    def test_what_the_plugin_alone_sees_becomes_figures(self):
        """Two stops of an idle CPU are due."""
        idle = image.Case(0, 4, ((1, 10, HALT), (2, 99, PLAIN)))
        figures = image.Run({"sched.idle_wakeups": idle}).figures()
        self.assertEqual(figures, {"sched.idle_wakeups": 2})
        self.assertEqual(image.Run({}).figures(), {})

    def test_an_address_belongs_to_the_function_before_it(self):
        """Or to none."""
        names = {"first": 0x1000, "second": 0x2000}
        self.assertEqual(image.owner(names, 0x1FFF), "first")
        self.assertEqual(image.owner(names, 0x2000), "second")
        self.assertEqual(image.owner(names, 0xFFF), "?")


class Instructions(unittest.TestCase):
    """The plugin's decoder, as a library of this computer."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(cls.folder.name) / "instruction.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", path, TOOL / "plugins" / "instruction.c"],
                       check=True)
        cls.decoder = ctypes.CDLL(str(path))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_x86(self):
        """Prefixes do not hide an opcode, and registers are not memory."""
        for kind, codes in X86.items():
            for code in map(bytes.fromhex, codes):
                self.assertEqual(self.decoder.instruction_kind_x86(code, len(code)), kind, code.hex())

    def test_arm(self):
        """Fields that do not matter are not looked at."""
        for kind, words in ARM.items():
            for word in words:
                self.assertEqual(self.decoder.instruction_kind_arm(ctypes.c_uint32(word)), kind,
                                 hex(word))


if __name__ == "__main__":
    unittest.main()
