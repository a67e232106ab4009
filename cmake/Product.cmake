# SPDX-License-Identifier: MIT
# A product: a folder of its own, whose kernel and servers are compiled from the kit's sources.
#
# Read by find_package(Tenon COMPONENTS product), which stands before project(): this file chooses the
# compiler for TENON_ARCH. One build directory is one architecture; host is the flavour of unit tests, which
# the others build in their folder host/.
#
#   cmake_minimum_required(VERSION 3.25)
#   find_package(Tenon 0.1 REQUIRED COMPONENTS product)
#   project(lamp LANGUAGES C ASM)
#   tenon_product(MANIFEST manifest.toml CONFIG product.config)
#   tenon_program(lamp SOURCES src/main.c)

if(DEFINED PROJECT_NAME)
    message(FATAL_ERROR "find_package(Tenon COMPONENTS product) comes too late: it chooses the compiler, so write "
        "it in front of project().")
endif()

set(TENON_ARCH x86_64 CACHE STRING "What the product is built for: x86_64, arm64, or host for its unit tests")
set_property(CACHE TENON_ARCH PROPERTY STRINGS x86_64 arm64 host)
if(NOT TENON_ARCH MATCHES "^(x86_64|arm64|host)$")
    message(FATAL_ERROR "There is no architecture \"${TENON_ARCH}\": set TENON_ARCH to x86_64 or arm64 (or to host, for "
        "unit tests alone).")
endif()
if(NOT DEFINED TENON_FIRST_ARCH)
    set(TENON_FIRST_ARCH ${TENON_ARCH} CACHE INTERNAL "What this build directory was made for")
endif()
if(NOT TENON_FIRST_ARCH STREQUAL TENON_ARCH)
    message(FATAL_ERROR "This build directory is for ${TENON_FIRST_ARCH}: give ${TENON_ARCH} one of its own, for example "
        "cmake -B build-${TENON_ARCH} -DTENON_ARCH=${TENON_ARCH}.")
endif()
if(NOT TENON_ARCH STREQUAL "host")
    set(CMAKE_TOOLCHAIN_FILE ${TENON_ROOT}/cmake/toolchains/${TENON_ARCH}.cmake)
endif()

# With Make, a process for each target would only say that it is built: half of a build with nothing to do.
set_property(GLOBAL PROPERTY TARGET_MESSAGES OFF)

# tenon_product([NAME NAME] MANIFEST FILE [DEFCONFIG NAME] [CONFIG FILE] [KCONFIG FILE]
#               [PROGRAMS NAME …] [FILES PATH=FILE …])
#
# Declares the product of the calling CMakeLists.txt, once, after project() and in front of its programs,
# libraries and tests (cmake/Tenon.cmake). NAME: for people; default the project's. DEFCONFIG: the kit's
# configuration that it begins with, default `default`. CONFIG: lines that it sets differently; FILE's name with
# .ARCH in place of its suffix, if it is there, has those of one architecture. KCONFIG: symbols of its own,
# which C and CMake see as CONFIG_… like the kit's. The bundle holds the kit's servers that the configuration
# chooses, PROGRAMS (default: all that the product makes) and FILES.
#
# Targets: run, debug, image (a disk for UEFI, disk.img), menuconfig. ctest runs the unit tests and the tests of
# tenon_guest_test().
macro(tenon_product)
    tenon_product_parse(${ARGN})
    include(${TENON_ROOT}/cmake/Kit.cmake)
    enable_testing()
    add_subdirectory(${TENON_ROOT} ${TENON_BINARY}/tenon EXCLUDE_FROM_ALL)
    set_property(GLOBAL PROPERTY TENON_PROGRAMS "") # From here on, they are the product's.
    cmake_language(DEFER CALL tenon_product_finish)
endmacro()

