/* SPDX-License-Identifier: MIT */
/* What C cannot say about registers of x86_64. */
#include "registers.inc"

    .text

/* pc_call(rdi in, rsi out) */
    .globl pc_call, pc_call_return
pc_call:
    push_preserved
    push %rsi
    load_set
    syscall
pc_call_return:
    store_and_return

/* pc_spin(rdi in, rsi out): until pc_spins has been counted down. */
    .globl pc_spin
pc_spin:
    push_preserved
    push %rsi
    load_set
1:  decq pc_spins(%rip)
    jnz 1b
    store_and_return

/* pc_entry_dump: a thread that begins with the registers it was given, and leaves them in pc_dump. */
    .globl pc_entry_dump
pc_entry_dump:
    push %rax
    lea pc_dump(%rip), %rax
    store_set
    pop %rbx
    mov %rbx, (%rax)
1:  mov $27 << 8, %eax                  /* TN_SYS_THREAD_EXIT */
    syscall
    jmp 1b

/* pc_entry_sleep: a thread that waits for ever. */
    .globl pc_entry_sleep
pc_entry_sleep:
    mov $-1, %rdi
    mov $33 << 8, %eax                  /* TN_SYS_THREAD_SLEEP */
    syscall
    int3

/* pc_entry_port(rdi port): read it. */
    .globl pc_entry_port
pc_entry_port:
    mov %edi, %edx
    in %dx, %al
    int3

/* pc_entry_simd: an instruction with an SSE register. */
    .globl pc_entry_simd
pc_entry_simd:
    movups %xmm0, %xmm1
    int3

/* pc_entry_divide_x87: the exception comes with the instruction after it. */
    .globl pc_entry_divide_x87
pc_entry_divide_x87:
    fninit
    pushq $0x37b                        /* Control word: division by zero is not masked. */
    fldcw (%rsp)
    fld1
    fldz
    fdivrp
    fwait
    int3

/* pc_entry_interrupt: a software interrupt that no gate allows. */
    .globl pc_entry_interrupt
pc_entry_interrupt:
    int $0x20
    int3

    .bss
    .balign 8
    .globl pc_spins, pc_dump
pc_spins:
    .skip 8
pc_dump:
    .skip 15 * 8

    .section .note.GNU-stack, "", @progbits
