# SPDX-License-Identifier: MIT
# The kit as a CMake package: in a source tree, in PREFIX/share/tenon, and, copied, in PREFIX/lib/cmake/Tenon.
#
#   find_package(Tenon 0.1 REQUIRED COMPONENTS product)     before project(): a product, compiled from the kit's
#                                                           sources; offers tenon_product() and what it builds on
#   find_package(Tenon 0.1 REQUIRED COMPONENTS libipc …)    after project(): compiled libraries, Tenon::libipc …

set(TENON_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
if(NOT EXISTS ${TENON_ROOT}/Kconfig)
    set(TENON_ROOT ${CMAKE_CURRENT_LIST_DIR}/../../../share/tenon)
endif()
cmake_path(ABSOLUTE_PATH TENON_ROOT NORMALIZE)

set(Tenon_LIBRARIES_WANTED ${Tenon_FIND_COMPONENTS})
list(REMOVE_ITEM Tenon_LIBRARIES_WANTED product)
if("product" IN_LIST Tenon_FIND_COMPONENTS)
    include(${TENON_ROOT}/cmake/Product.cmake)
endif()
if(Tenon_LIBRARIES_WANTED)
    include(${TENON_ROOT}/cmake/TenonLibraries.cmake OPTIONAL RESULT_VARIABLE Tenon_LIBRARIES_FILE)
    if(NOT Tenon_LIBRARIES_FILE)
        set(Tenon_FOUND FALSE)
        set(Tenon_NOT_FOUND_MESSAGE "The Tenon kit in ${TENON_ROOT} is a source tree, which has no compiled "
            "libraries: install it (cmake --install), and give the prefix")
    endif()
endif()
