/* SPDX-License-Identifier: MIT */
/* System calls on x86_64: one SYSCALL instruction each, the convention of abi/syscall.h.
 *
 * Macros, because the register assignment of an asm statement must see the arguments themselves; the
 * typed functions of libsys/syscall.h and libsys/ipc.h are what programs use.
 * Rules: no argument may have a side effect, each is evaluated once. The red zone is safe: SYSCALL
 * pushes nothing. Context: any thread of a program. */
#ifndef LIBSYS_ARCH_CALL_H
#define LIBSYS_ARCH_CALL_H

#include <stdint.h>

#include <abi/bundle.h>
#include <libsys/call.h>

/** Whose programs and bundles this program understands. */
#define SYS_ARCH_MACHINE TN_BUNDLE_X86_64

/* Every ordinary call returns in rax and rdx and may change all argument registers; SYSCALL itself
 * overwrites rcx and r11. rbx, rbp, rsp and r12-r15 are kept. */

/** Ordinary call @p number without arguments. */
#define SYS_ARCH_CALL0(number)                                                                     \
    ({                                                                                             \
        uint64_t rax_ = (uint64_t)(number) << 8;                                                   \
        uint64_t rdx_;                                                                             \
        __asm__ volatile("syscall"                                                                 \
                         : "+a"(rax_), "=d"(rdx_)                                                  \
                         :                                                                         \
                         : "rdi", "rsi", "rcx", "r8", "r9", "r10", "r11", "cc", "memory");         \
        (struct sys_result){(tn_status_t)rax_, rdx_};                                              \
    })

/** Ordinary call @p number with up to three arguments; pass 0 for those it does not have. */
#define SYS_ARCH_CALL3(number, a, b, c)                                                            \
    ({                                                                                             \
        uint64_t rax_ = (uint64_t)(number) << 8;                                                   \
        uint64_t rdi_ = (uint64_t)(a);                                                             \
        uint64_t rsi_ = (uint64_t)(b);                                                             \
        uint64_t rdx_ = (uint64_t)(c);                                                             \
        __asm__ volatile("syscall"                                                                 \
                         : "+a"(rax_), "+D"(rdi_), "+S"(rsi_), "+d"(rdx_)                          \
                         :                                                                         \
                         : "rcx", "r8", "r9", "r10", "r11", "cc", "memory");                       \
        (struct sys_result){(tn_status_t)rax_, rdx_};                                              \
    })

/** Ordinary call @p number with four arguments. */
#define SYS_ARCH_CALL4(number, a, b, c, d)                                                         \
    ({                                                                                             \
        uint64_t rax_ = (uint64_t)(number) << 8;                                                   \
        uint64_t rdi_ = (uint64_t)(a);                                                             \
        uint64_t rsi_ = (uint64_t)(b);                                                             \
        uint64_t rdx_ = (uint64_t)(c);                                                             \
        register uint64_t r10_ __asm__("r10") = (uint64_t)(d);                                     \
        __asm__ volatile("syscall"                                                                 \
                         : "+a"(rax_), "+D"(rdi_), "+S"(rsi_), "+d"(rdx_), "+r"(r10_)              \
                         :                                                                         \
                         : "rcx", "r8", "r9", "r11", "cc", "memory");                              \
        (struct sys_result){(tn_status_t)rax_, rdx_};                                              \
    })

/* An IPC call keeps rsp, rbp and the FS base and nothing else: rax, rdi, rsi, rdx and the eight word
 * registers are in and out, rcx and r11 are overwritten. Three forms, by how many words the sender
 * has and the receiver wants: the compiler need not move what nobody reads. Each is put together from
 * the registers that all have, and those of words 0-3 and 4-7. */
#define SYS_ARCH_HEAD_IN(number, m, deadline)                                                      \
    uint64_t tag_ = (m)->tag;                                                                      \
    uint64_t rax_ = tag_ | (uint64_t)(number) << 8;                                                \
    uint64_t rdi_ = (m)->destination;                                                              \
    register uint64_t rsi_ __asm__("rsi");                                                         \
    register uint64_t rdx_ __asm__("rdx");                                                         \
    SYS_CALL_SET_IF(SYS_CALL_READS_TOKEN(number), rsi_, (m)->token);                               \
    SYS_CALL_SET_IF(SYS_CALL_READS_DEADLINE(tag_), rdx_, deadline)
#define SYS_ARCH_LOW_IN(m)                                                                         \
    register uint64_t rbx_ __asm__("rbx") = (m)->words[0];                                         \
    register uint64_t r8_ __asm__("r8") = (m)->words[1];                                           \
    register uint64_t r9_ __asm__("r9") = (m)->words[2];                                           \
    register uint64_t r10_ __asm__("r10") = (m)->words[3]
