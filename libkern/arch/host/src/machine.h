/* SPDX-License-Identifier: MIT */
/* The parts of the machine that the files of this port share.
 *
 * Rules: private to the host port. */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <arch/host.h>

#define CONSOLE_BYTES 4096
#define CALLERS_MAX   8

/** What each CPU has of its own, while another one is in use. */
struct host_cpu_state {
    struct arch_cpu *cpu; /**< Its block; NULL: it was not started. */
    struct host_fpu fpu;
    uint64_t timer_ns;
    uint64_t loaded_root;
    enum host_end end;
    bool fpu_on;
    bool joined;  /**< It has run. */
    bool has_ipi; /**< One was sent to it. */
};

/** The machine, but for what <arch/port.h> has. All zero is one that was just switched on. */
struct host_machine {
    uint64_t memory_bytes; /**< Of guest memory. */
    struct host_fpu fpu;   /**< What is in the registers now. */
    bool fpu_on;           /**< User mode may use them. */
    uint64_t timer_ns;     /**< What the timer is set to. */
    uint64_t loaded_root;  /**< The top table in use; 0: the kernel's own. */
    uint64_t window_count; /**< Preemption points passed. */
    uint64_t window_ns;    /**< Time that each costs. */
    uint64_t raise_at;     /**< At which one raise_irq comes; 0: never. */
    unsigned raise_irq;    /**< The line that is raised then. */
    enum host_end end;     /**< Of the last trap. */
    int exit_code;         /**< With which it was switched off. */
    unsigned cpu_count;    /**< CPUs. */
    bool leaving;          /**< The kernel is on its way out: it may be entered anew there. */
    struct host_cpu_state cpus[CONFIG_MAX_CPUS];       /**< By number. */
    unsigned port_write_count;                         /**< Since the reset. */
    struct host_port_write port_writes[HOST_PORT_LOG]; /**< The first ones. */
    uint64_t callers[CALLERS_MAX];                     /**< What a backtrace shows. */
    size_t caller_count;                               /**< Entries of callers. */
    size_t console_length;                             /**< Characters in console. */
    char console[CONSOLE_BYTES];                       /**< Zero-terminated. */
};

extern struct host_machine machine;

/** The kernel is done: end the trap with @p end. */
_Noreturn void host_stop(enum host_end end);

/** Forget all lines, translations and ports, as a reset does. */
void host_lines_reset(void);
void host_tlb_reset(void);
void host_ports_reset(void);
void host_fpu_reset(void);

/** Load the registers of @p next in place of those of @p previous; either may be NULL. */
void host_fpu_switch(const struct arch_thread *previous, const struct arch_thread *next);

/** Device raises @p irq: latched until it can be delivered. */
void host_line_raise(unsigned irq);

/** Deliver what can be delivered now, lines and timer. @return whether there was anything. */
bool host_deliver(void);

#endif
