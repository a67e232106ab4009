# SPDX-License-Identifier: MIT
# Compiler and linker flags, as interface targets: one per kind of code.
#
#   tenon_flags_kernel   cross presets: the kernel image
#   tenon_flags_user     cross presets: programs that run on the kernel, and the libraries they link
#   tenon_flags_fpu      cross presets: programs that may use FPU and SIMD registers
#   tenon_flags_host     host presets: the same sources as a Linux program, under sanitizers
#   tenon_flags_threads  host presets: the same, under the sanitizer of threads, which goes with no other
#
# A library or program links exactly one of them privately, so flags never travel with a dependency.

# What every kind shares: language, warnings, the generated configuration, reproducible output.
# Paths in what is made are relative to the tree; in a product to the product, whose kit is in tenon/. Of
# two that fit, the compiler takes the later one.
set(prefix_maps -ffile-prefix-map=${TENON_ROOT}=.)
if(TENON_PRODUCT_SOURCE)
    set(prefix_maps -ffile-prefix-map=${TENON_ROOT}=tenon)
    cmake_path(IS_PREFIX TENON_PRODUCT_SOURCE ${TENON_ROOT} kit_is_inside)
    set(product_map -ffile-prefix-map=${TENON_PRODUCT_SOURCE}=.)
    if(kit_is_inside)
        list(PREPEND prefix_maps ${product_map})
    else()
        list(APPEND prefix_maps ${product_map})
    endif()
endif()
list(APPEND prefix_maps -ffile-prefix-map=${TENON_BINARY}=build)

add_library(tenon_flags_common INTERFACE)
target_compile_definitions(tenon_flags_common INTERFACE TENON_VERSION="${TENON_VERSION}")
target_compile_options(tenon_flags_common INTERFACE
    -include ${TENON_CONFIG_HEADER}
    ${prefix_maps}
    -g
    $<$<COMPILE_LANGUAGE:C>:-std=gnu11>
    $<$<COMPILE_LANGUAGE:C>:-Wall>
    $<$<COMPILE_LANGUAGE:C>:-Wextra>
    $<$<COMPILE_LANGUAGE:C>:-Wshadow>
    $<$<COMPILE_LANGUAGE:C>:-Wconversion>
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
    -Wundef
    -Werror
    $<$<COMPILE_LANGUAGE:C>:-fno-common>)

if(TENON_ARCH STREQUAL "host")
    add_library(tenon_flags_host INTERFACE)
    target_link_libraries(tenon_flags_host INTERFACE tenon_flags_common)
    if(TENON_SANITIZE OR TENON_COVERAGE)
        target_compile_options(tenon_flags_host INTERFACE -O1 -fno-omit-frame-pointer)
    else()
        target_compile_options(tenon_flags_host INTERFACE -O2)
    endif()
    if(TENON_SANITIZE)
        set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
        target_compile_options(tenon_flags_host INTERFACE ${sanitizers})
        target_link_options(tenon_flags_host INTERFACE ${sanitizers})
    endif()
    if(TENON_COVERAGE)
        target_compile_options(tenon_flags_host INTERFACE --coverage)
        target_link_options(tenon_flags_host INTERFACE --coverage)
    endif()
    add_library(tenon_flags_threads INTERFACE)
    target_link_libraries(tenon_flags_threads INTERFACE tenon_flags_common)
    target_compile_options(tenon_flags_threads INTERFACE
        -O1 -fno-omit-frame-pointer -fsanitize=thread)
    target_link_options(tenon_flags_threads INTERFACE -fsanitize=thread)
    return()
endif()

# Freestanding code sees the compiler's own headers (stddef.h, stdint.h, …) and never the C library's.
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include
    OUTPUT_VARIABLE compiler_headers OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

add_library(tenon_flags_freestanding INTERFACE)
add_library(tenon_flags_kernel INTERFACE)
add_library(tenon_flags_program INTERFACE)
add_library(tenon_flags_user INTERFACE)
add_library(tenon_flags_fpu INTERFACE)
target_link_libraries(tenon_flags_freestanding INTERFACE tenon_flags_common)
target_link_libraries(tenon_flags_kernel INTERFACE tenon_flags_freestanding)
target_link_libraries(tenon_flags_program INTERFACE tenon_flags_freestanding)
target_link_libraries(tenon_flags_user INTERFACE tenon_flags_program)
target_link_libraries(tenon_flags_fpu INTERFACE tenon_flags_program)

# tenon_code(KIND OPTION …): options that decide which instructions are generated. With OPTIMIZE_SIZE the
# linker generates them, so it is given the same options as the compiler.
function(tenon_code kind)
    foreach(option ${ARGN})
        target_compile_options(tenon_flags_${kind} INTERFACE $<$<COMPILE_LANGUAGE:C>:${option}>)
        target_link_options(tenon_flags_${kind} INTERFACE ${option})
    endforeach()
endfunction()

