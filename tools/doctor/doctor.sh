# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# What this machine lacks; read by ./tenon, which sets `root`, `builds`, `json` and offers is_there (setup.sh).
#
# Written for the plainest shell: it must be able to say that there is no Python. Each check prints one line
#     FOR|WHAT|STATE|FOUND|REMEDY
# FOR is a purpose of tools/packages.txt, or `all`; STATE is ok, lack (what is there FOR does not work), or note (it
# works, but somebody should know). The lines become a table or JSON; one lack makes the exit code 1.

# The oldest version of a program that will do, and for others the one that the kit is tested with: it may
# do as well, so an older one is a note.
versions() {
    cat <<'VERSIONS'
cmake 3.25 lack
python3 3.11 lack
ninja 1.10 note
x86_64-linux-gnu-gcc 12 note
aarch64-linux-gnu-gcc 12 note
qemu-system-x86_64 7.2 note
qemu-system-aarch64 7.2 note
clang 14 note
gdb-multiarch 13 note
VERSIONS
}

# Builds of everything on both architectures take 200 MiB; all that ./tenon test makes, 700 MiB.
least_mib=200
plenty_mib=800

# version_of PROGRAM: the first word that is a number with a dot, in what PROGRAM says about itself.
version_of() {
    "$1" --version 2>/dev/null </dev/null | awk '{
        for (i = 1; i <= NF; i++) {
            if (match($i, /^\(?[0-9]+\.[0-9.]+/)) {
                version = substr($i, 1, RLENGTH)
                sub(/^\(/, "", version)
                print version
                exit
            }
        }
    }'
}

# is_older A B: whether version A comes before B.
is_older() {
    awk -v a="$1" -v b="$2" 'BEGIN {
        split(a, x, "."); n = split(b, y, ".")
        for (i = 1; i <= n; i++) {
            if (x[i] + 0 != y[i] + 0) { exit !(x[i] + 0 < y[i] + 0) }
        }
        exit 1
    }'
}

# How packages are installed on this machine: a remedy for PACKAGE.
install_remedy() {
    if command -v apt-get >/dev/null; then
        echo "install the package $1: ./tenon setup installs all that is missing"
    else
        echo "install what Debian calls $1, the way of your system"
    fi
}

# check_version PURPOSE PROOF: prints the line if PROOF is a program whose version matters, and fails if not.
check_version() {
    wanted=$(versions | awk -v program="$2" '$1 == program { print $2, $3 }')
    [ -n "$wanted" ] || return 1
    program=$2
    if [ "$2" = python3 ]; then
        program=$(find_python) || return 1
    fi
    found=$(version_of "$program")
    if [ -z "$found" ]; then
        echo "$1|$2|lack|does not run|install it again; $2 --version must answer"
    elif is_older "$found" "${wanted% *}"; then
        echo "$1|$2|${wanted#* }|$found|the kit is made with ${wanted% *} or later: install a newer one"
    else
        echo "$1|$2|ok|$found|"
    fi
}

# Packages for the purposes $@, by tools/packages.txt.
check_packages() {
    while read -r purpose package proof; do
        case " $* " in *" $purpose "*) ;; *) continue ;; esac
        if ! is_there "$proof"; then
            echo "$purpose|$package|lack|missing|$(install_remedy "$package")"
        elif ! check_version "$purpose" "$proof"; then
            echo "$purpose|$package|ok|there|"
        fi
    done <"$root/tools/packages.txt"
}

# existing FOLDER: FOLDER, or the nearest above it that there is.
existing() {
    folder=$1
    while [ ! -e "$folder" ]; do
        folder=$(dirname "$folder")
    done
    echo "$folder"
}

# check_folder WHAT FOLDER REMEDY: whether somebody can write to FOLDER.
check_folder() {
    if [ -d "$2" ] && [ -w "$2" ]; then
        echo "all|$1|ok|can be written|"
    else
        echo "all|$1|lack|cannot be written|$3"
    fi
}

check_space() {
    mib=$(df -Pk "$(existing "$builds")" | awk 'NR == 2 { print int($4 / 1024) }')
    if [ "$mib" -lt "$least_mib" ]; then
        echo "all|disk space|lack|$mib MiB|a build of both architectures takes $least_mib MiB: make room, or put the kit elsewhere"
    elif [ "$mib" -lt "$plenty_mib" ]; then
        echo "all|disk space|note|$mib MiB|enough to build and run; ./tenon test takes $plenty_mib MiB"
    else
        echo "all|disk space|ok|$mib MiB|"
    fi
}

check_all() {
    check_packages "$@"
    check_folder "build folder" "$(existing "$builds")" "it is $builds: change its owner or rights, or put the kit where you can write"
    check_folder "temporary folder" "${TMPDIR:-/tmp}" "it is ${TMPDIR:-/tmp}: set TMPDIR to a folder where you can write"
    check_space
    echo "all|KVM|ok|not needed|"
}

# The lines as a table, in colour if $1 is not empty.
as_table() {
    awk -F '|' -v colour="$1" '
        function paint(code, text) { return colour == "" ? text : "\033[" code "m" text "\033[0m" }
        BEGIN { code["ok"] = 32; code["note"] = 33; code["lack"] = 31 }
        {
            printf "%s %-6s %-22s %-18s %s\n", paint(code[$3], sprintf("%-5s", $3)), $1, $2, $4, $5
            count[$3]++
        }
        END {
            if (count["lack"]) {
                printf "\n%d %s. The second column is what does not work then.\n", count["lack"], \
                    count["lack"] == 1 ? "thing is lacking" : "things are lacking"
            } else {
                print "\nNothing is lacking."
            }
        }'
}

as_json() {
    awk -F '|' '
        function text(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
        {
            lines = lines (NR > 1 ? ",\n" : "") "  {\"for\": " text($1) ", \"what\": " text($2) ", \"state\": " text($3) \
                ", \"found\": " text($4) ", \"remedy\": " text($5) "}"
            if ($3 == "lack") { lacks++ }
        }
        END { printf "{\"ok\": %s, \"checks\": [\n%s\n]}\n", lacks ? "false" : "true", lines }'
}

# The purposes of tools/packages.txt.
purposes() {
    sed -n 's/^\([a-z][a-z]*\) .*/\1/p' "$root/tools/packages.txt" | sort -u
}

# doctor [PURPOSE…]: what is lacking for the PURPOSEs, or for anything; exits 1 if something is.
doctor() {
    for purpose in "$@"; do
        # shellcheck disable=SC2046 # one word per purpose
        one_of purpose "$purpose" $(purposes)
    done
    # shellcheck disable=SC2046 # one word per purpose
    [ $# != 0 ] || set -- $(purposes)
    checks=$(check_all "$@")
    if [ -n "$json" ]; then
        echo "$checks" | as_json
    elif [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-}" != dumb ]; then
        echo "$checks" | as_table colour
    else
        echo "$checks" | as_table ''
    fi
    ! echo "$checks" | grep -q '^[^|]*|[^|]*|lack|'
}
