# SPDX-License-Identifier: MIT
"""myproduct, booted: ctest runs this with the kit's harness."""

import unittest

import built
import guest


class Boot(unittest.TestCase):
    """What a person sees on the serial line."""

    def test_it_says_hello(self):
        with guest.Guest(built.machine()) as running:
            running.expect(r"^Hello from myproduct\.$")


if __name__ == "__main__":
    unittest.main()
