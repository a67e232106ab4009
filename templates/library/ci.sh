#!/bin/sh
# SPDX-License-Identifier: MIT
# What a continuous integration runs. It finds the kit by the arguments, which are given to cmake:
# ./ci.sh -DCMAKE_PREFIX_PATH=PREFIX
set -eu
cd "$(dirname "$0")"
cmake -G Ninja -B build "$@"
cmake --build build
ctest --test-dir build --output-on-failure
