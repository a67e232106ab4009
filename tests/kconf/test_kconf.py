# SPDX-License-Identifier: MIT
"""Specification of tools/kconf: what it refuses, with which words, and what it makes of the rest."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TOOL = HERE.parents[1] / "tools" / "kconf"


class KconfCase(unittest.TestCase):
    """A private copy of the test tree, and the tool run on it as a person would."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.source = pathlib.Path(directory.name, "tree")
        shutil.copytree(HERE / "tree", self.source)
        self.config = self.source / "build" / ".config"
        self.config.parent.mkdir()

    def kconf(self, *words, arch="x86_64"):
        """Run the tool; returns the finished process."""
        return subprocess.run(
            [sys.executable, TOOL, "--arch", arch, "--source", self.source, "--config", self.config,
             *map(str, words)], capture_output=True, text=True, check=False)

    def accept(self, *words, arch="x86_64"):
        """Run the tool, which must do it without a word of complaint; returns its output."""
        done = self.kconf(*words, arch=arch)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def write(self, text):
        """Make TEXT the configuration file."""
        self.config.write_bytes(text if isinstance(text, bytes) else text.encode())

    def refuse(self, text, *fragments, arch="x86_64"):
        """`check` must refuse TEXT, in one line per problem that contains each of FRAGMENTS."""
        self.write(text)
        done = self.kconf("check", arch=arch)
        self.assertEqual(done.returncode, 1, "accepted")
        self.assertNotIn("Traceback", done.stderr)
        for fragment in fragments:
            self.assertIn(fragment, done.stderr)


class Errors(KconfCase):
    """Every error has a place, a symbol, a cause and a remedy; nothing is bent in silence."""

    def test_unknown_symbol_names_the_nearest_one(self):
        self.refuse("\nCONFIG_NETWORKS=y\n", f"{self.config}:2:", "no symbol CONFIG_NETWORKS",
                    "Did you mean CONFIG_NETWORK?")

    def test_unknown_symbol_that_is_not_set_is_an_error_too(self):
        self.refuse("# CONFIG_NETWROK is not set\n", ".config:1:", "CONFIG_NETWROK",
                    "Did you mean CONFIG_NETWORK?")

    def test_unmet_dependency_is_named_with_its_value(self):
        self.refuse("# CONFIG_NETWORK is not set\nCONFIG_DNS=y\n", ".config:2:",
                    "CONFIG_DNS needs NETWORK (CONFIG_NETWORK is n)")

    def test_unmet_condition_of_a_prompt(self):
        self.refuse("# CONFIG_TINY is not set\n", ".config:1:",
                    "CONFIG_TINY needs SMALL (CONFIG_SMALL is n)")

    def test_number_with_unmet_dependency(self):
        self.refuse("# CONFIG_NETWORK is not set\nCONFIG_PORTS=4\n", ".config:2:",
                    "CONFIG_PORTS needs NETWORK")

    def test_choice_that_fell_back_names_what_it_fell_back_to(self):
        self.refuse("# CONFIG_NETWORK is not set\nCONFIG_QUEUE_WIRE=y\n", ".config:2:",
                    'choice "Queue" fell back to CONFIG_QUEUE_LIST',
                    "CONFIG_QUEUE_WIRE needs NETWORK")

    def test_choice_with_every_member_refused(self):
        self.refuse("# CONFIG_QUEUE_LIST is not set\n# CONFIG_QUEUE_RING is not set\n"
                    "# CONFIG_QUEUE_WIRE is not set\n",
                    'choice "Queue" has no answer and fell back to CONFIG_QUEUE_LIST',
                    "Set one of CONFIG_QUEUE_LIST, CONFIG_QUEUE_RING, CONFIG_QUEUE_WIRE")

    def test_choice_with_two_answers(self):
        self.refuse("CONFIG_QUEUE_LIST=y\nCONFIG_QUEUE_RING=y\n", ".config:2:",
                    'choice "Queue" has two answers, CONFIG_QUEUE_LIST (line 1) and '
                    "CONFIG_QUEUE_RING")

    def test_number_above_its_range(self):
        self.refuse("CONFIG_PORTS=65\n", ".config:1:", "outside the range of CONFIG_PORTS, 2 to 64")

    def test_number_below_its_range(self):
        self.refuse("CONFIG_PORTS=1\n", "outside the range of CONFIG_PORTS, 2 to 64")

    def test_hexadecimal_number_outside_its_range(self):
        self.refuse("CONFIG_BASE=0x10000\n", "outside the range of CONFIG_BASE", "0x1000 to 0xffff")

    def test_number_that_is_none(self):
        self.refuse("CONFIG_PORTS=many\n", '"many" is not a number, which CONFIG_PORTS needs',
                    "Use 2 to 64")

    def test_empty_number(self):
        self.refuse("CONFIG_PORTS=\n", '"" is not a number')

    def test_switch_with_a_value_that_is_none(self):
        self.refuse("CONFIG_NETWORK=yes\n", '"yes" is no value for the switch CONFIG_NETWORK',
                    "Use y or n")

    def test_text_without_quotes(self):
        self.refuse("CONFIG_BANNER=hi\n", "CONFIG_BANNER is not quoted", 'CONFIG_BANNER="hi"')

    def test_duplicate_names_both_lines(self):
        self.refuse("CONFIG_PORTS=4\nCONFIG_PORTS=4\n", f"{self.config}:2:", "a second time",
                    f"{self.config}:1.")

    def test_garbage_line(self):
        self.refuse("CONFIG_PORTS=4\nPORTS=4\n", ".config:2:", '"PORTS=4" is not an assignment')

    def test_leading_space_is_garbage(self):
        self.refuse(" CONFIG_PORTS=4\n", ".config:1:", "is not an assignment")

    def test_not_utf8(self):
        self.refuse(b"# caf\xe9\n", "byte 5 is not UTF-8", "Save the file as UTF-8")

    def test_missing_file(self):
        done = self.kconf("check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be read: No such file", done.stderr)
        self.assertIn("defconfig NAME", done.stderr)

    def test_computed_symbol(self):
        self.refuse("CONFIG_PORTS_TWICE=4\n", "CONFIG_PORTS_TWICE is computed (it is 16 here)",
                    "Remove the line")

    def test_architecture_is_no_symbol_to_set(self):
        self.refuse("CONFIG_ARCH_ARM64=y\n", "CONFIG_ARCH_ARM64 is computed",
                    "the architecture is given by --arch")

    def test_symbol_of_another_architecture(self):
        self.refuse("CONFIG_IO_PORTS=y\n", "CONFIG_IO_PORTS needs ARCH_X86_64", arch="arm64")

    def test_switch_that_another_one_forces(self):
        self.refuse("CONFIG_LOGGER=y\n# CONFIG_STORE is not set\n", ".config:2:",
                    "CONFIG_STORE is forced to y by LOGGER")

    def test_all_problems_are_told_at_once(self):
        self.refuse("garbage\nmore garbage\n", ".config:1:", ".config:2:")
        self.refuse("CONFIG_NO=y\nCONFIG_PORTS=x\n", "CONFIG_NO", '"x"')

    def test_broken_kconfig_file(self):
        self.source.joinpath("Kconfig").write_text("config\n")
        done = self.kconf("check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Kconfig:1", done.stderr)

    def test_kconfig_file_that_uses_an_undefined_symbol(self):
        with open(self.source / "Kconfig", "a", encoding="utf-8") as kconfig:
            kconfig.write('config X\n\tbool "x"\n\tdepends on NOWHERE\n')
        done = self.kconf("randconfig", 1)
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOWHERE", done.stderr)


