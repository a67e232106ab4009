# SPDX-License-Identifier: MIT
# What `cmake --install` writes into a prefix; docs/install.md draws it.
#
# A build directory installs its own flavour (InstallFlavour.cmake) and the kit, which is the same from each:
# several build directories add up in one prefix. No file says where the prefix is; they find each other by
# relative paths, so it can be moved.

# What cannot be installed has this one rule.
set(refusal)
if(TENON_SANITIZE)
    set(refusal "its code is under sanitizers, which programs elsewhere do not link. Use one with \
-DTENON_SANITIZE=OFF: cmake --preset linux")
elseif(TENON_COVERAGE)
    set(refusal "its code counts executed lines into files of this build directory. Use one with \
-DTENON_COVERAGE=OFF: cmake --preset linux")
elseif(NOT TENON_ARCH STREQUAL "host" AND CONFIG_OPTIMIZE_SIZE)
    set(refusal "with CONFIG_OPTIMIZE_SIZE the linker generates the code, so its archives hold none. Use one \
with CONFIG_OPTIMIZE_SPEED; products of the prefix may still choose size")
endif()
if(refusal)
    install(CODE "message(FATAL_ERROR \"This build directory cannot be installed: ${refusal}.\")" ALL_COMPONENTS)
    return()
endif()

# Components, for who wants one alone: kit, which one build directory may install for all, and libraries.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME kit)

# --- The kit: the source tree without what tests the kit itself. ---

# tenon_install_folder(FOLDER … DESTINATION FOLDER [WITHOUT PATTERN …]): the FOLDERs that there are, without
# leftovers and without what is called as a PATTERN.
function(tenon_install_folder)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "DESTINATION" "WITHOUT")
    set(patterns)
    foreach(pattern __pycache__ *.pyc *~ build ${arg_WITHOUT})
        list(APPEND patterns PATTERN ${pattern} EXCLUDE)
    endforeach()
    foreach(folder ${arg_UNPARSED_ARGUMENTS})
        if(EXISTS ${TENON_ROOT}/${folder})
            install(DIRECTORY ${folder} DESTINATION ${arg_DESTINATION}
                FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
                DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
                    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE
                ${patterns})
        endif()
    endforeach()
endfunction()

# tenon_install_link(FILE DESTINATION TARGET): a symbolic link to TARGET, which is relative.
function(tenon_install_link file destination target)
    file(MAKE_DIRECTORY ${TENON_BINARY}/install/links)
    file(CREATE_LINK ${target} ${TENON_BINARY}/install/links/${file} SYMBOLIC)
    install(FILES ${TENON_BINARY}/install/links/${file} DESTINATION ${destination})
endfunction()

tenon_install_folder(libbase libmm libsched libipc libdrv libkern libsys servers
    DESTINATION share/tenon WITHOUT test)
tenon_install_folder(cmake configs contracts docs examples templates tools DESTINATION share/tenon)
install(FILES CMakeLists.txt CMakePresets.json Kconfig LICENSE
    README.md ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md STYLE.md DESTINATION share/tenon)
install(PROGRAMS tenon DESTINATION share/tenon)
tenon_install_link(tenon bin ../share/tenon/tenon)

# A product's own tests are made of these.
tenon_install_folder(tests/support tests/harness DESTINATION share/tenon/tests)
install(FILES libsys/test/CMakeLists.txt libsys/test/fake_kernel.c libsys/test/fake_kernel.h
    DESTINATION share/tenon/libsys/test)

# --- The kit's package for CMake, public headers, and what a distribution looks for. ---

install(FILES cmake/TenonConfig.cmake cmake/TenonConfigVersion.cmake DESTINATION lib/cmake/Tenon)
foreach(library libbase libmm libsched libipc libdrv libkern/abi libsys)
    install(DIRECTORY ${library}/include/ DESTINATION include/tenon FILES_MATCHING PATTERN "*.h")
endforeach()
install(FILES LICENSE DESTINATION share/doc/tenon RENAME copyright)
foreach(document docs README.md CHANGELOG.md)
    tenon_install_link(${document} share/doc/tenon ../../tenon/${document})
endforeach()

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME libraries)
include(${TENON_ROOT}/cmake/InstallFlavour.cmake)
include(${TENON_ROOT}/cmake/Package.cmake)
