# SPDX-License-Identifier: MIT
# Whether this kit is new enough for who asks, for find_package(Tenon VERSION). The package serves every
# architecture, so none is refused here.
include(${CMAKE_CURRENT_LIST_DIR}/Version.cmake OPTIONAL RESULT_VARIABLE version_file)
if(NOT version_file)
    include(${CMAKE_CURRENT_LIST_DIR}/../../../share/tenon/cmake/Version.cmake)
endif()

set(PACKAGE_VERSION ${TENON_VERSION})
set(PACKAGE_VERSION_COMPATIBLE TRUE)
set(PACKAGE_VERSION_EXACT FALSE)
string(REGEX MATCH "^[0-9]+" major ${PACKAGE_VERSION})
if(PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
elseif(PACKAGE_FIND_VERSION_COUNT GREATER 0 AND NOT major EQUAL PACKAGE_FIND_VERSION_MAJOR)
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
elseif(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
endif()
