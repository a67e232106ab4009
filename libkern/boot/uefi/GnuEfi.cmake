# SPDX-License-Identifier: MIT
# Where GNU-EFI is, and how one links with it.
#
# For x86_64 it is Debian's package. That of ARM64 cannot be installed beside it: tools/setup.sh unpacks it
# into a folder of the user's cache. Sets GNU_EFI_CRT0 (false if it is not there), _SCRIPT, _LIBRARY,
# _INCLUDES, _OPTIONS, _LINK_OPTIONS, and what makes the file _APPLICATION of the linked program: _CONVERT.
set(gnu_efi_root $ENV{TENON_CACHE})
if(NOT gnu_efi_root AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(gnu_efi_root $ENV{XDG_CACHE_HOME}/tenon)
elseif(NOT gnu_efi_root)
    set(gnu_efi_root $ENV{HOME}/.cache/tenon)
endif()
set(sections -j .text -j .sdata -j .data -j .rodata -j .dynamic -j .dynsym
    -j .rel -j .rela -j .rel.* -j .rela.* -j .reloc)
if(TENON_ARCH STREQUAL "arm64")
    set(machine aarch64)
    set(GNU_EFI_APPLICATION BOOTAA64.EFI)
    set(gnu_efi_root ${gnu_efi_root}/gnu-efi-arm64/usr)
    set(GNU_EFI_OPTIONS -mstrict-align -mno-outline-atomics)
    set(GNU_EFI_LINK_OPTIONS LINKER:--defsym=EFI_SUBSYSTEM=0xa)
    set(GNU_EFI_CONVERT ${sections} -O binary)
else()
    set(machine x86_64)
    set(GNU_EFI_APPLICATION BOOTX64.EFI)
    set(gnu_efi_root /usr)
    set(GNU_EFI_OPTIONS -mno-red-zone -maccumulate-outgoing-args -fcf-protection=none
        -DGNU_EFI_USE_MS_ABI)
    set(GNU_EFI_LINK_OPTIONS)
    set(GNU_EFI_CONVERT ${sections} --target efi-app-x86_64 --subsystem=10)
endif()
set(GNU_EFI_SCRIPT ${gnu_efi_root}/lib/elf_${machine}_efi.lds)
set(GNU_EFI_LIBRARY ${gnu_efi_root}/lib/libgnuefi.a)
set(GNU_EFI_INCLUDES ${gnu_efi_root}/include/efi ${gnu_efi_root}/include/efi/${machine})
set(GNU_EFI_CRT0 ${gnu_efi_root}/lib/crt0-efi-${machine}.o)
# Looked for in each build: it may be installed between two.
file(GLOB found CONFIGURE_DEPENDS ${GNU_EFI_SCRIPT} ${GNU_EFI_LIBRARY} ${GNU_EFI_CRT0})
list(LENGTH found count)
if(count LESS 3)
    set(GNU_EFI_CRT0 FALSE)
endif()
