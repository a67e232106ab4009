/* SPDX-License-Identifier: MIT */
/* What C cannot say about registers of x86_64. Register sets are in the order of struct tn_registers:
 * rax rbx rcx rdx rsi rdi rbp r8-r15. */
    .macro push_preserved
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

    .macro pop_preserved
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    .endm

    /* All registers from the set at rdi; rdi last. */
    .macro load_set
    mov (%rdi), %rax
    mov 8(%rdi), %rbx
    mov 16(%rdi), %rcx
    mov 24(%rdi), %rdx
    mov 32(%rdi), %rsi
    mov 48(%rdi), %rbp
    mov 56(%rdi), %r8
    mov 64(%rdi), %r9
    mov 72(%rdi), %r10
    mov 80(%rdi), %r11
    mov 88(%rdi), %r12
    mov 96(%rdi), %r13
    mov 104(%rdi), %r14
    mov 112(%rdi), %r15
    mov 40(%rdi), %rdi
    .endm

    /* All registers but rax to the set at rax. */
    .macro store_set
    mov %rbx, 8(%rax)
    mov %rcx, 16(%rax)
    mov %rdx, 24(%rax)
    mov %rsi, 32(%rax)
    mov %rdi, 40(%rax)
    mov %rbp, 48(%rax)
    mov %r8, 56(%rax)
    mov %r9, 64(%rax)
    mov %r10, 72(%rax)
    mov %r11, 80(%rax)
    mov %r12, 88(%rax)
    mov %r13, 96(%rax)
    mov %r14, 104(%rax)
    mov %r15, 112(%rax)
    .endm

    .text

/* pc_call(rdi in, rsi out) */
    .globl pc_call, pc_call_return
pc_call:
    push_preserved
    push %rsi
    load_set
    syscall
pc_call_return:
    xchg %rax, (%rsp)
    store_set
    pop %rbx
    mov %rbx, (%rax)
    pop_preserved
    ret

/* pc_spin(rdi in, rsi out): until pc_spins has been counted down. */
    .globl pc_spin
pc_spin:
    push_preserved
    push %rsi
    load_set
1:  decq pc_spins(%rip)
    jnz 1b
    xchg %rax, (%rsp)
    store_set
    pop %rbx
    mov %rbx, (%rax)
    pop_preserved
    ret

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
