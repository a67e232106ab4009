/* SPDX-License-Identifier: MIT */
/* From the firmware's 64 bits to the state in which a PVH kernel is entered: 32 bits, flat segments, paging and
 * interrupts off, EBX = the block. On the way, with nothing of the firmware in use any more, the kernel is copied
 * to where it belongs.
 *
 * Runs at whatever address below 4 GiB it was copied to, mapped to itself as all memory is under UEFI: so it
 * computes the addresses that it needs. No stack is used once paging is off.
 * Source: Intel SDM 3A, 9.8.5.4 (leaving IA-32e mode), 2.5 (control registers); Xen, docs/misc/pvh.pandoc (state at entry). */
#include "trampoline.h"

#define SELECTOR_CODE  8
#define SELECTOR_DATA  16
#define CR0_PE         0x1
#define CR0_ET         0x10
#define CR4_PCIDE_BIT  17
#define CR4_CET_BIT    23
#define MSR_EFER       0xc0000080

    .text
    .globl uefi_trampoline, uefi_trampoline_end
    .hidden uefi_trampoline, uefi_trampoline_end
    .balign 16
    .code64
/* rdi: struct trampoline_arguments */
uefi_trampoline:
    cli
    cld
    mov ARGUMENT_FROM(%rdi), %esi
    mov ARGUMENT_WORDS(%rdi), %ecx
    mov ARGUMENT_ENTRY(%rdi), %ebp
    mov ARGUMENT_HANDOFF(%rdi), %ebx
    mov ARGUMENT_TO(%rdi), %edi
    mov %cr4, %rax                      /* With either of these on, CR0 would not take what follows. */
    btr $CR4_PCIDE_BIT, %rax
    btr $CR4_CET_BIT, %rax
    mov %rax, %cr4
    lea gdt(%rip), %rax
    mov %rax, gdt_pointer + 2(%rip)
    lgdt gdt_pointer(%rip)
    lea in_32_bits(%rip), %rax
    pushq $SELECTOR_CODE
    pushq %rax
    lretq

    .code32
in_32_bits:
    mov $CR0_PE | CR0_ET, %eax
    mov %eax, %cr0                      /* Paging off: the next instruction is at the same address. */
    mov %ecx, %esp                      /* The MSR's number needs the register. */
    mov $MSR_EFER, %ecx
    xor %eax, %eax
    xor %edx, %edx
    wrmsr
    mov %esp, %ecx
    xor %eax, %eax
    mov %eax, %cr4
    mov $SELECTOR_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    rep movsl
    jmp *%ebp

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff            /* Code, flat, 32 bits. */
    .quad 0x00cf93000000ffff            /* Data, flat. */
gdt_pointer:
    .word 3 * 8 - 1
    .quad 0
uefi_trampoline_end:

    .section .note.GNU-stack, "", @progbits
