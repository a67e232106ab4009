# SPDX-License-Identifier: MIT

# tenon_contracts(PREFIX NAME …)
#
# Compiles contracts/NAME.toml of the source tree to C below the calling folder's build directory.
# Sets PREFIX_SOURCES to the client and server files and PREFIX_INCLUDE to the folder of the headers.
function(tenon_contracts prefix)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${prefix})
    set(tool ${TENON_ROOT}/tools/contract)
    file(GLOB tool_files CONFIGURE_DEPENDS ${tool}/*.py ${TENON_ROOT}/tools/toml/*.py)
    set(inputs)
    set(sources)
    foreach(name ${ARGN})
        list(APPEND inputs ${TENON_ROOT}/contracts/${name}.toml)
        list(APPEND sources ${output}/${name}_client.c ${output}/${name}_server.c)
    endforeach()
    # At configure time, so that every target that includes a header finds it; again when one changes.
    execute_process(COMMAND ${TENON_PYTHON} -B ${tool} c ${output} ${inputs} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "A contract is not usable (see above).")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs} ${tool_files})
    set(${prefix}_SOURCES ${sources} PARENT_SCOPE)
    set(${prefix}_INCLUDE ${output}/include PARENT_SCOPE)
endfunction()
