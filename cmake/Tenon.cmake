# SPDX-License-Identifier: MIT
# What the folders' CMakeLists.txt are written with: libraries, programs and unit tests.
#
# The same tree is compiled in up to three flavours. A host preset builds `NAME` for Linux; a cross
# preset builds `NAME` for the kernel image and `NAME_user` for programs. A dependency is named
# without its flavour: `DEPS libbase` means the libbase of the same flavour. Include directories
# belong to targets, so a library sees the headers of its DEPS and of nothing else.

# tenon_library(NAME [SOURCES …] [DEPS …] [PRIVATE_INCLUDES …] [KERNEL_ONLY|USER_ONLY|HOST_ONLY])
#
# A library of the calling folder, whose public headers are in include/. Without SOURCES it has
# headers alone. KERNEL_ONLY: kernel and host flavours; USER_ONLY: user and host; HOST_ONLY: host.
# PRIVATE_INCLUDES: folders of the library's own that only its sources see (src/ always is).
function(tenon_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "KERNEL_ONLY;USER_ONLY;HOST_ONLY" ""
        "SOURCES;DEPS;PRIVATE_INCLUDES")
    tenon_reject_leftovers("tenon_library(${name})" "${arg_UNPARSED_ARGUMENTS}")
    if(TENON_ARCH STREQUAL "host")
        tenon_flavour(${name} host "")
        return()
    endif()
    if(NOT arg_USER_ONLY AND NOT arg_HOST_ONLY)
        tenon_flavour(${name} kernel "")
    endif()
    if(NOT arg_KERNEL_ONLY AND NOT arg_HOST_ONLY)
        tenon_flavour(${name} user "_user")
    endif()
endfunction()

# One flavour of the library that tenon_library() has parsed: target NAME+SUFFIX with the flags KIND.
function(tenon_flavour name kind suffix)
    set(target ${name}${suffix})
    list(TRANSFORM arg_DEPS APPEND "${suffix}")
    if(NOT arg_SOURCES)
        add_library(${target} INTERFACE)
        target_include_directories(${target} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/include)
        target_link_libraries(${target} INTERFACE ${arg_DEPS})
        return()
    endif()
    add_library(${target} STATIC ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES PREFIX "")
    target_include_directories(${target}
        PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include
        PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src ${arg_PRIVATE_INCLUDES})
    target_link_libraries(${target}
        PUBLIC ${arg_DEPS}
        PRIVATE $<BUILD_INTERFACE:tenon_flags_${kind}>)
endfunction()

# tenon_program(NAME SOURCES … [DEPS …] [DEFINITIONS …] [FPU])
#
# A program for the kernel: a static ELF build/<preset>/programs/NAME, linked with libsys. Target
# `program.NAME`. Cross presets only; elsewhere it does nothing. FPU: its SOURCES may use floating point
# and SIMD, and the compiler may too; its process needs `fpu = true` in the manifest. Libraries never do.
function(tenon_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "FPU" "" "SOURCES;DEPS;DEFINITIONS")
    tenon_reject_leftovers("tenon_program(${name})" "${arg_UNPARSED_ARGUMENTS}")
    if(TENON_ARCH STREQUAL "host")
        return()
    endif()
    set(target program.${name})
    if(TARGET ${target})
        get_target_property(folder ${target} SOURCE_DIR)
        message(FATAL_ERROR "tenon_program(${name}): the program of ${folder} has that name. Choose another one.")
    endif()
    set_property(GLOBAL APPEND PROPERTY TENON_PROGRAMS ${name})
    set(script ${TENON_ROOT}/libsys/arch/${TENON_ARCH}/user.lds)
    set(flags tenon_flags_user)
    if(arg_FPU)
        set(flags tenon_flags_fpu)
    endif()
    list(TRANSFORM arg_DEPS APPEND "_user")
    add_executable(${target} ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY ${TENON_BINARY}/programs
        LINK_DEPENDS ${script})
    target_compile_definitions(${target} PRIVATE ${arg_DEFINITIONS})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${target} PRIVATE ${arg_DEPS} libsys_user ${flags})
    file(MAKE_DIRECTORY ${TENON_BINARY}/maps) # What ./tenon size reads.
    target_link_options(${target} PRIVATE LINKER:-T,${script}
        LINKER:-Map,${TENON_BINARY}/maps/${name}.map)
endfunction()

