/* SPDX-License-Identifier: MIT */
/* Code that C cannot say, x86_64. System-call numbers are those of abi/syscall.h. */
#include "registers.inc"

#define PROCESS_EXIT (19 << 8)
#define THREAD_EXIT  (27 << 8)
#define IPC_CALL     (0 << 8)
#define IPC_RECV     (3 << 8)

    .text

/* arch_canary_ipc(rdi number, rsi tag, rdx handle, rcx token, r8 canary, r9 dump) */
    .globl arch_canary_ipc
arch_canary_ipc:
    push_preserved
    push %r9
    mov %rdi, %rax
    shl $8, %rax
    or %rsi, %rax
    mov %rdx, %rdi
    mov %rcx, %rsi
    mov %r8, %rdx
    mov %r8, %rbx
    mov %r8, %rcx
    mov %r8, %rbp
    mov %r8, %r9
    mov %r8, %r10
    mov %r8, %r11
    mov %r8, %r12
    mov %r8, %r13
    mov %r8, %r14
    mov %r8, %r15
    syscall
    store_and_return

    .globl arch_entry_write
arch_entry_write:
    movq $1, (%rdi)
    ud2

    .globl arch_entry_read
arch_entry_read:
    movq (%rdi), %rax
    ud2

    .globl arch_entry_jump
arch_entry_jump:
    jmp *%rdi

    .globl arch_entry_illegal
arch_entry_illegal:
    ud2

    .globl arch_entry_breakpoint
arch_entry_breakpoint:
    int3
    mov $5, %edi
    jmp arch_entry_exit

    .globl arch_entry_arithmetic
arch_entry_arithmetic:
    xor %ecx, %ecx
    xor %edx, %edx
    div %ecx

    .globl arch_entry_float
arch_entry_float:
    xorps %xmm0, %xmm0
    mov $8, %edi
    jmp arch_entry_exit

    .globl arch_entry_privileged
arch_entry_privileged:
    cli
    hlt

    .globl arch_entry_exit
arch_entry_exit:
    mov $PROCESS_EXIT, %eax
    syscall
    ud2

    .globl arch_entry_leave
arch_entry_leave:
    mov $THREAD_EXIT, %eax
    syscall
    ud2

    .globl arch_entry_loop
arch_entry_loop:
    jmp arch_entry_loop

    .globl arch_entry_steps
arch_entry_steps:
    nop
    nop
    mov $6, %edi
    jmp arch_entry_exit

    .globl arch_entry_call
arch_entry_call:
    mov $IPC_CALL, %eax
    syscall
    movsbl %ah, %edi
    jmp arch_entry_exit

    .globl arch_entry_receive
arch_entry_receive:
    mov $IPC_RECV, %eax
    syscall
    mov $7, %edi
    jmp arch_entry_exit

    .section .note.GNU-stack, "", @progbits