# Sets what cmake/Kit.cmake needs, and TENON_PRODUCT_…, in the calling scope.
function(tenon_product_parse)
    cmake_parse_arguments(arg "" "NAME;MANIFEST;DEFCONFIG;CONFIG;KCONFIG" "PROGRAMS;FILES" ${ARGN})
    if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
        message(FATAL_ERROR "tenon_product: what is \"${arg_UNPARSED_ARGUMENTS}${arg_KEYWORDS_MISSING_VALUES}\"? "
            "See ${TENON_ROOT}/cmake/Product.cmake.")
    endif()
    if(NOT DEFINED PROJECT_NAME OR NOT CMAKE_CURRENT_SOURCE_DIR STREQUAL CMAKE_SOURCE_DIR)
        message(FATAL_ERROR "tenon_product stands in the product's top CMakeLists.txt, after project().")
    endif()
    if(DEFINED TENON_PRODUCT_NAME)
        message(FATAL_ERROR "tenon_product is there twice: a build directory is one product.")
    endif()
    if(NOT arg_MANIFEST)
        message(FATAL_ERROR "tenon_product needs MANIFEST, the file that says which programs run and what each may touch.")
    endif()
    if(NOT arg_NAME)
        set(arg_NAME ${PROJECT_NAME})
    endif()
    foreach(key MANIFEST CONFIG KCONFIG)
        set(TENON_PRODUCT_${key} "")
        if(arg_${key})
            cmake_path(ABSOLUTE_PATH arg_${key} NORMALIZE OUTPUT_VARIABLE TENON_PRODUCT_${key})
            if(NOT EXISTS ${TENON_PRODUCT_${key}})
                message(FATAL_ERROR "tenon_product: ${key} names ${TENON_PRODUCT_${key}}, which is not there.")
            endif()
        endif()
        set(TENON_PRODUCT_${key} "${TENON_PRODUCT_${key}}" PARENT_SCOPE)
    endforeach()
    set(files)
    foreach(file ${arg_FILES}) # PATH=FILE, FILE relative to the product's folder.
        if(NOT file MATCHES "^([^=]+)=(.+)$")
            message(FATAL_ERROR "tenon_product: FILES wants PATH=FILE, not \"${file}\".")
        endif()
        cmake_path(ABSOLUTE_PATH CMAKE_MATCH_2 NORMALIZE OUTPUT_VARIABLE source)
        list(APPEND files ${CMAKE_MATCH_1}=${source})
    endforeach()
    set(TENON_PRODUCT_NAME ${arg_NAME} PARENT_SCOPE)
    set(TENON_PRODUCT_PROGRAMS "${arg_PROGRAMS}" PARENT_SCOPE)
    set(TENON_PRODUCT_FILES "${files}" PARENT_SCOPE)
    set(TENON_PRODUCT_SOURCE ${CMAKE_CURRENT_SOURCE_DIR} PARENT_SCOPE)
    set(TENON_BINARY ${CMAKE_CURRENT_BINARY_DIR} PARENT_SCOPE)
    set(TENON_TESTS ON PARENT_SCOPE)
    if(NOT DEFINED CACHE{TENON_DEFCONFIG} AND arg_DEFCONFIG)
        set(TENON_DEFCONFIG ${arg_DEFCONFIG} PARENT_SCOPE)
    elseif(NOT DEFINED CACHE{TENON_DEFCONFIG})
        set(TENON_DEFCONFIG default PARENT_SCOPE)
    endif()
    option(TENON_SANITIZE "host: address and undefined-behaviour sanitizers" ON)
    option(TENON_COVERAGE "host: count the executed lines for gcovr" OFF)
endfunction()

# At the end of the product's CMakeLists.txt, when all its programs and tests are known.
function(tenon_product_finish)
    if(TENON_ARCH STREQUAL "host")
        return()
    endif()
    get_property(kit GLOBAL PROPERTY TENON_KIT_PROGRAMS)
    get_property(own GLOBAL PROPERTY TENON_PROGRAMS)
    if(TENON_PRODUCT_PROGRAMS)
        foreach(program ${TENON_PRODUCT_PROGRAMS})
            if(NOT program IN_LIST own)
                message(FATAL_ERROR "tenon_product: PROGRAMS names \"${program}\", which no tenon_program() makes. "
                    "There are: ${own}.")
            endif()
        endforeach()
        set(own ${TENON_PRODUCT_PROGRAMS})
    endif()
    tenon_bundle(tenon MANIFEST ${TENON_PRODUCT_MANIFEST} PROGRAMS ${kit} ${own} FILES ${TENON_PRODUCT_FILES})
    add_custom_target(product ALL)
    add_dependencies(product kernel_image bundle.tenon)
    tenon_run_targets()
    tenon_disk_target(${TENON_BINARY}/disk.img)
    add_custom_target(menuconfig
        COMMAND ${TENON_KCONF} menuconfig
        USES_TERMINAL VERBATIM)
    get_property(tests GLOBAL PROPERTY TENON_UNIT_TESTS)
    if(tests)
        tenon_product_host()
    endif()
endfunction()

# The unit tests: the same product for TENON_ARCH=host, in the folder host/ of this build directory. A build
# looks there each time, because only that folder knows what its tests depend on; with nothing to do, Ninja
# takes some hundredths of a second for it.
function(tenon_product_host)
    set(folder ${TENON_BINARY}/host)
    find_program(TENON_NINJA ninja DOC "Ninja, for the folder of unit tests")
    set(generator ${CMAKE_GENERATOR})
    if(TENON_NINJA)
        set(generator Ninja)
    endif()
    set(configuration)
    if(DEFINED CACHE{TENON_DEFCONFIG})
        set(configuration -DTENON_DEFCONFIG=${TENON_DEFCONFIG})
    endif()
    add_custom_command(OUTPUT ${folder}/CTestTestfile.cmake
        COMMAND ${CMAKE_COMMAND} -S ${TENON_PRODUCT_SOURCE} -B ${folder} -G ${generator}
            -DTENON_ARCH=host -DTenon_DIR=${Tenon_DIR} -DTENON_PYTHON=${TENON_PYTHON}
            -DTENON_SANITIZE=${TENON_SANITIZE} ${configuration} --log-level=WARNING
        COMMENT "Configuring the unit tests"
        VERBATIM)
    add_custom_target(host ALL
        COMMENT "Building the unit tests"
        COMMAND ${CMAKE_COMMAND} --build ${folder} -- $<$<STREQUAL:${generator},Ninja>:--quiet>
        DEPENDS ${folder}/CTestTestfile.cmake
        COMMAND_EXPAND_LISTS VERBATIM)
    file(WRITE ${TENON_BINARY}/host_tests.cmake "if(EXISTS \"${folder}/CTestTestfile.cmake\")\n  subdirs(\"${folder}\")\nendif()\n")
    set_property(DIRECTORY ${TENON_PRODUCT_SOURCE} APPEND PROPERTY TEST_INCLUDE_FILES
        ${TENON_BINARY}/host_tests.cmake)
endfunction()
