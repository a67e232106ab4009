/* SPDX-License-Identifier: MIT */
/* What the files of the ARM64 port, and the boot paths for it, tell each other. */
#ifndef ARM64_INTERNAL_H
#define ARM64_INTERNAL_H

#include <arch/arch.h>
#include <libdrv/fdt.h>

/* --- Where the image stands; kernel.lds -------------------------------------------------------- */

/** Borders of the image's parts; see kernel.lds. */
extern uint8_t arm64_image[], arm64_rodata[], arm64_data[], arm64_guard[], arm64_stack[],
    arm64_stack_end[], arm64_image_end[];

/** Vectors of the kernel. */
extern uint8_t arm64_vectors[];

/* --- Kernel mappings: map.c -------------------------------------------------------------------- */

/** Device registers, mapped uncached. */
typedef volatile uint8_t *arm64_device_t;

/** Enter the image into the kernel's tables, which are clear: text executable, data writable. The one
 *  C function that runs with the MMU off: addresses of symbols are physical there.
 *  @param image physical address of the image, page-aligned. @return the root for TTBR1. */
uint64_t arm64_map_image(uint64_t image);

/** Show physical memory [@p base, @p base + @p length) in the window, writable except where the image
 *  has text and constants. Page-aligned inwards; must not overlap what is shown already.
 *  @retval TN_OK @retval TN_ERR_RANGE beyond the window @retval TN_ERR_NO_MEMORY no table is left.
 *  After a failure a part is mapped. */
TN_MUST_USE tn_status_t arm64_map_memory(uint64_t base, uint64_t length);

/** Show the 4 MiB from the 2 MiB border below @p pa on, read-only, until the next call: the device
 *  tree, before it has said where memory is. @return where @p pa appears. */
const uint8_t *arm64_map_peek(uint64_t pa);

/** Map the @p length bytes at @p pa, whole pages of RAM, as a stack that has an unmapped page below it.
 *  @return where it ends, or 0 if there is no room for it. */
uint64_t arm64_map_stack(uint64_t pa, uint64_t length);

/** Take back the mapping of @p length bytes that ends at @p end, which arm64_map_stack() returned. */
void arm64_unmap_stack(uint64_t end, uint64_t length);

/** Map @p length bytes of device registers at @p pa for ever.
 *  @return where they appear, or NULL if the device window is full. */
arm64_device_t arm64_map_device(uint64_t pa, uint64_t length);

/** Physical address of the image. */
uint64_t arm64_image_base(void);

/** Write, then read, a register of 32 bits at @p offset. */
static inline void arm64_device_write(arm64_device_t device, uint32_t offset, uint32_t value)
{
    *(volatile uint32_t *)(device + offset) = value;
}
static inline uint32_t arm64_device_read(arm64_device_t device, uint32_t offset)
{
    return *(volatile uint32_t *)(device + offset);
}

/* --- Interrupts: interrupts.c, gic.c ----------------------------------------------------------- */

/** Frames of an interrupt controller, as the device tree gives them: physical addresses. */
struct arm64_gic_place {
    unsigned version;         /**< 2, 3, or 0: none was found. */
    uint64_t distributor;     /**< GICD. */
    uint64_t interface;       /**< GICv2: GICC. GICv3: first redistributor. */
    uint64_t interface_bytes; /**< Bytes of that range. */
    uint32_t phandle;         /**< How other nodes name it. */
};

/** Numbers below are messages between CPUs (SGIs). Source: Arm IHI 0069 2.2.1. */
#define ARM64_GIC_PRIVATE_FIRST 16u

/** Make the controller at @p place work, everything masked, for this CPU.
 *  @retval TN_OK
 *  @retval TN_ERR_DEVICE it does not answer as such a controller, or has no part for this CPU. */
TN_MUST_USE tn_status_t arm64_gic_init(const struct arm64_gic_place *place);

/** Make the controller at @p place, which works for the CPU that booted, work for this one, too:
 *  arch_cpu_number() is known. @return as arm64_gic_init. */
TN_MUST_USE tn_status_t arm64_gic_cpu_init(const struct arm64_gic_place *place);

