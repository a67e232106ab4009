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

# Where downloads are kept that belong to no build directory. libkern/boot/uefi/GnuEfi.cmake looks there.
cache() {
    echo "${TENON_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/tenon}"
}

# GNU-EFI for ARM64: its package cannot be installed beside that of x86_64, so it is unpacked into the cache. apt
# fetches it from this machine's own sources, with their signatures, into a world of its own: neither the
# machine's package lists nor its architectures change, and root is not needed.
setup_gnu_efi_arm64() {
    place=$(cache)/gnu-efi-arm64
    [ ! -e "$place/usr/lib/crt0-efi-aarch64.o" ] || return 0
    command -v apt-get >/dev/null ||
        die "missing: GNU-EFI for arm64. There is no apt-get here: put its folders lib and include into $place/usr."
    say "unpacking gnu-efi for arm64 into $place"
    mkdir -p "$(cache)"
    world=$(mktemp -d "$(cache)/gnu-efi.XXXXXX")
    if (fetch_foreign "$world" arm64 gnu-efi) >"$world/log" 2>&1; then
        rm -rf "$place"
        mv "$world/files" "$place"
        rm -rf "$world"
    else
        cat "$world/log" >&2
        rm -rf "$world"
        die "gnu-efi for arm64 could not be fetched (see above): is there a network?"
    fi
}

# fetch_foreign WORLD ARCHITECTURE PACKAGE: unpacks PACKAGE into WORLD/files, with all that apt needs in WORLD.
fetch_foreign() {
    set -e
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
    : >"$1/status"
    cd "$1"
    for action in "update" "download $3"; do
        # shellcheck disable=SC2086 # an action and its argument
        apt-get -q -o "APT::Architecture=$2" -o "APT::Architectures=$2" -o APT::Sandbox::User= \
            -o "Dir::State::Lists=$1/lists" -o "Dir::State::status=$1/status" -o "Dir::Cache=$1/cache" \
            -o Debug::NoLocking=1 $action
    done
    dpkg-deb -x "$3"_*_"$2".deb files
}
