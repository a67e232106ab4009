# SPDX-License-Identifier: MIT
# What a build directory installs of its own: archives, and what is needed to compile and link with them.
#
#   host            LIBDIR/libtenon-NAME.a, LIBDIR/pkgconfig, and LIBDIR/tenon for the rest
#   x86_64, arm64   lib/tenon/ARCH/libNAME.a, lib/tenon/ARCH/pkgconfig, and lib/tenon/ARCH for the rest
#
# LIBDIR is CMAKE_INSTALL_LIBDIR: lib/MULTIARCH, so that archives for several hosts go into one prefix. The rest
# is include/ (the configuration header and headers that it chooses), libraries.cmake and the linker script.

set(made ${TENON_BINARY}/install)
if(TENON_ARCH STREQUAL "host")
    # Those that make sense in a Linux program.
    set(libraries libbase libmm libsched libipc libdrv)
    set(suffix "")
    set(archive_prefix tenon-)
    set(system Linux)
    cmake_path(APPEND libdir lib "${CMAKE_LIBRARY_ARCHITECTURE}")
    set(CMAKE_INSTALL_LIBDIR ${libdir} CACHE STRING "Where archives go, relative to the prefix")
    set(lib ${CMAKE_INSTALL_LIBDIR})
    set(flavour ${lib}/tenon)
    if(IS_ABSOLUTE ${lib})
        message(FATAL_ERROR "CMAKE_INSTALL_LIBDIR is \"${lib}\". Give it relative to the prefix: a prefix can "
            "be moved.")
    endif()
else()
    # What programs link. The kernel's libraries are compiled with the configuration of each product.
    set(libraries abi libbase libsys)
    set(suffix _user)
    set(archive_prefix "")
    set(system Tenon)
    set(lib lib/tenon/${TENON_ARCH})
    set(flavour ${lib})
    install(FILES ${TENON_ROOT}/libsys/arch/${TENON_ARCH}/user.lds DESTINATION ${flavour})
endif()
set(machines ${CMAKE_SYSTEM_PROCESSOR} ${CMAKE_LIBRARY_ARCHITECTURE})

# From where it is said to the prefix.
set(pc_to_prefix /)
cmake_path(RELATIVE_PATH pc_to_prefix BASE_DIRECTORY /${lib}/pkgconfig)
set(flavour_to_prefix /)
cmake_path(RELATIVE_PATH flavour_to_prefix BASE_DIRECTORY /${flavour})

# The configuration header, which also says for which processor it is.
set(macro_x86_64 __x86_64__)
set(macro_aarch64 __aarch64__)
file(READ ${TENON_CONFIG_HEADER} header)
if(DEFINED macro_${CMAKE_SYSTEM_PROCESSOR})
    string(APPEND header "\n#ifndef ${macro_${CMAKE_SYSTEM_PROCESSOR}}\n#error \"These libraries of Tenon are "
        "for ${CMAKE_SYSTEM_PROCESSOR}. Compile for it, or take the ones for your processor.\"\n#endif\n")
endif()
file(CONFIGURE OUTPUT ${made}/tenon_config.h CONTENT "@header@" @ONLY)
install(FILES ${made}/tenon_config.h DESTINATION ${flavour}/include)

# Options that a program for Tenon is compiled and linked with: those of cmake/Flags.cmake, but for the folder of
# the compiler's headers, which is not the same everywhere.
set(compile_options)
set(link_options)
if(system STREQUAL "Tenon")
    foreach(kind freestanding program user)
        get_property(options TARGET tenon_flags_${kind} PROPERTY INTERFACE_COMPILE_OPTIONS)
        list(APPEND compile_options ${options})
        get_property(options TARGET tenon_flags_${kind} PROPERTY INTERFACE_LINK_OPTIONS)
        list(APPEND link_options ${options})
    endforeach()
    list(REMOVE_ITEM compile_options -nostdinc -isystem ${compiler_headers})
    list(TRANSFORM compile_options REPLACE "^\\$<\\$<COMPILE_LANGUAGE:C>:(.*)>$" "\\1")
    list(TRANSFORM link_options REPLACE "^LINKER:" "-Wl,")
    list(REMOVE_ITEM link_options ${compile_options}) # Only link-time optimization needs them again.
    list(REMOVE_DUPLICATES link_options)
    list(JOIN compile_options " " pc_cflags)
    list(JOIN link_options " " pc_libs)
    string(APPEND pc_libs " -T \${flavourdir}/user.lds")
endif()

# A Linux program whose assertion fails is ended, unless it says itself what happens then.
if(system STREQUAL "Linux")
    add_library(libbase_installed STATIC $<TARGET_OBJECTS:libbase> libbase/src/linux/assert.c)
    set_target_properties(libbase_installed PROPERTIES PREFIX "")
    target_link_libraries(libbase_installed PRIVATE libbase tenon_flags_host)
endif()

# tenon_install_library(LIBRARY): its archive, its headers that the configuration chooses, its .pc file; its
# names and needs go to libraries.cmake. The target `libraries` makes what is installed.
add_custom_target(libraries)
set(described)
function(tenon_install_library library)
    set(target ${library}${suffix})
    if(TARGET ${library}_installed)
        set(target ${library}_installed)
    endif()
    string(REGEX REPLACE "^lib" "${archive_prefix}" name ${library})
    install(FILES $<TARGET_FILE:${target}> DESTINATION ${lib} RENAME lib${name}.a)
    add_dependencies(libraries ${target})

    get_target_property(folder ${library}${suffix} SOURCE_DIR)
    get_target_property(includes ${library}${suffix} INTERFACE_INCLUDE_DIRECTORIES)
    list(REMOVE_ITEM includes ${folder}/include)
    foreach(include ${includes})
        install(DIRECTORY ${include}/ DESTINATION ${flavour}/include FILES_MATCHING PATTERN "*.h")
    endforeach()

    get_target_property(needs ${library}${suffix} INTERFACE_LINK_LIBRARIES)
    list(FILTER needs EXCLUDE REGEX "[<>]")
    list(TRANSFORM needs REPLACE "_user$" "")
    list(TRANSFORM needs PREPEND "tenon-" OUTPUT_VARIABLE requires)
    list(TRANSFORM requires APPEND " = ${TENON_VERSION}")
    list(JOIN requires ", " requires)
    configure_file(${TENON_ROOT}/cmake/library.pc.in ${made}/tenon-${library}.pc @ONLY)
    install(FILES ${made}/tenon-${library}.pc DESTINATION ${lib}/pkgconfig)

    string(APPEND described "set(tenon_archive_${library} \"\${root}${lib}/lib${name}.a\")\n"
        "set(tenon_needs_${library} ${needs})\n")
    set(described "${described}" PARENT_SCOPE)
endfunction()

foreach(library ${libraries})
    tenon_install_library(${library})
endforeach()
configure_file(${TENON_ROOT}/cmake/libraries.cmake.in ${made}/libraries.cmake @ONLY)
install(FILES ${made}/libraries.cmake DESTINATION ${flavour})
