/* SPDX-License-Identifier: MIT */
/* System calls on ARM64: one SVC instruction each, the convention of abi/syscall.h.
 *
 * Macros, because the number is the instruction's immediate, and the register assignment of an asm
 * statement must see the arguments themselves; the typed functions of libsys/syscall.h and
 * libsys/ipc.h are what programs use.
 * Rules: no argument may have a side effect, each is evaluated once. Context: any thread of a
 * program. */
#ifndef LIBSYS_ARCH_CALL_H
#define LIBSYS_ARCH_CALL_H

#include <stdint.h>

#include <abi/bundle.h>
#include <libsys/call.h>

/** Whose programs and bundles this program understands. */
#define SYS_ARCH_MACHINE TN_BUNDLE_ARM64

/* Every ordinary call returns in x0 and x1 and may change x2-x18; the rest is kept. */
#define SYS_ARCH_CLOBBERS_ORDINARY                                                                 \
    "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18",   \
        "cc", "memory"

/** Ordinary call @p number without arguments. */
#define SYS_ARCH_CALL0(number)                                                                     \
    ({                                                                                             \
        register uint64_t x0_ __asm__("x0");                                                       \
        register uint64_t x1_ __asm__("x1");                                                       \
        __asm__ volatile("svc %2"                                                                  \
                         : "=r"(x0_), "=r"(x1_)                                                    \
                         : "i"(number)                                                             \
                         : "x2", "x3", "x4", SYS_ARCH_CLOBBERS_ORDINARY);                          \
        (struct sys_result){(tn_status_t)x0_, x1_};                                                \
    })

/** Ordinary call @p number with up to three arguments; pass 0 for those it does not have. */
#define SYS_ARCH_CALL3(number, a, b, c)                                                            \
    ({                                                                                             \
        uint64_t a_ = (uint64_t)(a), b_ = (uint64_t)(b), c_ = (uint64_t)(c);                       \
        register uint64_t x0_ __asm__("x0") = a_;                                                  \
        register uint64_t x1_ __asm__("x1") = b_;                                                  \
        register uint64_t x2_ __asm__("x2") = c_;                                                  \
        __asm__ volatile("svc %3"                                                                  \
                         : "+r"(x0_), "+r"(x1_), "+r"(x2_)                                         \
                         : "i"(number)                                                             \
                         : "x3", "x4", SYS_ARCH_CLOBBERS_ORDINARY);                                \
        (struct sys_result){(tn_status_t)x0_, x1_};                                                \
    })

/** Ordinary call @p number with four arguments. */
#define SYS_ARCH_CALL4(number, a, b, c, d)                                                         \
    ({                                                                                             \
        uint64_t a_ = (uint64_t)(a), b_ = (uint64_t)(b), c_ = (uint64_t)(c), d_ = (uint64_t)(d);   \
        register uint64_t x0_ __asm__("x0") = a_;                                                  \
        register uint64_t x1_ __asm__("x1") = b_;                                                  \
        register uint64_t x2_ __asm__("x2") = c_;                                                  \
        register uint64_t x3_ __asm__("x3") = d_;                                                  \
        __asm__ volatile("svc %4"                                                                  \
                         : "+r"(x0_), "+r"(x1_), "+r"(x2_), "+r"(x3_)                              \
                         : "i"(number)                                                             \
                         : "x4", SYS_ARCH_CLOBBERS_ORDINARY);                                      \
        (struct sys_result){(tn_status_t)x0_, x1_};                                                \
    })

/* An IPC call keeps sp, x29, x30 and TPIDR_EL0 and nothing else: x8-x11 and the eight word registers
 * are in and out. Three forms, by how many words the sender has and the receiver wants: the compiler
 * need not move what nobody reads. Each is put together from the registers that all have, and those of
 * words 0-3 and 4-7. */
#define SYS_ARCH_HEAD_IN(number, m, deadline)                                                      \
    uint64_t tag_ = (m)->tag, deadline_ = (deadline);                                              \
    register uint64_t x8_ __asm__("x8") = tag_;                                                    \
    register uint64_t x9_ __asm__("x9") = (m)->destination;                                        \
    register uint64_t x10_ __asm__("x10");                                                         \
    register uint64_t x11_ __asm__("x11");                                                         \
    SYS_CALL_SET_IF(SYS_CALL_READS_TOKEN(number), x10_, (m)->token);                               \
    SYS_CALL_SET_IF(SYS_CALL_READS_DEADLINE(tag_), x11_, deadline_)
#define SYS_ARCH_LOW_IN(m)                                                                         \
    register uint64_t x0_ __asm__("x0") = (m)->words[0];                                           \
    register uint64_t x1_ __asm__("x1") = (m)->words[1];                                           \
    register uint64_t x2_ __asm__("x2") = (m)->words[2];                                           \
    register uint64_t x3_ __asm__("x3") = (m)->words[3]
