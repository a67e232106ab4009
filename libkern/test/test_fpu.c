/* SPDX-License-Identifier: MIT */
/* FPU and SIMD registers: who has them, whose they are, and who pays for where they are kept. */

#include "world.h"

#include "fpu.h"

#define REGISTER_COUNT TN_ARRAY_LEN(((struct host_fpu *)0)->registers)

/* A process whose threads have the registers. Root must run. */
static struct actor fpu_process(void)
{
    struct actor actor = {0};
    actor.process = (tn_handle_t)MUST(TN_SYS_PROCESS_CREATE, world.info.container, TN_PROCESS_FPU);
    actor.p = kern_process_of(object_of(actor.process));
    return actor;
}

static struct actor fpu_thread(const struct actor *process)
{
    return spawn_thread(process, PRIORITY);
}

static struct actor fpu_spawn(void)
{
    struct actor process = fpu_process();
    return fpu_thread(&process);
}

/* Whoever runs writes @p value to every register. @return whether it could. */
static bool fill(uint64_t value)
{
    struct host_fpu fpu;
    for (unsigned i = 0; i < REGISTER_COUNT; i++) {
        fpu.registers[i] = value + i;
    }
    return host_fpu_write(&fpu);
}

/* Every register of whoever runs, which has them, is what fill(@p value) wrote. */
static void expect_filled(uint64_t value)
{
    struct host_fpu fpu;
    assert_true(host_fpu_read(&fpu));
    for (unsigned i = 0; i < REGISTER_COUNT; i++) {
        assert_int_equal(fpu.registers[i], value + i);
    }
}

/* @return whether whoever runs has the registers; they are clear. */
static bool has_clean(void)
{
    struct host_fpu fpu;
    bool has = host_fpu_read(&fpu);
    for (unsigned i = 0; i < REGISTER_COUNT; i++) {
        assert_int_equal(fpu.registers[i], 0);
    }
    return has;
}

/* --- Who has them ------------------------------------------------------------------------------ */

static void a_process_has_them_by_its_flag_alone(void **state)
{
    (void)state;
    struct actor with = fpu_spawn();
    struct actor without = spawn(PRIORITY);
    assert_false(has_clean()); /* The first program. */
    become(&with);
    assert_true(has_clean());
    become(&without);
    assert_false(has_clean());
}

static void there_is_no_other_flag(void **state)
{
    (void)state;
    uint64_t before = used();
    for (unsigned bit = 1; bit < 64; bit++) {
        uint64_t flags = UINT64_C(1) << bit;
        assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, world.info.container, flags), TN_ERR_INVALID);
        assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, world.info.container, flags | TN_PROCESS_FPU),
                         TN_ERR_INVALID);
    }
    assert_int_equal(used(), before);
}

/* --- Whose they are ---------------------------------------------------------------------------- */

static void threads_keep_their_own(void **state)
{
    (void)state;
    struct actor one = fpu_spawn();
    struct actor sibling = fpu_thread(&one);
    struct actor other = fpu_spawn();
    become(&one);
    assert_true(fill(100));
    become(&sibling);
    assert_true(has_clean());
    assert_true(fill(200));
    become(&other);
    assert_true(has_clean());
    assert_true(fill(300));
    become(&one);
    expect_filled(100);
    become(&sibling);
    expect_filled(200);
    become(&other);
    expect_filled(300);
}

static void nothing_is_left_for_who_has_none(void **state)
{
    (void)state;
    struct actor with = fpu_spawn();
    become(&with);
    assert_true(fill(7));
    become(&world.root);
    assert_false(has_clean());
    assert_false(fill(8)); /* And nothing gets in. */
    become(&with);
    expect_filled(7);
}

