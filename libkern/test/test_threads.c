/* SPDX-License-Identifier: MIT */
/* Threads: start, stop, registers, waits that others end. Contexts: who may run, and when. */

#include "context.h"
#include "world.h"

#define ALL TN_RIGHTS_ALL

static struct tn_thread_start start(void)
{
    return (struct tn_thread_start){
        .pc = ENTRY,
        .sp = SCRATCH,
        .argument = 11,
        .argument2 = 22,
        .tls = SCRATCH + 8,
        .container = world.info.container,
    };
}

static tn_status_t create(struct tn_thread_start how)
{
    return SYS(TN_SYS_THREAD_CREATE, 0, PUT(how));
}

/* --- Making ------------------------------------------------------------------------------------ */

static void a_new_thread_is_suspended_and_has_its_arguments(void **state)
{
    (void)state;
    assert_int_equal(create(start()), TN_OK);
    struct kern_thread *made = kern_thread_of(object_of(world.value));
    assert_int_equal(kern_thread_state(made), TN_THREAD_SUSPENDED);
    assert_int_equal(made->arch.frame.pc, ENTRY);
    assert_int_equal(made->arch.frame.sp, SCRATCH);
    assert_int_equal(made->arch.frame.ipc.words[0], 11);
    assert_int_equal(made->arch.frame.ipc.words[1], 22);
    assert_int_equal(made->arch.tls, SCRATCH + 8);
}

static void a_start_outside_of_the_usable_addresses_is_refused(void **state)
{
    (void)state;
    struct tn_thread_start how = start();
    how.flags = 1;
    assert_int_equal(create(how), TN_ERR_INVALID);
    how = start();
    how.sp = SCRATCH + 8;
    assert_int_equal(create(how), TN_ERR_ALIGNMENT);
    how = start();
    how.pc = ENTRY + 1;
    assert_int_equal(create(how), TN_ERR_ALIGNMENT);
    static const uint64_t far[] = {TN_USER_LOW - 16, TN_USER_HIGH, UINT64_MAX - 15};
    for (size_t i = 0; i < TN_ARRAY_LEN(far); i++) {
        how = start();
        how.pc = far[i];
        assert_int_equal(create(how), TN_ERR_RANGE);
    }
    how = start();
    how.sp = TN_USER_HIGH + 16;
    assert_int_equal(create(how), TN_ERR_RANGE);
    how = start();
    how.tls = TN_USER_HIGH + 1;
    assert_int_equal(create(how), TN_ERR_RANGE);
    how = start();
    how.sp = TN_USER_HIGH;
    how.tls = TN_USER_HIGH;
    how.pc = TN_USER_HIGH - 4;
    assert_int_equal(create(how), TN_OK);
}

static void making_a_thread_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    struct tn_thread_start how = start();
    uint64_t at = PUT(how);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_CREATE, other.process, at);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, UINT64_MAX - 8), TN_ERR_ADDRESS);
    how.container = 0;
    assert_int_equal(create(how), TN_ERR_HANDLE);
    how.container = world.info.machine;
    assert_int_equal(create(how), TN_ERR_TYPE);
    how.container = (tn_handle_t)MUST(TN_SYS_HANDLE_DUPLICATE, world.info.container, 0);
    how.flags = 1;
    assert_int_equal(create(how), TN_ERR_RIGHTS);
    how = start();
    uint64_t good = PUT(how);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, other.process, good), TN_ERR_STATE);
}

static void making_a_thread_needs_room_quota_and_memory(void **state)
{
    (void)state;
    struct tn_thread_start how = start();
    uint64_t good = PUT(how);
    unsigned count = fill_handles(world.info.machine);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, good), TN_ERR_NO_HANDLES);
    empty_handles(count);
    how.container = container(64);
    assert_int_equal(create(how), TN_ERR_QUOTA);
    how = start();
    PUT(how);
    fail_allocation(1);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, good), TN_ERR_NO_MEMORY);
    fail_allocation(0);
}

static void there_are_so_many_threads_and_no_more(void **state)
{
    (void)state;
    world.unchecked = true;
    uint64_t made = 1;
    tn_status_t status;
    while ((status = create(start())) == TN_OK) {
        MUST(TN_SYS_HANDLE_CLOSE, world.value); /* It lives on. */
        made++;
    }
    assert_int_equal(status, TN_ERR_FULL);
    assert_int_equal(made, CONFIG_MAX_THREADS);
}

/* --- Stop and go ------------------------------------------------------------------------------- */

static void resume_and_suspend_toggle(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    assert_int_equal(SYS(TN_SYS_THREAD_RESUME, other.thread), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, other.thread), TN_ERR_STATE);
    assert_int_equal(state_of(&other), TN_THREAD_SUSPENDED);
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), TN_OK);
    assert_true(runs(&world.root)); /* Nobody else can. */
    MUST(TN_SYS_THREAD_RESUME, other.thread);
    become(&other);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, other.thread), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_RESUME, other.thread), TN_ERR_STATE);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_SUSPEND, world.info.thread);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_RESUME, world.info.thread);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_KILL, world.info.thread);
}

