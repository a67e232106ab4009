# SPDX-License-Identifier: MIT
# Freestanding x86_64 with Debian's gcc, by its full name. The flags of kernel and user code are not
# here but in cmake/Flags.cmake: one build directory compiles both.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER x86_64-linux-gnu-gcc)
set(CMAKE_AR x86_64-linux-gnu-gcc-ar)
set(CMAKE_RANLIB x86_64-linux-gnu-gcc-ranlib)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(TENON_ARCH x86_64)
