# SPDX-License-Identifier: MIT
# Packages: `./tenon package` runs cpack over the build directories that it names, so that one package has what
# all of them install. By itself, cpack packs what this build directory installs.
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME tenon)
set(CPACK_PACKAGE_VENDOR "the Tenon maintainers")
set(CPACK_PACKAGE_CONTACT "the Tenon maintainers <maintainers@tenon.example>")
set(CPACK_PACKAGE_VERSION ${TENON_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "kit of microkernel parts")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "C libraries for memory, time, messages and devices, chosen through Kconfig\n\
and linked into a kernel for x86_64 or ARM64, servers that run on it, and the\n\
tools to make a product of them. Some of the libraries serve Linux, too.")
set(CPACK_PACKAGE_FILE_NAME tenon-${TENON_VERSION}-${CMAKE_HOST_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES OFF)
set(CPACK_POST_BUILD_SCRIPTS ${TENON_ROOT}/cmake/FinishPackages.cmake)

# A Debian package lives in /usr and needs what building and booting a product needs.
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
file(STRINGS tools/packages.txt needed REGEX "^run[ \t]")
list(TRANSFORM needed REPLACE "^run[ \t]+([^ \t]+).*$" "\\1")
list(JOIN needed ", " CPACK_DEBIAN_PACKAGE_DEPENDS)

include(CPack)