static void a_thread_may_suspend_itself(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t self = give(&other, other.thread, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, self), BLOCKED);
    assert_true(runs(&world.root));
    MUST(TN_SYS_THREAD_RESUME, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
}

/* It waits on while suspended, its wait may end, and it runs when it is resumed. */
static void a_suspended_thread_goes_on_waiting(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t bell = notification();
    tn_handle_t there = give(&other, bell, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 6);
    assert_int_equal(state_of(&other), TN_THREAD_SUSPENDED);
    MUST(TN_SYS_THREAD_RESUME, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
    assert_int_equal(other.t->arch.frame.result.value, 6);
}

static void killing_a_thread_leaves_the_others(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    MUST(TN_SYS_THREAD_KILL, other.thread); /* Dead is dead. */
    become(&second);
    become(&world.root);
    struct tn_thread_info info;
    MUST(TN_SYS_THREAD_INFO, other.process, 0, SCRATCH);
    GET(info);
    assert_int_equal(info.id, second.t->object.id);
    assert_int_equal(SYS(TN_SYS_THREAD_INFO, other.process, 1, SCRATCH), TN_ERR_NOT_FOUND);
}

static void a_thread_may_kill_itself(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    tn_handle_t self = give(&other, other.thread, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, self), BLOCKED);
    become(&second);
}

static void information_tells_state_and_priority(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct tn_thread_info info;
    MUST(TN_SYS_CONTEXT_CONFIGURE, other.context, 3, PERIOD, PERIOD);
    MUST(TN_SYS_THREAD_INFO, other.process, 0, SCRATCH);
    GET(info);
    assert_int_equal(info.id, other.t->object.id);
    assert_int_equal(info.state, TN_THREAD_READY);
    assert_int_equal(info.priority, 3);
    assert_int_equal(info.pc, ENTRY);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_THREAD_INFO, other.process, 0, SCRATCH);
    assert_int_equal(SYS(TN_SYS_THREAD_INFO, 0, 1, NOWHERE), TN_ERR_NOT_FOUND);
    assert_int_equal(SYS(TN_SYS_THREAD_INFO, 0, 0, NOWHERE), TN_ERR_ADDRESS);
}

/* --- Registers --------------------------------------------------------------------------------- */

#define VALID_PC (UINT64_C(1) << 32)
#define VALID_SP (UINT64_C(1) << 31)

static void registers_of_a_stopped_thread_are_read_and_written(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    struct tn_registers registers = {.pc = ENTRY + 64, .valid = VALID_PC | 1u << 2};
    registers.general[2] = 222;
    registers.general[3] = 333;
    MUST(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers));
    MUST(TN_SYS_THREAD_READ_REGS, other.thread, SCRATCH);
    GET(registers);
    assert_int_equal(registers.pc, ENTRY + 64);
    assert_int_equal(registers.general[2], 222);
    assert_int_equal(registers.general[3], 0); /* Was not meant. */
    assert_int_equal(registers.sp, SCRATCH + SCRATCH_BYTES);
    assert_int_equal(registers.valid, UINT64_C(0xf) << 31 | 0xfff);
}

static void what_an_ipc_call_does_not_keep_is_marked(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, endpoint(), ALL);
    become(&other);
    assert_int_equal(recv(there), BLOCKED);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    struct tn_registers registers;
    MUST(TN_SYS_THREAD_READ_REGS, other.thread, SCRATCH);
    GET(registers);
    assert_int_equal(registers.valid, UINT64_C(0xf) << 31);
    uint64_t at = PUT(registers);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, at), TN_ERR_STATE);
}

static void registers_are_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct tn_registers registers = {.valid = VALID_PC, .pc = ENTRY};
    uint64_t at = PUT(registers);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_WRITE_REGS, other.thread, at);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_THREAD_READ_REGS, other.thread, at);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, other.thread, NOWHERE), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, world.info.thread, at), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, at), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, world.info.thread, at), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, other.thread, NOWHERE), TN_ERR_ADDRESS);
    registers.pc = ENTRY + 2;
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_ALIGNMENT);
    registers.pc = TN_USER_HIGH;
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_RANGE);
    registers = (struct tn_registers){.valid = VALID_SP, .sp = TN_USER_HIGH + 1};
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_RANGE);
    registers = (struct tn_registers){.valid = UINT64_C(1) << 35};
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_INVALID);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    registers = (struct tn_registers){.valid = VALID_PC, .pc = ENTRY};
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, other.thread, SCRATCH), TN_ERR_STATE);
}

