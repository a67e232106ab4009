/* SPDX-License-Identifier: MIT */
/* What registers hold behind a system call, an interrupt, and a change by another thread. */
#include <libbase/mem.h>

#include "board.h"
#include "worker.h"

#define CANARY UINT64_C(0xca11ca11ca11ca00)

/* PSTATE: the flags of conditions, all that belongs to a program. */
#define FLAGS_USER UINT64_C(0xf0000000)

/* Two of them: negative, carry. */
#define FLAGS_SOME UINT64_C(0xa0000000)

/* Places in tn_registers.valid. */
#define VALID_GENERAL ((UINT64_C(1) << BOARD_REGISTERS) - 1)
#define VALID_SP      (UINT64_C(1) << 31)
#define VALID_FLAGS   (UINT64_C(1) << 33)

static void fill(uint64_t set[BOARD_REGISTERS])
{
    for (uint64_t i = 0; i < BOARD_REGISTERS; i++) {
        set[i] = CANARY + i;
    }
}

/* Behind an ordinary call: status and value, x19-x30 kept, the rest 0. */
static void check_call(const uint64_t in[BOARD_REGISTERS], const uint64_t out[BOARD_REGISTERS],
                       tn_status_t status)
{
    EQUAL(status, out[0]);
    for (unsigned i = 1; i <= 18; i++) {
        EQUAL(0, out[i]);
    }
    for (unsigned i = 19; i < BOARD_REGISTERS; i++) {
        EQUAL(in[i], out[i]);
    }
}

static void a_call_leaves_no_kernel_word(void)
{
    uint64_t in[BOARD_REGISTERS], out[BOARD_REGISTERS];
    fill(in);
    board_call_null(in, out);
    check_call(in, out, TN_OK);
}

static void a_call_that_does_not_exist_leaves_none_either(void)
{
    uint64_t in[BOARD_REGISTERS], out[BOARD_REGISTERS];
    fill(in);
    board_call_none(in, out);
    check_call(in, out, TN_ERR_NO_SYSCALL);
}

static void a_call_that_waits_leaves_none_either(void)
{
    uint64_t in[BOARD_REGISTERS], out[BOARD_REGISTERS];
    fill(in);
    in[0] = in_ms(1);
    board_call_sleep(in, out);
    check_call(in, out, TN_OK);
}

/* Four timers fire while the registers are held. */
static void interrupts_preserve_every_register(void)
{
    uint64_t in[BOARD_REGISTERS], out[BOARD_REGISTERS];
    tn_handle_t notification = new_notification(), timers[4];
    uint64_t bits = 0;
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(TN_OK, sys_timer_create(own_container(), notification, 1u << i, &timers[i]));
        EXPECT(TN_OK, sys_timer_set(timers[i], in_ms(1 + i), 0));
    }
    for (unsigned round = 0; round < 1000 && bits != 15; round++) {
        uint64_t more = 0;
        fill(in);
        in[0] = 10000;
        in[1] = FLAGS_SOME;
        board_spin(in, out);
        EQUAL(0, out[0]);
        EQUAL(0, memcmp(&in[1], &out[1], sizeof(in) - sizeof(in[0])));
        (void)!sys_notification_wait(notification, TN_DEADLINE_POLL, &more);
        bits |= more;
    }
    EQUAL(15, bits);
    close_all(timers, 4);
    EXPECT(TN_OK, sys_handle_close(notification));
}

/* Also those that a call would have wiped, and with flags that only the kernel may have. */
static void written_registers_are_all_there(void)
{
    static uint64_t stack[32] __attribute__((aligned(16)));
    tn_handle_t context = TN_HANDLE_NONE, thread = new_thread(board_entry_dump);
    struct tn_registers registers = {.sp = (uintptr_t)stack, .flags = UINT64_MAX};
    EXPECT(TN_OK, sys_context_create(own_container(), WORKER_URGENT, 1000000, 1000000, &context));
    EXPECT(TN_OK, sys_context_bind(context, thread));
    if (CONFIG_DEBUG_CALLS) {
        fill(registers.general);
        registers.valid = VALID_GENERAL | VALID_SP | VALID_FLAGS;
        EXPECT(TN_OK, sys_thread_write_regs(thread, &registers));
        EXPECT(TN_OK, sys_thread_read_regs(thread, &registers));
        EQUAL(FLAGS_USER, registers.flags);
        EXPECT(TN_OK, sys_thread_resume(thread));
        for (unsigned i = 0; i < BOARD_REGISTERS; i++) {
            EQUAL(CANARY + i, board_dump[i]);
        }
    }
    close_all((tn_handle_t[]){context, thread}, 2);
}

static void the_virtual_counter_can_be_read(void)
{
    uint64_t first, second;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(first));
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(second));
    CHECK(second >= first);
}

const struct check_case board_cases[] = {
    {"a_call_leaves_no_kernel_word", a_call_leaves_no_kernel_word},
    {"a_call_that_does_not_exist_leaves_none_either",
     a_call_that_does_not_exist_leaves_none_either},
    {"a_call_that_waits_leaves_none_either", a_call_that_waits_leaves_none_either},
    {"interrupts_preserve_every_register", interrupts_preserve_every_register},
    {"written_registers_are_all_there", written_registers_are_all_there},
    {"the_virtual_counter_can_be_read", the_virtual_counter_can_be_read},
    {NULL, NULL},
};
