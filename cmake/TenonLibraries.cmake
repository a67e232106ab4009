# SPDX-License-Identifier: MIT
# Compiled libraries of a prefix for a CMake project of any kind, included by TenonConfig.cmake:
#
#   find_package(Tenon 0.1 REQUIRED COMPONENTS libmm libipc)
#   target_link_libraries(program PRIVATE Tenon::libmm Tenon::libipc)
#
# A project for Linux gets the host's archives, one with the kit's toolchain file those for programs on Tenon.
# An archive brings its headers, what it needs, and the configuration that it was compiled with.

# Sets RESULT to the number of edits between the words A and B.
function(tenon_edits result a b)
    string(LENGTH "${a}" rows)
    string(LENGTH "${b}" columns)
    set(above)
    foreach(column RANGE ${columns})
        list(APPEND above ${column})
    endforeach()
    set(row 0)
    while(row LESS rows)
        string(SUBSTRING "${a}" ${row} 1 letter)
        math(EXPR row "${row} + 1")
        set(this ${row})
        set(left ${row})
        set(column 0)
        while(column LESS columns)
            string(SUBSTRING "${b}" ${column} 1 other)
            list(GET above ${column} best)
            if(NOT letter STREQUAL other)
                math(EXPR best "${best} + 1")
            endif()
            math(EXPR column "${column} + 1")
            list(GET above ${column} up)
            math(EXPR up "${up} + 1")
            math(EXPR left "${left} + 1")
            foreach(way ${up} ${left})
                if(way LESS best)
                    set(best ${way})
                endif()
            endforeach()
            set(left ${best})
            list(APPEND this ${best})
        endwhile()
        set(above ${this})
    endwhile()
    list(GET above -1 edits)
    set(${result} ${edits} PARENT_SCOPE)
endfunction()

# Sets RESULT to the one of the other words that is nearest to WORD.
function(tenon_nearest result word)
    set(least 1000)
    foreach(candidate ${ARGN})
        tenon_edits(edits ${word} ${candidate})
        if(edits LESS least)
            set(least ${edits})
            set(nearest ${candidate})
        endif()
    endforeach()
    set(${result} ${nearest} PARENT_SCOPE)
endfunction()

# Sets RESULT to the libraries.cmake below PREFIX that is for what the project is compiled for, or PROBLEM.
function(tenon_find_flavour result problem prefix)
    set(system ${CMAKE_SYSTEM_NAME})
    set(machine "${CMAKE_SYSTEM_PROCESSOR}")
    if(DEFINED TENON_ARCH AND NOT TENON_ARCH STREQUAL "host")
        set(system Tenon)
    elseif(CMAKE_C_LIBRARY_ARCHITECTURE)
        set(machine ${CMAKE_C_LIBRARY_ARCHITECTURE}) # What the compiler says of itself.
    endif()
    file(GLOB candidates ${prefix}/lib*/tenon/libraries.cmake ${prefix}/lib*/*/tenon/libraries.cmake
        ${prefix}/lib/tenon/*/libraries.cmake)
    set(there)
    foreach(candidate ${candidates})
        include(${candidate})
        if(tenon_system STREQUAL system AND machine IN_LIST tenon_machines)
            set(${result} ${candidate} PARENT_SCOPE)
            return()
        endif()
        list(GET tenon_machines 0 other)
        list(APPEND there "${tenon_system} on ${other}")
    endforeach()
    if(there)
        list(JOIN there ", " there)
        set(${problem} "This project is compiled for ${system} on ${machine}, but ${prefix} has libraries for \
${there}. Install those for it into the prefix, or compile for what is there." PARENT_SCOPE)
    else()
        set(${problem} "${prefix} has no compiled libraries. Make a prefix that has with ./tenon install PREFIX."
            PARENT_SCOPE)
    endif()
endfunction()

# Sets PROBLEM if LIBRARY is not one of the flavour, whose libraries.cmake is included, below PREFIX.
function(tenon_check_library problem library prefix)
    if(library IN_LIST tenon_libraries)
        if(TARGET Tenon::${library})
            get_target_property(before Tenon::${library} TENON_CONFIGURATION)
            if(NOT before STREQUAL tenon_configuration)
                set(${problem} "This project has found ${library} of the configuration ${before} before, and \
${prefix} has that of ${tenon_configuration}. One program links one configuration." PARENT_SCOPE)
            endif()
        endif()
        return()
    endif()
    list(JOIN tenon_libraries ", " there)
    if(EXISTS ${prefix}/include/tenon/${library})
        set(${problem} "The library ${library} is not for programs on ${tenon_system}. There are: ${there}."
            PARENT_SCOPE)
    else()
        tenon_nearest(nearest ${library} ${tenon_libraries})
        set(${problem} "There is no library \"${library}\". Did you mean ${nearest}? There are: ${there}."
            PARENT_SCOPE)
    endif()
endfunction()

# Makes the imported target of LIBRARY, and of what it needs, unless there is one.
function(tenon_import library)
    foreach(need ${tenon_needs_${library}})
        tenon_import(${need})
    endforeach()
    if(TARGET Tenon::${library})
        return()
    endif()
    list(TRANSFORM tenon_needs_${library} PREPEND Tenon:: OUTPUT_VARIABLE needs)
    # To clang's link-time optimization, equal absolute symbols are two definitions.
    set(lto $<BOOL:$<TARGET_PROPERTY:INTERPROCEDURAL_OPTIMIZATION>>)
    add_library(Tenon::${library} STATIC IMPORTED)
    set_target_properties(Tenon::${library} PROPERTIES
        IMPORTED_LOCATION "${tenon_archive_${library}}"
        INTERFACE_INCLUDE_DIRECTORIES "${tenon_include_folders}"
        INTERFACE_COMPILE_DEFINITIONS "$<$<AND:$<C_COMPILER_ID:Clang>,${lto}>:TENON_UNMARKED>"
        INTERFACE_COMPILE_OPTIONS "${tenon_compile_options}"
        INTERFACE_LINK_OPTIONS "${tenon_link_options}"
        INTERFACE_LINK_LIBRARIES "${needs}"
        TENON_CONFIGURATION ${tenon_configuration})
endfunction()

# Makes the imported targets of the libraries that follow; or sets PROBLEM to a sentence, and makes none.
function(tenon_import_libraries problem)
    if(NOT TENON_ROOT MATCHES "^(.*)/share/tenon$")
        set(${problem} "The kit in ${TENON_ROOT} is a source tree, which has no compiled libraries. Make a prefix \
with ./tenon install PREFIX, and give that." PARENT_SCOPE)
        return()
    endif()
    set(prefix ${CMAKE_MATCH_1})
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    if(NOT "C" IN_LIST languages)
        set(${problem} "Libraries are found after project(… LANGUAGES C): which ones depends on the compiler."
            PARENT_SCOPE)
        return()
    endif()
    tenon_find_flavour(flavour ${problem} ${prefix})
    if(NOT ${problem})
        include(${flavour})
        foreach(library ${ARGN})
            tenon_check_library(${problem} ${library} ${prefix})
        endforeach()
    endif()
    if(${problem})
        set(${problem} "${${problem}}" PARENT_SCOPE)
        return()
    endif()
    foreach(library ${ARGN})
        tenon_import(${library})
    endforeach()
endfunction()
