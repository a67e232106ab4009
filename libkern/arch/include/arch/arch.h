/* SPDX-License-Identifier: MIT */
/* The contract of a port: everything the kernel core asks of an architecture, and the few functions
 * it offers to one. Three ports implement it: x86_64, arm64, and host (a Linux process for tests).
 *
 * Rules. The kernel runs with interrupts off, on one stack per CPU, and never sleeps: a trap enters,
 * changes state, and kern_leave() says who runs. Privileged instructions live in ports and nowhere
 * else. A port's <arch/port.h> comes first and defines:
 *
 *   struct arch_frame    the registers of a thread. Contains `struct arch_ipc_regs ipc`: the registers
 *                        of the IPC convention, at one place whatever their names.
 *   struct arch_thread   begins with `struct arch_frame frame`; then what a switch needs: address
 *                        space, thread pointer, and the frame's kind; `void *fpu`, NULL or where the
 *                        FPU and SIMD registers are kept. First member of kern_thread.
 *   ARCH_THREAD_BYTES    size of struct arch_thread, for assembly that looks at what comes behind it.
 *   struct arch_cpu      begins with `struct arch_thread *current; uint64_t pending;`, then what entry
 *                        code needs. First member of kern_cpu, so one register finds both.
 *   struct arch_space    address-space tag, if the MMU has one, and the root to load.
 *   ARCH_PTAB_FORMAT     the mm_ptab format (a pointer).  ARCH_NAME "x86_64".  ARCH_ELF_MACHINE 62.
 *   ARCH_PC_ALIGN        alignment of instructions.  ARCH_GENERAL_COUNT registers in tn_registers.
 *   ARCH_HAS_PORTS       1 if there are I/O ports, else 0.
 *   ARCH_IRQ_COUNT       interrupt numbers are below it.
 *   ARCH_CPU_BYTES       memory for the stacks of each CPU beyond the first; whole pages.
 *   ARCH_SPACE_TABLES    page tables that a space needs beside its root, 0 or 1; known after arch_cpu_init.
 *   ARCH_FLUSH_REACHES_ALL  1 if arch_space_flush() acts on all CPUs by itself, else 0.
 *   arch_cpu_self()      this CPU's struct arch_cpu *, inline.
 *   arch_cpu_number()    this CPU's number, below arch_cpu_count(); 0 booted. Inline.
 *   arch_relax()         one turn of a loop that waits for another CPU, inline: lets it go on.
 *   arch_window()        uint8_t *: where physical address 0 appears in the kernel's linear map, inline.
 *   arch_copy_words()    copies a number of aligned words between memory of the kernel that does not
 *                        overlap, about an instruction a word.
 *   arch_counter()       the free-running counter that clock pages speak of, inline.
 *   arch_clock_ns()      the time of arch_now_ns() once a clock page is filled, inline.
 *
 * How a trap runs:
 *   ordinary system call  registers that C preserves stay in place; the port calls
 *                         the handler of <arch/syscalls.h>. If `pending` is 0 it returns to the same
 *                         thread at once: nothing was saved but pc, flags, sp, frame pointer. If not,
 *                         it saves the rest (results included) and calls kern_leave().
 *   IPC system call       saves frame.ipc, calls kern_ipc(number), then kern_leave().
 *   exception, interrupt  saves the full frame, calls kern_fault() / kern_interrupt() / kern_timer(),
 *                         then kern_leave().
 *   kern_leave() returns the thread to resume; the port restores it by its frame's kind.
 *
 * Several CPUs (CONFIG_MAX_CPUS above 1). One kernel lock (kern_lock.h, of the folder that KERNEL_LOCK
 * chooses) lets one of them run the core at a time. The port takes it at each entry from user mode,
 * between saving registers and the first line of C, and gives it back right before user mode; an
 * interrupt in the kernel comes inside arch_idle() and arch_interrupt_window() alone, which give the
 * lock back while they wait, and takes it for itself. The CPU that boots holds it from the start.
 *   - The thread that is `current` of a CPU, and the CPU's struct arch_cpu but for `pending`, are that
 *     CPU's alone, whoever holds the lock: entry and exit read and write both without it. Another CPU
 *     that wants something of them sets `pending` under the lock, calls arch_ipi_send(), and waits.
 *   - A CPU that waits for the lock calls kern_cpu_poll() again and again, so the holder may wait for
 *     other CPUs' answers without ever waiting for itself.
 *   - Shootdown: who takes a page away writes the request where kern_cpu_poll() looks, sends an IPI to
 *     each CPU that has the space loaded, and waits. Each of these comes to kern_cpu_poll(), from user
 *     mode or idling by the IPI and the spin for the lock behind it, or is spinning already; it calls
 *     arch_space_flush() with the space and range it is told, and answers. Where
 *     ARCH_FLUSH_REACHES_ALL, nobody has to be asked. */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/layout.h>
