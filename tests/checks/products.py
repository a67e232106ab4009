# SPDX-License-Identifier: MIT
"""Products of every template, on both architectures, against an installed kit whose source tree is gone.

    products.py [CLASS…]     classes of tests/product/test_product.py; default: all
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import common
import copy_tree

TESTS = ("Kits", "Minimal", "Server", "Library", "Together")


def install(scratch):
    """A prefix below the folder SCRATCH, made from a copy of the tree that is deleted then."""
    source, prefix = scratch / "source", scratch / "prefix"
    copy_tree.copy_to(source)
    copy_tree.build(source, "linux")
    copy_tree.run(["cmake", "--install", "build/linux", "--prefix", prefix], source)
    shutil.rmtree(source)
    return prefix


def main():
    """Run the tests of products with the kit of a prefix."""
    tests = sys.argv[1:] or TESTS
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory).chmod(0o755)
        prefix = install(pathlib.Path(directory))
        environment = {**os.environ, "TENON_KIT": str(prefix / "share" / "tenon"),
                       "TENON_PACKAGE": str(prefix / "lib" / "cmake" / "Tenon")}
        done = subprocess.run([sys.executable, "-B", common.ROOT / "tests" / "product" / "test_product.py", *tests],
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    defects = [done.stdout] if done.returncode else []
    return common.verdict("products", f"{len(tests)} groups of tests", defects)


if __name__ == "__main__":
    sys.exit(main())
