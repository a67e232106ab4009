/* SPDX-License-Identifier: MIT */
/* How a test drives the kernel on the host port, trap by trap.
 *
 *      host_reset() --> fill guest memory --> host_boot() --> traps: host_syscall(), host_ipc(),
 *                                                             host_fault(), host_interrupt(), ...
 *
 * The test is user mode. Each trap is made by the thread that runs (host_running()), enters the kernel
 * as the hardware would, and ends when the kernel leaves for user mode again, idles, or stops the
 * machine. Nothing happens by itself: time stands still but for host_advance(), so a run depends on
 * nothing but the calls made.
 *
 * Rules: one machine in a process; not from within a trap. After HOST_OFF, HOST_REBOOT and HOST_HALT
 * only host_reset() may follow. */
#ifndef ARCH_HOST_H
#define ARCH_HOST_H

#include <arch/arch.h>

/** Most guest memory, in bytes. */
#define HOST_MEMORY_MAX (UINT64_C(64) << 20)

/** Line that the machine's own timer uses: arch_irq_configure says busy. */
#define HOST_IRQ_KERNEL 0u

/** First of the lines that do not exist, up to ARCH_IRQ_COUNT. */
#define HOST_IRQ_NONE 60u

/** Port writes that are remembered. */
#define HOST_PORT_LOG 64

/** How a trap ended. */
enum host_end {
    HOST_RUNS = 1, /**< host_running() runs in user mode. */
    HOST_IDLES,    /**< Nobody can run until an interrupt comes. */
    HOST_OFF,      /**< Switched off; host_exit_code() says with what. */
    HOST_REBOOT,   /**< Asked to start again. */
    HOST_HALT,     /**< Stopped for good. */
    HOST_WAITS,    /**< In the kernel, until other CPUs have taken their IPIs. */
};

/** A write to an I/O port. */
struct host_port_write {
    unsigned port;  /**< Which. */
    unsigned width; /**< Bytes: 1, 2, 4. */
    uint64_t value; /**< What. */
};

/** Make a new machine with @p memory_bytes of memory (a multiple of the page size, at most
 *  HOST_MEMORY_MAX), all of it filled with a pattern that is not zero, at time 0. Forgets the kernel.
 *  Cost: O(@p memory_bytes). */
void host_reset(uint64_t memory_bytes);

/** Start the kernel as a boot path does, with @p info, whose ranges lie in guest memory. */
enum host_end host_boot(const struct boot_info *info);

/** Let the machine have @p count CPUs, at most CONFIG_MAX_CPUS; after host_reset(), before host_boot(). */
void host_cpus(unsigned count);

/** The traps and questions that follow are those of CPU @p number. The others stand still meanwhile; one
 *  that was started and not used yet joins the others first. */
void host_use_cpu(unsigned number);

/** Let the CPU in use take the IPI that was sent to it, if one was. @return how that ended. */
enum host_end host_take_ipi(void);

/** Let all CPUs take their IPIs until none is under way and none waits. The same CPU is in use then. */
void host_settle(void);

/** Ordinary system call @p number, any, of the running thread. A call that is restarted is made again
 *  when its thread runs, without the test. */
enum host_end host_syscall(unsigned number, const uint64_t arguments[6]);

/** IPC system call @p number (below TN_SYS_IPC_COUNT) of the running thread with @p registers. */
enum host_end host_ipc(unsigned number, const struct arch_ipc_regs *registers);

/** The running thread does what the CPU refuses; arguments as kern_fault(). */
enum host_end host_fault(unsigned kind, uint64_t address, unsigned access, uint64_t code);

/** The device at line @p irq raises it. Without effect now if the line is masked: it is latched. */
enum host_end host_interrupt(unsigned irq);

/** Let @p ns pass; the timer fires on the way, whenever it was set to. */
enum host_end host_advance(uint64_t ns);

/** Let time pass until the timer has fired once. Fails the program if it is not set. */
enum host_end host_until_timer(void);

/** Raise line @p irq at the @p nth preemption point from now on (1: the next). */
void host_raise_at(unsigned irq, uint64_t nth);

/** Let each preemption point cost @p ns from now on. */
void host_window_cost(uint64_t ns);

/** Preemption points passed since the reset. */
uint64_t host_window_count(void);

/** How the last trap ended. */
enum host_end host_end(void);

/** Who runs in user mode, or NULL if nobody does. */
struct arch_thread *host_running(void);

/** Exit status of HOST_OFF. */
int host_exit_code(void);

/** What the timer is set to; UINT64_MAX: never. */
uint64_t host_timer_ns(void);

/** Whether line @p irq is masked; whether it was raised while it was. */
bool host_irq_is_masked(unsigned irq);
bool host_irq_is_latched(unsigned irq);

/** Let backtraces show @p count return addresses, the first eight of @p pcs. */
void host_callers(const uint64_t *pcs, size_t count);

/** What was written to the console, zero-terminated; the first 4095 bytes. */
const char *host_console(void);

/** Let reads from @p port, up to four bytes, give @p value. */
void host_port_put(unsigned port, uint32_t value);

/** Port write @p index (0: the first since the reset), or NULL if there were not so many. */
const struct host_port_write *host_port_write(unsigned index);

/** Whether user mode of the loaded address space may do @p attr (enum mm_attr: READ, WRITE, EXECUTE)
 *  at @p va. */
bool host_user_may(uint64_t va, unsigned attr);

/** Load or store @p length bytes as the running thread would. @return whether it could; if not, bytes
 *  before the first refused page were moved. */
bool host_user_load(void *to, uint64_t from, size_t length);
bool host_user_store(uint64_t to, const void *from, size_t length);

/** Whether each translation that the MMU remembers is still what the page tables say: a flush that
 *  was forgotten shows here. Cost: O(its 256 entries). */
bool host_tlb_is_true(void);

/** FPU and SIMD registers of the machine, and what is kept of a thread's. */
struct host_fpu {
    uint64_t registers[8]; /**< Zero when they are clean. */
};

/** Read or write them as the running thread would. @return whether it may; the value is what the
 *  machine has, even if it may not. */
bool host_fpu_read(struct host_fpu *registers);
bool host_fpu_write(const struct host_fpu *registers);

/** Called for each thread that leaves the kernel at the end of a call of its: its @p number, and the
 *  status. NULL: nobody wants to know. Stays through resets. */
void host_on_result(void (*wants)(unsigned number, tn_status_t status));

#endif