#include <abi/object.h>
#include <libbase/status.h>
#include <libkern/boot_info.h>

/** The registers of the IPC convention (abi/syscall.h), in every port's frame as `ipc`. */
struct arch_ipc_regs {
    uint64_t words[8]; /**< Message words. */
    uint64_t tag;      /**< Flags, label and status: abi/message.h. */
    uint64_t handle;   /**< Handle; on return the badge. */
    uint64_t token;    /**< Reply token. */
    uint64_t deadline; /**< Deadline; returns as 0. */
};

/** What an ordinary system call returns, in the two result registers of the C ABI. */
struct kern_result {
    int64_t status; /**< tn_status_t. */
    uint64_t value; /**< A handle, a count; 0 on failure. */
};

/** Why `pending` is not 0. Any bit makes the port call kern_leave(). */
#define KERN_PENDING_SCHEDULE UINT64_C(1) /**< The current thread cannot go on, or a better can. */
#define KERN_PENDING_YIELD    UINT64_C(2) /**< The running context goes behind its equals. */
#define KERN_PENDING_SWITCH   UINT64_C(4) /**< A context that preempts the running one is chosen. */
#define KERN_PENDING_NEXT     UINT64_C(8) /**< Another thread runs on, on the same context. */
#define KERN_PENDING_REAP                                                                          \
    UINT64_C(16) /**< Something is dying: who leaves may have to take it apart. */

/** Those of them that end long operations: somebody wants this CPU. */
#define KERN_PENDING_PREEMPT (KERN_PENDING_SCHEDULE | KERN_PENDING_SWITCH)

#include <arch/port.h>

/* --- Offered by the kernel core to ports ------------------------------------------------------- */

/** Entered once by the boot path, on CPU 0's kernel stack, with the final kernel mappings.
 *  @param info lives until the first user instruction. */
_Noreturn void kern_main(const struct boot_info *info);

/** IPC system call @p number (below TN_SYS_IPC_COUNT) of the current thread, whose frame.ipc is saved. */
void kern_ipc(unsigned number);

/** The current thread, whose full frame is saved, did something that the CPU refused.
 *  @param kind enum tn_fault. @param address accessed address, or 0. @param access TN_FAULT_ACCESS_.
 *  @param code the architecture's own code, as TN_FAULT_WORD_CODE says. */
void kern_fault(unsigned kind, uint64_t address, unsigned access, uint64_t code);

/** Interrupt @p irq came; the port has masked it (level) or acknowledged it (edge) at the controller. */
void kern_interrupt(unsigned irq);

/** The one-shot timer fired (or may have: spurious calls are harmless). */
void kern_timer(void);

/** Another CPU sent an IPI to this one, once or more often (or may have: spurious calls are harmless).
 *  Called as kern_timer() is. */
void kern_ipi(void);

/** This CPU waits for the kernel lock: do what another CPU asks for and waits for. Called without the
 *  lock, interrupts off, often; touches nothing that the lock protects. Cost: O(1) if nothing is asked. */
void kern_cpu_poll(void);

