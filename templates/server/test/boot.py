# SPDX-License-Identifier: MIT
"""myproduct, booted: ctest runs this with the kit's harness."""

import unittest

import built
import shell


class Boot(unittest.TestCase):
    """A person at the shell."""

    def setUp(self):
        self.shell = shell.Shell(built.machine())
        self.shell.__enter__()
        self.addCleanup(self.shell.__exit__)

    def test_words_are_counted(self):
        self.assertEqual(self.shell.run("run count pear apple pear").splitlines(),
                         ["pear: 1", "apple: 1", "pear: 2"])

    def test_a_killed_tally_comes_back_empty(self):
        self.shell.run("run count pear")
        self.shell.run("kill tally")
        self.assertIn("pear: 1", self.shell.run("run count pear"))


if __name__ == "__main__":
    unittest.main()
