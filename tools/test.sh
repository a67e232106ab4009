# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Running the tests; read by ./tenon, which offers configure, refuse, say and die.
#
# The build directories: the libraries on this machine with both compilers, and the images of both
# blessed configurations on both architectures. They are apart from the user's own configuration. Of
# the image with mitigations, all but --full runs what is its own, and the conformance program.

# preset, build directory, configuration, and which tests, if not all
test_targets() {
    few="^(image\.conformance|boot\.mitigations)"
    [ -z "$full" ] || few=
    cat <<TARGETS
host host default
host-clang host-clang default
x86_64 x86_64-default default
arm64 arm64-default default
x86_64 x86_64-minimal minimal
arm64 arm64-minimal minimal
x86_64 x86_64-mitigations mitigations $few
TARGETS
}

# labels FOLDER: the libraries and suites that have tests in the build directory FOLDER.
labels() {
    ctest --test-dir "$1" --print-labels 2>/dev/null | sed -n 's/^  //p'
}

# The libraries and suites of all build directories.
all_labels() {
    test_targets | while read -r preset folder defconfig _; do
        configure "$preset" "$root/build/$folder" -DTENON_DEFCONFIG="$defconfig" || exit 1
        labels "$root/build/$folder"
    done | sort -u
}

# cmocka's own counts, from the log of the last ctest run in FOLDER, one line per program.
cmocka_summary() {
    awk '/^[0-9]+\/[0-9]+ Testing: / { name = $3 }
        /^\[  (PASSED|FAILED)  \]/ { print "  " name ": " $0 }' "$1/Testing/Temporary/LastTest.log"
}

# test_folder FOLDER [NAME]: builds FOLDER and runs its tests, those that match $only; false if one failed.
test_folder() {
    say "building ${1#"$root"/}"
    cmake --build "$1" || die "${1#"$root"/} does not build (see above)"
    say "testing ${1#"$root"/}"
    result=0
    ctest --test-dir "$1" --output-on-failure --no-tests=ignore -j "$(nproc)" \
        ${only:+-R "$only"} ${2:+-L "^$2\$"} || result=1
    cmocka_summary "$1"
    return $result
}

# fuzz READER: lets its fuzzer search from the seeds of tests/fuzz/READER for a minute.
fuzz() {
    say "fuzzing the reader of $1 for a minute"
    cmake --build "$root/build/host-clang" --target "fuzzer.$1" || die "fuzzer.$1 does not build"
    found=$(mktemp -d)
    cp "$root/tests/fuzz/$1"/* "$found"
    "$root/build/host-clang/tests/fuzzer.$1" -max_total_time=60 -artifact_prefix="$root/build/" "$found" ||
        die "the reader of $1 failed; what it read is in build/"
    rm -r "$found"
}

# storm PYTHON ARCH: random system calls by threads of two CPUs that run at once, for about a minute. What it
# finds depends on the time of day: whatever it is, the kernel must neither stop nor lose a byte.
storm() {
    say "storms on two CPUs of $2"
    TENON_TIMEOUT=600 "$1" "$root/tests/harness/run_program.py" --arch "$2" \
        --build "$root/build/$2-default" --parallel --smp 2 --append storm-rounds=60 storm ||
        die "a storm on two CPUs of $2 failed"
}

# at_once PYTHON ARCH: the conformance program on two CPUs that run at once, in real time.
at_once() {
    say "the conformance program on two CPUs of $2 at once"
    TENON_TIMEOUT=600 "$1" "$root/tests/harness/run_program.py" --arch "$2" \
        --build "$root/build/$2-default" --parallel --smp 2 conformance ||
        die "the conformance program failed on two CPUs of $2 that run at once"
}

# one_cpu: random messages on a core for one CPU; the others on this machine are for several.
one_cpu() {
    configure host "$root/build/host-bench" -DTENON_DEFCONFIG=bench
    for test in libkern.test_helping libkern.test_random_ipc; do
        say "testing $test for one CPU"
        cmake --build "$root/build/host-bench" --target $test || die "$test does not build for one CPU"
        ctest --test-dir "$root/build/host-bench" --output-on-failure -R "^$test\$" ||
            die "$test failed for one CPU"
    done
}

# What takes long: storms, CPUs that run at once, every fuzzer, every mutant, the cost of each part, many random
# configurations.
run_campaigns() {
    python=$(find_python)
    for arch in x86_64 arm64; do
        storm "$python" "$arch"
        at_once "$python" "$arch"
    done
    one_cpu
    for seeds in "$root"/tests/fuzz/*/; do
        fuzz "$(basename "$seeds")"
    done
    "$python" "$root/tests/checks/mutants.py" --full || die "a mutant was not noticed"
    "$python" -B "$root/tools/parts" --check || die "docs/choose-your-parts.md has figures that are wrong (see above)"
    "$python" "$root/tests/checks/randconfig.py" --count 20 || die "a random configuration failed"
}

# run_tests [NAME]: all tests, or those of the library or suite NAME.
run_tests() {
    known=$(all_labels)
    # shellcheck disable=SC2086 # one word per label
    [ $# = 0 ] || one_of "library or suite" "$1" $known
    failed=''
    exec 3<<TARGETS
$(test_targets)
TARGETS
    while read -r preset folder defconfig only <&3; do
        if [ $# = 0 ] || labels "$root/build/$folder" | grep -qx "$1"; then
            test_folder "$root/build/$folder" "$@" 3<&- || failed="$failed $folder"
        fi
    done
    [ -z "$failed" ] || die "tests failed in:$failed"
    say "all tests passed"
    [ -z "$full" ] || [ $# != 0 ] || run_campaigns
}
