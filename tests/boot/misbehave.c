/* SPDX-License-Identifier: MIT */
/* A program that does what programs should not: `run misbehave HOW` in the shell. */
#include <libbase/mem.h>
#include <libbase/parse.h>
#include <libsys/heap.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

/* Volatile, so that the compiler does not see what is going to happen. */
static volatile int sink;
static volatile uintptr_t nowhere = 0x18;

/* Write where nothing is mapped. */
static int fault(void)
{
    *(volatile int *)nowhere = 1;
    return 0;
}

/* Never end. */
static int loop(void)
{
    while (nowhere != 0) {
        sink++;
    }
    return 0;
}

/* Use up the container; say how much that was, and that the program lives on. */
static int exhaust(void)
{
    struct tn_container_info info = {0};
    unsigned blocks = 0;
    sys_print("taking all\n"); /* The message buffer for that is taken first. */
    while (malloc(4000) != NULL) {
        blocks++;
    }
    if (sys_container_info(sys_program()->container, &info) != TN_OK) {
        return 2;
    }
    sys_print("took %u blocks, %lu bytes left\n", blocks, info.limit - info.used);
    return blocks > 0 ? 0 : 1;
}

static int overflow(void);
static int (*volatile again)(void) = overflow;

/* Fall off the stack. */
static int overflow(void)
{
    volatile char page[4096];
    page[0] = (char)sink;
    return page[0] + again();
}

/* Write past the end of an array on the stack. */
static int smash(void)
{
    volatile char array[16];
    volatile char *at = array;
    for (uintptr_t i = 0; i < 16 + 2 * nowhere; i++) {
        at[i] = 1;
    }
    return array[0];
}

/* Do what is not allowed: this program has no right to switch the machine off. */
static int escape(void)
{
    tn_status_t status = sys_machine_power(sys_program()->machine, TN_POWER_OFF, 9);
    sys_print("power: %s\n", tn_status_name(status));
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } ways[] = {{"fault", fault},       {"loop", loop},   {"exhaust", exhaust},
                {"overflow", overflow}, {"smash", smash}, {"escape", escape}};
    uint64_t code = 0;
    if (argc != 2) {
        sys_print("misbehave: say how\n");
        return 100;
    }
    for (size_t i = 0; i < TN_ARRAY_LEN(ways); i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            return ways[i].run();
        }
    }
    if (tn_parse_u64(argv[1], strlen(argv[1]), &code) != TN_OK) {
        return 101;
    }
    return (int)code;
}