static void stepping_is_set_on_stopped_threads(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_SET_STEP, other.thread, 1);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_STEP, other.thread, 2), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_STEP, other.thread, 1), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    MUST(TN_SYS_THREAD_SET_STEP, other.thread, 1);
    assert_true(other.t->arch.steps);
    MUST(TN_SYS_THREAD_SET_STEP, other.thread, 0);
    assert_false(other.t->arch.steps);
}

/* --- Waits that others end --------------------------------------------------------------------- */

static void cancel_ends_a_wait(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_CANCEL, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, other.thread), TN_ERR_STATE);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_CANCEL, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CANCELLED);
}

static void sleep_ends_at_its_time(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 0), TN_OK);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), BLOCKED);
    assert_int_equal(host_end(), HOST_IDLES);
    world_trap(host_advance(4999));
    assert_int_equal(host_end(), HOST_IDLES);
    world_trap(host_advance(1));
    assert_true(runs(&world.root));
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), TN_OK); /* That is now. */
}

static void sleepers_wake_in_the_order_of_their_times(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    become(&one);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 9000), BLOCKED);
    become(&two);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 7000), BLOCKED);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    world_trap(host_until_timer());
    assert_true(runs(&two));
    assert_int_equal(host_now_ns, 7000);
}

static void a_message_buffer_is_mapped_once(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SOME_VA + 8), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, 0), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, TN_USER_HIGH), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SCRATCH), TN_ERR_EXISTS);
    FAILS_CLEANLY(NULL, TN_SYS_THREAD_SET_BUFFER, SOME_VA);
    assert_true(host_user_may(SOME_VA, MM_ATTR_WRITE));
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SOME_VA + TN_PAGE_SIZE), TN_ERR_STATE);
}

static void a_message_buffer_is_paid_by_the_process(void **state)
{
    (void)state;
    uint64_t poor = container(65536);
    struct actor other = {0};
    other.process = (tn_handle_t)MUST(TN_SYS_PROCESS_CREATE, poor);
    other = spawn_thread(&other, PRIORITY);
    for (uint64_t rest = 65536; rest >= 16; rest /= 2) {
        (void)SYS(TN_SYS_CONTAINER_CREATE, poor, rest); /* Eat what is left. */
    }
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SOME_VA), TN_ERR_QUOTA);
}

static void a_message_buffer_goes_with_its_thread(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    become(&other);
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
    become(&second);
    assert_true(host_user_may(SOME_VA, MM_ATTR_READ));
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, TN_PAGE_SIZE), TN_ERR_BUSY);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    become(&second);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
}

/* --- Contexts ---------------------------------------------------------------------------------- */

static void a_thread_without_context_stands_still(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_CONTEXT_UNBIND, other.context);
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), TN_OK);
    assert_int_equal(state_of(&other), TN_THREAD_READY);
    MUST(TN_SYS_CONTEXT_BIND, other.context, other.thread);
    become(&other);
}

static void a_thread_may_unbind_itself(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, other.context, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, there), BLOCKED);
    assert_true(runs(&world.root));
    MUST(TN_SYS_CONTEXT_BIND, other.context, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
}

static void a_context_that_runs_may_lose_its_last_handle(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, other.context, ALL);
    MUST(TN_SYS_HANDLE_CLOSE, other.context);
    become(&other);
    MUST(TN_SYS_HANDLE_CLOSE, there);
    become(&world.root);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_EXIT), BLOCKED); /* And with it the context. */
}

static void the_most_urgent_runs_and_equals_take_turns(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    assert_true(runs(&world.root)); /* Equals do not interrupt. */
    (void)SYS(TN_SYS_THREAD_YIELD);
    assert_true(runs(&one));
    (void)SYS(TN_SYS_THREAD_YIELD);
    assert_true(runs(&two));
    world_trap(host_advance(PERIOD)); /* A slice ends. */
    assert_true(runs(&world.root));
    assert_int_equal(SYS(TN_SYS_CONTEXT_CONFIGURE, two.context, PRIORITY + 1, PERIOD, PERIOD),
                     BLOCKED);
    assert_true(runs(&two));
    world_trap(host_advance(10 * PERIOD));
    assert_true(runs(&two));
}

static void an_interrupted_thread_keeps_its_turn(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor urgent = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 1000), BLOCKED);
    become(&one);
    world_trap(host_advance(1000));
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&one)); /* Not the other equal. */
}

static void a_budget_throttles_until_the_next_period(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    assert_true(runs(&other));
    world_trap(host_advance(99999));
    assert_true(runs(&other));
    world_trap(host_advance(1));
    assert_true(runs(&world.root));
    world_trap(host_advance(899999));
    assert_true(runs(&world.root));
    world_trap(host_advance(1));
    assert_true(runs(&other));
    become(&other);
    struct tn_thread_info info;
    MUST(TN_SYS_THREAD_INFO, 0, 0, SCRATCH);
    GET(info);
    assert_int_equal(info.cpu_ns, 100000);
}

