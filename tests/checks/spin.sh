#!/bin/sh
# SPDX-License-Identifier: MIT
# Searches all states of a Promela model: spin.sh FILE BROKEN...
#
# The model in FILE must have no error; with each -DBROKEN, which takes away something that the model is
# about, Spin must find one: else the model would prove nothing. Ends with 77 (skipped) where there is no
# Spin.
set -eu

if ! command -v spin >/dev/null; then
    echo "skipped: spin is not installed (Debian: apt install spin)"
    exit 77
fi
model=$(realpath "$1")
name=$(basename "$model" .pml)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints the number of errors in the model; arguments go to Spin. The claim, if there is one, and the
# end states need a search each.
errors() {
    spin "$@" -a "$model" >spin.log || { cat spin.log >&2; exit 1; }
    cc -O0 -w -DCOLLAPSE -DSAFETY -o pan pan.c
    {
        ./pan -w22 -m10000
        if grep -q ltl "$model"; then
            ./pan -w22 -m10000 -noclaim
        fi
    } >pan.log 2>&1
    if grep -q "search depth too small" pan.log; then
        cat pan.log >&2
        exit 1
    fi
    awk '/errors: / { sum += $NF } END { print sum }' pan.log
}

found=$(errors)
grep "states, stored" pan.log
if [ "$found" != 0 ]; then
    cat pan.log
    echo "$name: Spin found an error"
    exit 1
fi
for broken in "$@"; do
    found=$(errors "-D$broken")
    if [ "$found" = 0 ]; then
        echo "$name: with $broken Spin found no error, so the model shows nothing"
        exit 1
    fi
done
echo "$name: no error in any state; with each of $* an error is found"
