# SPDX-License-Identifier: MIT
"""Specification of an installed kit: what is in the prefix, who can use it, and who is refused with which words."""

import filecmp
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

import kit
from kit import MULTIARCH, OTHER, PREFIX, ROOT, WORK, must, run

EXAMPLE = ROOT / "examples" / "libmm_on_linux"
HOST_LIBRARIES = ("base", "mm", "sched", "ipc", "drv")
IPC_USER = """\
#include <stdio.h>
#include <libipc/endpoint.h>
#include <libipc/notification.h>
int main(void)
{
    struct ipc_notification notification;
    uint64_t bits = 0;
    ipc_notification_init(&notification);
    (void)ipc_notification_signal(&notification, 5);
    bits = ipc_notification_take(&notification);
    printf("%s %d\\n", CONFIG_NAME, (int)bits);
    return 0;
}
"""
PROGRAM = """\
#include <libsys/print.h>
int main(void)
{
    sys_print("hello\\n");
    return 0;
}
"""


class Prefix(kit.KitCase):
    """What several builds write into one prefix. Made first: the other tests use it."""

    @classmethod
    def setUpClass(cls):
        kit.make()

    def files(self):
        """Every file of the prefix."""
        return [path for path in PREFIX.rglob("*") if path.is_file() and not path.is_symlink()]

    def test_three_builds_add_up(self):
        for place in ["bin/tenon", "include/tenon/libipc/endpoint.h", "include/tenon/libsys/print.h",
                      "lib/cmake/Tenon/TenonConfig.cmake", "share/tenon/Kconfig",
                      "share/tenon/libkern/src/main.c", "share/tenon/libkern/arch/arm64/kernel.lds",
                      "share/tenon/configs/default_defconfig", "share/tenon/tools/kconf/__main__.py",
                      "share/doc/tenon/README.md", "share/tenon/docs/boot.md", "share/doc/tenon/copyright",
                      *(f"lib/{MULTIARCH}/libtenon-{name}.a" for name in HOST_LIBRARIES),
                      *(f"lib/{MULTIARCH}/pkgconfig/tenon-lib{name}.pc" for name in HOST_LIBRARIES),
                      *(f"lib/tenon/{arch}/{name}" for arch in ("x86_64", "arm64")
                        for name in ("libsys.a", "libabi.a", "libbase.a", "user.lds",
                                     "pkgconfig/tenon-libsys.pc"))]:
            self.assertTrue(PREFIX.joinpath(place).is_file(), place)

    def test_no_file_says_where_it_was_made(self):
        for path in self.files():
            data = path.read_bytes()
            for place in (ROOT, WORK):
                self.assertNotIn(str(place).encode(), data, path)

    def test_everybody_may_read_it_and_only_the_owner_writes(self):
        for path in [PREFIX, *PREFIX.rglob("*")]:
            mode = stat.S_IMODE(path.lstat().st_mode)
            if path.is_symlink():
                self.assertFalse(os.readlink(path).startswith("/"), path)
            elif path.is_dir() or path in (PREFIX / "share/tenon/tenon",):
                self.assertEqual(mode, 0o755, path)
            else:
                self.assertEqual(mode, 0o644, path)

    def test_neither_the_kits_tests_nor_leftovers_are_there(self):
        kit_files = {str(path.relative_to(PREFIX / "share/tenon")) for path in self.files()
                     if path.is_relative_to(PREFIX / "share/tenon")}
        self.assertFalse([name for name in kit_files
                          if re.search(r"^lib.*/test_\w+\.c$|\.pyc$|(^|/)build/", name)])
        self.assertIn("libsys/test/fake_kernel.c", kit_files)
        self.assertIn("tests/support/assert.c", kit_files)

    def test_archives_name_the_configuration_of_their_header(self):
        for folder, archives in ((PREFIX / "lib" / MULTIARCH / "tenon", PREFIX / "lib" / MULTIARCH),
                                 (PREFIX / "lib/tenon/x86_64",) * 2, (PREFIX / "lib/tenon/arm64",) * 2):
            header = folder.joinpath("include/tenon_config.h").read_text(encoding="utf-8")
            name = "tn_config_" + re.search(r'CONFIG_HASH "(\w+)"', header)[1]
            for archive in archives.glob("*.a"):
                members = re.findall(r"\S+\.c\.o\S*", must("ar", "t", archive))
                marks = re.findall(r"\b(tn_config_\w+)", must("nm", archive))
                self.assertEqual(marks, [name] * len(members), archive)

    def test_installing_again_changes_nothing(self):
        before = {path: path.lstat().st_mtime_ns for path in PREFIX.rglob("*")}
        for preset in kit.FLAVOURS:
            said = kit.install(WORK / preset, PREFIX)
            self.assertNotIn("Installing:", said)
        self.assertEqual(before, {path: path.lstat().st_mtime_ns for path in PREFIX.rglob("*")})

    def test_destdir_stands_in_front_of_the_prefix(self):
        kit.install(WORK / "linux", "/opt/tenon", env=dict(os.environ, DESTDIR=str(self.folder)))
        self.assertTrue((self.folder / f"opt/tenon/lib/{MULTIARCH}/libtenon-mm.a").is_file())

    def test_manifest_names_all_that_is_to_be_removed(self):
        prefix = self.folder / "gone"
        manifests = []
        for preset in ("linux", "arm64"):
            kit.install(WORK / preset, prefix)
            manifests += (WORK / preset / "install_manifest.txt").read_text(encoding="utf-8").split("\n")
        for name in filter(None, set(manifests)):
            os.remove(name)
        self.assertEqual([path for path in prefix.rglob("*") if not path.is_dir()], [])