/** Entered once by each CPU beyond the first, which can take traps (arch_cpu_init() was done, with its
 *  interrupt controller and timer), on its own stack, interrupts off, without the kernel lock.
 *  @param arch what arch_cpu_start() was given. */
_Noreturn void kern_cpu_main(struct arch_cpu *arch);

/** Do what is pending and decide who runs. Idles if nobody can.
 *  @return the thread to resume: `current` of this CPU, its address space and thread pointer loaded. */
struct arch_thread *kern_leave(void);

/** The kernel itself is broken: say so on the console with a backtrace, then halt, reboot or exit
 *  as configured. @param pc, fp where it happened; 0: here. @param format as kern_log. */
_Noreturn void kern_panic(uint64_t pc, uint64_t fp, const char *format, ...) TN_PRINTF(3, 4);

/** The boot cannot go on: say why on the console and end the machine with a failing exit code.
 *  @param format as kern_log. */
_Noreturn void kern_boot_fail(const char *format, ...) TN_PRINTF(1, 2);

/** What a message about a boot that failed with @p status says. @return a static string, to follow the
 *  name of the thing and a colon. */
const char *kern_status_text(tn_status_t status);

/** Add a line to the kernel log. @param format %s, and %d %u %x with l or ll before the letter (format.h).
 *  Context: kernel, any. */
void kern_log(const char *format, ...) TN_PRINTF(1, 2);

/** Tell the core of a device that arch_machine_init found. Beyond the core's limit it is logged and
 *  dropped. @param device copied. */
void kern_device_add(const struct tn_device *device);

/* --- Asked of every port: the machine ---------------------------------------------------------- */

/** Make this CPU able to take traps: descriptor tables or vectors, system-call entry, protection
 *  features (NX, SMEP, SMAP, PAN where present), user access to the counter, guard under the stack.
 *  @param cpu this CPU's block; arch_cpu_self() works from here on. Context: once per CPU. */
void arch_cpu_init(struct arch_cpu *cpu);

/** Find interrupt controller, timer, console and devices in ACPI or the device tree, and make them
 *  work; every interrupt is masked. Calls kern_device_add(). Ends the boot (kern_boot_fail) if there
 *  is no usable interrupt controller or timer. Memory for tables: none. */
void arch_machine_init(const struct boot_info *info);

/** Write @p length bytes to the console UART, polling; nothing if there is none. For panics and boot
 *  failures only; works before arch_machine_init where the port can guess the UART. */
void arch_console_write(const char *text, size_t length);

/** Switch off or reboot. @param action enum tn_power. @param code exit status under QEMU
 *  (CONFIG_QEMU_EXIT). Halts if the machine cannot do it. */
_Noreturn void arch_power(unsigned action, int code);

/** Stop this CPU for good. */
_Noreturn void arch_halt(void);

/** Wait for an interrupt and take it (kern_interrupt, kern_timer, kern_ipi), with nothing of a thread
 *  in registers, and without the kernel lock while it waits. Returns when at least one was taken,
 *  interrupts off again. An interrupt that came before the call is not waited past. */
void arch_idle(void);

/** Take the interrupts that are pending now, if any, then return with interrupts off: the preemption
 *  point of long operations. `pending` tells whether to stop. Other CPUs that wait for the kernel lock
 *  have their turn meanwhile: what is not this CPU's alone may have changed. Cost: a few instructions
 *  if there is none of either. */
void arch_interrupt_window(void);

/** Nanoseconds since kernel entry, never going back. The rate is known after arch_machine_init.
 *  arch_clock_ns() (inline) is the same as soon as arch_clock_page() was called. */
uint64_t arch_now_ns(void);

/** Fill @p page so that user space reads the same clock as arch_now_ns. */
void arch_clock_page(struct tn_clock_page *page);

/** Let the timer fire once at @p deadline_ns (at once if past), replacing an earlier setting.
 *  UINT64_MAX: never. */
void arch_timer_set(uint64_t deadline_ns);