class Commands(KconfCase):
    """Each command does what its help says."""

    def test_defconfig_joins_common_and_architecture_lines(self):
        self.accept("defconfig", "small")
        text = self.config.read_text()
        self.assertIn("# CONFIG_NETWORK is not set\n", text)
        self.assertIn("CONFIG_QUEUE_RING=y\n", text)
        self.assertIn("CONFIG_IO_PORTS=y\n", text)
        self.accept("check")

    def test_defconfig_leaves_out_the_lines_of_other_architectures(self):
        self.accept("defconfig", "small", arch="arm64")
        self.assertNotIn("IO_PORTS", self.config.read_text())

    def test_defconfig_writes_nothing_that_a_person_cannot_set(self):
        self.accept("defconfig", "small")
        self.assertNotIn("ARCH_", self.config.read_text())
        self.assertNotIn("PORTS_TWICE", self.config.read_text())

    def test_defconfig_of_unknown_name_tells_the_nearest(self):
        done = self.kconf("defconfig", "smal")
        self.assertEqual(done.returncode, 1)
        self.assertIn("configs/smal_defconfig: there is no such file. Did you mean small?", done.stderr)

    def test_listnewconfig_lists_what_the_file_does_not_say(self):
        self.write("CONFIG_PORTS=4\n")
        lines = self.accept("listnewconfig").splitlines()
        self.assertIn("CONFIG_NETWORK=y", lines)
        self.assertNotIn("CONFIG_PORTS=4", lines)

    def test_olddefconfig_adds_the_new_symbols_and_keeps_the_old(self):
        self.write("CONFIG_PORTS=4\n")
        self.accept("olddefconfig")
        self.assertEqual(self.accept("listnewconfig"), "")
        self.assertIn("CONFIG_PORTS=4\n", self.config.read_text())

    def test_savedefconfig_writes_only_what_differs_and_splits_by_architecture(self):
        self.write("CONFIG_PORTS=4\nCONFIG_IO_PORTS=y\n")
        self.accept("savedefconfig", "mine")
        configs = self.source / "configs"
        self.assertEqual(configs.joinpath("mine_defconfig").read_text(),
                         "# SPDX-License-Identifier: MIT\nCONFIG_PORTS=4\n")
        self.assertEqual(configs.joinpath("mine.x86_64").read_text(),
                         "# SPDX-License-Identifier: MIT\nCONFIG_IO_PORTS=y\n")

    def test_savedefconfig_then_defconfig_gives_the_same_configuration(self):
        self.accept("randconfig", 7)
        before = self.config.read_text()
        self.accept("savedefconfig", "mine")
        self.accept("defconfig", "mine")
        self.assertEqual(self.config.read_text(), before)


