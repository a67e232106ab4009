/* SPDX-License-Identifier: MIT */
/* Into the kernel and out of it.
 *
 *   SYSCALL, IPC       ipc registers -> frame, kern_ipc, kern_leave ------+
 *   SYSCALL, other     handler; nothing pending: SYSRET at once           |
 *                               pending: the rest -> frame, kern_leave ---+--> arch_resume
 *   trap, user mode    every register -> frame, trap_user, kern_leave ----+
 *   trap, kernel mode  registers -> stack, trap_kernel, IRETQ
 *   NMI, #DF, #MC      trap_fatal on their own stacks; never return
 *
 * The kernel lock is taken at each entry from user mode, when what must be saved is saved, and given
 * back as late as possible on each way out (lock_acquire, lock_release: kern_lock.inc).
 *
 * Rules: interrupts are off. GS base is the CPU block in the kernel and the user's outside; the two
 * change places at each border. The flags that SFMASK clears (arch_cpu_init) are clear: IF, TF, DF,
 * AC, NT. Everything here is in its own section, so that it can be mapped apart from the rest. */
#include <abi/syscall.h>
#include <arch/offsets.h>

#include "fastpath.inc"
#include "kern_lock.inc"
#include "mitigations.inc"

    .macro handler name                   /* The lower half of the address; the upper one is its sign. */
    .reloc ., R_X86_64_32S, \name
    .long 0
    .endm
#include <arch/syscall_table.inc>

    .section .text.entry, "ax"

/* ---- SYSCALL: rax number in bits 8-15, rcx pc, r11 flags, stack the user's ---------------------- */
    .globl arch_entry_syscall
    .balign 64
arch_entry_syscall:
    swapgs
syscall_entered:
    fastpath_dispatch
entry_syscall:
    mov %rsp, %gs:CPU_USER_SP           /* Every other register carries an argument. */
    mov %gs:CPU_CURRENT, %rsp
    mov %rcx, THREAD_PC(%rsp)
    mov %r11, THREAD_FLAGS(%rsp)
    mov %gs:CPU_USER_SP, %rcx
    mov %rcx, THREAD_SP(%rsp)
    cmp $TN_SYS_IPC_COUNT, %ah
    jb ipc
    mov %gs:CPU_KERNEL_STACK, %rsp
    lock_acquire
    movzbl %ah, %eax
    cmp $TN_SYS_COUNT, %eax
    jae no_such_call
    sbb %rcx, %rcx                      /* All ones, also while the branch is only predicted: the */
    and %rcx, %rax                      /* table is never read beyond its end (Spectre, variant 1). */
    mov %r10, %rcx                      /* Fourth argument: SYSCALL needs rcx, C wants it there. */
    movslq syscall_table(, %rax, 4), %rax
    call_rax
call_return:
    cmpq $0, %gs:CPU_PENDING
    jne call_pending
    mov %gs:CPU_CURRENT, %rsi
return_from_call:                       /* rsi: the thread, whose preserved registers are loaded. */
    mov THREAD_PC(%rsi), %rcx           /* Canonical: the last page of the user half is never mapped, */
    mov THREAD_FLAGS(%rsi), %r11        /* so no SYSCALL comes from its end. SYSRET may have it. */
    mov THREAD_SP(%rsi), %rsp
    xor %edi, %edi                      /* What C may have left in registers is the kernel's. */
    xor %esi, %esi
    xor %r8d, %r8d
    xor %r9d, %r9d
    xor %r10d, %r10d
    lock_release
    leave_by_sysret

/* For CPUs that the fast path cannot serve. */
    .globl arch_entry_syscall_slow
arch_entry_syscall_slow:
    swapgs
syscall_entered_slow:
    bts $63, %rax                       /* A bit of the tag that means nothing: fastpath_buffers sees it. */
    jmp entry_syscall

no_such_call:
    mov $-6, %rax                       /* TN_ERR_NO_SYSCALL. */
    xor %edx, %edx
    jmp call_return