/** Let message @p irq (below ARM64_GIC_PRIVATE_FIRST) reach this CPU. @return what
 *  arm64_gic_send() takes for message 0 to this CPU. */
uint64_t arm64_gic_accept(unsigned irq);

/** Send message @p irq to the CPU for which arm64_gic_accept() returned @p target. What was written
 *  before is visible there when it comes. */
void arm64_gic_send(uint64_t target, unsigned irq);

/** Next pending interrupt, now active; at least ARM64_GIC_NONE if there is none. */
unsigned arm64_gic_acknowledge(void);

/** @p irq, which was acknowledged, is done with. */
void arm64_gic_complete(unsigned irq);

/** Program @p irq, masked, for this CPU. @return false if there is no such line. */
bool arm64_gic_configure(unsigned irq, bool edge);

/** Whether @p irq is programmed as edge-triggered. */
bool arm64_gic_is_edge(unsigned irq);

/** No interrupt: 1020-1023 are special numbers. Source: Arm IHI 0069 2.2.1. */
#define ARM64_GIC_NONE 1020u

/** Take the next interrupt that is pending, if there is one. Called by entry.S, too. */
void arm64_interrupt_take(void);

/** Take the interrupts that are pending. @return whether there were any. */
bool arm64_interrupts_take(void);

/* --- Time: clock.c ----------------------------------------------------------------------------- */

/** The counter value that counts as 0 ns, and its rate unless the CPU names one; @p hz may be 0.
 *  @retval TN_OK @retval TN_ERR_DEVICE the rate is unknown. */
TN_MUST_USE tn_status_t arm64_clock_init(uint64_t entry_counter, uint32_t hz);

/** Interrupt number of the virtual timer; it is the kernel's own. */
void arm64_clock_set_interrupt(unsigned irq);
unsigned arm64_clock_interrupt(void);

/* --- Console: console.c ------------------------------------------------------------------------ */

/** Use the PL011 at @p pa from now on. */
void arm64_console_init(uint64_t pa);

/* --- The machine: machine.c ------------------------------------------------------------------- */

/** Take what @p node, which @p walk returned last, says about controllers, firmware and devices. A boot
 *  path calls it for every node of its one pass; arch_machine_init then makes them work.
 *  @return whether the node is one of these. */
bool arm64_machine_note(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node);

/** Give this CPU, one that did not boot, its part of the interrupt controller, and its timer.
 *  @retval TN_OK @retval TN_ERR_DEVICE there is no part for it. */
TN_MUST_USE tn_status_t arm64_machine_cpu_init(void);

/** Use what was found so far for messages and for the way to end. */
void arm64_machine_prepare_messages(void);

/* --- Power: power.c ---------------------------------------------------------------------------- */

/** How the firmware is called. */
enum arm64_psci {
    ARM64_PSCI_NONE, /**< There is none. */
    ARM64_PSCI_HVC,  /**< By HVC: the firmware is a hypervisor. */
    ARM64_PSCI_SMC,  /**< By SMC: the firmware is at EL3. */
};

/** Call function @p function of the firmware with up to three arguments.
 *  @return its result; negative as int32_t, or @p function itself, if nobody does it. */
uint64_t arm64_psci_call(uint32_t function, uint64_t a, uint64_t b, uint64_t c);

/** Whether it is called by SMC. */
bool arm64_psci_is_smc(void);

/** What is known about switching off. @param emulated the machine is QEMU's. */
void arm64_power_init(enum arm64_psci psci, bool emulated);

/* --- Single step: space.c ---------------------------------------------------------------------- */

/** Let this CPU step, or not, as @p thread wants it. */
void arm64_step_load(struct arch_cpu *cpu, const struct arch_thread *thread);

/* --- Traps: trap.c, called by entry.S ---------------------------------------------------------- */

/** An exception from user mode that is no system call; the current thread's full frame is saved. */
void arm64_user_fault(void);

/** A system error that came while user code ran. */
void arm64_user_serror(void);

/** An exception of the kernel itself. */
_Noreturn void arm64_kernel_fault(const char *text, uint64_t esr, uint64_t elr, uint64_t far,
                                  uint64_t fp);

#endif
