# SPDX-License-Identifier: MIT
"""What gdb learns about Tenon; read by it (`gdb -x`), started by tools/debug.

    tenon threads               every thread: number, program, state, priority, CPU, where it is
    tenon handles PROGRAM       what a program can reach, as `caps` in the shell says
    tenon queues                who is ready on each CPU, and who waits at which endpoint
    tenon spaces [PROGRAM]      address spaces, and what is mapped in one
    tenon break PROGRAM:FUNCTION   stop when PROGRAM, and no other, enters FUNCTION
    tenon symbols [PROGRAM]     use PROGRAM's symbols; without it, those of the one that runs
    tenon type TEXT             type TEXT and Enter on the serial line

All programs are linked for the same addresses. So the symbols of one are loaded at a time: those of the program that
runs whenever the machine stops in user mode.
"""

import os
import pathlib
import sys

import gdb

HERE = pathlib.Path(os.path.expanduser(__file__)).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bundle")]
import commands  # pylint: disable=wrong-import-position,wrong-import-order # the path above leads to it

commands.start(os.environ["TENON_DEBUG_ARCH"], pathlib.Path(os.environ["TENON_DEBUG_BUILD"]),
               os.environ["TENON_DEBUG_BUNDLE"], pathlib.Path(os.environ["TENON_DEBUG_FOLDER"]))
gdb.write("Tenon: `help tenon` lists its commands; `continue` boots.\n")
