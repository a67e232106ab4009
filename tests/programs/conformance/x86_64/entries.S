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

    .globl arch_entry_fill
arch_entry_fill:
    movabs $0x0101010101010101, %rax
    lea (%rax, %rax), %rbx
    lea (%rbx, %rax), %rcx
    lea (%rcx, %rax), %rdx
    lea (%rdx, %rax), %rsi
    lea (%rsi, %rax, 2), %rbp           /* rdi is the argument. */
    lea (%rbp, %rax), %r8
    lea (%r8, %rax), %r9
    lea (%r9, %rax), %r10
    lea (%r10, %rax), %r11
    lea (%r11, %rax), %r12
    lea (%r12, %rax), %r13
    lea (%r13, %rax), %r14
    lea (%r14, %rax), %r15
    stc
    mov %rax, (%rdi)
    mov %rbx, 8(%rdi)
    mov %rcx, 16(%rdi)
    mov %rdx, 24(%rdi)
    mov %rsi, 32(%rdi)
    mov %rdi, 40(%rdi)
    mov %rbp, 48(%rdi)
    mov %r8, 56(%rdi)
    mov %r9, 64(%rdi)
    mov %r10, 72(%rdi)
    mov %r11, 80(%rdi)
    mov %r12, 88(%rdi)
    mov %r13, 96(%rdi)
    mov %r14, 104(%rdi)
    mov %r15, 112(%rdi)
    mov %rsp, 120(%rdi)
    sbb %rax, %rax
    mov %rax, 128(%rdi)
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
