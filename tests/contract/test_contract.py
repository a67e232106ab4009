# SPDX-License-Identifier: MIT
"""The contract compiler: every defect is told with file, key, what and remedy; the code is as promised.

    test_contract.py [Errors|Code|Pages]
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "contract"
sys.path[:0] = [str(TOOL), str(ROOT / "tools" / "toml")]
import model  # pylint: disable=wrong-import-position # the path above leads to it
import write_c  # pylint: disable=wrong-import-position
import write_page  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position

GOOD = """
name = "lamp"
id = 7
doc = "A lamp."
[[call]]
name = "shine"
number = 1
idempotent = true
doc = "Shine."
in = [{ name = "level", type = "u8", doc = "0 to 100." }]
out = [{ name = "before", type = "u8", doc = "What it was." }]
"""


class ContractCase(unittest.TestCase):
    """A contract is written to a file and read."""

    def read(self, text):
        """The contract TEXT."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "lamp.toml"
            path.write_text(text, encoding="utf-8")
            return model.read(path, "lamp.toml")

    def defects(self, text):
        """The messages about the contract TEXT."""
        with self.assertRaises(Problem) as caught:
            self.read(text)
        return str(caught.exception)

    def expect(self, old, new, *words):
        """Replacing OLD by NEW in the good contract is told with WORDS."""
        self.assertIn(old, GOOD)
        message = self.defects(GOOD.replace(old, new))
        self.assertIn("lamp.toml: ", message)
        for word in words:
            self.assertIn(word, message)


class Errors(ContractCase):
    """Every way in which a contract can be wrong."""

    def test_a_good_contract_is_read(self):
        contract = self.read(GOOD)
        self.assertEqual((contract.name, contract.id, len(contract.calls)), ("lamp", 7, 1))

    def test_what_is_generated_has_the_licence_of_its_contract(self):
        contract = self.read("# SPDX-License-Identifier: BSD-2-Clause\n" + GOOD)
        for text in (write_c.header(contract), write_c.client(contract), write_c.server(contract)):
            self.assertEqual(text.splitlines()[0], "/* SPDX-License-Identifier: BSD-2-Clause */")
        self.assertNotIn("SPDX", write_c.header(self.read(GOOD)))

    def test_not_toml(self):
        self.assertIn("is not TOML", self.defects("name = "))

    def test_missing_file(self):
        with self.assertRaises(Problem) as caught:
            model.read("/nowhere/lamp.toml")
        self.assertIn("cannot be read", str(caught.exception))

    def test_unknown_key_names_the_nearest(self):
        self.expect("idempotent", "idempotant", "call shine.idempotant", 'Did you mean "idempotent"')

    def test_name_that_is_none_in_c(self):
        self.expect('name = "lamp"', 'name = "La mp"', "name", "cannot be a name in C")
        self.expect('name = "level"', 'name = "int"', "call shine.in[0].name")

    def test_number_out_of_range(self):
        self.expect("id = 7", "id = 65536", "id:", "not from 1 to 65535")
        self.expect("number = 1", "number = 0", "call shine.number")
        self.expect("id = 7", 'id = "7"', "is not a number")

    def test_doubled_call(self):
        second = GOOD.split("[[call]]")[1]
        message = self.defects(GOOD + "[[call]]" + second)
        self.assertIn("name shine is there twice", message)
        self.assertIn("number 1 is there twice", message)

    def test_doubled_argument(self):
        self.expect('name = "before"', 'name = "level"', "argument level is there twice")

    def test_unknown_type(self):
        self.expect('type = "u8", doc = "0', 'type = "float", doc = "0', '"float" is unknown', "u64")

    def test_missing_documentation(self):
        self.expect('doc = "Shine."', 'doc = " "', "call shine.doc", "is missing")

    def test_comment_that_ends_early(self):
        self.expect('doc = "A lamp."', 'doc = "A */ lamp."', "contains */")

    def test_idempotence_must_be_said(self):
        self.expect("idempotent = true", "", "call shine.idempotent", "is not said")

    def test_no_call(self):
        self.assertIn("there is no call", self.defects(GOOD.split("[[call]]", maxsplit=1)[0]))

    def test_too_many_words(self):
        many = ", ".join(f'{{ name = "a{i}", type = "u8", doc = "x" }}' for i in range(9))
        self.expect('in = [{ name = "level", type = "u8", doc = "0 to 100." }]', f"in = [{many}]",
                    "more than 8 message words")

    def test_received_bytes_take_a_word(self):
        many = ", ".join(f'{{ name = "a{i}", type = "u8", doc = "x" }}' for i in range(8))
        self.expect('in = [{ name = "level", type = "u8", doc = "0 to 100." }]',
                    f'in = [{many}]\nreceive = {{ name = "d", type = "bytes", max = 9, doc = "x" }}',
                    "more than 8 message words")

    def test_buffer_that_is_too_large(self):
        self.expect('out = [', 'send = { name = "d", type = "text", max = 4080, doc = "x" }\nout = [',
                    "call shine.send.max", "4079")

    def test_unknown_status(self):
        self.expect('out = [', 'status = { OOPS = "x" }\nout = [', '"OOPS" is no status')

    def test_all_defects_at_once(self):
        message = self.defects(GOOD.replace("id = 7", "id = 0").replace('doc = "Shine."', ""))
        self.assertEqual(len(message.splitlines()), 2)


