#!/bin/sh
# SPDX-License-Identifier: MIT
# What a continuous integration runs: build and test for both architectures. It finds the kit in TENON_ROOT,
# or by the arguments, which are given to cmake: ./ci.sh -DTenon_DIR=KIT/cmake
set -eu
cd "$(dirname "$0")"
for arch in x86_64 arm64; do
    cmake -G Ninja -B "build-$arch" -DTENON_ARCH=$arch "$@"
    cmake --build "build-$arch"
    ctest --test-dir "build-$arch" --output-on-failure
done