/** Program interrupt @p irq for @p flags (TN_INTERRUPT_), targeted at this CPU and masked.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND there is no such line @retval TN_ERR_BUSY the kernel uses it. */
TN_MUST_USE tn_status_t arch_irq_configure(unsigned irq, unsigned flags);

/** Mask or unmask a configured interrupt. Pending edges are kept while masked. */
void arch_irq_mask(unsigned irq);
void arch_irq_unmask(unsigned irq);

/** Read from or write to an I/O port, @p width 1, 2 or 4 bytes.
 *  @retval TN_OK @retval TN_ERR_NOT_SUPPORTED the architecture has no ports. */
TN_MUST_USE tn_status_t arch_io_read(unsigned port, unsigned width, uint64_t *value);
TN_MUST_USE tn_status_t arch_io_write(unsigned port, unsigned width, uint64_t value);

/** Return addresses of the frames from frame pointer @p fp on; stops at anything that is not on a
 *  kernel stack. @param fp 0: the caller's. @return entries written to @p pcs, at most @p max. */
size_t arch_backtrace(uint64_t fp, uint64_t *pcs, size_t max);

/* --- Asked of every port: several CPUs --------------------------------------------------------- */

/** CPUs that the firmware lists as usable, this one included: 1 to CONFIG_MAX_CPUS; more are logged and
 *  left alone. Known after arch_machine_init, 1 before. They are numbered from 0, the one that boots. */
unsigned arch_cpu_count(void);

/** Let CPU @p number, 1 to arch_cpu_count() - 1, enter kern_cpu_main(). Once for each number.
 *  @param cpu    its block; zeroed and filled by the new CPU (arch_cpu_init) before kern_cpu_main().
 *  @param memory physical address of ARCH_CPU_BYTES bytes of RAM, page-aligned, for its stacks; the
 *                CPU's for good on success.
 *  @retval TN_OK it is on its way to kern_cpu_main(): nothing can stop it any more
 *  @retval TN_ERR_TIMEOUT it did not come, and was stopped for good: it will touch neither
 *  @retval TN_ERR_NOT_SUPPORTED the machine has no way to start it.
 *  On failure @p memory is the caller's again and boot may go on.
 *  Context: boot, on CPU 0, after arch_machine_init. Cost: waits for the new CPU, at most a second. */
TN_MUST_USE tn_status_t arch_cpu_start(unsigned number, struct arch_cpu *cpu, uint64_t memory);

/** Interrupt CPU @p number, which was started, so that it calls kern_ipi(). May be this CPU. What was
 *  written before the call is visible to it then. Several may come as one. Cost: O(1), no waiting for
 *  the other CPU. */
void arch_ipi_send(unsigned number);

/** Stop all other CPUs for good, wherever they are as far as the machine can; for panics. Returns when
 *  they were told. Context: any, the kernel lock held or not. */
void arch_cpus_stop(void);

/* --- Asked of every port: address spaces ------------------------------------------------------- */

/** Make @p space ready for the user page table at @p root (a zeroed table): enter the kernel's half
 *  where the architecture shares the root, choose a tag. */
void arch_space_init(struct arch_space *space, uint64_t root);

/** Of ports whose ARCH_SPACE_TABLES may be 1: let @p space use the table at physical address @p pa, a
 *  zeroed page, before arch_space_init(). It is the caller's again after arch_space_fini(). */
void arch_space_set_table(struct arch_space *space, uint64_t pa);

/** The table that arch_space_set_table() was given. */
uint64_t arch_space_table(const struct arch_space *space);

/** Forget the tag; no translation of @p space is cached afterwards. It is loaded on no CPU. */
void arch_space_fini(struct arch_space *space);

/** Make changes of @p page_count pages at @p va in @p space effective on this CPU; on all of them where
 *  ARCH_FLUSH_REACHES_ALL. Does little if the space is not loaded here. Context: kernel, with the lock
 *  or, asked by the CPU that holds it, without (kern_cpu_poll). Cost: O(@p page_count), or the loss of
 *  all of the space's cached translations. */
