/* SPDX-License-Identifier: MIT */
/* Copies of whole words inside the kernel's memory: eight words a round in pairs, then one at a time.
 * Source: Arm DDI 0487 C3.2.2 (load and store pair). */

    .section .text.arch_copy_words, "ax"

    /* void arch_copy_words(void *to, const void *from, size_t count). */
    .globl arch_copy_words
    .type arch_copy_words, %function
arch_copy_words:
    b 2f
1:  ldp x3, x4, [x1], #16
    ldp x5, x6, [x1], #16
    ldp x7, x8, [x1], #16
    ldp x9, x10, [x1], #16
    stp x3, x4, [x0], #16
    stp x5, x6, [x0], #16
    stp x7, x8, [x0], #16
    stp x9, x10, [x0], #16
2:  subs x2, x2, #8
    b.hs 1b
    adds x2, x2, #8
    b.eq 4f
3:  ldr x3, [x1], #8
    str x3, [x0], #8
    subs x2, x2, #1
    b.ne 3b
4:  ret
    .size arch_copy_words, . - arch_copy_words