/* A call goes straight from one to the other, with and without words; nothing but these arrives. */
static void a_call_carries_nothing_in_them(void **state)
{
    (void)state;
    struct actor server = fpu_spawn();
    struct actor client = fpu_spawn();
    uint64_t port = endpoint();
    tn_handle_t server_port = give(&server, port, TN_RIGHTS_ALL);
    tn_handle_t client_port = give(&client, port, TN_RIGHTS_ALL);
    become(&server);
    assert_true(fill(1000));
    assert_int_equal(recv(server_port), BLOCKED);
    for (uint64_t groups = 0; groups <= (TN_TAG_LOW | TN_TAG_HIGH); groups++) {
        become(&client);
        assert_true(fill(groups));
        assert_int_equal(call(client_port, groups, 5), BLOCKED);
        assert_true(runs(&server));
        expect_filled(1000);
        (void)reply_recv(server_port, regs(&server)->token, groups, 6);
        become(&client);
        expect_filled(groups);
    }
}

static void they_survive_an_idle_machine(void **state)
{
    (void)state;
    struct actor with = fpu_spawn();
    uint64_t never = notification();
    become(&with);
    assert_true(fill(50));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 3000000), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, never, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(host_end(), HOST_IDLES);
    assert_int_equal(world_trap(host_advance(4000000)), HOST_RUNS);
    assert_true(runs(&with));
    expect_filled(50);
}

/* So that another CPU can take them; if there can be one. */
static void a_cpu_that_waits_holds_nobodys(void **state)
{
    (void)state;
    struct actor with = fpu_spawn();
    uint64_t never = notification();
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, never, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&with));
    assert_true(fill(60));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 3000000), BLOCKED);
    assert_int_equal(host_end(), HOST_IDLES);
    if (CONFIG_MAX_CPUS > 1) {
        assert_false(has_clean());
        assert_int_equal(((const struct host_fpu *)with.t->arch.fpu)->registers[1], 61);
    }
    assert_int_equal(world_trap(host_advance(4000000)), HOST_RUNS);
    expect_filled(60);
}

static void they_end_with_the_thread(void **state)
{
    (void)state;
    uint64_t before = kern_fpu_areas()->used_count;
    struct actor with = fpu_spawn();
    tn_handle_t self = give(&with, with.thread, TN_RIGHTS_ALL);
    struct actor sibling = fpu_thread(&with);
    MUST(TN_SYS_HANDLE_CLOSE, with.thread);
    become(&with);
    assert_true(fill(9));
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, self), BLOCKED); /* While its registers are loaded. */
    become(&sibling);
    assert_true(has_clean());
    become(&world.root);
    assert_false(has_clean());
    MUST(TN_SYS_PROCESS_KILL, with.process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, sibling.thread);
    assert_int_equal(kern_fpu_areas()->used_count, before);
    struct actor next = fpu_spawn(); /* Whatever memory its area has had. */
    become(&next);
    assert_true(has_clean());
}

/* The way out of the kernel still takes the registers from a thread that ended in its own trap. */
static void who_ends_unknown_to_others_keeps_them_until_it_is_left(void **state)
{
    (void)state;
    uint64_t before = kern_fpu_areas()->used_count;
    struct actor with = fpu_spawn();
    struct actor sibling = fpu_thread(&with);
    MUST(TN_SYS_HANDLE_CLOSE, with.thread);
    become(&with);
    assert_true(fill(9));
    assert_int_equal(SYS(TN_SYS_THREAD_EXIT), BLOCKED);
    assert_int_equal(kern_fpu_areas()->used_count, before + 1);
    become(&sibling);
    assert_true(has_clean());
}

/* --- Who pays ---------------------------------------------------------------------------------- */

static uint64_t cost_of(uint64_t container_handle)
{
    return kern_container_of(object_of(container_handle))->used;
}

static struct tn_thread_start start_for(uint64_t payer)
{
    return (struct tn_thread_start){.pc = ENTRY, .sp = SCRATCH, .container = (tn_handle_t)payer};
}