#define SYS_ARCH_HIGH_IN(m)                                                                        \
    register uint64_t x4_ __asm__("x4") = (m)->words[4];                                           \
    register uint64_t x5_ __asm__("x5") = (m)->words[5];                                           \
    register uint64_t x6_ __asm__("x6") = (m)->words[6];                                           \
    register uint64_t x7_ __asm__("x7") = (m)->words[7]

#define SYS_ARCH_HEAD "+r"(x8_), "+r"(x9_), "+r"(x10_), "+r"(x11_)
#define SYS_ARCH_LOW  "+r"(x0_), "+r"(x1_), "+r"(x2_), "+r"(x3_)
#define SYS_ARCH_HIGH "+r"(x4_), "+r"(x5_), "+r"(x6_), "+r"(x7_)

#define SYS_ARCH_NO_LOW  "x0", "x1", "x2", "x3"
#define SYS_ARCH_NO_HIGH "x4", "x5", "x6", "x7"
#define SYS_ARCH_LOST                                                                              \
    "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24",     \
        "x25", "x26", "x27", "x28", "cc", "memory"

#define SYS_ARCH_HEAD_OUT(m) ((m)->tag = x8_, (m)->badge = x9_, (m)->token = x10_)
#define SYS_ARCH_LOW_OUT(m)                                                                        \
    ((m)->words[0] = x0_, (m)->words[1] = x1_, (m)->words[2] = x2_, (m)->words[3] = x3_)
#define SYS_ARCH_HIGH_OUT(m)                                                                       \
    ((m)->words[4] = x4_, (m)->words[5] = x5_, (m)->words[6] = x6_, (m)->words[7] = x7_)

/** IPC call @p number with @p m->tag, destination, token and @p deadline; no words either way. */
#define SYS_ARCH_IPC0(number, m, deadline)                                                         \
    ({                                                                                             \
        SYS_ARCH_HEAD_IN(number, m, deadline);                                                     \
        __asm__ volatile("svc %[call]"                                                             \
                         : SYS_ARCH_HEAD                                                           \
                         : [call] "i"(number)                                                      \
                         : SYS_ARCH_NO_LOW, SYS_ARCH_NO_HIGH, SYS_ARCH_LOST);                      \
        SYS_ARCH_HEAD_OUT(m);                                                                      \
    })

/** As SYS_ARCH_IPC0, with words 0-3 both ways. */
#define SYS_ARCH_IPC4(number, m, deadline)                                                         \
    ({                                                                                             \
        SYS_ARCH_HEAD_IN(number, m, deadline);                                                     \
        SYS_ARCH_LOW_IN(m);                                                                        \
        __asm__ volatile("svc %[call]"                                                             \
                         : SYS_ARCH_HEAD, SYS_ARCH_LOW                                             \
                         : [call] "i"(number)                                                      \
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
        __asm__ volatile("svc %[call]"                                                             \
                         : SYS_ARCH_HEAD, SYS_ARCH_LOW, SYS_ARCH_HIGH                              \
                         : [call] "i"(number)                                                      \
                         : SYS_ARCH_LOST);                                                         \
        SYS_ARCH_HEAD_OUT(m);                                                                      \
        SYS_ARCH_LOW_OUT(m);                                                                       \
        SYS_ARCH_HIGH_OUT(m);                                                                      \
    })

/** The word that the thread pointer points to: the current thread's struct sys_thread. Cost: O(1). */
static inline void *sys_arch_thread_word(void)
{
    void *const *pointer;
    /* Not volatile: within one thread the value never changes. */
    __asm__("mrs %0, tpidr_el0" : "=r"(pointer));
    return *pointer;
}

/** The counter that the clock page is about. ISB keeps the read behind what came before it
 *  (Arm DDI 0487 D11.2.1). */
static inline uint64_t sys_arch_counter(void)
{
    uint64_t counter;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(counter) : : "memory");
    return counter;
}

/** Cycles, for measuring: under QEMU's -icount 1 for each instruction. Not ordered with anything.
 *  Faults where the CPU has no cycle counter. */
static inline uint64_t sys_arch_cycles(void)
{
    uint64_t cycles;
    __asm__ volatile("mrs %0, pmccntr_el0" : "=r"(cycles) : : "memory");
    return cycles;
}

/** Cycles of one nanosecond each that @p ticks of sys_arch_counter are, at @p frequency_hz ticks per
 *  second. */
static inline uint64_t sys_arch_counter_cycles(uint64_t ticks, uint64_t frequency_hz)
{
    return ticks * 1000000000 / frequency_hz;
}

#endif
