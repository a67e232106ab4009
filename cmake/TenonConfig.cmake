# SPDX-License-Identifier: MIT
# The kit as a CMake package: in a source tree, in PREFIX/share/tenon, and, copied, in PREFIX/lib/cmake/Tenon.
#
#   find_package(Tenon 0.1 REQUIRED COMPONENTS product)     before project(): a product, compiled from the kit's
#                                                           sources; offers tenon_product() and what it builds on
#   find_package(Tenon 0.1 REQUIRED COMPONENTS libipc …)    after project(): compiled libraries, Tenon::libipc …

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH TENON_ROOT)
if(NOT EXISTS ${TENON_ROOT}/Kconfig)
    file(REAL_PATH ${CMAKE_CURRENT_LIST_DIR}/../../../share/tenon TENON_ROOT)
endif()

set(Tenon_LIBRARIES_WANTED ${Tenon_FIND_COMPONENTS})
list(REMOVE_ITEM Tenon_LIBRARIES_WANTED product)
if("product" IN_LIST Tenon_FIND_COMPONENTS)
    include(${TENON_ROOT}/cmake/Product.cmake)
endif()
if(Tenon_LIBRARIES_WANTED)
    include(${TENON_ROOT}/cmake/TenonLibraries.cmake)
    tenon_import_libraries(Tenon_NOT_FOUND_MESSAGE ${Tenon_LIBRARIES_WANTED})
    if(Tenon_NOT_FOUND_MESSAGE)
        set(Tenon_FOUND FALSE)
    endif()
endif()