static void the_payer_of_the_thread_pays_for_the_area(void **state)
{
    (void)state;
    struct actor with = fpu_process();
    struct actor without = spawn_process();
    uint64_t payer = container(8192);
    struct tn_thread_start start = start_for(payer);
    uint64_t plain = MUST(TN_SYS_THREAD_CREATE, without.process, PUT(start));
    uint64_t plain_cost = cost_of(payer);
    uint64_t thread = MUST(TN_SYS_THREAD_CREATE, with.process, PUT(start));
    assert_int_equal(cost_of(payer), 2 * plain_cost + arch_fpu_bytes());
    MUST(TN_SYS_PROCESS_KILL, with.process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, thread);
    assert_int_equal(cost_of(payer), plain_cost);
    MUST(TN_SYS_HANDLE_CLOSE, plain);
}

/* One byte short: the thread would be covered, its area is not. */
static void a_thread_without_an_area_is_not_made(void **state)
{
    (void)state;
    struct actor with = fpu_process();
    uint64_t poor = container(sizeof(struct kern_thread) + arch_fpu_bytes() - 1);
    uint64_t enough = container(sizeof(struct kern_thread) + arch_fpu_bytes());
    struct tn_thread_start start = start_for(poor);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, with.process, PUT(start)), TN_ERR_QUOTA);
    assert_int_equal(cost_of(poor), 0);
    assert_int_equal(with.p->thread_count, 0);
    start = start_for(enough);
    MUST(TN_SYS_THREAD_CREATE, with.process, PUT(start));
}

/* The process lives on another thread, so that this one can end. */
static void kill_thread(uint64_t thread)
{
    MUST(TN_SYS_THREAD_KILL, thread);
    MUST(TN_SYS_HANDLE_CLOSE, thread);
}

static void making_a_thread_fails_cleanly(void **state)
{
    (void)state;
    struct actor with = fpu_spawn();
    struct tn_thread_start start = start_for(world.info.container);
    FAILS_CLEANLY(kill_thread, TN_SYS_THREAD_CREATE, with.process, PUT(start));
}

static void a_full_machine_keeps_no_area(void **state)
{
    (void)state;
    struct actor with = fpu_process();
    struct actor without = spawn_process();
    struct tn_thread_start start = start_for(world.info.container);
    world.unchecked = true; /* Hundreds of threads are walked else, at each of hundreds of calls. */
    tn_status_t status = TN_OK;
    while (status == TN_OK) {
        status = SYS(TN_SYS_THREAD_CREATE, without.process, PUT(start));
        if (status == TN_OK) {
            MUST(TN_SYS_HANDLE_CLOSE, world.value);
        }
    }
    world.unchecked = false;
    assert_int_equal(status, TN_ERR_QUOTA);
    uint64_t before = used();
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, with.process, PUT(start)), TN_ERR_QUOTA);
    assert_int_equal(used(), before);
    assert_int_equal(kern_fpu_areas()->used_count, 0);
}

/* --- Without CONFIG_FPU ------------------------------------------------------------------------ */

static void a_kernel_without_them_says_so(void **state)
{
    (void)state;
    uint64_t before = used();
    assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, world.info.container, TN_PROCESS_FPU),
                     TN_ERR_NOT_SUPPORTED);
    assert_int_equal(used(), before);
    assert_false(has_clean());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_process_has_them_by_its_flag_alone),
        TEST(there_is_no_other_flag),
        TEST(threads_keep_their_own),
        TEST(nothing_is_left_for_who_has_none),
        TEST(a_call_carries_nothing_in_them),
        TEST(they_survive_an_idle_machine),
        TEST(a_cpu_that_waits_holds_nobodys),
        TEST(they_end_with_the_thread),
        TEST(who_ends_unknown_to_others_keeps_them_until_it_is_left),
        TEST(the_payer_of_the_thread_pays_for_the_area),
        TEST(a_thread_without_an_area_is_not_made),
        TEST(making_a_thread_fails_cleanly),
        TEST(a_full_machine_keeps_no_area),
    };
    const struct CMUnitTest others[] = {TEST(a_kernel_without_them_says_so)};
    if (!CONFIG_FPU) {
        return cmocka_run_group_tests_name("no fpu", others, NULL, NULL);
    }
    return cmocka_run_group_tests_name("fpu", tests, NULL, NULL);
}