/* The handler wants kern_leave(): save what C has preserved, and the result. A handler that restarts
 * the call has put the arguments into the frame itself. */
call_pending:
    mov %gs:CPU_CURRENT, %rdi
    mov %rax, THREAD_RAX(%rdi)
    mov %rdx, THREAD_RDX(%rdi)
    mov %rbx, THREAD_RBX(%rdi)
    mov %rbp, THREAD_RBP(%rdi)
    mov %r12, THREAD_R12(%rdi)
    mov %r13, THREAD_R13(%rdi)
    mov %r14, THREAD_R14(%rdi)
    mov %r15, THREAD_R15(%rdi)
    xorq $FRAME_CALL ^ FRAME_IPC, THREAD_KIND(%rdi) /* Or FRAME_RESTART, if it is to be made again. */
    jmp leave

ipc:
    fastpath_buffers
    mov %rdx, THREAD_RDX(%rsp)
    mov %rsp, %rdx
    mov %gs:CPU_KERNEL_STACK, %rsp
    lock_acquire
ipc_saved:                              /* rdx: the thread, whose rdx is in its frame. */
    mov %rbx, THREAD_RBX(%rdx)
    mov %r8, THREAD_R8(%rdx)
    mov %r9, THREAD_R9(%rdx)
    mov %r10, THREAD_R10(%rdx)
    mov %r12, THREAD_R12(%rdx)
    mov %r13, THREAD_R13(%rdx)
    mov %r14, THREAD_R14(%rdx)
    mov %r15, THREAD_R15(%rdx)
    mov %rax, THREAD_RAX(%rdx)
    mov %rdi, THREAD_RDI(%rdx)
    mov %rsi, THREAD_RSI(%rdx)
    mov %rbp, THREAD_RBP(%rdx)
    movzbl %ah, %edi
    call kern_ipc
leave:                                  /* With an empty stack. */
    call kern_leave
    mov %rax, %rsi
resume:                                 /* rsi: the thread. */
    mov THREAD_RBX(%rsi), %rbx
    mov THREAD_R12(%rsi), %r12
    mov THREAD_R13(%rsi), %r13
    mov THREAD_R14(%rsi), %r14
    mov THREAD_R15(%rsi), %r15
    mov THREAD_RAX(%rsi), %rax
    mov THREAD_RDX(%rsi), %rdx
    mov THREAD_RBP(%rsi), %rbp
    cmpq $FRAME_CALL, THREAD_KIND(%rsi)
    movq $FRAME_IPC, THREAD_KIND(%rsi)  /* What it is while the thread runs: IPC calls need not say so. */
    je return_from_call
    mov THREAD_R8(%rsi), %r8
    mov THREAD_R9(%rsi), %r9
    mov THREAD_R10(%rsi), %r10
    mov THREAD_RDI(%rsi), %rdi
    ja resume_full
    mov THREAD_PC(%rsi), %rcx
    mov THREAD_FLAGS(%rsi), %r11
    mov THREAD_SP(%rsi), %rsp
    mov THREAD_RSI(%rsi), %rsi
    lock_release
    leave_by_sysret
resume_full:
    mov THREAD_RCX(%rsi), %rcx
    mov THREAD_R11(%rsi), %r11
    lea THREAD_PC(%rsi), %rsp           /* IRETQ reads pc, cs, flags, sp and ss right there. It cannot */
    mov THREAD_RSI(%rsi), %rsi          /* fault: whoever writes these five checks them. */
    lock_release
    leave_by_iret

/* _Noreturn void arch_resume(struct arch_thread *thread) */
    .globl arch_resume
arch_resume:
    mov %rdi, %rsi
    jmp resume

    fastpath_body

/* ---- Traps. The CPU has pushed ss, sp, flags, cs, pc and, for some exceptions, an error code ------ */

/* Exceptions with an error code: Intel SDM 3A, table 6-1. */
#define HAS_ERROR(v) ((v) == 8 || ((v) >= 10 && (v) <= 14) || (v) == 17 || (v) == 21)
#define IS_FATAL(v)  ((v) == 2 || (v) == 8 || (v) == 18)