static void a_new_budget_releases_a_throttled_context(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    world_trap(host_advance(100000));
    assert_true(runs(&world.root));
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    assert_true(runs(&other));
    world_trap(host_advance(100000));
    MUST(TN_SYS_THREAD_KILL, other.thread); /* Throttled: the refill goes with it. */
    MUST(TN_SYS_HANDLE_CLOSE, other.context);
}

static void contexts_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t payer = world.info.container;
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_CONTEXT_CREATE, payer, 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, CONFIG_PRIORITIES, PERIOD, PERIOD),
                     TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, UINT64_C(1) << 32, PERIOD, PERIOD),
                     TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, 0, PERIOD + 1, PERIOD), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, 0, 0, PERIOD), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, 0, PERIOD, UINT64_MAX), TN_ERR_INVALID);
    CREATES(0, TN_SYS_CONTEXT_CREATE, payer, 1, PERIOD, PERIOD);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_CONFIGURE, world.info.context, 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, CONFIG_PRIORITIES, 1, 1),
                     TN_ERR_INVALID);
}

static void binding_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t spare = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, 1, PERIOD, PERIOD);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_BIND, spare, other.thread);
    REFUSES(1, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_BIND, spare, other.thread);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_UNBIND, spare);
    assert_int_equal(SYS(TN_SYS_CONTEXT_BIND, other.context, other.thread), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_CONTEXT_BIND, spare, other.thread), TN_ERR_EXISTS);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, spare), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(SYS(TN_SYS_CONTEXT_BIND, spare, other.thread), TN_ERR_STATE);
}

/* Unbinding what a thread counts on to wake up, or has lent, is refused. */
static void a_context_that_is_needed_stays(void **state)
{
    (void)state;
    struct actor client = spawn(PRIORITY);
    uint64_t ears = endpoint();
    tn_handle_t there = give(&client, ears, ALL);
    become(&client);
    assert_int_equal(call(there, 0, 0), BLOCKED);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* Queued. */
    assert_int_equal(back(&world.root, recv(ears)), TN_OK);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* Lent. */
    uint64_t token = regs(&world.root)->token;
    assert_int_equal(recv_until(ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* In service. */
    assert_int_equal(back(&world.root, reply(token, 0, 0)), TN_OK);
    become(&client);
    assert_int_equal(recv_until(there, 1000000), BLOCKED);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* A deadline. */
}

static void yield_alone_returns_at_once(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), TN_OK);
    assert_true(runs(&world.root));
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "thread_create",     "thread_resume",  "thread_suspend",   "thread_exit",
        "thread_kill",       "thread_info",    "thread_read_regs", "thread_write_regs",
        "thread_set_step",   "thread_yield",   "thread_sleep",     "thread_set_buffer",
        "context_configure", "context_create", "context_bind",     "context_unbind",
    };
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_thread_is_suspended_and_has_its_arguments),
        TEST(a_start_outside_of_the_usable_addresses_is_refused),
        TEST(making_a_thread_is_refused_in_this_order),
        TEST(making_a_thread_needs_room_quota_and_memory),
        TEST(there_are_so_many_threads_and_no_more),
        TEST(resume_and_suspend_toggle),
        TEST(a_thread_may_suspend_itself),
        TEST(a_suspended_thread_goes_on_waiting),
        TEST(killing_a_thread_leaves_the_others),
        TEST(a_thread_may_kill_itself),
        TEST(information_tells_state_and_priority),
        TEST(registers_of_a_stopped_thread_are_read_and_written),
        TEST(what_an_ipc_call_does_not_keep_is_marked),
        TEST(registers_are_refused_in_this_order),
        TEST(stepping_is_set_on_stopped_threads),
        TEST(cancel_ends_a_wait),
        TEST(sleep_ends_at_its_time),
        TEST(sleepers_wake_in_the_order_of_their_times),
        TEST(a_message_buffer_is_mapped_once),
        TEST(a_message_buffer_is_paid_by_the_process),
        TEST(a_message_buffer_goes_with_its_thread),
        TEST(a_thread_without_context_stands_still),
        TEST(a_thread_may_unbind_itself),
        TEST(a_context_that_runs_may_lose_its_last_handle),
        TEST(the_most_urgent_runs_and_equals_take_turns),
        TEST(an_interrupted_thread_keeps_its_turn),
        TEST(a_budget_throttles_until_the_next_period),
        TEST(a_new_budget_releases_a_throttled_context),
        TEST(contexts_are_refused_in_this_order),
        TEST(binding_is_refused_in_this_order),
        TEST(a_context_that_is_needed_stays),
        TEST(yield_alone_returns_at_once),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
