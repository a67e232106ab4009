/* SPDX-License-Identifier: MIT */
/* Three tasks and a server that two of them need, as in every story of priority inversion:
 *
 *      low      --call=====                 its call is in service when
 *      middle   -------MMMMMMMMMMMMMMMMMM   somebody wants to run for very long, and when
 *      high     ----------call              the most urgent one needs the same server
 *
 * The high one may wait for the rest of the low one's service and for its own, never for the middle one; and
 * where low and high need a lock in place of a server, for the rest of what the low one does with it. What
 * happened is read from the trace, as a person would do it. */

#include "spend.h"
#include "trace.h"
#include "trio.h"

#define WORK_NS UINT64_C(1000000)   /* What the server does for a call. */
#define HOG_NS  UINT64_C(500000000) /* How long the one in the middle wants to run. */
#define STEP_NS UINT64_C(50000)

/* The tasks; root is the least urgent of all. */
struct scene {
    struct actor low, middle, high, server;
    tn_handle_t at_low, at_high, at_server;
    uint64_t work_ns;   /* What is left to do for the call in service. */
    uint64_t hogged_ns; /* How long the one in the middle has run. */
    uint64_t called_ns; /* When the high one called; 0: not yet. */
    uint64_t position;  /* Of the first trace record after that. */
};

/* Starts a thread in @p process, lets it sleep until @p wake_up_ns if that is not 0, and goes on. */
static struct actor start(const struct actor *process, unsigned priority, uint64_t wake_up_ns)
{
    struct actor actor = spawn_thread(process, priority);
    assert_true(runs(&actor));
    if (wake_up_ns != 0) {
        assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, wake_up_ns), BLOCKED);
    }
    return actor;
}

/* The server waits, passive; the others wake up in the order of their urgency, the low one at once. */
static struct scene make_scene(void)
{
    struct scene scene = {.work_ns = WORK_NS};
    tn_handle_t ears = endpoint();
    struct actor low = spawn_process();
    struct actor middle = spawn_process();
    struct actor high = spawn_process();
    scene.server = spawn(PRIORITY);
    scene.at_low = give(&low, ears, TN_RIGHT_SEND);
    scene.at_high = give(&high, ears, TN_RIGHT_SEND);
    scene.at_server = give(&scene.server, ears, TN_RIGHTS_ALL);
    become(&scene.server);
    assert_int_equal(recv(scene.at_server), BLOCKED);
    become(&world.root);
    make_passive(&scene.server);
    scene.high = start(&high, PRIORITY + 3, 6 * STEP_NS);
    scene.middle = start(&middle, PRIORITY + 2, 3 * STEP_NS);
    scene.low = start(&low, PRIORITY + 1, 0);
    return scene;
}

static void serve(struct scene *scene)
{
    if (scene->work_ns > 0) {
        scene->work_ns -= spend(scene->work_ns < STEP_NS ? scene->work_ns : STEP_NS);
        return;
    }
    scene->work_ns = WORK_NS;
    tn_status_t status = reply_recv(scene->at_server, token_of(&scene->server), 0, 0);
    assert_true(status == BLOCKED || status == TN_OK); /* It waits, or there is a call already. */
}

static void hog(struct scene *scene)
{
    scene->hogged_ns += spend(STEP_NS);
    if (scene->hogged_ns >= HOG_NS) {
        assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    }
}

/* The next record of the only CPU; NULL: there is none yet. */
static const struct tn_trace_record *next_record(struct scene *scene)
{
    uint64_t count = 1;
    const struct tn_trace_record *record = kern_trace_find(0, &scene->position, &count);
    scene->position += count;
    return count != 0 ? record : NULL;
}

static void call_urgently(struct scene *scene)
{
    while (next_record(scene) != NULL) {
    }
    scene->called_ns = arch_now_ns();
    assert_int_equal(call(scene->at_high, 0, 0), BLOCKED);
}

/* Everybody does what he wants to, until the high one's call has been answered. */
static void play(struct scene *scene)
{
    for (;;) {
        if (runs(&scene->server)) {
            serve(scene);
        } else if (runs(&scene->middle)) {
            hog(scene);
        } else if (runs(&scene->high) && scene->called_ns != 0) {
            return;
        } else if (runs(&scene->high)) {
            call_urgently(scene);
        } else if (runs(&scene->low)) {
            assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
        } else {
            world_trap(host_until_timer());
        }
    }
}