void arch_space_flush(struct arch_space *space, uint64_t va, uint64_t page_count);

/** Make memory that was written through the window visible to instruction fetch (@p length bytes at
 *  physical address @p pa): nothing on x86_64, cache maintenance on ARM64. */
void arch_sync_code(uint64_t pa, uint64_t length);

/** Load the address space and thread pointer of @p next in place of @p previous, and its FPU and SIMD
 *  registers, if it has them; those of @p previous are in its area then. If @p next has none, they are
 *  clear and user mode cannot reach them. @return @p next. Cost: a dozen instructions if neither has any. */
struct arch_thread *arch_thread_switch(struct arch_thread *previous, struct arch_thread *next);

/** Load the kernel's own space, where there is no user half, in place of @p previous. */
void arch_thread_unload(struct arch_thread *previous);

/** Load @p next while nobody is loaded. */
void arch_thread_load(struct arch_thread *next);

/** Copy @p length bytes from or to user memory of the loaded address space. The only way in which the
 *  kernel touches user memory. A range that leaves the user half, or a page without the access, ends
 *  it with TN_ERR_ADDRESS; bytes before it may have been copied. */
TN_MUST_USE tn_status_t arch_copy_in(void *to, uint64_t from, size_t length);
TN_MUST_USE tn_status_t arch_copy_out(uint64_t to, const void *from, size_t length);

/* --- Asked of every port: threads -------------------------------------------------------------- */

/** Make @p thread start at @p start in @p space: all other registers zero, user mode, interrupts on. */
void arch_thread_init(struct arch_thread *thread, struct arch_space *space,
                      const struct tn_thread_start *start);

/** Set the result of the ordinary system call in which @p thread is suspended. */
void arch_thread_set_result(struct arch_thread *thread, struct kern_result result);

/** Let @p thread, which is in ordinary system call @p number, make it again when it runs next.
 *  Must be the last thing the handler does; the returned value must be its result. */
struct kern_result arch_thread_restart(struct arch_thread *thread, unsigned number,
                                       const uint64_t arguments[6]);

/** Read the registers of a stopped @p thread; `valid` tells which are kept. */
void arch_thread_read_regs(const struct arch_thread *thread, struct tn_registers *registers);

/** Replace all registers of a stopped @p thread; it resumes with a full frame. The core has checked that
 *  pc, sp and tls are user addresses, has merged what the caller did not mean, and sets `valid`.
 *  @retval TN_OK @retval TN_ERR_INVALID a value that the port cannot give; nothing changed. */
TN_MUST_USE tn_status_t arch_thread_write_regs(struct arch_thread *thread,
                                               const struct tn_registers *registers);

/** Let @p thread trap (TN_FAULT_STEP) after each user instruction, or no longer. */
void arch_thread_set_step(struct arch_thread *thread, bool on);

/** Program counter and stack pointer at which @p thread last entered the kernel. */
uint64_t arch_thread_pc(const struct arch_thread *thread);
uint64_t arch_thread_sp(const struct arch_thread *thread);

/* Of a kernel with CONFIG_FPU alone: */

/** Bytes of the area in which a thread's FPU and SIMD registers are kept: a multiple of 16, and of 64
 *  where that is the alignment which the CPU wants. Valid after arch_cpu_init. */
size_t arch_fpu_bytes(void);

/** Let @p thread, which has not run, have FPU and SIMD registers, clean ones: what a program finds
 *  in them is what the C ABI has at its start (all zero, round to nearest, no exception enabled).
 *  @param area arch_fpu_bytes() bytes, aligned to 64 if that is a multiple of 64, else to 16. It
 *  belongs to @p thread until it is loaded on no CPU and will not run again. */
void arch_fpu_init(struct arch_thread *thread, void *area);

/** Leave for user mode: restore @p thread, which kern_leave() returned. */
_Noreturn void arch_resume(struct arch_thread *thread);

#endif
