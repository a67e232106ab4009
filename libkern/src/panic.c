/* SPDX-License-Identifier: MIT */
/* The end: a kernel that is broken, or a boot that cannot go on, says so and stops. */

#include <abi/symbols.h>
#include <libbase/assert.h>

#include "backtrace.h"
#include "cpus.h"
#include "format.h"
#include "kernel.h"

#define FRAMES_MAX 24

/* What QEMU reports for each (CONFIG_QEMU_EXIT): tests tell them apart. */
#define EXIT_BOOT_FAILED 2
#define EXIT_PANIC       3

static void say(const char *format, ...) TN_PRINTF(1, 2);
static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    kern_format(arch_console_write, format, args);
    va_end(args);
}

static void say_frame(uint64_t pc)
{
    uint64_t offset;
    const char *name = kern_symbol_name(pc, &offset);
    if (name != NULL) {
        say("  0x%lx %s+0x%lx\n", (unsigned long)pc, name, (unsigned long)offset);
    } else {
        say("  0x%lx\n", (unsigned long)pc);
    }
}

static void say_backtrace(uint64_t pc, uint64_t fp)
{
    uint64_t pcs[FRAMES_MAX];
    size_t count = arch_backtrace(fp, pcs, FRAMES_MAX);
    if (pc != 0) {
        say_frame(pc);
    }
    for (size_t i = 0; i < count; i++) {
        say_frame(pcs[i]);
    }
}

static _Noreturn void stop(void)
{
    if (CONFIG_PANIC_HALT) {
        arch_halt();
    }
    arch_power(CONFIG_PANIC_REBOOT ? TN_POWER_REBOOT : TN_POWER_OFF, EXIT_PANIC);
}

_Noreturn void kern_panic(uint64_t pc, uint64_t fp, const char *format, ...)
{
    va_list args;
    if (!kern_cpus_begin_panic()) {
        stop(); /* Saying it once was too much for this machine. */
    }
    say("\nkernel panic: ");
    va_start(args, format);
    kern_format(arch_console_write, format, args);
    va_end(args);
    say("\n");
    if (CONFIG_BACKTRACE) {
        say_backtrace(pc, fp);
    }
    stop();
}

_Noreturn void tn_assert_failed(const char *expression, const char *file, unsigned line)
{
    const char *colon = expression[0] != '\0' ? ": " : "";
    kern_panic(0, 0, "%s:%u: promise broken%s%s", file, line, colon, expression);
}

_Noreturn void kern_boot_fail(const char *format, ...)
{
    va_list args;
    say("\nTenon cannot start: ");
    va_start(args, format);
    kern_format(arch_console_write, format, args);
    va_end(args);
    say("\n");
    if (!CONFIG_QEMU_EXIT) {
        arch_halt(); /* A person wants to read it. */
    }
    arch_power(TN_POWER_OFF, EXIT_BOOT_FAILED);
}
