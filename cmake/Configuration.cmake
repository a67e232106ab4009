# SPDX-License-Identifier: MIT
# The configuration of this build directory: .config in, tenon_config.h and CONFIG_* variables out.
#
# TENON_DEFCONFIG names the file under configs/ that .config is made from. It follows that file until
# somebody changes .config; then it belongs to them. A change of .config, of that file or of any
# Kconfig file makes the next build configure again. A product (cmake/Product.cmake) may have lines and
# Kconfig symbols of its own.

if(NOT DEFINED TENON_DEFCONFIG)
    set(TENON_DEFCONFIG default CACHE STRING "configs/NAME_defconfig that .config is made from")
endif()
set(TENON_DOT_CONFIG ${TENON_BINARY}/.config)
set(TENON_CONFIG_DIR ${TENON_BINARY}/config)
set(TENON_CONFIG_HEADER ${TENON_CONFIG_DIR}/tenon_config.h)

# Says whether INTERPRETER can import kconfiglib; the first python3 on PATH often cannot.
function(tenon_python_has_kconfiglib result interpreter)
    execute_process(COMMAND ${interpreter} -c "import kconfiglib, tomllib"
        RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(NOT status EQUAL 0)
        set(${result} FALSE PARENT_SCOPE)
    endif()
endfunction()

find_program(TENON_PYTHON NAMES python3 PATHS /usr/bin VALIDATOR tenon_python_has_kconfiglib
    DOC "Python 3.11 or later with kconfiglib")
set(python_is_usable TRUE)
if(TENON_PYTHON)
    tenon_python_has_kconfiglib(python_is_usable ${TENON_PYTHON})
endif()
if(NOT TENON_PYTHON OR NOT python_is_usable)
    message(FATAL_ERROR "No python3 (3.11 or later) with kconfiglib. Install the package "
        "python3-kconfiglib, or give -DTENON_PYTHON=/path/to/python3.")
endif()

set(TENON_KCONF ${TENON_PYTHON} -B ${TENON_ROOT}/tools/kconf --arch ${TENON_ARCH}
    --config ${TENON_DOT_CONFIG})
set(fragments)
if(TENON_PRODUCT_NAME)
    list(APPEND TENON_KCONF --product ${TENON_PRODUCT_NAME} --defconfig ${TENON_DEFCONFIG})
endif()
if(TENON_PRODUCT_KCONFIG)
    list(APPEND TENON_KCONF --kconfig ${TENON_PRODUCT_KCONFIG})
endif()
if(TENON_PRODUCT_CONFIG)
    list(APPEND TENON_KCONF --fragment ${TENON_PRODUCT_CONFIG})
    cmake_path(REPLACE_EXTENSION TENON_PRODUCT_CONFIG LAST_ONLY .* OUTPUT_VARIABLE fragments)
    file(GLOB fragments CONFIGURE_DEPENDS ${fragments})
endif()

# Whether .config is still what was made from TENON_DEFCONFIG.
set(made ${TENON_CONFIG_DIR}/made-by-defconfig)
set(follow TRUE)
if(EXISTS ${TENON_DOT_CONFIG})
    file(SHA256 ${TENON_DOT_CONFIG} now)
    set(before "")
    if(EXISTS ${made})
        file(READ ${made} before)
    endif()
    if(NOT now STREQUAL before)
        set(follow FALSE)
    endif()
endif()
if(follow)
    execute_process(COMMAND ${TENON_KCONF} defconfig ${TENON_DEFCONFIG} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "There is no usable configuration \"${TENON_DEFCONFIG}\" (see above).")
    endif()
    file(SHA256 ${TENON_DOT_CONFIG} now)
    file(WRITE ${made} ${now})
endif()

execute_process(COMMAND ${TENON_KCONF} generate ${TENON_CONFIG_DIR} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The configuration ${TENON_DOT_CONFIG} is not usable (see above). "
        "Repair it with an editor or with ./tenon menuconfig.")
endif()
include(${TENON_CONFIG_DIR}/config.cmake)
file(GLOB defconfigs CONFIGURE_DEPENDS ${TENON_ROOT}/configs/*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${TENON_DOT_CONFIG} ${TENON_KCONFIG_FILES} ${defconfigs} ${fragments})
