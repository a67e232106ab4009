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

# A Debian package lives in /usr. It needs what building and booting a product takes, by tools/packages.txt, and
# recommends what else ./tenon and products' tests use.
function(tenon_packages_for result)
    list(JOIN ARGN "|" purposes)
    file(STRINGS ${TENON_ROOT}/tools/packages.txt packages REGEX "^(${purposes})[ \t]")
    list(TRANSFORM packages REPLACE "^[a-z]+[ \t]+([^ \t]+).*$" "\\1")
    list(REMOVE_DUPLICATES packages)
    list(JOIN packages ", " packages)
    set(${result} ${packages} PARENT_SCOPE)
endfunction()

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
tenon_packages_for(CPACK_DEBIAN_PACKAGE_DEPENDS run)
tenon_packages_for(CPACK_DEBIAN_PACKAGE_RECOMMENDS install image uefi debug)
tenon_packages_for(CPACK_DEBIAN_PACKAGE_SUGGESTS test)

include(CPack)
