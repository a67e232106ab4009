# SPDX-License-Identifier: MIT
"""./tenon sbom and ./tenon --version: true, complete, the same each time.

    test_sbom.py [Maps|Debian|Document|Version|Build]      Build: with TENON_BUILD, a cross build directory
"""

import copy
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "sbom"
sys.path[:0] = [str(ROOT / "tools" / name) for name in ("sbom", "report", "bundle")]
import debian  # pylint: disable=wrong-import-position # the path above leads to them
import document  # pylint: disable=wrong-import-position
import image  # pylint: disable=wrong-import-position
import linked  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position

MAP = """Archive member included to satisfy reference by file (symbol)

libmm/libmm.a(frame.c.obj)    libkern/CMakeFiles/libkern.dir/src/main.c.obj (mm_frame)
/usr/lib/libother.a(reloc.o)
                              libmm/libmm.a(frame.c.obj) (reloc)

Discarded input sections

 .text          0x0 libmm/libmm.a(unused.c.obj)

LOAD libkern/CMakeFiles/libkern.dir/src/main.c.obj
LOAD libmm/libmm.a
LOAD /usr/lib/crt0.o
LOAD /tmp/cc1.debug.temp.o
LOAD /tmp/cc1.ltrans0.ltrans.o
"""

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: House-1

