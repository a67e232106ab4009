# SPDX-License-Identifier: MIT
"""Products outside of the tree: what is refused when one is configured, and what becomes of each template.

    test_product.py [Kits|Refusals|Minimal|Server|Library|Together]

TENON_KIT and TENON_PACKAGE name another kit than this tree, and its package file's folder.
"""

import contextlib
import os
import re
import subprocess
import unittest

from product_case import COMMANDS, KIT, PACKAGE, ROOT, ProductCase, run

NOBODY = 65534
ARCHITECTURES = os.environ.get("TENON_ARCHITECTURES", "x86_64 arm64").split()


class RefusalCase(ProductCase):
    """Configuring stops with a sentence that names the thing, what is wrong, and the remedy."""

    def setUp(self):
        super().setUp()
        self.product = self.new("server")

    def refuse(self, *fragments, words=(f"-DTenon_DIR={PACKAGE}",)):
        """The product must be refused, with all FRAGMENTS in what is said."""
        said = self.refused(self.product, *words)
        for fragment in fragments:
            self.assertIn(fragment, said)


class Kits(RefusalCase):
    """The kit, and what it builds for."""

    def test_a_kit_that_is_not_found(self):
        self.environment["PATH"] = "/usr/bin:/bin"
        self.refuse("lamp needs the Tenon kit, version 0.1", "-DTenon_DIR=KIT/cmake", "TENON_ROOT=KIT",
                    "-DCMAKE_PREFIX_PATH=PREFIX", words=())

    def test_a_kit_that_is_too_old(self):
        self.change(self.product / "CMakeLists.txt", "find_package(Tenon 0.1", "find_package(Tenon 0.99")
        self.refuse("lamp needs the Tenon kit", f"{PACKAGE}/TenonConfig.cmake 0.1")

    def test_a_kit_of_another_major_version(self):
        self.change(self.product / "CMakeLists.txt", "find_package(Tenon 0.1", "find_package(Tenon 1.0")
        self.refuse("lamp needs the Tenon kit")

    def test_find_package_behind_project(self):
        self.change(self.product / "CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)",
                    "cmake_minimum_required(VERSION 3.25)\nproject(early LANGUAGES NONE)")
        self.refuse("comes too late", "in front of project()")

    def test_an_architecture_that_there_is_not(self):
        self.refuse('There is no architecture "mips"', "x86_64 or arm64",
                    words=(f"-DTenon_DIR={PACKAGE}", "-DTENON_ARCH=mips"))

    def test_a_build_folder_of_another_architecture(self):
        self.cmake(self.product, f"-DTenon_DIR={PACKAGE}", "-DTENON_ARCH=host")
        self.refuse("This build directory is for host: give arm64 one of its own",
                    words=(f"-DTenon_DIR={PACKAGE}", "-DTENON_ARCH=arm64"))

    @unittest.skipIf(KIT != ROOT, "this kit is installed")
    def test_libraries_of_a_kit_that_is_not_installed(self):
        self.product = self.new("library", "lib")
        self.refuse("lib needs the compiled libraries of the Tenon kit", "-DCMAKE_PREFIX_PATH=PREFIX",
                    "is a source tree, which has no compiled libraries", "./tenon install PREFIX")

    def test_the_kit_is_found_by_environment_and_prefix_path(self):
        self.environment["TENON_ROOT"] = str(KIT)
        self.assertEqual(self.cmake(self.product, build="by-environment").returncode, 0)
        del self.environment["TENON_ROOT"]
        self.assertEqual(self.cmake(self.product, f"-DCMAKE_PREFIX_PATH={KIT}", build="by-prefix").returncode, 0)


