/* SPDX-License-Identifier: MIT */
/* From the moment a CPU wakes up to its first line of C.
 *
 *   start_code      real mode, in the page below 1 MiB to which it was copied
 *   start_protected 32 bits without paging, in the kernel's image: .boot, which lies at its physical
 *                   address and is mapped there by the table that the next step loads
 *   start_long      64 bits; the table of the start has the kernel's half, and the image at its physical
 *                   address; the page below 1 MiB is mapped nowhere executable
 *   start_high      the kernel's half alone
 *
 * After INIT a CPU has CR0 = 0x60000010, all else zero or undefined: Intel SDM 3A, table 9-1. */
#include <arch/offsets.h>

#include "start.h"

#define PHYSICAL(symbol) ((symbol) - LAYOUT_KERNEL)

#define SELECTOR_CODE   0x08            /* As in the kernel's own table. */
#define SELECTOR_CODE32 0x10
#define SELECTOR_DATA   0x18

    .section .rodata.start, "a"
    .code16
    .globl start_code, start_code_end
start_code:
    cli
    mov %cs, %ax
    mov %ax, %ds
    lgdtl start_gdt_pointer - start_code
    mov $CR0_ET | CR0_PE, %eax          /* Clears CD and NW: caches on. */
    mov %eax, %cr0
    ljmpl $SELECTOR_CODE32, $start_protected
    .balign 4
start_gdt_pointer:
    .word start_gdt_end - start_gdt - 1
    .long start_gdt
start_code_end:

    .section .boot, "ax"
    .balign 8
start_gdt:
    .quad 0
    .quad 0x00af9b000000ffff            /* Code, 64 bits. */
    .quad 0x00cf9b000000ffff            /* Code, 32 bits. */
    .quad 0x00cf93000000ffff            /* Data. */
start_gdt_end:

    .code32
start_protected:
    mov $SELECTOR_DATA, %eax
    mov %eax, %ds
    mov $CR4_PAE, %eax                  /* Into long mode: Intel SDM 3A, 9.8.5. */
    mov %eax, %cr4
    mov PHYSICAL(start_root), %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    mov $EFER_LME | EFER_NXE, %eax
    xor %edx, %edx
    wrmsr
    mov $CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_PE, %eax
    mov %eax, %cr0
    ljmp $SELECTOR_CODE, $start_long

    .code64
start_long:
    mov $start_high, %rax
    jmp *%rax

    .text
start_high:
    mov $PHYSICAL(arch_table_root), %eax
    mov %rax, %cr3                      /* What is mapped low ends here. */
    mov $CR4_PAE | CR4_PGE, %eax
    mov %rax, %cr4
    xor %ebp, %ebp                      /* Long mode needs no data segments: 3.4.4. EBP: backtraces */
    mov %ebp, %ds                       /* end here. */
    mov %ebp, %es
    mov %ebp, %fs
    mov %ebp, %gs
    mov %ebp, %ss
    /* All that is read of the start is read before it is taken: then the next CPU may be started. */
    mov start_stack, %rsp
    mov start_cpu, %rdi
    mov $START_AWAITED, %eax
    mov $START_TAKEN, %ecx
    lock cmpxchg %ecx, start_state
    jne 1f                              /* Given up: an INIT is on its way. */
    call start_enter
1:  hlt
    jmp 1b

    .section .note.GNU-stack, "", @progbits
