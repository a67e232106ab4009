/* SPDX-License-Identifier: MIT */
/* PVH entry: from 32 bits without paging to the kernel's half in 64 bits.
 *
 * The loader enters with EBX = physical address of start_info, flat segments, paging and interrupts
 * off (Xen, docs/misc/pvh.pandoc). This builds the final page tables at once: there is no moment with
 * paging on in which memory is both writable and executable. The identity mapping that the first
 * instructions after CR0.PG need shares its tables with the linear map; it is gone before C runs.
 *
 *   root[0]    -> window -> [0] -> low table     only until boot_high: executable where text is
 *   root[256]  -> the same, no-execute for everything below
 *   root[511]  -> kernel [510] -> [0] -> the same low table; [1] -> fixed table (stacks, devices)
 *
 * The low table maps the first 2 MiB, in which the kernel lies, page by page. */
#include <arch/offsets.h>

#define PHYSICAL(symbol) ((symbol) - LAYOUT_KERNEL)

#define TABLE_FLAGS (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED)
#define PAGE_FLAGS  (TABLE_FLAGS | PTE_GLOBAL)
#define LOW_BYTES   0x200000

#define STACK_PAGES (1 << (CONFIG_KERNEL_STACK_LOG2 - 12))

/* start_info.h, for assembly. */
#define START_INFO_MAGIC        0x336ec578
#define START_INFO_MODULE_COUNT 12
#define START_INFO_MODULES      16
#define MODULE_SIZE             8

#define UART_DATA       0x3f8
#define UART_STATUS     0x3fd
#define UART_CAN_SEND   0x20
#define QEMU_EXIT_PORT  0x501
#define CPUID_NX        20 /* Bit of EDX, leaf 0x80000001. */
#define CPUID_LONG_MODE 29 /* The same. */

    /* XEN_ELFNOTE_PHYS32_ENTRY: where a PVH loader enters. Xen, public/elfnote.h. */
    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18
    .asciz "Xen"
    .long boot_pvh_entry

    .section .boot, "ax"
    .code32
    .globl boot_pvh_entry
boot_pvh_entry:
    rdtsc                               /* First of all: the time of entry. */
    mov %eax, PHYSICAL(boot_entry_counter)
    mov %edx, PHYSICAL(boot_entry_counter) + 4
    cld
    mov %ebx, %ebp                      /* CPUID overwrites EBX. */

    mov $0x80000000, %eax
    cpuid
    cmp $0x80000001, %eax
    jb unfit
    mov $0x80000001, %eax
    cpuid
    bt $CPUID_LONG_MODE, %edx
    jnc unfit
    bt $CPUID_NX, %edx
    jnc unfit

    /* With too little memory the loader puts the bundle over our .bss, which C must find zeroed. What
     * else the structure says, or that it is none, is C's to find out. */
    cmpl $START_INFO_MAGIC, (%ebp)
    jne 1f
    cmpl $0, START_INFO_MODULE_COUNT(%ebp)
    je 1f
    mov START_INFO_MODULES(%ebp), %esi
    mov (%esi), %eax                    /* Where the first one begins ... */
    cmp $PHYSICAL(kernel_end), %eax
    jae 1f
    add MODULE_SIZE(%esi), %eax         /* ... and ends. */
    cmp $kernel_physical_begin, %eax
    ja crowded
1:

    /* The low table: everything writable, nothing executable ... */
    mov $PHYSICAL(arch_table_low), %edi
    mov $PAGE_FLAGS, %eax
1:  mov %eax, (%edi)
    movl $PTE_NO_EXECUTE_HIGH, 4(%edi)
    add $8, %edi
    add $PAGE_BYTES, %eax
    cmp $LOW_BYTES, %eax
    jb 1b
    /* ... but for the kernel's text, then its read-only data. */
    mov $PHYSICAL(arch_table_low) + 0x100000 / PAGE_BYTES * 8, %edi
    mov $kernel_text_pages, %ecx
2:  andl $~PTE_WRITABLE, (%edi)
    movl $0, 4(%edi)
    add $8, %edi
    loop 2b
    mov $kernel_rodata_pages, %ecx