# tenon_test(LIBRARY NAME SOURCES … [DEPS …] [DEFINITIONS …])
#
# A cmocka program that tests LIBRARY: target and ctest entry `LIBRARY.NAME`, label LIBRARY. It sees
# the library's src/ too, for the headers that are internal. Host presets only.
function(tenon_test library name)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;DEPS;DEFINITIONS")
    tenon_reject_leftovers("tenon_test(${library} ${name})" "${arg_UNPARSED_ARGUMENTS}")
    if(NOT TENON_TESTS)
        return()
    endif()
    set_property(GLOBAL APPEND PROPERTY TENON_UNIT_TESTS ${library}.${name})
    if(NOT TENON_ARCH STREQUAL "host")
        return()
    endif()
    set(target ${library}.${name})
    add_executable(${target} ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${TENON_BINARY}/tests)
    target_compile_definitions(${target} PRIVATE ${arg_DEFINITIONS})
    target_include_directories(${target} PRIVATE
        ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/test)
    target_link_libraries(${target} PRIVATE
        ${library} ${arg_DEPS} tenon_test_support tenon_flags_host)
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES LABELS ${library} TIMEOUT 120)
endfunction()

# tenon_spin_test(LIBRARY FILE BROKEN …)
#
# Searches all states of the Promela model FILE, which must be right as it is and wrong with each
# -DBROKEN: ctest entry `LIBRARY.spin_NAME`, label LIBRARY. Once is enough: one host preset only.
function(tenon_spin_test library file)
    if(NOT TENON_ARCH STREQUAL "host" OR NOT TENON_TESTS OR NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
        return()
    endif()
    cmake_path(GET file STEM name)
    add_test(NAME ${library}.spin_${name}
        COMMAND ${TENON_ROOT}/tests/checks/spin.sh ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${ARGN})
    set_tests_properties(${library}.spin_${name} PROPERTIES
        LABELS ${library} TIMEOUT 240 SKIP_RETURN_CODE 77)
endfunction()

# tenon_image_test(PROGRAM [BUNDLE NAME] [CPUS N …])
#
# Boots PROGRAM of test.bundle as the first program, once for each number of CPUs: ctest entries
# `image.PROGRAM`, `image.PROGRAM.smpN`; its exit code is the verdict. With BUNDLE it is that of
# NAME.bundle, and the entries are `image.NAME`. Cross presets only.
function(tenon_image_test program)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "BUNDLE" "CPUS")
    tenon_reject_leftovers("tenon_image_test(${program})" "${arg_UNPARSED_ARGUMENTS}")
    set(bundle test)
    set(subject ${program})
    if(arg_BUNDLE)
        set(bundle ${arg_BUNDLE})
        set(subject ${arg_BUNDLE})
    endif()
    foreach(cpus 1 ${arg_CPUS})
        set(name image.${subject})
        if(NOT cpus EQUAL 1)
            string(APPEND name .smp${cpus})
        endif()
        add_test(NAME ${name}
            COMMAND ${TENON_PYTHON} ${TENON_ROOT}/tests/harness/run_program.py
                --arch ${TENON_ARCH} --build ${TENON_BINARY} --bundle ${bundle}
                --smp ${cpus} ${program})
        set_tests_properties(${name} PROPERTIES LABELS image TIMEOUT 300)
    endforeach()
endfunction()

# tenon_guest_test(NAME FILE)
#
# Runs the Python program FILE, which boots the image and talks to its serial line with the modules of
# tests/harness: ctest entry `boot.NAME`. It finds the build in TENON_ARCH and TENON_BUILD. Cross presets only.
function(tenon_guest_test name file)
    if(TENON_ARCH STREQUAL "host")
        return()
    endif()
    cmake_path(ABSOLUTE_PATH file)
    add_test(NAME boot.${name} COMMAND ${TENON_PYTHON} -B ${file})
    set_tests_properties(boot.${name} PROPERTIES LABELS boot TIMEOUT 300 ENVIRONMENT
        "TENON_ARCH=${TENON_ARCH};TENON_BUILD=${TENON_BINARY};PYTHONPATH=${TENON_ROOT}/tests/harness")
endfunction()

# Stops on a misspelt keyword instead of ignoring it.
function(tenon_reject_leftovers call leftovers)
    if(leftovers)
        message(FATAL_ERROR "${call}: what is \"${leftovers}\"? See cmake/Tenon.cmake.")
    endif()
endfunction()

# Adds each FOLDER that has a CMakeLists.txt.
function(tenon_add_folders)
    foreach(folder ${ARGN})
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
            add_subdirectory(${folder})
        endif()
    endforeach()
endfunction()