class Linux(kit.KitCase):
    """Ordinary programs with a kernel's libraries."""

    def expected(self):
        """What the example's README says that it prints."""
        text = EXAMPLE.joinpath("README.md").read_text(encoding="utf-8")
        block = text.split("It prints\n\n")[1].split("\n\nWith")[0]
        return re.sub(r"^    ", "", block, flags=re.MULTILINE) + "\n"

    def test_cmake_project(self):
        source = self.write("user.c", IPC_USER)
        for compiler in ("gcc", "clang"):
            shutil.rmtree(self.folder / "build", ignore_errors=True)
            done = self.cmake_project(source, "libmm libipc", f"-DCMAKE_C_COMPILER={compiler}",
                                      "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror")
            self.assertEqual(done.returncode, 0, done.stdout)
            must("cmake", "--build", self.folder / "build")
            self.assertEqual(must(self.folder / "build" / "user"), "default 5\n")

    def test_cmake_project_with_link_time_optimization(self):
        source = self.write("user.c", IPC_USER)
        for compiler in ("gcc", "clang"):
            shutil.rmtree(self.folder / "build", ignore_errors=True)
            done = self.cmake_project(f"{source} {self.write('more.c', 'int more; int more = 1;')}", "libipc",
                                      f"-DCMAKE_C_COMPILER={compiler}",
                                      "-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON")
            self.assertEqual(done.returncode, 0, done.stdout)
            if not self.can_link_time_optimize(compiler):
                continue
            linked = run("cmake", "--build", self.folder / "build")
            self.assertEqual(linked.returncode, 0, linked.stdout)

    def can_link_time_optimize(self, compiler):
        """Whether COMPILER's linker understands what it then makes; clang's comes in a package of its own."""
        source = self.write("empty.c", "int main(void) { return 0; }\n")
        return run(compiler, "-flto", "-o", self.folder / "empty", source).returncode == 0

    def test_pkg_config_example_prints_what_its_readme_says(self):
        for compiler in ("gcc", "clang"):
            for static in ([], ["--static"]):
                must(compiler, "-Wall", "-Wextra", "-Werror", "-o", self.folder / "pages", EXAMPLE / "pages.c",
                     *self.pkg_config("--cflags", "--libs", *static, "tenon-libmm"))
                self.assertEqual(must(self.folder / "pages"), self.expected())

    def test_archives_of_another_machine_share_the_prefix(self):
        if not os.path.exists("/usr/aarch64-linux-gnu/include/stdint.h") or MULTIARCH == "aarch64-linux-gnu":
            self.skipTest("there are no headers of another machine's C library")
        cross = ["-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
                 *(f"-DCMAKE_{language}_COMPILER=aarch64-linux-gnu-gcc" for language in ("C", "ASM"))]
        prefix = self.folder / "prefix"
        for build in (WORK / "linux", kit.build("linux", *cross, name="linux-aarch64")):
            kit.install(build, prefix)
        done = self.cmake_project(self.write("user.c", IPC_USER), "libipc", *cross, prefix=prefix)
        self.assertEqual(done.returncode, 0, done.stdout)
        must("cmake", "--build", self.folder / "build")
        self.assertIn("AArch64", must("readelf", "-h", self.folder / "build" / "user"))

    def test_every_library_has_its_pkg_config_file(self):
        source = self.write("empty.c", "int main(void) { return 0; }\n")
        for name in HOST_LIBRARIES:
            words = self.pkg_config("--cflags", "--libs", f"tenon-lib{name}")
            must("gcc", "-o", self.folder / "empty", source, *words)
            self.assertEqual(self.pkg_config("--modversion", f"tenon-lib{name}"), ["0.1"])

    def test_failed_assertion_ends_the_program_and_says_where(self):
        source = self.write("user.c", "#include <libbase/assert.h>\nint main(void)\n{\n    tn_assert(0);\n}\n")
        must("gcc", "-o", self.folder / "user", source, *self.pkg_config("--cflags", "--libs", "tenon-libbase"))
        done = run(self.folder / "user")
        self.assertEqual((done.returncode, done.stdout), (-6, "user.c:4: assertion failed\n"))

    def test_program_may_bring_its_own_end_of_assertions(self):
        source = self.write("user.c", """\
#include <stdlib.h>
#include <libbase/assert.h>
_Noreturn void tn_assert_failed(const char *expression, const char *file, unsigned line)
{
    (void)expression;
    (void)file;
    exit((int)line);
}
int main(void)
{
    tn_assert(0);
}
""")
        must("gcc", "-o", self.folder / "user", source, *self.pkg_config("--cflags", "--libs", "tenon-libbase"))
        self.assertEqual(run(self.folder / "user").returncode, 11)


