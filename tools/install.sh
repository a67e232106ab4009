# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Installing and packing the kit; read by ./tenon, which offers configure, say, die and the options.

# An installed kit is made of these presets; the last one brings the kit itself, too.
parts="$arches linux"

# Makes what they install. A build that cannot be installed says so here, before anything is written.
build_installed() {
    for preset in $parts; do
        folder=$builds/$preset${config:+-$config}
        configure "$preset" "$folder" ${config:+"-DTENON_DEFCONFIG=$config"}
        cmake --install "$folder" --component none >/dev/null || die "nothing was installed (see above)"
        cmake --build "$folder" --target libraries || die "${folder#"$root"/} does not build (see above)"
    done
}

# install_kit PREFIX: what all of them install, into PREFIX; in front of it DESTDIR, if it is set.
install_kit() {
    case $1 in /*) prefix=$1 ;; *) prefix=$PWD/$1 ;; esac
    build_installed
    for preset in $parts; do
        only='--component libraries'
        [ "$preset" != linux ] || only=''
        # shellcheck disable=SC2086 # two words, or none
        cmake --install "$builds/$preset${config:+-$config}" --prefix "$prefix" $only >/dev/null ||
            die "$prefix is incomplete: what $preset builds could not be installed (see above)"
    done
    for modules in "${DESTDIR:-}$prefix"/lib/*/pkgconfig "${DESTDIR:-}$prefix"/lib/pkgconfig; do
        [ ! -d "$modules" ] || break
    done
    cat <<END
Tenon is in $prefix. For
    CMake         -DCMAKE_PREFIX_PATH=$prefix
    pkg-config    PKG_CONFIG_PATH=${modules#"${DESTDIR:-}"}
    ./tenon       $prefix/bin/tenon
END
}

# package_kit [FOLDER]: a tar.gz and a Debian package of it, by default in build/packages.
package_kit() {
    target=${1:-$builds/packages}
    build_installed
    projects=''
    for preset in $parts; do
        part=libraries
        [ "$preset" != linux ] || part=ALL
        projects="$projects$builds/$preset${config:+-$config};tenon;$part;/;"
    done
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800} cpack --config "$builds/linux${config:+-$config}/CPackConfig.cmake" \
        -B "$target" -D "CPACK_INSTALL_CMAKE_PROJECTS=${projects%;}" || die "cpack failed (see above)"
    rm -rf "$target/_CPack_Packages"
}