class Refusals(RefusalCase):
    """What the product says of itself."""

    def test_a_symbol_of_the_kit(self):
        self.change(self.product / "Kconfig", "config TALLY_WORDS", "config MAX_THREADS")
        self.refuse("lamp/Kconfig:4: the symbol MAX_THREADS is defined a second time, after libkern/Kconfig:",
                    "Choose another name")

    def test_a_symbol_that_is_there_twice(self):
        with open(self.product / "Kconfig", "a", encoding="utf-8") as file:
            file.write('\nconfig TALLY_WORDS\n\tint "Again"\n\tdefault 3\n')
        self.refuse("lamp/Kconfig:13: the symbol TALLY_WORDS is defined a second time, after", "lamp/Kconfig:4")

    def test_a_fragment_is_as_strict_as_a_configuration(self):
        fragment = self.product / "product.config"
        for line, message in (("CONFIG_TALLY_WORDS=2000", "is outside the range of CONFIG_TALLY_WORDS, 1 to 1024"),
                              ("CONFIG_TALY_WORDS=2", "Did you mean CONFIG_TALLY_WORDS?"),
                              ("tally = 2", "is not an assignment"),
                              ("CONFIG_TALLY_WORDS=2\nCONFIG_TALLY_WORDS=2", "is set a second time")):
            fragment.write_text(line + "\n", encoding="utf-8")
            self.refuse(str(fragment) + ":", message)

    def test_files_that_are_not_there(self):
        self.change(self.product / "CMakeLists.txt", "KCONFIG Kconfig", "KCONFIG Kconfigs")
        self.refuse("KCONFIG names", "lamp/Kconfigs, which is not there")

    def test_words_that_tenon_product_does_not_know(self):
        self.change(self.product / "CMakeLists.txt", "tenon_product(MANIFEST", "tenon_product(VERBOSE MANIFEST")
        self.refuse('tenon_product: what is "VERBOSE"?')

    def test_a_product_without_a_manifest(self):
        self.change(self.product / "CMakeLists.txt", "MANIFEST manifest.toml ", "")
        self.refuse("tenon_product needs MANIFEST")

    def test_a_program_that_nobody_makes(self):
        self.change(self.product / "CMakeLists.txt", "KCONFIG Kconfig", "KCONFIG Kconfig PROGRAMS coutn")
        self.refuse('PROGRAMS names "coutn", which no tenon_program() makes', "There are: tally;count")

    def test_a_program_with_the_name_of_one_of_the_kit(self):
        self.change(self.product / "CMakeLists.txt", "tenon_program(count", "tenon_program(shell")
        self.refuse("tenon_program(shell): the program of", "servers/shell has that name", "Choose another one")

    def test_a_contract_with_the_number_of_one_of_the_kit(self):
        self.change(self.product / "contracts" / "tally.toml", "id = 1000", "id = 2")
        self.refuse("id: 2 is that of", "contracts/file.toml too", "Choose another one")

    def test_a_configuration_that_there_is_not(self):
        self.change(self.product / "CMakeLists.txt", "tenon_product(MANIFEST", "tenon_product(DEFCONFIG minimum MANIFEST")
        self.refuse("configs/minimum_defconfig: there is no such file", "Did you mean minimal?")