#define SYS_ARCH_HIGH_IN(m)                                                                        \
    register uint64_t r12_ __asm__("r12") = (m)->words[4];                                         \
    register uint64_t r13_ __asm__("r13") = (m)->words[5];                                         \
    register uint64_t r14_ __asm__("r14") = (m)->words[6];                                         \
    register uint64_t r15_ __asm__("r15") = (m)->words[7]

#define SYS_ARCH_HEAD "+a"(rax_), "+D"(rdi_), "+r"(rsi_), "+r"(rdx_)
#define SYS_ARCH_LOW  "+r"(rbx_), "+r"(r8_), "+r"(r9_), "+r"(r10_)
#define SYS_ARCH_HIGH "+r"(r12_), "+r"(r13_), "+r"(r14_), "+r"(r15_)

#define SYS_ARCH_NO_LOW  "rbx", "r8", "r9", "r10"
#define SYS_ARCH_NO_HIGH "r12", "r13", "r14", "r15"
#define SYS_ARCH_LOST    "rcx", "r11", "cc", "memory"

#define SYS_ARCH_HEAD_OUT(m) ((m)->tag = rax_, (m)->badge = rdi_, (m)->token = rsi_)
#define SYS_ARCH_LOW_OUT(m)                                                                        \
    ((m)->words[0] = rbx_, (m)->words[1] = r8_, (m)->words[2] = r9_, (m)->words[3] = r10_)
#define SYS_ARCH_HIGH_OUT(m)                                                                       \
    ((m)->words[4] = r12_, (m)->words[5] = r13_, (m)->words[6] = r14_, (m)->words[7] = r15_)

/** IPC call @p number with @p m->tag, destination, token and @p deadline; no words either way. */
#define SYS_ARCH_IPC0(number, m, deadline)                                                         \
    ({                                                                                             \
        SYS_ARCH_HEAD_IN(number, m, deadline);                                                     \
        __asm__ volatile("syscall"                                                                 \
                         : SYS_ARCH_HEAD                                                           \
                         :                                                                         \
                         : SYS_ARCH_NO_LOW, SYS_ARCH_NO_HIGH, SYS_ARCH_LOST);                      \
        SYS_ARCH_HEAD_OUT(m);                                                                      \
    })

/** As SYS_ARCH_IPC0, with words 0-3 both ways. */
#define SYS_ARCH_IPC4(number, m, deadline)                                                         \
    ({                                                                                             \
        SYS_ARCH_HEAD_IN(number, m, deadline);                                                     \
        SYS_ARCH_LOW_IN(m);                                                                        \
        __asm__ volatile("syscall"                                                                 \
                         : SYS_ARCH_HEAD, SYS_ARCH_LOW                                             \
                         :                                                                         \
                         : SYS_ARCH_NO_HIGH, SYS_ARCH_LOST);                                       \
        SYS_ARCH_HEAD_OUT(m);                                                                      \
        SYS_ARCH_LOW_OUT(m);                                                                       \
    })

/** As SYS_ARCH_IPC0, with all eight words both ways. */
#define SYS_ARCH_IPC8(number, m, deadline)                                                         \
    ({                                                                                             \
        SYS_ARCH_HEAD_IN(number, m, deadline);                                                     \
        SYS_ARCH_LOW_IN(m);                                                                        \
        SYS_ARCH_HIGH_IN(m);                                                                       \
        __asm__ volatile("syscall"                                                                 \
                         : SYS_ARCH_HEAD, SYS_ARCH_LOW, SYS_ARCH_HIGH                              \
                         :                                                                         \
                         : SYS_ARCH_LOST);                                                         \
        SYS_ARCH_HEAD_OUT(m);                                                                      \
        SYS_ARCH_LOW_OUT(m);                                                                       \
        SYS_ARCH_HIGH_OUT(m);                                                                      \
    })

/** The word that the thread pointer points to: the current thread's struct sys_thread. Cost: O(1). */
static inline void *sys_arch_thread_word(void)
{
    void *word;
    /* Not volatile: within one thread the value never changes. */
    __asm__("movq %%fs:0, %0" : "=r"(word));
    return word;
}

/** The counter that the clock page is about. RDTSC may be executed early: LFENCE keeps it behind the
 *  loads before it (Intel SDM volume 2, RDTSC). */
static inline uint64_t sys_arch_counter(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/** Cycles, for measuring: under QEMU's -icount 1 for each instruction. Not ordered with anything. */
static inline uint64_t sys_arch_cycles(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/** Cycles that @p ticks of sys_arch_counter are, at @p frequency_hz ticks per second: the same. */
static inline uint64_t sys_arch_counter_cycles(uint64_t ticks, uint64_t frequency_hz)
{
    (void)frequency_hz;
    return ticks;
}

#endif
