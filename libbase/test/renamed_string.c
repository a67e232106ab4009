/* SPDX-License-Identifier: MIT */
/* The freestanding functions under names of their own, so that they run beside the C library's. */
#define memcpy  renamed_memcpy
#define memmove renamed_memmove
#define memset  renamed_memset
#define memcmp  renamed_memcmp
#define strlen  renamed_strlen
#define strcmp  renamed_strcmp
#define strncmp renamed_strncmp

#include "freestanding/string.c"
