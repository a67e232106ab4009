/* SPDX-License-Identifier: MIT */
/* Clock, timer, idling, console, power: the machine around the CPU. */

#include "machine.h"

#include "kern_lock.h"

#include <string.h>

void arch_cpu_init(struct arch_cpu *cpu)
{
    host_cpu = cpu;
}

void arch_machine_init(const struct boot_info *info)
{
    (void)info;
    kern_device_add(&(struct tn_device){.name = "uart0",
                                        .model = "16550",
                                        .base = 0x3f8,
                                        .length = 8,
                                        .interrupt = 4,
                                        .flags = TN_DEVICE_PORTS});
}

unsigned arch_cpu_count(void)
{
    return machine.cpu_count;
}

/* It waits for the lock until the test uses it. */
tn_status_t arch_cpu_start(unsigned number, struct arch_cpu *cpu, uint64_t memory)
{
    (void)memory;
    machine.cpus[number] = (struct host_cpu_state){.cpu = cpu, .timer_ns = UINT64_MAX};
    return TN_OK;
}

void arch_ipi_send(unsigned number)
{
    machine.cpus[number].has_ipi = true;
}

void arch_cpus_stop(void)
{
}

void arch_console_write(const char *text, size_t length)
{
    size_t room = CONSOLE_BYTES - 1 - machine.console_length;
    size_t count = length < room ? length : room;
    memcpy(machine.console + machine.console_length, text, count);
    machine.console_length += count;
}

const char *host_console(void)
{
    return machine.console;
}

_Noreturn void arch_power(unsigned action, int code)
{
    machine.exit_code = code;
    host_stop(action == TN_POWER_OFF ? HOST_OFF : HOST_REBOOT);
}

int host_exit_code(void)
{
    return machine.exit_code;
}

_Noreturn void arch_halt(void)
{
    host_stop(HOST_HALT);
}

/* Nothing comes by itself: an idle kernel waits for the test. */
void arch_idle(void)
{
    if (!host_deliver()) {
        host_stop(HOST_IDLES);
    }
}

/* Others come in here, if the kernel waits for them: it is entered anew when they have been. */
static void let_others_in(void)
{
    for (unsigned i = 0; machine.leaving && i < machine.cpu_count; i++) {
        if (i != host_cpu_number && machine.cpus[i].has_ipi) {
            host_stop(HOST_WAITS);
        }
    }
}

void arch_interrupt_window(void)
{
    kern_lock_release();
    kern_lock_acquire();
    let_others_in();
    machine.window_count++;
    host_now_ns += machine.window_ns;
    if (machine.window_count == machine.raise_at) {
        host_line_raise(machine.raise_irq);
    }
    (void)host_deliver();
}

void host_raise_at(unsigned irq, uint64_t nth)
{
    machine.raise_irq = irq;
    machine.raise_at = machine.window_count + nth;
}

void host_window_cost(uint64_t ns)
{
    machine.window_ns = ns;
}

uint64_t host_window_count(void)
{
    return machine.window_count;
}

uint64_t arch_now_ns(void)
{
    return host_now_ns;
}

void arch_clock_page(struct tn_clock_page *page)
{
    *page = (struct tn_clock_page){.multiplier = UINT64_C(1) << 32, .frequency_hz = 1000000000};
}

void arch_timer_set(uint64_t deadline_ns)
{
    machine.timer_ns = deadline_ns;
}

uint64_t host_timer_ns(void)
{
    return machine.timer_ns;
}

/* The stack is the test's: what it says is called from where. */
size_t arch_backtrace(uint64_t fp, uint64_t *pcs, size_t max)
{
    (void)fp;
    size_t count = machine.caller_count < max ? machine.caller_count : max;
    memcpy(pcs, machine.callers, count * sizeof(pcs[0]));
    return count;
}

void host_callers(const uint64_t *pcs, size_t count)
{
    machine.caller_count = count < CALLERS_MAX ? count : CALLERS_MAX;
    memcpy(machine.callers, pcs, machine.caller_count * sizeof(pcs[0]));
}