class Programs(kit.KitCase):
    """Programs for Tenon, linked with the archives of the prefix."""

    def bundle(self, arch, program):
        """Pack PROGRAM as the build of a product does, which checks it."""
        must(sys.executable, "-B", PREFIX / "share/tenon/tools/bundle", "pack", "--arch", arch,
             "--program", f"bin/user={program}", "--output", self.folder / "out.bundle")

    def test_cmake_project(self):
        source = self.write("user.c", PROGRAM)
        for arch in ("x86_64", "arm64"):
            shutil.rmtree(self.folder / "build", ignore_errors=True)
            done = self.cmake_project(
                source, "libsys", f"-DCMAKE_TOOLCHAIN_FILE={PREFIX}/share/tenon/cmake/toolchains/{arch}.cmake")
            self.assertEqual(done.returncode, 0, done.stdout)
            must("cmake", "--build", self.folder / "build")
            self.bundle(arch, self.folder / "build" / "user")

    def test_pkg_config(self):
        source = self.write("user.c", PROGRAM)
        for arch, compiler in (("x86_64", "x86_64-linux-gnu-gcc"), ("arm64", "aarch64-linux-gnu-gcc")):
            must(compiler, "-o", self.folder / "user", source,
                 *self.pkg_config("--cflags", "--libs", "tenon-libsys", flavour=f"lib/tenon/{arch}"))
            self.bundle(arch, self.folder / "user")