Files: inc/* lib/*
License: Guest-2 or GPL-2+

Files: inc/free.h
License: Expat

License: House-1
 Do what you
 .
 like.

License: Guest-2
 Ask.
"""


class Maps(unittest.TestCase):
    """What was linked."""

    def read(self, text):
        """The objects and members of a map file with TEXT."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "kernel.map")
            path.write_text(text, encoding="utf-8")
            return linked.inputs(path)

    def test_objects_and_the_members_that_were_taken(self):
        objects, members = self.read(MAP)
        self.assertEqual(objects, ["libkern/CMakeFiles/libkern.dir/src/main.c.obj", "/usr/lib/crt0.o"])
        self.assertEqual(members, [("libmm/libmm.a", "frame.c.obj"), ("/usr/lib/libother.a", "reloc.o")])

    def test_a_map_that_is_none_or_not_there(self):
        with self.assertRaisesRegex(Problem, "no map file of GNU ld. Build again"):
            self.read("something else\n")
        with self.assertRaisesRegex(Problem, "cannot be read .*Build first"):
            linked.inputs(pathlib.Path("/nowhere/kernel.map"))

    def test_folders_of_objects(self):
        self.assertEqual(linked.folder_of_objects("libmm/libmm_user.a"), "libmm/CMakeFiles/libmm_user.dir/")
        self.assertEqual(linked.folder_of_objects("own.a"), "CMakeFiles/own.dir/")

    def test_components(self):
        for name, component in (("libmm/src/frame.c", "libmm"), ("servers/console/src/main.c", "console"),
                                ("libkern/abi/src/elf.c", "abi"), ("build/config/tenon_config.h", "generated"),
                                ("tenon/libmm/src/frame.c", "libmm"), ("src/main.c", "src"), ("main.c", "product")):
            self.assertEqual(image.component(name), component)


class Debian(unittest.TestCase):
    """Licences of other projects' parts."""

    def licences(self, *parts):
        """The licences of PARTS of a package."""
        return debian.licences(debian.Package("other", "1-2", COPYRIGHT, set(), list(parts)))

    def test_the_last_paragraph_that_fits_counts(self):
        self.assertEqual(self.licences("src/a.c")[0], "LicenseRef-other-House-1")
        self.assertEqual(self.licences("inc/free.h")[0], "MIT")
        self.assertEqual(self.licences("inc/b.h")[0], "(LicenseRef-other-Guest-2 OR GPL-2.0-or-later)")

    def test_several_together(self):
        expression, texts = self.licences("src/a.c", "inc/free.h", "inc/b.h")
        self.assertEqual(expression, "MIT AND (LicenseRef-other-Guest-2 OR GPL-2.0-or-later) AND LicenseRef-other-House-1")
        self.assertEqual(texts, {"LicenseRef-other-House-1": "Do what you\n\nlike.", "LicenseRef-other-Guest-2": "Ask."})

    def test_an_unpacked_package(self):
        with tempfile.TemporaryDirectory() as folder:
            usr = pathlib.Path(folder, "usr")
            notes = usr / "share" / "doc" / "other"
            notes.mkdir(parents=True)
            (notes / "copyright").write_text(COPYRIGHT, encoding="utf-8")
            (notes / "changelog.Debian.gz").write_bytes(gzip.compress(b"other (3.0-1) unstable; urgency=low\n"))
            found = debian.packages({f"{usr}/lib/x.a(y.o)", f"{usr}/lib/crt.o"})["other"]
            self.assertEqual((found.version, found.parts), ("3.0-1", ["crt.o", "x.a(y.o)"]))

    def test_a_file_of_no_package(self):
        with self.assertRaisesRegex(Problem, "/nowhere/x.o: its Debian package, .* is not here. Install it"):
            debian.packages({"/nowhere/x.o"})


class Document(unittest.TestCase):
    """The document of a small image."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        source = pathlib.Path(folder.name, "main.c")
        source.write_text("/* SPDX-License-Identifier: MIT */\n", encoding="utf-8")
        executable = image.Executable({"libkern/src/main.c"}, set())
        self.image = image.Image(
            "x86_64", "lamp", "default", "gcc 12", "tenon.elf", "tenon.bundle", "",
            {"tenon.elf": b"k", "tenon.bundle": b"b", "bundle/bin/lamp": b"l", "bundle/bin-lamp": b"m"},
            {"tenon.elf": executable, "bundle/bin/lamp": executable}, {"libkern/src/main.c": source})

    def text(self, **other):
        """The document's text; OTHER: arguments that differ."""
        return document.text(self.image, **({"version": "1.2", "revision": "", "seconds": 86400} | other))

    def test_it_keeps_the_rules(self):
        self.assertEqual(rules.violations(json.loads(self.text())), [])

    def test_the_rules_notice(self):
        """Each of them, by one change."""
        good = json.loads(self.text())

        def notice(change, word):
            bad = copy.deepcopy(good)
            change(bad)
            self.assertIn(word, "\n".join(rules.violations(bad)))

        notice(lambda d: d.pop("documentNamespace"), "documentNamespace")
        notice(lambda d: d["creationInfo"].update(created="today"), "no time")
        notice(lambda d: d["relationships"][0].update(relatedSpdxElement="SPDXRef-None"), "which there is not")
        notice(lambda d: d["files"][0].update(SPDXID=d["files"][1]["SPDXID"]), "several elements")
        notice(lambda d: d["files"][0]["checksums"][0].update(checksumValue="12"), "wrong checksums")
        notice(lambda d: d["files"][0]["checksums"][0].update(checksumValue="0" * 40), "another verification code")
        notice(lambda d: d["packages"][0].update(licenseConcluded="Mine"), "Mine is unknown")
        notice(lambda d: d["packages"][0].update(filesAnalyzed=False), "whether it has files")
        notice(lambda d: d["packages"][0].update(primaryPackagePurpose="LAMP"), "no purpose")
        notice(lambda d: d["files"][0].update(colour="red"), "which there are not")

    def test_the_same_input_gives_the_same_bytes(self):
        self.assertEqual(self.text(), self.text())
        self.assertIn('"created": "1970-01-02T00:00:00Z"', self.text())

    def test_another_image_has_another_namespace(self):
        first = json.loads(self.text())["documentNamespace"]
        self.assertNotEqual(first, json.loads(self.text(seconds=5))["documentNamespace"])
        self.image.data["tenon.elf"] = b"K"
        self.assertNotEqual(first, json.loads(self.text())["documentNamespace"])

    def test_a_product_has_a_version_of_its_own(self):
        """Its file is under nobody's copyright that is known; those of the kit are under the kit's."""
        self.image.sources["libmm/src/frame.c"] = ROOT / "libmm" / "include" / "libmm" / "frame.h"
        self.image.executables["tenon.elf"].sources.add("libmm/src/frame.c")
        found = {package["name"]: package for package in json.loads(self.text())["packages"]}
        self.assertEqual([found[name]["versionInfo"] for name in ("lamp", "libkern", "libmm")],
                         ["1.2", "1.2", image.kit_version()])
        self.assertEqual([found[name]["copyrightText"] for name in ("lamp", "libkern", "libmm")],
                         ["NOASSERTION", "NOASSERTION", image.kit_copyright()])

    def test_licences_come_out_of_the_files(self):
        self.image.sources["libkern/src/main.c"].write_text("# SPDX-License-Identifier: BSD-2-Clause\n", encoding="utf-8")
        made = json.loads(self.text())
        kernel = next(file for file in made["files"] if file["fileName"] == "./tenon.elf")
        self.assertEqual(kernel["licenseConcluded"], "BSD-2-Clause")


