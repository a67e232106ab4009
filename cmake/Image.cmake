# SPDX-License-Identifier: MIT
# From libraries to something that boots: the kernel image, the boot bundle, and running both.

# tenon_kernel(LIBRARIES …)
#
# Links libkern, whole, with the LIBRARIES it joins. Makes build/<preset>/kernel.elf, which has all
# symbols for gdb, and the file that is booted, TENON_KERNEL_IMAGE, which has only what is loaded: an ELF
# file tenon.elf on x86_64; tenon.img in the Linux boot Image format on ARM64.
function(tenon_kernel)
    set(script ${TENON_ROOT}/libkern/arch/${TENON_ARCH}/kernel.lds)
    add_executable(kernel $<TARGET_OBJECTS:libkern>)
    set_target_properties(kernel PROPERTIES
        OUTPUT_NAME kernel.elf
        RUNTIME_OUTPUT_DIRECTORY ${TENON_BINARY}
        LINKER_LANGUAGE C
        LINK_DEPENDS ${script})
    target_link_libraries(kernel PRIVATE ${ARGN} tenon_flags_kernel)
    target_link_options(kernel PRIVATE LINKER:-T,${script}
        LINKER:-Map,${TENON_BINARY}/kernel.map)
    if(TENON_ARCH STREQUAL "arm64")
        set(convert ${CMAKE_OBJCOPY} -O binary)
    else()
        set(convert ${TENON_PYTHON} -B ${TENON_ROOT}/tools/bundle kernel)
    endif()
    add_custom_command(OUTPUT ${TENON_KERNEL_IMAGE}
        COMMAND ${convert} $<TARGET_FILE:kernel> ${TENON_KERNEL_IMAGE}
        DEPENDS kernel
        VERBATIM)
    add_custom_target(kernel_image ALL DEPENDS ${TENON_KERNEL_IMAGE})
endfunction()

# tenon_bundle(NAME [MANIFEST FILE] [PROGRAMS NAME …] [FILES PATH=FILE …])
#
# Packs the boot bundle build/<preset>/NAME.bundle: the manifest, checked and compiled by
# tools/manifest; programs (made by tenon_program()) as bin/NAME; other files under their PATH; and, if
# panics shall show names, the symbols of the kernel and the programs. Target `bundle.NAME`. The one
# named tenon is the product's.
function(tenon_bundle name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST" "PROGRAMS;FILES")
    tenon_reject_leftovers("tenon_bundle(${name})" "${arg_UNPARSED_ARGUMENTS}")
    if(TENON_ARCH STREQUAL "host")
        return()
    endif()
    file(GLOB tool CONFIGURE_DEPENDS ${TENON_ROOT}/tools/bundle/*.py)
    set(output ${TENON_BINARY}/${name}.bundle)
    set(inputs ${tool})
    set(contents)
    set(names)
    foreach(program ${arg_PROGRAMS})
        list(APPEND contents --program bin/${program}=$<TARGET_FILE:program.${program}>)
        list(APPEND inputs program.${program})
        list(APPEND names --file bin/${program})
    endforeach()
    foreach(file ${arg_FILES})
        list(APPEND contents --file ${file})
        string(REGEX REPLACE "^[^=]*=" "" source ${file})
        list(APPEND inputs ${source})
    endforeach()
    if(CONFIG_BACKTRACE AND TARGET kernel)
        list(APPEND contents --symbols $<TARGET_FILE:kernel>)
        list(APPEND inputs kernel)
    endif()
    if(arg_MANIFEST)
        file(GLOB compiler CONFIGURE_DEPENDS
            ${TENON_ROOT}/tools/manifest/*.py ${TENON_ROOT}/tools/toml/*.py)
        set(manifest ${TENON_BINARY}/${name}.manifest)
        add_custom_command(OUTPUT ${manifest}
            COMMAND ${TENON_PYTHON} -B ${TENON_ROOT}/tools/manifest
                --config ${TENON_CONFIG_DIR}/all.config ${names} ${arg_MANIFEST} ${manifest}
            DEPENDS ${compiler} ${arg_MANIFEST} ${TENON_CONFIG_DIR}/all.config
            VERBATIM)
        list(APPEND contents --file manifest=${manifest})
        list(APPEND inputs ${manifest})
    endif()
    add_custom_command(OUTPUT ${output}
        COMMAND ${TENON_PYTHON} -B ${TENON_ROOT}/tools/bundle pack --arch ${TENON_ARCH}
            --output ${output} ${contents}
        DEPENDS ${inputs}
        COMMAND_EXPAND_LISTS VERBATIM)
    add_custom_target(bundle.${name} ALL DEPENDS ${output})
endfunction()

# The target `image`: FILE, a disk for UEFI with what is built here. For both architectures on one disk:
# ./tenon image, or tools/disk with both build directories.
function(tenon_disk_target file)
    add_custom_target(image
        COMMAND ${TENON_PYTHON} -B ${TENON_ROOT}/tools/disk --build ${TENON_ARCH}=${TENON_BINARY} ${file}
        USES_TERMINAL VERBATIM)
    foreach(part kernel_image bundle.tenon uefi_loader)
        if(TARGET ${part})
            add_dependencies(image ${part})
        endif()
    endforeach()
endfunction()

# The targets `run` and `debug`, once there is a kernel.
function(tenon_run_targets)
    set(machine ${TENON_PYTHON} -B ${TENON_ROOT}/tools/machine --arch ${TENON_ARCH}
        --build ${TENON_BINARY})
    set(debugger ${TENON_PYTHON} -B ${TENON_ROOT}/tools/debug --arch ${TENON_ARCH} --build ${TENON_BINARY})
    add_custom_target(run COMMAND ${machine} run USES_TERMINAL VERBATIM)
    add_custom_target(debug COMMAND ${debugger} USES_TERMINAL VERBATIM)
    foreach(target run debug)
        foreach(part kernel_image bundle.tenon)
            if(TARGET ${part})
                add_dependencies(${target} ${part})
            endif()
        endforeach()
    endforeach()
endfunction()

if(TENON_ARCH STREQUAL "arm64")
    set(TENON_KERNEL_IMAGE ${TENON_BINARY}/tenon.img)
else()
    set(TENON_KERNEL_IMAGE ${TENON_BINARY}/tenon.elf)
endif()