class Refused(kit.KitCase):
    """What does not fit together is told before it runs."""

    def test_library_that_does_not_exist(self):
        self.refused(self.cmake_project("user.c", "libm"),
                     'There is no library "libm". Did you mean libmm? There are: libbase, libmm, libsched')

    def test_library_of_the_other_system(self):
        self.refused(self.cmake_project("user.c", "libsys"),
                     "The library libsys is not for programs on Linux. There are: libbase,")
        self.refused(self.cmake_project("user.c", "libmm", "--fresh",
                                        f"-DCMAKE_TOOLCHAIN_FILE={PREFIX}/share/tenon/cmake/toolchains/arm64.cmake"),
                     "The library libmm is not for programs on Tenon. There are: abi, libbase, libsys.")

    def test_processor_without_libraries(self):
        done = self.cmake_project("user.c", "libmm", "-DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc",
                                  "-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
                                  "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY",
                                  "-DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=NEVER")
        self.refused(done, "This project is compiled for Linux on aarch64", "has libraries for",
                     "Linux on x86_64", "or compile for what is there.")

    def test_compiler_of_another_processor(self):
        done = run("aarch64-linux-gnu-gcc", "-c", "-o", self.folder / "user.o",
                   self.write("user.c", "int x;\n"), *self.pkg_config("--cflags", "tenon-libmm"))
        self.refused(done, "These libraries of Tenon are for x86_64. Compile for it, or take the ones")

    def test_source_tree(self):
        self.refused(self.cmake_project("user.c", "libmm", f"-DTenon_DIR={ROOT}/cmake", prefix=""),
                     "is a source tree, which has no compiled libraries. Make a prefix with ./tenon install")

    def test_prefix_without_libraries(self):
        shutil.copytree(PREFIX / "share", self.folder / "p" / "share")
        shutil.copytree(PREFIX / "lib" / "cmake", self.folder / "p" / "lib" / "cmake")
        self.refused(self.cmake_project("user.c", "libmm", prefix=self.folder / "p"),
                     "has no compiled libraries. Make a prefix that has with ./tenon install PREFIX.")

    def test_before_the_compiler_is_known(self):
        self.refused(self.cmake_project("user.c", "libmm",
                                        before="find_package(Tenon 0.1 REQUIRED COMPONENTS libmm)"),
                     "Libraries are found after project(… LANGUAGES C)")

    def test_version_that_is_not_there(self):
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(user LANGUAGES C)\n"
                                     "find_package(Tenon 0.9 REQUIRED COMPONENTS libmm)\n")
        done = run("cmake", "-S", self.folder, "-B", self.folder / "build", f"-DCMAKE_PREFIX_PATH={PREFIX}")
        self.refused(done, 'compatible with requested version "0.9"', "version: 0.1")

    def test_two_configurations_in_one_project(self):
        before = f"""\
project(user LANGUAGES C)
find_package(Tenon 0.1 REQUIRED COMPONENTS libbase PATHS {OTHER} NO_DEFAULT_PATH)
unset(Tenon_DIR CACHE)
"""
        self.refused(self.cmake_project("user.c", "libbase", before=before),
                     "This project has found libbase of the configuration",
                     "One program links one configuration.")

    def test_two_configurations_in_one_program(self):
        source = self.write("user.c", "#include <libbase/status.h>\nint main(void)\n{\n"
                                      "    return tn_status_name(TN_OK)[0] != 'T';\n}\n")
        for compiler, linker in (("gcc", "bfd"), ("clang", "bfd"), ("gcc", "gold"), ("clang", "lld")):
            if not shutil.which(f"ld.{linker}"):
                continue
            link = [compiler, f"-fuse-ld={linker}", "-o", self.folder / "user", source]
            libs = self.pkg_config("--libs", "tenon-libbase")
            must(*link, *self.pkg_config("--cflags", "tenon-libbase"), *libs)
            self.refused(run(*link, *self.pkg_config("--cflags", "tenon-libbase", prefix=OTHER), *libs),
                         "Tenon: two configurations in one program; compile all of it with one tenon_config.h")

    def test_build_under_sanitizers(self):
        self.not_installed("linux", ["-DTENON_SANITIZE=ON"], "its code is under sanitizers")

    def test_build_that_counts_lines(self):
        self.not_installed("linux", ["-DTENON_COVERAGE=ON"], "its code counts executed lines")

    def test_build_whose_archives_hold_no_code(self):
        self.not_installed("x86_64", ["-DTENON_DEFCONFIG=minimal"], "the linker generates the code")

    def not_installed(self, preset, words, *fragments):
        """A build directory of PRESET with WORDS must not be installed, and say FRAGMENTS."""
        done = kit.configure(preset, self.folder / "build", *words)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.refused(run("cmake", "--install", self.folder / "build", "--prefix", self.folder / "prefix"),
                     "This build directory cannot be installed: ", *fragments)
        self.assertFalse(self.folder.joinpath("prefix").exists())

    def test_archives_outside_of_the_prefix(self):
        self.refused(kit.configure("linux", self.folder / "build", "-DCMAKE_INSTALL_LIBDIR=/usr/lib"),
                     'CMAKE_INSTALL_LIBDIR is "/usr/lib". Give it relative to the prefix')


