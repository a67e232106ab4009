/* SPDX-License-Identifier: MIT */
/* memcpy and its kin for the kernel, in place of libbase's: a third of their size. All memory of the
 * kernel is normal memory, which may be accessed at any address once the MMU is on; before, nothing
 * calls these. Each moves large pieces first, then 8 bytes, then single ones.
 *
 * memcmp stands in memcmp.inc.
 *
 * Rules: x12-x18 are kept. Checked against libbase's test of the same functions. */

    .text

    /* void *memcpy(void *to, const void *from, size_t length). Each piece is loaded before it is stored
     * and goes up, so that the destination may also overlap from below. */
    .globl memcpy
memcpy:
    mov x3, x0
1:  subs x2, x2, #64
    b.lo 2f
    ldp x4, x5, [x1]
    ldp x6, x7, [x1, #16]
    ldp x8, x9, [x1, #32]
    ldp x10, x11, [x1, #48]
    add x1, x1, #64
    stp x4, x5, [x3]
    stp x6, x7, [x3, #16]
    stp x8, x9, [x3, #32]
    stp x10, x11, [x3, #48]
    add x3, x3, #64
    b 1b
2:  add x2, x2, #64
3:  subs x2, x2, #8
    b.lo 4f
    ldr x4, [x1], #8
    str x4, [x3], #8
    b 3b
4:  adds x2, x2, #8
    b.eq 6f
5:  ldrb w4, [x1], #1
    strb w4, [x3], #1
    subs x2, x2, #1
    b.ne 5b
6:  ret

    /* void *memmove(void *to, const void *from, size_t length). Modulo 2^64, a destination in front of
     * the source is far behind it. */
    .globl memmove
memmove:
    sub x3, x0, x1
    cmp x3, x2
    b.hs memcpy
    add x1, x1, x2
    add x3, x0, x2
1:  subs x2, x2, #8
    b.lo 2f
    ldr x4, [x1, #-8]!
    str x4, [x3, #-8]!
    b 1b
2:  adds x2, x2, #8
    b.eq 4f
3:  ldrb w4, [x1, #-1]!
    strb w4, [x3, #-1]!
    subs x2, x2, #1
    b.ne 3b
4:  ret

    /* void *memset(void *to, int byte, size_t length) */
    .globl memset
memset:
    and x1, x1, #0xff
    mov x3, #0x0101010101010101
    mul x1, x1, x3
    mov x3, x0
1:  subs x2, x2, #128
    b.lo 2f
    .irp at, 0, 16, 32, 48, 64, 80, 96, 112
    stp x1, x1, [x3, #\at]
    .endr
    add x3, x3, #128
    b 1b
2:  add x2, x2, #128
3:  subs x2, x2, #8
    b.lo 4f
    str x1, [x3], #8
    b 3b
4:  adds x2, x2, #8
    b.eq 6f
5:  strb w1, [x3], #1
    subs x2, x2, #1
    b.ne 5b
6:  ret

    .section .note.GNU-stack, "", @progbits
