# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Installing what the kit needs; read by ./tenon, which sets `root` and offers `say` and `die`.

# Prints a python3 that can import kconfiglib, or fails. The first one on PATH often cannot.
find_python() {
    for candidate in ${TENON_PYTHON:+"$TENON_PYTHON"} python3 /usr/bin/python3; do
        "$candidate" -c 'import kconfiglib, tomllib' 2>/dev/null && echo "$candidate" && return 0
    done
    return 1
}

# is_there PROOF: whether what packages.txt gives as the proof of a package is there.
is_there() {
    case $1 in
    python:*) find_python >/dev/null ;;
    /*) test -e "$1" ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# missing_packages PURPOSE…: prints the packages for any PURPOSE that are not there.
missing_packages() {
    while read -r purpose package proof; do
        case " $* " in
        *" $purpose "*) is_there "$proof" || echo "$package" ;;
        esac
    done <"$root/tools/packages.txt"
}

# Runs apt-get as root, without questions.
apt_get() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    fi
}

# setup_for PURPOSE…: installs what is missing for any PURPOSE, or says what is and stops.
setup_for() {
    packages=$(missing_packages "$@" | paste -sd ' ')
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null ||
        die "missing: $packages (names of Debian packages). There is no apt-get here: install them your way."
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "missing packages: $packages. Installing them needs root or sudo: run ./tenon setup as root."
    say "installing: $packages"
    apt_get -qq update || say "the package lists could not be renewed; trying with the old ones"
    # shellcheck disable=SC2086 # one word per package
    apt_get -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends $packages </dev/null ||
        die "still missing: $(missing_packages "$@" | paste -sd ' '). apt-get could not install them (see above): is there a network?"
}
