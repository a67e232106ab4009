# SPDX-License-Identifier: MIT
# From contracts to C: tools/contract, run when the build is configured, so that every target that includes a
# header finds it, and again when a contract changes.

# tenon_contracts(PREFIX NAME …)
#
# Compiles the kit's contracts/NAME.toml below the calling folder's build directory. Sets PREFIX_SOURCES to
# the client and server files and PREFIX_INCLUDE to the folder of the headers.
function(tenon_contracts prefix)
    list(TRANSFORM ARGN PREPEND ${TENON_ROOT}/contracts/)
    list(TRANSFORM ARGN APPEND .toml)
    tenon_contracts_compile(${prefix} "${ARGN}" "")
    set(${prefix}_SOURCES ${${prefix}_SOURCES} PARENT_SCOPE)
    set(${prefix}_INCLUDE ${${prefix}_INCLUDE} PARENT_SCOPE)
endfunction()

# tenon_contract_library(NAME FILE …)
#
# A library of the client stubs and server dispatches of the contracts FILE, for a product's own: a program or
# library with DEPS NAME includes <contracts/CONTRACT.h>. Their names and numbers are none of the kit's.
function(tenon_contract_library name)
    list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
    file(GLOB beside CONFIGURE_DEPENDS ${TENON_ROOT}/contracts/*.toml)
    tenon_contracts_compile(${name} "${ARGN}" "${beside}")
    tenon_library(${name} USER_ONLY SOURCES ${${name}_SOURCES} DEPS libsys)
    foreach(target ${name} ${name}_user)
        if(TARGET ${target})
            target_include_directories(${target} PUBLIC ${${name}_INCLUDE})
        endif()
    endforeach()
endfunction()

# Compiles INPUTS, which must not clash with the contracts BESIDE; sets PREFIX_SOURCES and PREFIX_INCLUDE.
function(tenon_contracts_compile prefix inputs beside)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${prefix})
    set(tool ${TENON_ROOT}/tools/contract)
    file(GLOB tool_files CONFIGURE_DEPENDS ${tool}/*.py ${TENON_ROOT}/tools/toml/*.py)
    set(sources)
    foreach(input ${inputs})
        cmake_path(GET input STEM name)
        list(APPEND sources ${output}/${name}_client.c ${output}/${name}_server.c)
    endforeach()
    list(TRANSFORM beside PREPEND --beside= OUTPUT_VARIABLE options)
    execute_process(COMMAND ${TENON_PYTHON} -B ${tool} c ${options} ${output} ${inputs} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "A contract is not usable (see above).")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs} ${beside} ${tool_files})
    set(${prefix}_SOURCES ${sources} PARENT_SCOPE)
    set(${prefix}_INCLUDE ${output}/include PARENT_SCOPE)
endfunction()
