# SPDX-License-Identifier: MIT
"""What the build takes from a configuration: a C header, CMake variables, a list and one hash of it all."""

import hashlib
import pathlib

import kconfiglib

import store
import tree

HEADER = """\
/* SPDX-License-Identifier: MIT */
/* Made by tools/kconf from .config; the build puts it in front of every source file. */
#ifndef TENON_CONFIG_H
#define TENON_CONFIG_H

{lines}

/* Equal in two builds exactly if every value above is. */
#define CONFIG_HASH "{hash}"

/* NAME if every value above is as configs/NAME_defconfig has it, else "custom". */
#define CONFIG_NAME "{name}"

/* What the linker sees of it: two absolute symbols in each object, of no bytes. Objects of one configuration
 * agree on the value of the second; where two meet, the linker stops and prints its name. */
#if !defined(__ASSEMBLER__) && !defined(TENON_UNMARKED)
__asm__(".globl tn_config_{hash}\\n"
        ".set tn_config_{hash}, 0\\n"
        ".globl \\"{sentence}\\"\\n"
        ".set \\"{sentence}\\", 0x{hash}\\n");
#endif

#endif
"""

# Name of the symbol that two configurations give different values.
SENTENCE = "Tenon: two configurations in one program; compile all of it with one tenon_config.h"


def write(kconf, source_dir, directory, name):
    """Write tenon_config.h, config.cmake and all.config into DIRECTORY; an unchanged file keeps its time.

    NAME is what the configuration is called, for people.
    """
    directory = pathlib.Path(directory)
    digest = config_hash(kconf)
    store.replace(directory / "tenon_config.h", HEADER.format(
        lines="\n".join(_defines(kconf)), hash=digest, name=name, sentence=SENTENCE))
    store.replace(directory / "config.cmake", "\n".join(_cmake(kconf, source_dir, digest)) + "\n")
    store.replace(directory / "all.config", _all(kconf))


def _all(kconf):
    """All symbols as lines of a .config, also those that nobody can set."""
    return "".join(symbol.config_string for symbol in kconf.unique_defined_syms)


def config_hash(kconf):
    """16 hexadecimal digits that stand for all values of KCONF, whatever their order."""
    text = "\n".join(sorted(_defines(kconf)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _defines(kconf):
    """One #define per symbol; every symbol is defined, so that plain `if` and -Wundef work."""
    return [f"#define CONFIG_{symbol.name} {_c_value(symbol)}"
            for symbol in kconf.unique_defined_syms]


def _c_value(symbol):
    """SYMBOL's value in C: 0 or 1, a number, or a string literal."""
    if tree.is_bool(symbol):
        return "1" if symbol.str_value == "y" else "0"
    if tree.is_number(symbol):
        return symbol.str_value or "0"
    return f'"{kconfiglib.escape(symbol.str_value)}"'


def _cmake(kconf, source_dir, digest):
    """The lines of config.cmake; switches become ON and OFF."""
    yield "# Made by tools/kconf from .config."
    for symbol in kconf.unique_defined_syms:
        value = symbol.str_value
        if tree.is_bool(symbol):
            value = "ON" if value == "y" else "OFF"
        yield f"set(CONFIG_{symbol.name} [==[{value}]==])"
    yield f"set(CONFIG_HASH {digest})"
    files = " ".join(f"[==[{file}]==]" for file in tree.files(kconf, source_dir))
    yield f"set(TENON_KCONFIG_FILES {files})"