/* A CALL pushes where it stands, and so which vector it is, in five bytes. */
    .macro vectors fatal, trap
    .set vector, 0
    .rept VECTOR_COUNT
    .balign ENTRY_BYTES
    .if !HAS_ERROR(vector)
    push $0
    .endif
    .if IS_FATAL(vector)
    call \fatal
    .else
    call \trap
    .endif
    .set vector, vector + 1
    .endr
    .endm

    .globl arch_entry_vectors
    .balign 64
arch_entry_vectors:
    vectors fatal, trap

trap:
    testb $3, 24(%rsp)                  /* Privilege level in cs. */
    jz trap_in_kernel
    swapgs
trap_in_user:
    entry_fence
    push %rdi
    mov %gs:CPU_CURRENT, %rdi
    mov %rax, THREAD_RAX(%rdi)
    mov %rbx, THREAD_RBX(%rdi)
    mov %rcx, THREAD_RCX(%rdi)
    mov %rdx, THREAD_RDX(%rdi)
    mov %rsi, THREAD_RSI(%rdi)
    mov %rbp, THREAD_RBP(%rdi)
    mov %r8, THREAD_R8(%rdi)
    mov %r9, THREAD_R9(%rdi)
    mov %r10, THREAD_R10(%rdi)
    mov %r11, THREAD_R11(%rdi)
    mov %r12, THREAD_R12(%rdi)
    mov %r13, THREAD_R13(%rdi)
    mov %r14, THREAD_R14(%rdi)
    mov %r15, THREAD_R15(%rdi)
    popq THREAD_RDI(%rdi)
    pop %rcx                            /* Behind its CALL. */
    pop %rsi                            /* Error code. */
    popq THREAD_PC(%rdi)
    popq THREAD_CS(%rdi)
    popq THREAD_FLAGS(%rdi)
    popq THREAD_SP(%rdi)
    popq THREAD_SS(%rdi)
    movq $FRAME_FULL, THREAD_KIND(%rdi)
    mov %gs:CPU_KERNEL_STACK, %rsp      /* Debug exceptions come on another one. */
    cld                                 /* C wants it; gates leave it as it was. */
    btl $RFLAGS_AC_BIT, THREAD_FLAGS(%rdi)
    jnc 1f
    pushfq                              /* Gates leave AC too, and it would switch SMAP off. */
    btrl $RFLAGS_AC_BIT, (%rsp)
    popfq
1:  lea -arch_entry_vectors(%rcx), %edi
    shr $ENTRY_LOG2, %edi               /* The vector. */
    lock_acquire
    cmp $VECTOR_IRQ, %edi
    jae 2f
    call trap_user
    jmp leave
2:  call interrupt_take
    jmp leave

/* From the kernel itself: an interrupt while it idles, a fault in a copy, or a defect. */
trap_in_kernel:
    entry_fence
    push %rax
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %r8
    push %r9
    push %r10
    push %r11
    mov %rsp, %rdi
    mov %rbp, %rsi
    cld
    call trap_kernel
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rax
    add $16, %rsp
    iretq

/* Nothing is known of GS base here: trap_fatal sets it. */
fatal:
    lea -72(%rsp), %rdi                 /* Where struct kernel_trap would begin. */
    mov %rbp, %rsi
    sub $72, %rsp
    and $-16, %rsp
    cld
    call trap_fatal

    mitigations_body

/* int copy_bytes(void *to, const void *from, size_t length): 0, or 1 if a page was not there.
 * Eight bytes a step; CPUs with fast strings take them by the cache line. */
    .text
    .globl copy_bytes
copy_bytes:
    mov %rdx, %rcx
    shr $3, %rcx
1:  rep movsq
    mov %edx, %ecx
    and $7, %ecx
2:  rep movsb
    xor %eax, %eax
    ret
3:  mov $1, %eax
    ret

    .section .fixups, "a"
    .quad 1b, 3b
    .quad 2b, 3b

    .section .note.GNU-stack, "", @progbits
