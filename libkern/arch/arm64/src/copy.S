/* SPDX-License-Identifier: MIT */
/* The only way in which the kernel touches user memory: loads and stores with the rights of EL0, so
 * that neither PAN nor the page tables need to be changed. A fault continues at copy_failed, by the
 * table of fixups. It has overwritten ELR and SPSR, in which the entry keeps the caller's, so both
 * are held in registers meanwhile.
 * Source: Arm DDI 0487 C6.2.197 (LDTR), D8.4.3 (unprivileged accesses and PAN). */
#include "offsets.h"

    /* Continue at copy_failed if the next instruction faults. */
    .macro may_fault
9:  .pushsection .fixups, "a"
    .quad 9b, copy_failed
    .popsection
    .endm

    .macro begin
    dsb ishst                             /* walks see tables that were written just before, */
    isb                                   /* and the address space that was loaded just before */
    mrs x8, elr_el1
    mrs x9, spsr_el1
    .endm

    .text
/* tn_status_t arm64_copy_in(void *to, uint64_t from, size_t length). The range is user addresses. */
    .globl arm64_copy_in
arm64_copy_in:
    begin
    b 2f
1:
    may_fault
    ldtr x3, [x1]
    may_fault
    ldtr x4, [x1, #8]
    add x1, x1, #16
    stp x3, x4, [x0], #16
2:  subs x2, x2, #16
    b.hs 1b
    adds x2, x2, #16
    b.eq copy_done
3:
    may_fault
    ldtrb w3, [x1]
    add x1, x1, #1
    strb w3, [x0], #1
    subs x2, x2, #1
    b.ne 3b
copy_done:
    mov w0, #0
    ret

/* tn_status_t arm64_copy_out(uint64_t to, const void *from, size_t length). */
    .globl arm64_copy_out
arm64_copy_out:
    begin
    b 2f
1:  ldp x3, x4, [x1], #16
    may_fault
    sttr x3, [x0]
    may_fault
    sttr x4, [x0, #8]
    add x0, x0, #16
2:  subs x2, x2, #16
    b.hs 1b
    adds x2, x2, #16
    b.eq copy_done
3:  ldrb w3, [x1], #1
    may_fault
    sttrb w3, [x0]
    add x0, x0, #1
    subs x2, x2, #1
    b.ne 3b
    b copy_done

copy_failed:
    msr elr_el1, x8
    msr spsr_el1, x9
    mov w0, #STATUS_ADDRESS
    ret
    .section .note.GNU-stack, "", @progbits
