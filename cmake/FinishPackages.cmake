# SPDX-License-Identifier: MIT
# Run by cpack when its packages are made. Two things in them depend on the file system that they were made on:
# the order of a tar.gz, and the Installed-Size of a Debian package. Both are set right here, so that the same
# files are the same bytes on every machine, if SOURCE_DATE_EPOCH gives the time. And a Debian package has a
# changelog in Debian's form.
set(time $ENV{SOURCE_DATE_EPOCH})
if(NOT time)
    string(TIMESTAMP time %s UTC)
endif()

# Writes the Debian changelog of the unpacked package in FOLDER.
function(write_changelog folder)
    set(path usr/share/doc/${CPACK_PACKAGE_NAME}/changelog)
    string(CONCAT text "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) unstable; urgency=low\n\n"
        "  * What is there since when: CHANGELOG.md, beside this file.\n\n"
        " -- ${CPACK_PACKAGE_CONTACT}  Thu, 01 Jan 1970 00:00:00 +0000\n")
    file(WRITE ${folder}/${path} "${text}")
    execute_process(COMMAND gzip -9nf ${folder}/${path} COMMAND_ERROR_IS_FATAL ANY)
    file(MD5 ${folder}/${path}.gz sum)
    file(APPEND ${folder}/DEBIAN/md5sums "${sum}  ${path}.gz\n")
endfunction()

foreach(package ${CPACK_PACKAGE_FILES})
    set(folder ${package}.unpacked)
    if(package MATCHES "\\.tar\\.gz$")
        file(ARCHIVE_EXTRACT INPUT ${package} DESTINATION ${folder})
        file(GLOB top RELATIVE ${folder} ${folder}/*)
        execute_process(
            COMMAND tar --create --sort=name --format=ustar --mtime=@${time}
                --owner=0 --group=0 --numeric-owner --directory ${folder} ${top}
            COMMAND gzip -9n
            OUTPUT_FILE ${package} COMMAND_ERROR_IS_FATAL ANY)
    elseif(package MATCHES "\\.deb$")
        execute_process(COMMAND dpkg-deb --raw-extract ${package} ${folder} COMMAND_ERROR_IS_FATAL ANY)
        write_changelog(${folder})
        file(GLOB_RECURSE files ${folder}/usr/*)
        set(kibibytes 0)
        foreach(file ${files})
            if(NOT IS_SYMLINK ${file})
                file(SIZE ${file} bytes)
                math(EXPR kibibytes "${kibibytes} + (${bytes} + 1023) / 1024")
            endif()
        endforeach()
        file(READ ${folder}/DEBIAN/control control)
        string(REGEX REPLACE "Installed-Size: [0-9]+" "Installed-Size: ${kibibytes}" control "${control}")
        file(WRITE ${folder}/DEBIAN/control "${control}")
        set(ENV{SOURCE_DATE_EPOCH} ${time})
        execute_process(COMMAND dpkg-deb --root-owner-group --build ${folder} ${package}
            OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    endif()
    file(REMOVE_RECURSE ${folder})
endforeach()
