# SPDX-License-Identifier: MIT
"""Products that are wrong in part: a message says what, and the rest runs on. Programs that misbehave:
they end, and the others do not notice.

    TENON_ARCH=A TENON_BUILD=DIR test_bad_product.py
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "harness"), str(ROOT / "tools" / "bundle")]
import built  # pylint: disable=wrong-import-position # the paths above lead to them
import container  # pylint: disable=wrong-import-position
import guest  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position


class ProductCase(unittest.TestCase):
    """The default product with changes, in a folder of its own."""

    def setUp(self):
        self.build = pathlib.Path(os.environ["TENON_BUILD"])
        self.machine = guest.qemu.Machine.of_build(os.environ["TENON_ARCH"], self.build)
        self.number, self.product, self.files = container.decode(self.machine.bundle.read_bytes())
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)

    def manifest(self, change, without=None):
        """Pack the default manifest after CHANGE, a function from text to text, as for the configuration
        that was built, but WITHOUT this symbol."""
        config = (self.build / "config" / "all.config").read_text(encoding="utf-8")
        symbols = self.folder / "all.config"
        symbols.write_text(config.replace(f"CONFIG_{without}=y", ""), encoding="utf-8")
        text = (ROOT / "servers" / "manifest.toml").read_text(encoding="utf-8")
        source, target = self.folder / "manifest.toml", self.folder / "manifest"
        source.write_text(change(text), encoding="utf-8")
        subprocess.run([sys.executable, "-B", ROOT / "tools" / "manifest", "--config", symbols, source, target],
                       check=True)
        self.files["manifest"] = target.read_bytes()

    def booted(self, kind=shell.Shell, spoil=None):
        """The changed product, running; SPOIL alters the finished bundle."""
        data = bytearray(container.encode(self.number, self.product, self.files))
        if spoil:
            spoil(data)
        self.machine.bundle = self.folder / "changed.bundle"
        self.machine.bundle.write_bytes(data)
        return kind(self.machine)


class Parts(ProductCase):
    """One part is missing or damaged."""

    def test_device_that_is_not_there(self):
        self.manifest(lambda text: text.replace('devices = ["uart0"]', 'devices = ["uart7"]'),
                      without="SERVER_CONSOLES")
        with self.booted(guest.Guest) as running:
            running.expect("console: this machine has no device uart7")
            running.expect("shell: starts without /svc/console, which nobody serves")
            running.expect("shell: ended too often; it is not started again")

    @unittest.skipUnless(built.has("SERVER_CONSOLES"), "nothing is optional in this configuration")
    def test_optional_device_that_is_not_there(self):
        """One line says so; who might have used the server says nothing."""
        self.manifest(lambda text: text.replace('"kbd0"', '"kbd7"').replace('"screen0"', '"screen7"'))
        with self.booted() as running:
            log = running.run("log")
            for name, device in (("screen", "screen7"), ("keyboard", "kbd7")):
                if built.has(f"SERVER_{name.upper()}"):
                    self.assertEqual(log.count(f"{name} is left out: this machine has no device {device}"), 1)
            self.assertNotIn("starts without", log)
            self.assertNotIn("screen", running.programs())

    def test_program_that_is_not_there(self):
        self.manifest(lambda text: text.replace("# What `run`", '[[server]]\nname = "ghost"\n'
                                                'memory = "64K"\npriority = 9\n\n# What `run`'))
        with self.booted() as running:
            self.assertIn("ghost: the bundle has no file bin/ghost", running.run("log"))
            self.assertEqual(running.programs()["ghost"]["STATE"], "failed")

    def test_damaged_program(self):
        """A byte of ramfs is altered: it is not started, and who needs it learns that."""
        def spoil(data):
            at = data.find(self.files["bin/ramfs"])
            data[at + 100] ^= 1
        with self.booted(spoil=spoil) as running:
            self.assertIn("ramfs: cannot start bin/ramfs: The bytes were altered", running.run("log"))
            self.assertIn("There is no file server", running.run("ls"))

    def test_program_of_another_architecture(self):
        wrong = bytearray(self.files["bin/ramfs"])
        wrong[18:20] = (183 if self.number == 62 else 62).to_bytes(2, "little")
        self.files["bin/ramfs"] = bytes(wrong)
        with self.booted() as running:
            self.assertIn("ramfs: cannot start bin/ramfs: It was made for another architecture",
                          running.run("log"))

    def test_truncated_program(self):
        self.files["bin/ramfs"] = self.files["bin/ramfs"][:5000]
        with self.booted() as running:
            self.assertIn("ramfs: cannot start bin/ramfs: The bytes end too early", running.run("log"))

    def test_quota_that_is_too_small(self):
        self.manifest(lambda text: text.replace('memory = "256K"', 'memory = "16K"'))
        with self.booted() as running:
            self.assertIn("ramfs: cannot start bin/ramfs: The resource container does not cover it",
                          running.run("log"))

    def test_quota_that_the_machine_does_not_have(self):
        self.manifest(lambda text: text.replace('memory = "256K"', 'memory = "64G"'))
        with self.booted() as running:
            self.assertIn("ramfs: cannot start bin/ramfs", running.run("log"))

    def test_nothing_that_can_run(self):
        for name in [name for name in self.files if name.startswith("bin/") and name != "bin/supervisor"]:
            del self.files[name]
        with self.booted(guest.Guest) as running:
            self.assertNotEqual(running.wait_exit(), 0)
            for word in ("console: the bundle has no file bin/console", "Tenon cannot go on"):
                self.assertIn(word, running.output)


class Programs(ProductCase):
    """A program that a person starts does what it should not."""

    def setUp(self):
        super().setUp()
        self.files["bin/misbehave"] = (self.build / "programs" / "misbehave").read_bytes()
        self.shell = self.booted()
        self.shell.__enter__()
        self.addCleanup(self.shell.__exit__)

    def alive(self):
        """Shell, files and supervisor answer."""
        self.assertEqual(self.shell.run("echo alive"), "alive\n")
        self.assertIn("welcome", self.shell.run("ls"))
        self.assertEqual(self.shell.programs()["shell"]["RESTARTS"], "0")

    def test_exit_code(self):
        self.assertEqual(self.shell.run("run misbehave 0"), "")
        self.assertEqual(self.shell.run("run misbehave 42"), "run: misbehave ended with code 42.\n")

    def test_fault(self):
        self.assertIn("ended by a fault", self.shell.run("run misbehave fault"))
        self.assertIn("misbehave: page fault writing 0x18", self.shell.run("log"))
        self.alive()

    def test_stack_overflow(self):
        self.assertIn("ended by a fault", self.shell.run("run misbehave overflow"))
        self.alive()

    def test_overwritten_stack_frame(self):
        """With canaries the program itself notices; without, it may end in any way."""
        answer = self.shell.run("run misbehave smash")
        if "CONFIG_STACK_PROTECTOR=y" in (self.build / ".config").read_text(encoding="utf-8"):
            self.assertEqual(answer, "run: misbehave ended with code 127.\n")
            self.assertIn("misbehave: a function wrote past its stack frame", self.shell.run("log"))
        self.alive()

    def test_exhausted_memory(self):
        answer = self.shell.run("run misbehave exhaust")
        self.assertRegex(answer, r"took \d+ blocks")
        self.alive()
        self.assertEqual(self.shell.run("run misbehave exhaust"), answer)

    def test_endless_loop_is_ended_by_ctrl_c(self):
        self.shell.type("run misbehave loop\r")
        self.shell.expect("run misbehave loop")
        self.shell.type("echo typed ahead\r\x03")
        self.shell.expect(r"^run: misbehave was killed \(code 130\)\.")
        self.shell.expect("^typed ahead")
        self.shell.expect("^tenon> ")
        self.alive()

    def test_no_authority(self):
        self.assertIn("TN_ERR_RIGHTS", self.shell.run("run misbehave escape"))
        self.alive()

    def test_many_runs_leave_nothing_behind(self):
        """The last line of mem and what the supervisor has spent stay the same."""
        self.shell.run("run misbehave 0")
        before = self.shell.run("mem").splitlines()
        for _ in range(40):
            self.shell.run("run misbehave 0")
        after = self.shell.run("mem").splitlines()
        self.assertEqual((after[1], after[-1]), (before[1], before[-1]))
        self.assertIn(["misbehave", "0", "0"], [line.split() for line in after])

    def test_program_that_is_not_there(self):
        self.assertIn("ls bin/ shows the programs", self.shell.run("run nothing"))

    def test_file_that_is_no_program(self):
        self.assertIn("welcome", self.shell.run("run welcome"))
        self.alive()


if __name__ == "__main__":
    unittest.main()
