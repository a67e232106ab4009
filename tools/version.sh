# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Which kit this is; read by ./tenon, which sets `root`. The number stands in cmake/Version.cmake, for CMake and banners
# as well. The revision is that of the git repository whose top folder the kit is, if there is one.

kit_version() {
    sed -n 's/^set(TENON_VERSION \([0-9.]*\))$/\1/p' "$root/cmake/Version.cmake"
}

# Prints nothing without a repository, without git, and where git does not trust the owner of the folder.
kit_revision() {
    [ ! -e "$root/.git" ] || git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || true
}

# is_modified: whether files of the revision were changed since.
is_modified() {
    ! git -C "$root" --no-optional-locks diff --quiet HEAD -- 2>/dev/null
}

# show_version: a line for a person; for a program, with $json.
show_version() {
    revision=$(kit_revision) modified=false
    if [ -n "$revision" ] && is_modified; then
        modified=true
    fi
    if [ -n "$json" ] && [ -n "$revision" ]; then
        printf '{"version": "%s", "revision": "%s", "modified": %s}\n' "$(kit_version)" "$revision" "$modified"
    elif [ -n "$json" ]; then
        printf '{"version": "%s", "revision": null, "modified": null}\n' "$(kit_version)"
    else
        [ $modified = false ] || revision="$revision and changes"
        echo "Tenon $(kit_version)${revision:+ ($revision)}"
    fi
}

# release_time: seconds since 1970 that stand for this kit: SOURCE_DATE_EPOCH, or the time of the commit, or 1980.
release_time() {
    revision=$(kit_revision)
    echo "${SOURCE_DATE_EPOCH:-${revision:+$(git -C "$root" show -s --format=%ct)}}" | grep . || echo 315532800
}
