# SPDX-License-Identifier: MIT
"""The manifest compiler: every defect is told with file, key, what and remedy; the bytes are those of
abi/manifest.h.

    test_manifest.py [Keys|Together|Bytes]
"""

import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "manifest"
sys.path[:0] = [str(TOOL), str(ROOT / "tools" / "toml")]
import check  # pylint: disable=wrong-import-position # the path above leads to it
import encode  # pylint: disable=wrong-import-position
import model  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position

GOOD = """
[product]
name = "gateway"
memory = "1M"

[[server]]
name = "net"
program = "bin/net"
args = ["-v", "-v"]
serves = ["/svc/net"]
devices = ["nic*"]
access = ["log-write", "info"]
memory = "256K"
priority = 20
budget_us = 500
period_us = 1000
restart = "limit"
restart_limit = 3
restart_window_s = 10

[[server]]
name = "app"
if = "APP"
fpu = true
uses = ["/svc/net", "/svc/supervisor"]
may_use = ["/"]
memory = 65536
threads = 9
stack = "16K"
priority = 10

[run]
memory = "64K"
priority = 5
may_use = ["/svc/net"]
"""


class ManifestCase(unittest.TestCase):
    """A manifest is written to a file and read."""

    def read(self, text, **options):
        """The manifest TEXT, checked."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "m.toml"
            path.write_text(text, encoding="utf-8")
            manifest = model.read(path, "m.toml", **options)
        check.check(manifest)
        return manifest

    def expect(self, old, new, *words, **options):
        """Replacing OLD by NEW in the good manifest is told with WORDS."""
        self.assertIn(old, GOOD)
        with self.assertRaises(Problem) as caught:
            self.read(GOOD.replace(old, new), **options)
        message = str(caught.exception)
        self.assertIn("m.toml: ", message)
        for word in words:
            self.assertIn(word, message)
        return message


class Keys(ManifestCase):
    """Every key by itself."""

    def test_a_good_manifest_is_read(self):
        manifest = self.read(GOOD)
        net, app, run = manifest.servers
        self.assertEqual((manifest.product, manifest.memory), ("gateway", 1 << 20))
        self.assertEqual((net.memory, net.budget_ns, net.restart_limit), (256 << 10, 500_000, 3))
        self.assertEqual((app.program, app.stack, app.restart), ("bin/app", 16 << 10, "never"))
        self.assertTrue(run.is_template)

    def test_not_toml_and_missing(self):
        self.expect("[product]", "[product", "is not TOML")
        with self.assertRaises(Problem) as caught:
            model.read("/nowhere/m.toml")
        self.assertIn("cannot be read", str(caught.exception))

    def test_unknown_key_names_the_nearest(self):
        self.expect("serves", "servse", "server net.servse", 'Did you mean "serves"')
        self.expect("[product]", "[prodct]", 'Did you mean "product"')
        self.expect("[run]\n", '[run]\nserves = ["/x"]\n', "run.serves")

    def test_names(self):
        self.expect('name = "net"', 'name = "Net"', "no name of a server")
        self.expect('name = "net"', f'name = "{"n" * 32}"', "no name of a server")
        self.expect('program = "bin/net"', 'program = "/bin/net"', "no path in the bundle")

    def test_types(self):
        self.expect("priority = 20", 'priority = "20"', "server net.priority", "is not a number")
        self.expect("priority = 20", "priority = true", "is not a number")
        self.expect('args = ["-v", "-v"]', "args = [1]", "server net.args", "is no text")

    def test_priority(self):
        self.expect("priority = 20", "priority = 256", "256 is not from 0 to 255")
        self.expect("priority = 20", "priority = 32", "not from 0 to 31", priorities=32)
        self.expect("priority = 20\n", "", "server net.priority", "is missing")

    def test_sizes(self):
        self.expect('memory = "256K"', 'memory = "256k"', "server net.memory", "is no size")
        self.expect('memory = "256K"', "memory = 0", "is no size")
        self.expect('memory = "256K"\n', "", "server net.memory", "is no size")
        self.expect('stack = "16K"', "stack = 1000", "no multiple of 4096")
        self.expect('stack = "16K"', 'stack = "1M"', "no multiple of 4096")

    def test_threads(self):
        self.assertEqual([server.threads for server in self.read(GOOD).servers], [4, 9, 4])
        self.expect("threads = 9", "threads = 0", "server app.threads", "0 is not from 1 to 4096")
        self.expect("threads = 9", "threads = 33", "33 is not from 1 to 32", threads=32)
        self.expect("[run]\n", '[run]\nthreads = "4"\n', "run.threads", "is not a number")

    def test_budget(self):
        self.expect("budget_us = 500", "budget_us = 1001", "not from 20 to 1000")
        self.expect("period_us = 1000", "period_us = 10", "server net.period_us")

    def test_prefixes_and_devices(self):
        self.expect('serves = ["/svc/net"]', 'serves = ["svc/net"]', "is not a prefix")
        self.expect('serves = ["/svc/net"]', 'serves = ["/svc/net/"]', "is not a prefix")
        self.expect('devices = ["nic*"]', 'devices = ["*"]', "is not a device name")
        self.expect('devices = ["nic*"]', 'devices = ["nic0", "nic0"]', "is there twice")

    def test_access(self):
        self.expect('"info"]', '"inof"]', "server net.access", 'Did you mean "info"')

    def test_fpu(self):
        self.assertEqual([server.fpu for server in self.read(GOOD).servers], [False, True, False])
        self.assertTrue(self.read(GOOD, enabled={"APP", "FPU"}).servers[1].fpu)
        self.expect("fpu = true", "fpu = 1", "server app.fpu", "is not true or false")
        self.expect("[run]", "[run]", "server app.fpu", "CONFIG_FPU", "leave fpu out", enabled={"APP"})

    def test_optional(self):
        self.assertEqual([server.optional for server in self.read(GOOD).servers], [False] * 3)
        good = GOOD.replace('devices = ["nic*"]', 'devices = ["nic*"]\noptional = true').replace(
            'uses = ["/svc/net", "/svc/supervisor"]\nmay_use = ["/"]', 'may_use = ["/svc/net"]')
        self.assertEqual([server.optional for server in self.read(good).servers], [True, False, False])
        self.expect("fpu = true", "optional = true", "server app.optional", "needs no device", "leave optional out")
        self.expect('args = ["-v", "-v"]', "optional = 1", "server net.optional", "is not true or false")

    def test_if(self):
        self.expect('if = "APP"', "if = 1", "server[1].if", "names no configuration symbols")
        self.expect('if = "APP"', 'if = ["APP", ""]', "names no configuration symbols")
        self.expect('if = "APP"', 'if = "app"', "names no configuration symbols")

    def test_restart(self):
        self.expect('restart = "limit"', 'restart = "often"', '"often" is unknown')
        self.expect('restart = "limit"', 'restart = "always"', "mean nothing")
        self.expect("restart_limit = 3", "restart_limit = 17", "not from 1 to 16")
        self.expect("restart_window_s = 10\n", "", "restart_window_s", "is missing")

    def test_all_defects_at_once(self):
        message = self.expect("priority = 20", "priority = -1\ncolour = 3")
        self.assertEqual(len(message.splitlines()), 2)


class Together(ManifestCase):
    """What must fit together."""

    def test_names_are_unique(self):
        self.expect('name = "app"', 'name = "net"', "server net", "the name is taken")
        self.expect('name = "app"', 'name = "supervisor"', "the name is taken")

    def test_a_prefix_has_one_server(self):
        self.expect('stack = "16K"', 'serves = ["/svc/net"]', '"/svc/net" is served by net too')
        self.expect('stack = "16K"', 'serves = ["/svc/supervisor"]', "served by supervisor too")

    def test_what_is_used_is_served(self):
        self.expect('uses = ["/svc/net"', 'uses = ["/svc/nte"', "served by nobody",
                    'Did you mean "/svc/net"')
        self.expect('serves = ["/svc/net"]', 'serves = ["/svc/net"]\nuses = ["/svc/net"]',
                    "served by the server itself")

    def test_what_may_be_left_out_is_not_needed(self):
        self.expect('devices = ["nic*"]', 'devices = ["nic*"]\noptional = true', "server app.uses",
                    "served by net, which may be left out", "Write it under may_use")

    def test_what_may_be_used_need_not_be_served(self):
        self.assertEqual(self.read(GOOD).servers[1].may_use, ["/"])

    def test_quotas_fit(self):
        self.expect('memory = "1M"', 'memory = "300K"', "product.memory", "393216", "net has most")

    def test_threads_fit(self):
        """4 + 9 + 4, and the supervisor's."""
        self.assertEqual(self.read(GOOD, threads=18).threads, 18)
        self.expect("[run]", "[run]", "server app.threads", "18 threads together, which is more than the 17",
                    "Raise CONFIG_MAX_THREADS", "app has most", threads=17)
        self.expect("[run]\n", "[run]\nthreads = 14\n", "run.threads", "28 threads", threads=27)

    def test_programs_are_in_the_bundle(self):
        with self.assertRaises(Problem) as caught:
            check.check(self.read(GOOD), ["bin/net", "bin/ap"])
        self.assertIn('"bin/app" is not in the bundle. Did you mean "bin/ap"', str(caught.exception))

    def test_the_configuration_leaves_servers_out(self):
        self.assertEqual([s.name for s in self.read(GOOD, enabled={"APP", "FPU"}).servers], ["net", "app", "run"])
        self.assertEqual([s.name for s in self.read(GOOD, enabled=set()).servers], ["net", "run"])

    def test_the_configuration_chooses_between_servers(self):
        other = GOOD.replace('name = "net"', 'name = "net"\nif = ["APP", "!WIFI"]').replace("fpu = true\n", "")
        for enabled, names in (({"APP"}, ["net", "app", "run"]), ({"APP", "WIFI"}, ["app", "run"]),
                               (None, ["app", "run"])):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "m.toml"
                path.write_text(other, encoding="utf-8")
                manifest = model.read(path, enabled=enabled)
            self.assertEqual([server.name for server in manifest.servers], names)

    def test_nothing_to_run(self):
        with self.assertRaises(Problem) as caught:
            self.read('[product]\nname = "x"\n')
        self.assertIn("there is none", str(caught.exception))