3:  andl $~PTE_WRITABLE, (%edi)
    add $8, %edi
    loop 3b

    /* The kernel stack, in the fixed area with a hole below it. */
    mov $PHYSICAL(arch_table_fixed) + (FIXED_KERNEL_STACK_TOP - STACK_PAGES) * 8, %edi
    mov $PHYSICAL(arch_kernel_stack) + PAGE_FLAGS, %eax
    mov $STACK_PAGES, %ecx
4:  mov %eax, (%edi)
    movl $PTE_NO_EXECUTE_HIGH, 4(%edi)
    add $8, %edi
    add $PAGE_BYTES, %eax
    loop 4b

    /* What leads to these two. */
    movl $PHYSICAL(arch_table_window) + TABLE_FLAGS, PHYSICAL(arch_table_root)
    movl $PHYSICAL(arch_table_window) + TABLE_FLAGS, PHYSICAL(arch_table_root) + 256 * 8
    movl $PTE_NO_EXECUTE_HIGH, PHYSICAL(arch_table_root) + 256 * 8 + 4
    movl $PHYSICAL(arch_table_kernel) + TABLE_FLAGS, PHYSICAL(arch_table_root) + 511 * 8
    movl $PHYSICAL(arch_table_gigabyte) + TABLE_FLAGS, PHYSICAL(arch_table_window)
    movl $PHYSICAL(arch_table_low) + TABLE_FLAGS, PHYSICAL(arch_table_gigabyte)
    movl $PHYSICAL(arch_table_image) + TABLE_FLAGS, PHYSICAL(arch_table_kernel) + 510 * 8
    movl $PHYSICAL(arch_table_low) + TABLE_FLAGS, PHYSICAL(arch_table_image)
    movl $PHYSICAL(arch_table_fixed) + TABLE_FLAGS, PHYSICAL(arch_table_image) + 8

    /* Into long mode: Intel SDM 3A, 9.8.5. Global pages wait until the identity mapping is gone. */
    mov $CR4_PAE, %eax
    mov %eax, %cr4
    mov $PHYSICAL(arch_table_root), %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    mov $EFER_LME | EFER_NXE, %eax
    xor %edx, %edx
    wrmsr
    mov $CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_PE, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $SELECTOR_KERNEL_CODE, $long_mode

    /* There is no C yet to say what is wrong. */
crowded:
    mov $crowded_text, %esi
    jmp 5f
unfit:
    mov $unfit_text, %esi
5:  lodsb
    test %al, %al
    jz 7f
    mov %al, %ah
    mov $UART_STATUS, %dx
    mov $0x10000, %ecx                  /* A UART that is not there must not hang us. */
6:  pause
    in (%dx), %al
    test $UART_CAN_SEND, %al
    loopz 6b
    mov $UART_DATA, %dx
    mov %ah, %al
    out %al, (%dx)
    jmp 5b
7:
#if CONFIG_QEMU_EXIT
    mov $QEMU_EXIT_PORT, %dx
    mov $1, %eax
    out %eax, (%dx)
#endif
8:  hlt
    jmp 8b

unfit_text:
    .asciz "Tenon cannot start: this CPU has no 64-bit mode with NX\r\n"
crowded_text:
    .asciz "Tenon cannot start: too little memory for kernel and bundle\r\n"

    .code64
long_mode:
    mov $boot_high, %rax
    jmp *%rax

    /* Used until arch_cpu_init: null, 64-bit code. */
    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff            /* Used already: the CPU would note it here, and may not write. */
gdt_end:
gdt_pointer:
    .word gdt_end - gdt - 1
    .long gdt

    .text
boot_high:
    movq $0, arch_table_root(%rip)      /* The identity mapping ends here. */
    mov %cr3, %rax
    mov %rax, %cr3
    mov $CR4_PAE | CR4_PGE, %eax
    mov %rax, %cr4
    xor %eax, %eax                      /* Long mode needs no data segments: Intel SDM 3A, 3.4.4. */
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    mov $LAYOUT_FIXED + FIXED_KERNEL_STACK_TOP * PAGE_BYTES, %rsp
    mov %ebp, %edi
    xor %ebp, %ebp                      /* Backtraces end here. */
    call boot_pvh_main

    .section .note.GNU-stack, "", @progbits
