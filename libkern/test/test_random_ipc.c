/* SPDX-License-Identifier: MIT */
/* Random programs of messages, waits, time and what threads do to each other, from a seed (TN_SEED), against
 * a plain model (model.h). It says of each operation how it ends and what arrives, and after each who
 * runs on whose time; every few hundred the checker looks at the rest (check.h).
 *
 * TN_OPERATIONS operations are made, and more if a pair of them has not come about. */

#include "context.h"
#include "operations.h"

#define OPERATIONS 1000000
#define PATIENCE   4 /* So many times the operations may be made until each pair has come about. */

struct process processes[MODEL_PROCESSES];

static void make_contexts(void)
{
    for (int i = 1; i < MODEL_CONTEXTS; i++) {
        struct sched_params params = op_some_params();
        struct model_context *c = &model.contexts[i];
        c->handle = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, params.priority,
                         params.budget_ns, params.period_ns);
        c->kern = kern_context_of(object_of(c->handle));
        c->owner = NONE;
        sched_context_init(&c->account, &params, host_now_ns);
    }
}

static void begin_model(void)
{
    struct model_context *janitors = &model.contexts[0];
    op_enter(JANITOR, world.root.thread, 0);
    at(JANITOR)->is_suspended = false;
    janitors->kern = world.root.t->own;
    janitors->handle = world.root.context;
    janitors->account = janitors->kern->sched;
    model_bind(0, JANITOR);
    model.charged_ns = kern_cpu()->charged_ns;
    model.running = 0;
    model.current = JANITOR;
}

static void make_everything(void)
{
    for (int i = 0; i < MODEL_ENDPOINTS; i++) {
        processes[0].endpoints[i] = endpoint();
        processes[0].badged[i] =
            MUST(TN_SYS_HANDLE_MINT, processes[0].endpoints[i], TN_RIGHTS_ALL, op_badge(0, i));
    }
    for (int i = 0; i < MODEL_BELLS; i++) {
        processes[0].bells[i] = notification();
        model.bells[i] = (struct model_bell){.waiter = NONE, .bound = NONE};
    }
    processes[0].handle = world.root.process;
    make_contexts();
    begin_model();
    for (int thread = 1; thread < MODEL_THREADS; thread++) {
        op_create(thread);
        op_bind_context(JANITOR, thread, thread);
        op_compare();
    }
}

static void the_kernel_does_what_the_model_says(void **state)
{
    (void)state;
    const char *given = getenv("TN_OPERATIONS");
    uint64_t least = given != NULL ? strtoull(given, NULL, 0) : OPERATIONS;
    dice = testing_random();
    MUST(TN_SYS_CONTEXT_CONFIGURE, world.root.context, CONFIG_PRIORITIES - 1, PERIOD, PERIOD);
    world.unchecked = true;
    make_everything();
    for (uint64_t i = 0; i < least || (i < PATIENCE * least && !op_all_came_about()); i++) {
        while (model.current == NONE || chance(10)) {
            op_let_time_pass();
        }
        op_step();
    }
    op_print_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_kernel_does_what_the_model_says, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests_name("random_ipc", tests, NULL, NULL);
}