def files_of(folder):
    """(path, size, time of the last change) of all files below FOLDER; of a tree, without what others make there."""
    left_out = {".git", "build", "__pycache__"} if folder == ROOT else set()
    return {(path, path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")
            if path.is_file() and not left_out & set(path.relative_to(folder).parts)}


def commands(product, **places):
    """The commands of PRODUCT's README, with the values of PLACES for the names there."""
    text = "".join(COMMANDS.findall((product / "README.md").read_text(encoding="utf-8")))
    for name, value in places.items():
        text = re.sub(rf"\b{name}\b", str(value), text)
    return [re.sub(r"\s+#.*", "", line) for line in text.splitlines()]


class Templates(ProductCase):
    """What the templates' tests share."""

    def follow(self, product, typed, printed, **places):
        """Run the commands of PRODUCT's README, of which `run` is typed TYPED and must print PRINTED."""
        for line in commands(product, **places):
            booted = line.endswith("--target run")
            done = subprocess.run(line, shell=True, cwd=product, input=typed if booted else "", text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment, timeout=300)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}")
            if booted:
                self.assertRegex(done.stdout.replace("\r", ""), printed)

    def assert_nothing_to_do(self, build):
        """Building BUILD once more compiles, links and packs nothing."""
        done = run("cmake", "--build", build, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotRegex(done.stdout, "Building [A-Z]+ object|Linking|Generating|Configuring")


class Minimal(Templates):
    """The smallest product, which stands for what all have in common."""

    def test_it_builds_boots_and_leaves_the_kit_alone(self):
        before = files_of(KIT)
        build = self.build(self.new("minimal"), "-DTENON_ARCH=x86_64")
        self.assertEqual(self.ctest(build), {"boot.hello"})
        self.assert_nothing_to_do(build)
        self.assertEqual(files_of(KIT) ^ before, set())
        self.assertIn("Tenon 0.1 lamp on x86_64", self.kernel_text(build))

    @staticmethod
    def kernel_text(build):
        """What the kernel says of itself."""
        text = (build / "config" / "tenon_config.h").read_text(encoding="utf-8")
        return f'Tenon 0.1 {re.search("CONFIG_NAME .(.*).$", text, re.MULTILINE)[1]} on x86_64'


class Server(Templates):
    """A product with a server, on each architecture."""

    def test_its_readme_works(self):
        product = self.new("server")
        self.follow(product, "run count pear apple pear\rpoweroff\r", r"pear: 1\napple: 1\npear: 2\n",
                    KIT=KIT)
        self.assertEqual(self.ctest(product / "build"), {"tally.test_tally", "boot.shell"})
        self.assert_nothing_to_do(product / "build")

    def test_a_changed_handler_is_built_and_tested_anew(self):
        product = self.new("server")
        for arch in ARCHITECTURES:
            build = self.build(product, f"-DTENON_ARCH={arch}", build=f"build-{arch}")
            self.ctest(build)
        self.change(product / "servers/tally/src/tally.c", "*times = ++entry->times;",
                    "entry->times += 10;\n    *times = entry->times;")
        for arch in ARCHITECTURES:
            build = product / f"build-{arch}"
            self.assertEqual(run("cmake", "--build", build, env=self.environment).returncode, 0)
            done = run("ctest", "--test-dir", build, env=self.environment)
            self.assertIn("2 tests failed out of 2", done.stdout)

    def test_its_own_symbol_is_in_the_configuration(self):
        product = self.new("server")
        build = product / "build"
        self.assertEqual(self.cmake(product, f"-DTenon_DIR={PACKAGE}").returncode, 0)
        self.assertIn("\nCONFIG_TALLY_WORDS=16\n", (build / ".config").read_text(encoding="utf-8"))
        self.change(product / "product.config", "CONFIG_TALLY_WORDS=16", "CONFIG_TALLY_WORDS=17")
        self.assertEqual(self.cmake(product).returncode, 0)
        self.assertIn("#define CONFIG_TALLY_WORDS 17\n",
                      (build / "config" / "tenon_config.h").read_text(encoding="utf-8"))


@unittest.skipIf(KIT == ROOT, "a source tree has no compiled libraries")
class Library(Templates):
    """A program for this machine."""

    def test_its_readme_works(self):
        product = self.new("library", "lib")
        self.follow(product, "", "", PREFIX=KIT.parents[1], myproduct="lib")
        printed = run(product / "build" / "lib").stdout
        for line in printed.splitlines():
            self.assertIn(line, (product / "README.md").read_text(encoding="utf-8"))


class Together(Templates):
    """Two builds of one configuration."""

    def test_two_folders_and_users_make_the_same_bytes(self):
        # One of them against the tree, the other against the kit under test: what is installed is the same.
        os.mkdir(self.scratch / "another-folder")
        products = [self.new("server", "lamp"), self.new("server", "another-folder/lamp")]
        for arch in ARCHITECTURES:
            builds = [self.build(products[0], f"-DTENON_ARCH={arch}", build=f"build-{arch}", package=ROOT / "cmake")]
            with self.another_user(self.scratch / "another-folder"):
                builds.append(self.build(products[1], f"-DTENON_ARCH={arch}", build=f"build-{arch}"))
            for name in ("kernel.elf", "tenon.img" if arch == "arm64" else "tenon.elf", "tenon.bundle"):
                first, second = ((build / name).read_bytes() for build in builds)
                self.assertTrue(first == second, f"{name} of {arch} differs between two folders")

    @contextlib.contextmanager
    def another_user(self, folder):
        """Be nobody, whom FOLDER is given to, if the test may do that; else stay who it is."""
        if os.geteuid() != 0:
            yield
            return
        self.scratch.chmod(0o755)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        self.identity = {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
        try:
            yield
        finally:
            self.identity = {}

    def test_make_works_like_ninja(self):
        product = self.new("minimal")
        build = product / "build"
        for done in (run("cmake", "-G", "Unix Makefiles", "-S", product, "-B", build, f"-DTenon_DIR={PACKAGE}",
                         env=self.environment), run("cmake", "--build", build, "-j2", env=self.environment)):
            self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.ctest(build), {"boot.hello"})


if __name__ == "__main__":
    unittest.main()