class Code(ContractCase):
    """What comes out compiles, and nothing comes out of a bad contract."""

    def run_tool(self, folder, *files):
        """Compile FILES into FOLDER."""
        return subprocess.run([sys.executable, "-B", TOOL, "c", folder, *files], capture_output=True,
                              text=True, check=False)

    def test_names_and_numbers(self):
        header = write_c.header(self.read(GOOD))
        self.assertIn("LAMP_SHINE_LABEL = 0x70001", header)
        self.assertIn("tn_status_t lamp_shine(tn_handle_t server, uint8_t level, uint8_t *before);", header)

    def test_words_are_checked_on_both_sides(self):
        contract = self.read(GOOD)
        self.assertIn("> UINT8_MAX", write_c.server(contract))
        self.assertIn("> UINT8_MAX", write_c.client(contract))

    def test_texts_come_first_and_bytes_last(self):
        text = GOOD + 'send = { name = "to", type = "text", max = 9, doc = "x" }\n'
        self.assertIn("(tn_handle_t server, const char *to, uint8_t level",
                      write_c.header(self.read(text)))
        self.assertIn("(tn_handle_t server, uint8_t level, const void *to, size_t to_length",
                      write_c.header(self.read(text.replace('"text"', '"bytes"'))))

    def test_only_deferrable_calls_have_a_reply_function(self):
        self.assertNotIn("lamp_shine_reply", write_c.header(self.read(GOOD)))
        later = GOOD.replace("idempotent = true", "idempotent = true\ndeferrable = true")
        self.assertIn("lamp_shine_reply(uint64_t token", write_c.header(self.read(later)))

    def test_a_bad_contract_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder) / "bad.toml"
            bad.write_text(GOOD.replace("id = 7", "id = 0"), encoding="utf-8")
            done = self.run_tool(pathlib.Path(folder) / "out", bad)
            self.assertEqual(done.returncode, 1)
            self.assertIn("bad.toml: id:", done.stderr)
            self.assertFalse((pathlib.Path(folder) / "out").exists())

    def test_contracts_do_not_share_numbers(self):
        with tempfile.TemporaryDirectory() as folder:
            one, two = pathlib.Path(folder) / "one.toml", pathlib.Path(folder) / "two.toml"
            one.write_text(GOOD, encoding="utf-8")
            two.write_text(GOOD.replace('"lamp"', '"torch"'), encoding="utf-8")
            done = self.run_tool(pathlib.Path(folder) / "out", one, two)
            self.assertEqual(done.returncode, 1)
            self.assertIn("id: 7 is that of", done.stderr)

    def test_an_unchanged_file_keeps_its_time(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "lamp.toml"
            file.write_text(GOOD, encoding="utf-8")
            self.run_tool(folder, file)
            made = pathlib.Path(folder) / "lamp_client.c"
            before = made.stat().st_mtime_ns
            self.run_tool(folder, file)
            self.assertEqual(made.stat().st_mtime_ns, before)


class Pages(ContractCase):
    """The pages of docs/contracts are those of the contracts."""

    def test_pages_are_up_to_date(self):
        for path in sorted((ROOT / "contracts").glob("*.toml")):
            page = ROOT / "docs" / "contracts" / f"{path.stem}.md"
            self.assertEqual(page.read_text(encoding="utf-8"), write_page.page(model.read(path)),
                             f"write {page.name} anew: python3 tools/contract page {path.name}")

    def test_every_argument_and_status_is_there(self):
        page = write_page.page(self.read(GOOD + 'status = { TN_ERR_BUSY = "It burns." }\n'))
        for word in ("# lamp", "## shine", "`level`", "`before`", "`TN_ERR_BUSY`", "It burns."):
            self.assertIn(word, page)


if __name__ == "__main__":
    unittest.main()
