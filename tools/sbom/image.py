# SPDX-License-Identifier: MIT
"""What the image of a build directory holds, and what each part of that is made from."""

import dataclasses
import pathlib
import re
import subprocess

import container
import linked
from problem import Problem

KIT = pathlib.Path(__file__).resolve().parents[2]
MACHINES = {62: ("x86_64", "tenon.elf", "BOOTX64.EFI"), 183: ("arm64", "tenon.img", "BOOTAA64.EFI")}
# Folders whose subfolders are components of their own.
NESTED = ("servers", "examples")


@dataclasses.dataclass
class Executable:
    """Something of the image that was linked."""

    sources: set   # Files it was made from, as documents call them.
    foreign: set   # Those of other projects: paths, or ARCHIVE(MEMBER).


@dataclasses.dataclass
class Image:
    """All of it."""

    arch: str
    product: str
    configuration: str
    compiler: str
    kernel: str         # Name of the kernel's file.
    bundle: str         # Name of the bundle's file.
    loader: str         # Name of the loader's file, or nothing.
    data: dict          # {name: bytes} of all files, those of the bundle as bundle/NAME.
    executables: dict   # {name: Executable} of those that were linked.
    sources: dict       # {name: path} of all files that they were made from.

    def is_kits(self, name):
        """Whether the file NAME is the kit's own: one of its sources, or made of nothing else."""
        if name in self.sources:
            return name.startswith("build/") or self.sources[name].is_relative_to(KIT)
        executable = self.executables.get(name)
        return not (executable and executable.foreign) and all(self.is_kits(source) for source in self.sources)


class Names:
    """Paths as a document shows them: the same wherever the folders are."""

    def __init__(self, build, cache):
        home = pathlib.Path(cache.get("CMAKE_HOME_DIRECTORY", KIT))
        self.build = build
        self.roots = [(build, "build/")]
        self.roots += [(KIT, "")] if home == KIT else [(KIT, "tenon/"), (home, "")]
        self.roots.sort(key=lambda root: -len(root[0].parts))
        self.paths = {}

    def of(self, file):
        """The name of FILE, which may be relative to the build directory; None if it is somewhere else."""
        path = pathlib.Path(self.build, file)
        for root, prefix in self.roots:
            if path.is_relative_to(root):
                name = prefix + str(path.relative_to(root))
                self.paths[name] = path
                return name
        return None


def component(name):
    """The library or program that the source file NAME is of."""
    parts = pathlib.PurePath(name.removeprefix("tenon/")).parts
    if parts[0] == "build":
        return "generated"
    if parts[:2] == ("libkern", "abi"):
        return "abi"
    return parts[1] if parts[0] in NESTED and len(parts) > 2 else parts[0] if len(parts) > 1 else "product"


def kit_version():
    """The kit's version."""
    return re.search(r"^set\(TENON_VERSION (\S+)\)$", (KIT / "cmake" / "Version.cmake").read_text(encoding="utf-8"), re.M)[1]


def kit_copyright():
    """Who has the rights in the kit."""
    return re.search(r"^Copyright .*$", (KIT / "LICENSE").read_text(encoding="utf-8"), re.M)[0]


def of_build(build, bundle):
    """The image of the directory BUILD with BUNDLE.bundle; raises Problem."""
    build = build.resolve()
    packed = build / f"{bundle}.bundle"
    if not packed.is_file():
        raise Problem(f"{packed}: is not there", "Build first: ./tenon build")
    data = {packed.name: packed.read_bytes()}
    machine, _, files = container.decode(data[packed.name])
    arch, kernel, loader = MACHINES[machine]
    data[kernel] = _read(build / kernel)
    data |= {f"bundle/{name}": content for name, content in files.items()}
    maps = {kernel: build / "kernel.map"}
    maps |= {f"bundle/{name}": build / "maps" / f"{pathlib.PurePath(name).name}.map"
             for name in files if name.startswith("bin/")}
    if (build / loader).is_file():
        data[loader], maps[loader] = _read(build / loader), build / "loader.map"
    else:
        loader = ""
    cache = _cache(build)
    compiler, folder = _compiler(build)
    names, records = Names(build, cache), linked.Records(build)
    executables = {name: _executable(path, names, records, folder) for name, path in sorted(maps.items())}
    sources = {name: names.paths[name] for executable in executables.values() for name in executable.sources}
    return Image(arch, cache.get("CMAKE_PROJECT_NAME", "tenon"), _configuration(build), compiler, kernel, packed.name, loader, data, executables, sources)


def _executable(path, names, records, compiler_folder):
    """What the executable with the map file PATH was made from."""
    objects, members = linked.inputs(path)
    result = Executable(set(), set())
    for archive, member in members:
        made_here = records.objects(archive, member)
        objects += made_here
        if not made_here:
            result.foreign.add(f"{archive}({member})")
    for name in objects:
        if names.of(name) is None:
            result.foreign.add(name)
        for source in records.of(name):
            shown = names.of(source)
            if shown:
                result.sources.add(shown)
            elif not source.startswith(compiler_folder):
                result.foreign.add(source)
    return result


def _read(path):
    """The bytes of PATH."""
    if not path.is_file():
        raise Problem(f"{path}: is not there", "Build first: ./tenon build")
    return path.read_bytes()


def _cache(build):
    """{name: value} of CMake's cache."""
    text = _read(build / "CMakeCache.txt").decode()
    return dict(re.findall(r"^([A-Za-z_0-9]+):[A-Z]+=(.*)$", text, re.MULTILINE))


def _compiler(build):
    """(name and version, folder of its own headers) of the compiler."""
    command = "cc"
    for file in sorted(build.glob("CMakeFiles/*/CMakeCCompiler.cmake")):
        found = re.search(r'^set\(CMAKE_C_COMPILER "(.*)"\)$', file.read_text(encoding="utf-8"), re.MULTILINE)
        command = found[1] if found else command
    try:
        version, folder = (subprocess.run([command, option], capture_output=True, text=True, check=True).stdout
                           for option in ("--version", "-print-file-name=include"))
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"{command}: the compiler of this build is not there any more", "Build again: ./tenon build") from error
    return version.splitlines()[0], folder.strip()


def _configuration(build):
    """The name of the configuration."""
    found = re.search(r'^#define CONFIG_NAME "(.*)"$', _read(build / "config" / "tenon_config.h").decode(), re.MULTILINE)
    return found[1] if found else "unnamed"