tenon_code(freestanding -ffreestanding -fno-pic -fno-pie
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections)
tenon_code(kernel -mgeneral-regs-only)
target_compile_definitions(tenon_flags_kernel INTERFACE TENON_UNMARKED) # All of a kernel is one build.
tenon_code(user -mgeneral-regs-only)
if(CONFIG_OPTIMIZE_SIZE)
    tenon_code(freestanding -Oz -flto=auto -fno-fat-lto-objects)
    target_link_options(tenon_flags_program INTERFACE -Wno-lto-type-mismatch) # main may be without arguments.
else()
    tenon_code(freestanding -O2)
    # Measured: padding in front of functions and loops is 7 KiB of an x86_64 kernel and 4 KiB of an
    # ARM64 one, and no counted path is shorter for it.
    tenon_code(kernel -fno-align-functions -fno-align-loops -fno-align-jumps -fno-align-labels)
endif()
if(CONFIG_BACKTRACE)
    tenon_code(freestanding -fno-omit-frame-pointer) # Backtraces walk frame pointers.
else()
    tenon_code(freestanding -fomit-frame-pointer) # On ARM64 gcc keeps them unless told not to.
endif()
if(CONFIG_STACK_PROTECTOR)
    # The canary is the global __stack_chk_guard: the kernel fills its own from the machine's entropy
    # at boot, libsys that of a program from the seed it is started with.
    tenon_code(freestanding -fstack-protector-strong -mstack-protector-guard=global)
    # The calls of it are made when code is generated, too late for link-time optimization to see them.
    target_link_options(tenon_flags_freestanding INTERFACE
        LINKER:--undefined=__stack_chk_guard LINKER:--undefined=__stack_chk_fail)
endif()
if(TENON_ARCH STREQUAL "x86_64")
    tenon_code(freestanding -fcf-protection=none)
    if(CONFIG_MITIGATIONS_AUTO AND CMAKE_C_COMPILER_ID STREQUAL "Clang")
        tenon_code(kernel -mretpoline)
    elseif(CONFIG_MITIGATIONS_AUTO)
        tenon_code(kernel -mindirect-branch=thunk -mindirect-branch-register -fno-jump-tables)
    endif()
    # Without SIMD registers nothing needs a stack that is aligned to 16 bytes. The compiler holds that a
    # pair of results does, and gives each function with one a frame pointer, unless it is aligned already.
    tenon_code(kernel -mcmodel=kernel -mno-red-zone -mpreferred-stack-boundary=3
        -mincoming-stack-boundary=4)
    if(CONFIG_OPTIMIZE_SIZE)
        # Measured on this kernel: 330 bytes less, and no counted path is longer.
        tenon_code(kernel -fno-move-loop-invariants -fno-tree-dominator-opts -fipa-pta -fno-tree-reassoc)
    endif()
else()
    tenon_code(freestanding -mno-outline-atomics)
    # The compiler lets the linker work around erratum 843419 of the Cortex-A53. The kernel is small enough for
    # the way that replaces an instruction; the other one pads the text by a page for each place.
    target_link_options(tenon_flags_kernel INTERFACE LINKER:--fix-cortex-a53-843419=adr)
    tenon_code(user -mstrict-align) # Drivers access device registers; there, no access may be unaligned.
    tenon_code(kernel -mno-strict-align) # What it reads bytewise is memory; registers are volatile words.
    if(CONFIG_OPTIMIZE_SIZE)
        tenon_code(kernel -mcmodel=tiny) # All of the image lies within 1 MiB: one instruction an address.
        tenon_code(kernel -fipa-pta)
        # Measured on this kernel: leaving loops as they are saves 150 bytes and costs 2,600
        # instructions of a boot.
        tenon_code(kernel -fno-move-loop-invariants)
        # Measured, too: 570 bytes less for 300 instructions of a boot.
        tenon_code(kernel -fno-shrink-wrap -fno-guess-branch-probability -fno-tree-dominator-opts
            -fno-tree-fre -fschedule-insns -fno-delete-null-pointer-checks
            --param=uninlined-function-insns=0 --param=sra-max-scalarization-size-Osize=64)
    endif()
endif()

target_compile_options(tenon_flags_freestanding INTERFACE -nostdinc -isystem ${compiler_headers})
target_link_options(tenon_flags_freestanding INTERFACE
    -nostdlib -static -no-pie
    LINKER:--gc-sections
    LINKER:--build-id=none
    LINKER:--fatal-warnings
    LINKER:-z,noexecstack)
# Programs are mapped page by page from the bundle. The kernel is loaded as a whole and maps itself: its
# file needs no padding between segments.
target_link_options(tenon_flags_program INTERFACE LINKER:-z,max-page-size=4096 LINKER:-z,separate-code)
target_link_options(tenon_flags_kernel INTERFACE LINKER:-z,max-page-size=64 LINKER:-z,noseparate-code)
