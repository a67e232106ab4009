/* SPDX-License-Identifier: MIT */
/* Numbers of the FPU that C and assembly share.
 *
 * Rules: preprocessor only. */
#ifndef X86_FPU_OFFSETS_H
#define X86_FPU_OFFSETS_H

/* Values of fpu_method; each is better than the one before. */
#define FPU_BY_FXSAVE   0
#define FPU_BY_XSAVE    1
#define FPU_BY_XSAVEOPT 2

/* The legacy region, and the header behind it: Intel SDM 1, tables 10-2 and 13.4.2. */
#define FPU_LEGACY_BYTES  512
#define FPU_INITIAL_BYTES 576
#define FPU_CONTROL       0  /* x87 control word, 16 bits. */
#define FPU_MXCSR         24 /* 32 bits. */

/* As after FNINIT and a reset: round to nearest, all exceptions masked. */
#define FPU_CONTROL_CLEAN 0x37f
#define FPU_MXCSR_CLEAN   0x1f80

/* CR4: Intel SDM 3A, 2.5. */
#define CR4_OSFXSR     0x00000200
#define CR4_OSXMMEXCPT 0x00000400
#define CR4_OSXSAVE    0x00040000

#endif