class Products(KconfCase):
    """A product's own symbols, and what it sets differently from a named configuration."""

    def setUp(self):
        super().setUp()
        self.own = self.source / "Own"
        self.own.write_text('config LAMP\n\tbool "Lamp"\n\tdepends on NETWORK\n\tdefault y\n')
        self.fragment = self.source / "lamp.config"

    def load(self, text, *words, arch="x86_64"):
        """Make a configuration from `small` and the fragment TEXT; returns the finished process."""
        self.fragment.write_text(text)
        return self.kconf("--product", "lamp", "--defconfig", "small", "--kconfig", self.own,
                          "--fragment", self.fragment, *(words or ("defconfig", "small")), arch=arch)

    def lines(self, text, **options):
        """The lines of that configuration."""
        done = self.load(text, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.config.read_text().splitlines()

    def refused(self, text, *fragments):
        """The fragment TEXT must be refused with FRAGMENTS."""
        done = self.load(text)
        self.assertEqual(done.returncode, 1, "accepted")
        for fragment in fragments:
            self.assertIn(fragment, done.stderr)

    def test_the_fragment_stands_above_the_configuration_that_it_begins_with(self):
        lines = self.lines("CONFIG_NETWORK=y\n# CONFIG_LAMP is not set\n")
        for line in ("CONFIG_NETWORK=y", "# CONFIG_LAMP is not set", "CONFIG_QUEUE_RING=y"):
            self.assertIn(line, lines)

    def test_its_answer_to_a_choice_replaces_the_other_one(self):
        self.assertIn("CONFIG_QUEUE_LIST=y", self.lines("CONFIG_QUEUE_LIST=y\n"))

    def test_lines_of_one_architecture(self):
        self.fragment.with_suffix(".arm64").write_text("CONFIG_NETWORK=y\nCONFIG_PORTS=3\n")
        self.assertIn("CONFIG_PORTS=3", self.lines("", arch="arm64"))
        self.assertNotIn("CONFIG_PORTS=3", self.lines(""))

    def test_symbols_of_its_own_are_as_strict_as_others(self):
        self.refused("CONFIG_LAMP=y\n", "lamp.config:1:", "CONFIG_LAMP needs NETWORK")
        self.refused("CONFIG_LAMPE=y\n", "lamp.config:1:", "Did you mean CONFIG_LAMP?")

    def test_a_symbol_of_the_kit_is_a_clash_with_both_places(self):
        self.own.write_text('\nconfig PORTS\n\tint "Mine"\n')
        self.refused("", "Own:2: the symbol PORTS is defined a second time, after Kconfig:",
                     "Choose another name")

    def test_a_symbol_that_is_defined_twice_is_one_too(self):
        self.own.write_text("config LAMP\n\tbool\n" * 2)
        self.refused("", "Own:3: the symbol LAMP is defined a second time, after Own:1")

    def test_a_configuration_that_is_the_product_s_has_its_name(self):
        self.lines("CONFIG_NETWORK=y\n")
        self.load("CONFIG_NETWORK=y\n", "generate", self.source / "out")
        header = self.source / "out" / "tenon_config.h"
        self.assertIn('CONFIG_NAME "lamp"', header.read_text())
        self.load("", "generate", self.source / "out")
        self.assertIn('CONFIG_NAME "custom"', header.read_text())

    def test_what_is_for_the_kit_alone_is_not_in_a_product(self):
        self.assertNotIn("GADGET", "".join(self.lines("")))
        self.accept("defconfig", "small")
        self.assertIn("CONFIG_GADGET=y\n", self.config.read_text())


class Random(KconfCase):
    """randconfig draws valid configurations that a seed brings back."""

    def draw(self, seed):
        """The configuration of SEED."""
        self.accept("randconfig", seed)
        return self.config.read_text()

    def test_same_seed_same_configuration(self):
        self.assertEqual(self.draw(3), self.draw(3))

    def test_seeds_differ(self):
        self.assertGreater(len({self.draw(seed) for seed in range(8)}), 4)

    def test_every_one_passes_the_strict_check(self):
        for seed in range(12):
            self.draw(seed)
            self.accept("check")


class Generate(KconfCase):
    """What the build reads."""

    def generate(self, text, arch="x86_64"):
        """The header and the CMake file made from TEXT."""
        self.write(text)
        self.accept("generate", self.source / "out", arch=arch)
        return [self.source.joinpath("out", name).read_text()
                for name in ("tenon_config.h", "config.cmake")]

    def hash_of(self, text, arch="x86_64"):
        """CONFIG_HASH of the configuration TEXT."""
        return re.search(r'CONFIG_HASH "([0-9a-f]{16})"', self.generate(text, arch)[0])[1]

    def test_every_symbol_is_defined(self):
        header, cmake = self.generate("# CONFIG_NETWORK is not set\nCONFIG_BANNER=\"a\\\"b\"\n")
        for line in ("NETWORK 0", "DNS 0", "PORTS 0", "BASE 0x2000", 'BANNER "a\\"b"',
                     "QUEUE_LIST 1", "QUEUE_RING 0", "ARCH_X86_64 1", "ARCH_ARM64 0"):
            self.assertIn(f"#define CONFIG_{line}\n", header)
        self.assertIn("set(CONFIG_QUEUE_LIST [==[ON]==])", cmake)
        self.assertIn("set(CONFIG_QUEUE_RING [==[OFF]==])", cmake)

    def test_list_has_what_nobody_can_set_too(self):
        self.generate("")
        lines = self.source.joinpath("out", "all.config").read_text().splitlines()
        for line in ("CONFIG_ARCH_X86_64=y", "CONFIG_TINY=y", "CONFIG_PORTS_TWICE=16"):
            self.assertIn(line, lines)

    def test_hash_depends_on_values_alone(self):
        self.assertEqual(self.hash_of("CONFIG_PORTS=4\nCONFIG_BASE=0x3000\n"),
                         self.hash_of("# text\nCONFIG_BASE=0x3000\nCONFIG_PORTS=4\n"))
        self.assertEqual(self.hash_of(""), self.hash_of("CONFIG_PORTS=8\n"))
        self.assertNotEqual(self.hash_of(""), self.hash_of("CONFIG_PORTS=9\n"))
        self.assertNotEqual(self.hash_of(""), self.hash_of("", arch="arm64"))

    def link(self, *texts):
        """What the linker says of one program that was compiled with the configurations TEXTS."""
        objects = [self.source / f"{number}.o" for number in range(len(texts))]
        for text, output in zip(texts, objects):
            self.generate(text)
            subprocess.run(["gcc", "-include", self.source / "out" / "tenon_config.h", "-c", "-x", "c",
                            "-o", output, "/dev/null"], check=True)
        return subprocess.run(["ld", "-r", "-o", self.source / "all.o", *objects], capture_output=True,
                              text=True, check=False)

    def test_one_program_is_linked_of_one_configuration(self):
        done = self.link("", "# text\nCONFIG_PORTS=8\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("tn_config_" + self.hash_of(""),
                      subprocess.check_output(["nm", self.source / "all.o"], text=True))

    def test_linker_tells_of_two_configurations_in_one_program(self):
        done = self.link("", "CONFIG_PORTS=9\n")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Tenon: two configurations in one program; compile all of it with one tenon_config.h",
                      done.stderr)

    def test_name_is_that_of_the_configuration_with_the_same_values(self):
        same = "# CONFIG_NETWORK is not set\nCONFIG_QUEUE_RING=y\nCONFIG_IO_PORTS=y\n"
        self.assertIn('#define CONFIG_NAME "small"\n', self.generate(same)[0])
        self.assertIn('#define CONFIG_NAME "custom"\n', self.generate("")[0])

    def test_unchanged_files_keep_their_time(self):
        self.generate("")
        header = self.source / "out" / "tenon_config.h"
        before = header.stat().st_mtime_ns
        self.generate("# another comment\n")
        self.assertEqual(header.stat().st_mtime_ns, before)

    def test_refused_configuration_generates_nothing(self):
        self.write("CONFIG_PORTS=100\n")
        self.assertEqual(self.kconf("generate", self.source / "out").returncode, 1)
        self.assertFalse(self.source.joinpath("out").exists())


if __name__ == "__main__":
    unittest.main()