def pack(output, *builds):
    """The tar.gz and the Debian package of BUILDS, in the folder OUTPUT; the kit is that of the first one."""
    parts = ("ALL", *["libraries"] * (len(builds) - 1))
    projects = ";".join(f"{build};tenon;{part};/" for build, part in zip(builds, parts))
    must("cpack", "--config", builds[0] / "CPackConfig.cmake", "-B", output,
         "-D", f"CPACK_INSTALL_CMAKE_PROJECTS={projects}",
         env=dict(os.environ, SOURCE_DATE_EPOCH="315532800"))
    return sorted(path for path in output.iterdir() if path.is_file())


class Again(kit.KitCase):
    """An installed kit installs itself: nothing of the tree is missing in it, and nothing depends on the place."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.place = pathlib.Path(folder.name)
        must(PREFIX / "bin" / "tenon", "install", "again", cwd=cls.place,
             env=dict(os.environ, TENON_PYTHON=sys.executable))

    def test_prefix_is_the_same_bytes(self):
        names = sorted(path.relative_to(PREFIX) for path in PREFIX.rglob("*"))
        again = self.place / "again"
        self.assertEqual(sorted(path.relative_to(again) for path in again.rglob("*")), names)
        for name in names:
            if PREFIX.joinpath(name).is_file():
                self.assertTrue(filecmp.cmp(PREFIX / name, again / name, shallow=False), f"{name} differs")

    def test_packages_are_the_same_bytes(self):
        theirs = pack(self.folder / "theirs", self.place / "build" / "linux")
        for our, their in zip(pack(self.folder / "ours", WORK / "linux"), theirs, strict=True):
            self.assertTrue(filecmp.cmp(our, their, shallow=False), f"{our.name} differs")


class Packages(kit.KitCase):
    """What cpack makes of three build directories."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.archive, cls.package = pack(pathlib.Path(folder.name),
                                        *(WORK / preset for preset in kit.FLAVOURS))

    def test_archive_has_all_of_the_prefix(self):
        self.assertRegex(self.archive.name, r"^tenon-0\.1-\w+\.tar\.gz$")
        must("tar", "-xzf", self.archive, "-C", self.folder)
        unpacked = self.folder / self.archive.name.removesuffix(".tar.gz")
        names = sorted(str(path.relative_to(PREFIX)) for path in PREFIX.rglob("*"))
        self.assertEqual(sorted(str(path.relative_to(unpacked)) for path in unpacked.rglob("*")), names)

    def test_debian_package_is_installed_below_usr(self):
        root = self.folder / "root"
        for folder in ("var/lib/dpkg/updates", "var/lib/dpkg/info"):
            (root / folder).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        (root / "var/lib/dpkg/available").touch()
        must("dpkg", f"--root={root}", "--force-not-root", "--force-depends", "--force-script-chrootless",
             f"--log={root}/log", "--install", self.package)
        self.assertIn("installed", must("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W",
                                        "-f=${Status}", "tenon"))
        names = {str(path.relative_to(PREFIX)) for path in PREFIX.rglob("*")}
        there = {str(path.relative_to(root / "usr")) for path in (root / "usr").rglob("*")}
        self.assertEqual(there - names, {"share/doc/tenon/changelog.gz"})
        self.assertEqual(names - there, set())
        self.assertRegex(must("dpkg-deb", "--field", self.package, "Depends"), r"\bcmake, ninja-build, gcc, ")
        self.assertRegex(must("dpkg-deb", "--field", self.package, "Recommends"), r"\blibc6-dev, ")

    def test_lintian_finds_no_error(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed")
        done = subprocess.run(["lintian", "--fail-on", "error", self.package], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