static const char *name_of(const struct scene *scene, uint64_t id)
{
    const struct {
        const char *name;
        const struct actor *actor;
    } names[] = {
        {"low", &scene->low},
        {"middle", &scene->middle},
        {"high", &scene->high},
        {"server", &scene->server},
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(names); i++) {
        if (names[i].actor->t->object.id == id) {
            return names[i].name;
        }
    }
    return "root";
}

/* Prints who ran since the high one's call. @return whether the one in the middle did. */
static bool read_trace(struct scene *scene)
{
    const struct tn_trace_record *record;
    bool middle_ran = false;
    while ((record = next_record(scene)) != NULL) {
        uint64_t after_ns = record->time_ns - scene->called_ns;
        const char *name = name_of(scene, record->thread);
        if (record->event == TN_TRACE_IPC) {
            print_message("%8llu ns  %s: IPC call %llu\n", (unsigned long long)after_ns, name,
                          (unsigned long long)record->argument[0]);
        } else if (record->event == TN_TRACE_SWITCH) {
            print_message("%8llu ns  %s runs, priority %llu\n", (unsigned long long)after_ns, name,
                          (unsigned long long)record->argument[1]);
            middle_ran |= record->argument[0] == scene->middle.t->object.id;
        }
    }
    return middle_ran;
}

static void an_idle_server_is_as_urgent_as_its_caller(void **state)
{
    (void)state;
    struct scene scene = make_scene(); /* The low one does not call. */
    play(&scene);
    assert_true(scene.hogged_ns > 0);
    assert_false(read_trace(&scene));
    assert_true(arch_now_ns() - scene.called_ns <= WORK_NS);
}

static void a_busy_server_is_as_urgent_as_who_waits_for_it(void **state)
{
    (void)state;
    if (!HELPING) {
        skip();
    }
    struct scene scene = make_scene();
    assert_int_equal(call(scene.at_low, 0, 0), BLOCKED);
    play(&scene);
    assert_true(scene.hogged_ns > 0);
    assert_false(read_trace(&scene));
    assert_true(arch_now_ns() - scene.called_ns <= 2 * WORK_NS);
}

/* The same with a lock: low has it, high waits for it on a word. */
static struct scene make_lock_scene(void)
{
    struct scene scene = {.work_ns = WORK_NS};
    struct actor process = spawn_process();
    struct actor middle = spawn_process();
    scene.high = start(&process, PRIORITY + 3, 6 * STEP_NS);
    scene.middle = start(&middle, PRIORITY + 2, 3 * STEP_NS);
    scene.low = spawn_thread(&process, PRIORITY);
    scene.at_low = give(&scene.low, scene.low.thread, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, scene.low.context, PRIORITY + 1, PERIOD, PERIOD);
    return scene;
}

static void wait_for_lock(struct scene *scene)
{
    while (next_record(scene) != NULL) {
    }
    scene->called_ns = arch_now_ns();
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 0, TN_DEADLINE_NEVER, scene->at_low), BLOCKED);
}

static void use_lock(struct scene *scene)
{
    if (scene->work_ns > 0) {
        scene->work_ns -= spend(scene->work_ns < STEP_NS ? scene->work_ns : STEP_NS);
    } else if (scene->called_ns != 0) {
        (void)SYS(TN_SYS_WORD_WAKE, SCRATCH, 1);
    } else {
        spend(STEP_NS);
    }
}

static void play_with_lock(struct scene *scene)
{
    for (;;) {
        if (runs(&scene->middle)) {
            hog(scene);
        } else if (runs(&scene->high) && scene->called_ns != 0) {
            return;
        } else if (runs(&scene->high)) {
            wait_for_lock(scene);
        } else if (runs(&scene->low)) {
            use_lock(scene);
        } else {
            world_trap(host_until_timer());
        }
    }
}

static void a_locks_owner_is_as_urgent_as_who_waits_for_it(void **state)
{
    (void)state;
    if (!HELPING) {
        skip();
    }
    struct scene scene = make_lock_scene();
    play_with_lock(&scene);
    assert_true(scene.hogged_ns > 0);
    assert_false(read_trace(&scene));
    assert_true(arch_now_ns() - scene.called_ns <= WORK_NS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_idle_server_is_as_urgent_as_its_caller),
        TEST(a_busy_server_is_as_urgent_as_who_waits_for_it),
        TEST(a_locks_owner_is_as_urgent_as_who_waits_for_it),
    };
    return cmocka_run_group_tests_name("inversion", tests, NULL, NULL);
}