class Version(unittest.TestCase):
    """./tenon --version of a copy of the kit."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kit = pathlib.Path(folder.name, "kit")
        for name in ("tenon", "tools/version.sh", "tools/setup.sh", "cmake/Version.cmake", "configs/default_defconfig"):
            (self.kit / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.kit / name)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def version(self, *words):
        """What ./tenon --version WORDS says."""
        return subprocess.run([self.kit / "tenon", "--version", *words], capture_output=True, text=True, check=True,
                              env=self.environment).stdout.strip()

    def git(self, *words):
        """Run git WORDS in the copy."""
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example", *words], cwd=self.kit, check=True,
                       capture_output=True, env=self.environment)

    def test_without_a_repository(self):
        number = json.loads(self.version("--json"))
        self.assertEqual((number["revision"], number["modified"]), (None, None))
        self.assertEqual(self.version(), f"Tenon {number['version']}")
        self.assertIn(f"set(TENON_VERSION {number['version']})", (ROOT / "cmake/Version.cmake").read_text(encoding="utf-8"))

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_the_repository_around_the_kit_is_another_one(self):
        subprocess.run(["git", "init", "-q", self.kit.parent], check=True, env=self.environment)
        self.assertNotIn("(", self.version())

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_with_a_repository(self):
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "all")
        found = json.loads(self.version("--json"))
        self.assertRegex(found["revision"], "^[0-9a-f]{12}$")
        self.assertFalse(found["modified"])
        self.assertEqual(self.version(), f"Tenon {found['version']} ({found['revision']})")
        (self.kit / "configs/default_defconfig").write_text("\n", encoding="utf-8")
        self.assertTrue(json.loads(self.version("--json"))["modified"])
        self.assertTrue(self.version().endswith(" and changes)"))


def sbom(build, path, *words):
    """Run the tool on BUILD."""
    return subprocess.run([sys.executable, "-B", TOOL, "--build", build, "--version", "1.2", "--time", "86400", *words, path],
                          capture_output=True, text=True, check=False)


class Build(unittest.TestCase):
    """A real image."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def made(self, name="a.json"):
        """The document of the build."""
        path = self.folder / name
        done = sbom(os.environ["TENON_BUILD"], path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return path.read_bytes()

    def test_it_keeps_the_rules(self):
        self.assertEqual(rules.violations(json.loads(self.made())), [])

    def test_it_is_the_same_each_time_and_names_no_folder(self):
        first = self.made()
        self.assertEqual(first, self.made("b.json"))
        for folder in (ROOT, os.environ["TENON_BUILD"], pathlib.Path.home()):
            self.assertNotIn(f"{folder}/".encode(), first)

    def test_what_is_in_it(self):
        """Every checksum is that of the file; the kernel has libkern, a program libsys."""
        made, build = json.loads(self.made()), pathlib.Path(os.environ["TENON_BUILD"])
        files = {file["fileName"].removeprefix("./"): file for file in made["files"]}
        for name, file in files.items():
            path = build / name.removeprefix("build/") if name.startswith("build/") else ROOT / name
            path = path if path.is_file() else build / name
            if not name.startswith("bundle/"):
                self.assertIn({"algorithm": "SHA256", "checksumValue": hashlib.sha256(path.read_bytes()).hexdigest()},
                              file["checksums"], name)
        linked_from = rules.related(made, "STATIC_LINK")
        kernel = next(files[name]["SPDXID"] for name in ("tenon.elf", "tenon.img") if name in files)
        for library in ("libkern", "libmm", "libsched", "libipc", "abi"):
            self.assertIn((kernel, f"SPDXRef-Component-{library}"), linked_from)
        self.assertIn((files["bundle/bin/supervisor"]["SPDXID"], "SPDXRef-Component-libsys"), linked_from)
        self.assertIn("libkern/src/main.c", files)
        self.assertFalse([name for name in files if "/test/" in name])

    def test_every_source_has_a_licence(self):
        made = json.loads(self.made())
        self.assertEqual([file["fileName"] for file in made["files"]
                          if file["fileTypes"] == ["SOURCE"] and file["licenseInfoInFiles"] == ["NOASSERTION"]], [])

    def test_the_loader_has_gnu_efi(self):
        made = json.loads(self.made())
        loader = [file["SPDXID"] for file in made["files"] if file["fileName"].endswith(".EFI")]
        if not loader:
            self.skipTest("this build has no UEFI loader")
        self.assertIn((loader[0], "SPDXRef-Package-gnu-efi"), rules.related(made, "STATIC_LINK"))
        package = next(package for package in made["packages"] if package["name"] == "gnu-efi")
        self.assertRegex(package["versionInfo"], r"^\d+\.\d+")
        self.assertIn("BSD", package["licenseConcluded"])

    def test_nothing_is_built(self):
        done = sbom(self.folder, self.folder / "x.json")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "^tenon: .*tenon.bundle: is not there. Build first: ./tenon build.$")

    def test_a_file_that_cannot_be_written_stays_as_it_is(self):
        (self.folder / "there").mkdir()
        done = sbom(os.environ["TENON_BUILD"], self.folder / "there")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be written", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [self.folder / "there"])


if __name__ == "__main__":
    unittest.main()