class Bytes(ManifestCase):
    """The encoding, read back without the encoder's help."""

    def test_layout(self):
        data = encode.encode(self.read(GOOD))
        magic, version, size, crc, servers, items, texts = struct.unpack_from("<QIIIIII", data)
        self.assertEqual((magic, version, size), (0x316674736E614D6E, 2, len(data)))
        self.assertEqual(crc, zlib.crc32(data[32:]))
        self.assertEqual((servers, size), (3, 32 + 72 * servers + 8 * items + texts))
        self.assertEqual(data[-1], 0)
        pool = data[32 + 72 * servers + 8 * items:]

        def text(offset):
            return pool[offset:pool.index(b"\0", offset)].decode()

        fields = struct.unpack_from("<IIIIQQQIIIHHIIQ", data, 32)
        self.assertEqual((text(fields[0]), text(fields[1])), ("net", "bin/net"))
        self.assertEqual(fields[4:], (256 << 10, 500_000, 1_000_000, 8192, 20, 0x6, 2, 3, 4, 0, 10**10))
        listed = [struct.unpack_from("<II", data, 32 + 72 * servers + 8 * i) for i in range(fields[3])]
        self.assertEqual([(kind, text(offset)) for kind, offset in listed],
                         [(1, "-v"), (1, "-v"), (2, "/svc/net"), (4, "nic*")])
        flags = [struct.unpack_from("<IIIIQQQIIIHHIIQ", data, 32 + i * 72)[13] for i in range(servers)]
        self.assertEqual(flags, [0, 2, 1])

    def test_a_server_that_may_be_left_out_has_a_flag(self):
        text = GOOD.replace('devices = ["nic*"]', 'devices = ["nic*"]\noptional = true').replace(
            'uses = ["/svc/net", "/svc/supervisor"]\n', "")
        data = encode.encode(self.read(text))
        self.assertEqual(struct.unpack_from("<IIIIQQQIIIHHIIQ", data, 32)[13], 4)

    def test_unserved_optional_prefixes_are_dropped(self):
        data = encode.encode(self.read(GOOD))
        self.assertNotIn(b"\0/\0", data)

    def test_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = pathlib.Path(folder) / "m.toml", pathlib.Path(folder) / "m.bin"
            source.write_text(GOOD, encoding="utf-8")
            command = [sys.executable, "-B", TOOL, "--file", "bin/net", "--file", "bin/app", source, target]
            self.assertEqual(subprocess.run(command, check=False).returncode, 0)
            self.assertGreater(target.stat().st_size, 0)
            target.unlink()
            source.write_text(GOOD.replace("priority = 20", "priority = 999"), encoding="utf-8")
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("manifest: error: ", done.stderr)
            self.assertFalse(target.exists())

    def test_the_default_product_is_good(self):
        manifest = model.read(ROOT / "servers" / "manifest.toml")
        check.check(manifest)
        self.assertIn("shell", [server.name for server in manifest.servers])


if __name__ == "__main__":
    unittest.main()
