/* SPDX-License-Identifier: MIT */
/* Notifications: what each call promises, random operations against a plain model, and the argument
 * that no wake-up is lost, tried on random interleavings. */
#include <libipc/notification.h>

#include <support/coverage.h>
#include <support/testing.h>

static void a_new_notification_is_empty(void **state)
{
    (void)state;
    struct ipc_notification notification;
    memset(&notification, 0xa5, sizeof(notification));
    ipc_notification_init(&notification);
    assert_int_equal(notification.pending, 0);
    assert_null(notification.waiter);
    assert_null(notification.bound);
    assert_int_equal(ipc_notification_take(&notification), 0);
}

static void bits_add_up_until_they_are_taken(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    assert_null(ipc_notification_signal(&notification, 1));
    assert_null(ipc_notification_signal(&notification, 1));
    assert_null(ipc_notification_signal(&notification, UINT64_C(1) << 63));
    assert_int_equal(ipc_notification_take(&notification), UINT64_C(1) << 63 | 1);
    assert_int_equal(ipc_notification_take(&notification), 0);
}

static void a_waiter_is_woken_once_and_finds_its_bits(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int thread;
    assert_int_equal(ipc_notification_wait(&notification, &thread), TN_OK);
    assert_ptr_equal(ipc_notification_signal(&notification, 4), &thread);
    assert_null(ipc_notification_signal(&notification, 8));
    assert_int_equal(ipc_notification_take(&notification), 12);
    assert_int_equal(ipc_notification_wait(&notification, &thread), TN_OK);
}

static void no_bits_wake_nobody(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int thread;
    assert_int_equal(ipc_notification_wait(&notification, &thread), TN_OK);
    assert_null(ipc_notification_signal(&notification, 0));
    assert_ptr_equal(notification.waiter, &thread);
    assert_int_equal(notification.pending, 0);
}

static void pending_bits_forbid_to_wait(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int thread;
    assert_null(ipc_notification_signal(&notification, 2));
    assert_int_equal(ipc_notification_wait(&notification, &thread), TN_ERR_STATE);
    assert_null(notification.waiter);
    assert_int_equal(ipc_notification_take(&notification), 2);
}

static void only_one_waits(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int first;
    int second;
    assert_int_equal(ipc_notification_wait(&notification, &first), TN_OK);
    assert_int_equal(ipc_notification_wait(&notification, &second), TN_ERR_BUSY);
    assert_int_equal(ipc_notification_wait(&notification, &first), TN_ERR_BUSY);
    assert_int_equal(ipc_notification_bind(&notification, &second), TN_ERR_BUSY);
    assert_int_equal(ipc_notification_bind(&notification, &first), TN_ERR_BUSY);
    assert_null(notification.bound);
    assert_ptr_equal(ipc_notification_signal(&notification, 1), &first);
}

static void a_cancelled_waiter_is_not_woken(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int first;
    int second;
    assert_int_equal(ipc_notification_wait(&notification, &first), TN_OK);
    ipc_notification_cancel(&notification, &second);
    assert_ptr_equal(notification.waiter, &first);
    ipc_notification_cancel(&notification, &first);
    ipc_notification_cancel(&notification, &first);
    assert_null(ipc_notification_signal(&notification, 1));
    assert_int_equal(ipc_notification_take(&notification), 1);
}

static void a_bound_thread_keeps_others_out(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int bound;
    int other;
    assert_int_equal(ipc_notification_bind(&notification, &bound), TN_OK);
    assert_int_equal(ipc_notification_bind(&notification, &other), TN_ERR_BUSY);
    assert_int_equal(ipc_notification_bind(&notification, &bound), TN_ERR_BUSY);
    assert_int_equal(ipc_notification_wait(&notification, &other), TN_ERR_BUSY);
    assert_int_equal(ipc_notification_wait(&notification, &bound), TN_ERR_BUSY);
    assert_ptr_equal(notification.bound, &bound);
    assert_null(notification.waiter);
}

static void a_signal_does_not_hand_out_the_bound_thread(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int bound;
    assert_int_equal(ipc_notification_bind(&notification, &bound), TN_OK);
    assert_null(ipc_notification_signal(&notification, 1));
    assert_ptr_equal(notification.bound, &bound);
    assert_int_equal(ipc_notification_take(&notification), 1);
}

static void unbinding_keeps_the_bits_and_frees_the_place(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    int bound;
    int other;
    ipc_notification_unbind(&notification);
    assert_int_equal(ipc_notification_bind(&notification, &bound), TN_OK);
    assert_null(ipc_notification_signal(&notification, 6));
    ipc_notification_unbind(&notification);
    assert_null(notification.bound);
    assert_int_equal(ipc_notification_take(&notification), 6);
    assert_int_equal(ipc_notification_wait(&notification, &other), TN_OK);
}

static void nobody_is_no_thread(void **state)
{
    (void)state;
    struct ipc_notification notification = {0};
    assert_promise_broken(assert_int_equal(ipc_notification_wait(&notification, NULL), TN_OK));
    assert_promise_broken(assert_int_equal(ipc_notification_bind(&notification, NULL), TN_OK));
}

enum {
    THREADS = 3,
    STEPS = 200000
};

enum operation {
    SIGNAL,
    TAKE,
    WAIT,
    CANCEL,
    BIND,
    UNBIND,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [SIGNAL] = {"signal", {"woke", "kept", "nothing"}},
    [TAKE] = {"take", {"bits", "none"}},
    [WAIT] = {"wait", {"TN_OK", "TN_ERR_BUSY", "TN_ERR_STATE"}},
    [CANCEL] = {"cancel", {"the waiter", "another"}},
    [BIND] = {"bind", {"TN_OK", "TN_ERR_BUSY"}},
    [UNBIND] = {"unbind", {"done"}},
};

/* The reference: which bits are pending, and who waits and is bound, by number; THREADS is nobody. */
struct model {
    bool pending[64];
    unsigned waiter;
    unsigned bound;
};

struct world {
    struct tn_random random;
    struct ipc_notification notification;
    struct model model;
    int threads[THREADS];
};

static uint64_t model_bits(const struct model *model)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i++) {
        bits |= (uint64_t)model->pending[i] << i;
    }
    return bits;
}

static const char *step_signal(struct world *world)
{
    struct model *model = &world->model;
    bool none = tn_random_below(&world->random, 4) == 0;
    uint64_t bits = none ? 0 : UINT64_C(1) << tn_random_below(&world->random, 64);
    for (unsigned i = 0; i < 64; i++) {
        model->pending[i] |= (bits >> i & 1) != 0;
    }
    const int *woken = ipc_notification_signal(&world->notification, bits);
    if (none || model->waiter == THREADS) {
        assert_null(woken);
        return none ? "nothing" : "kept";
    }
    assert_ptr_equal(woken, &world->threads[model->waiter]);
    model->waiter = THREADS;
    return "woke";
}

static const char *step_take(struct world *world)
{
    uint64_t bits = ipc_notification_take(&world->notification);
    assert_int_equal(bits, model_bits(&world->model));
    memset(world->model.pending, 0, sizeof(world->model.pending));
    return bits != 0 ? "bits" : "none";
}

static const char *step_wait(struct world *world, unsigned thread)
{
    struct model *model = &world->model;
    tn_status_t status = ipc_notification_wait(&world->notification, &world->threads[thread]);
    if (model->waiter != THREADS || model->bound != THREADS) {
        assert_int_equal(status, TN_ERR_BUSY);
    } else if (model_bits(model) != 0) {
        assert_int_equal(status, TN_ERR_STATE);
    } else {
        assert_int_equal(status, TN_OK);
        model->waiter = thread;
    }
    return tn_status_name(status);
}

static const char *step_cancel(struct world *world, unsigned thread)
{
    ipc_notification_cancel(&world->notification, &world->threads[thread]);
    if (world->model.waiter != thread) {
        return "another";
    }
    world->model.waiter = THREADS;
    return "the waiter";
}

static const char *step_bind(struct world *world, unsigned thread)
{
    struct model *model = &world->model;
    bool busy = model->bound != THREADS || model->waiter != THREADS;
    tn_status_t status = ipc_notification_bind(&world->notification, &world->threads[thread]);
    assert_int_equal(status, busy ? TN_ERR_BUSY : TN_OK);
    model->bound = busy ? model->bound : thread;
    return tn_status_name(status);
}

static const char *step(struct world *world, enum operation operation)
{
    unsigned thread = (unsigned)tn_random_below(&world->random, THREADS);
    switch (operation) {
    case SIGNAL:
        return step_signal(world);
    case TAKE:
        return step_take(world);
    case WAIT:
        return step_wait(world, thread);
    case CANCEL:
        return step_cancel(world, thread);
    case BIND:
        return step_bind(world, thread);
    default:
        ipc_notification_unbind(&world->notification);
        world->model.bound = THREADS;
        return "done";
    }
}

static void random_operations_agree_with_a_plain_model(void **state)
{
    (void)state;
    struct coverage coverage = {.operations = operations, .operation_count = OPERATIONS};
    static struct world world = {.model = {.waiter = THREADS, .bound = THREADS}};
    world.random = testing_random();
    for (unsigned n = 0; n < STEPS; n++) {
        enum operation operation = (enum operation)tn_random_below(&world.random, OPERATIONS);
        coverage_note(&coverage, operation, step(&world, operation));
        const struct ipc_notification *notification = &world.notification;
        assert_int_equal(notification->pending, model_bits(&world.model));
        assert_true(notification->waiter == NULL || notification->pending == 0);
        assert_true(notification->waiter == NULL || notification->bound == NULL);
    }
    coverage_check(&coverage);
}

/* A thread that takes bits, waits when there are none, and goes on when it is woken; a signaller
 * that interrupts it between any two of its steps. Whenever the thread sleeps, nothing is pending;
 * in the end it got every bit. */
static void no_wake_up_is_lost(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    struct ipc_notification notification = {0};
    int thread;
    bool asleep = false;
    bool found_none = false;
    uint64_t sent = 0;
    uint64_t received = 0;
    for (unsigned n = 0; n < STEPS; n++) {
        if (tn_random_below(&random, 3) == 0) {
            uint64_t bit = UINT64_C(1) << tn_random_below(&random, 64);
            /* Each bit once in flight, so that a lost one shows. */
            bit &= ~(sent & ~received);
            received &= ~bit;
            sent |= bit;
            const void *woken = ipc_notification_signal(&notification, bit);
            assert_int_equal(woken != NULL, asleep && bit != 0);
            asleep = asleep && woken == NULL;
        } else if (!asleep && found_none) {
            asleep = ipc_notification_wait(&notification, &thread) == TN_OK;
            found_none = false;
        } else if (!asleep) {
            uint64_t bits = ipc_notification_take(&notification);
            received |= bits;
            found_none = bits == 0;
        }
        assert_true(!asleep || sent == received);
    }
    received |= ipc_notification_take(&notification);
    assert_int_equal(sent, received);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_notification_is_empty),
        cmocka_unit_test(bits_add_up_until_they_are_taken),
        cmocka_unit_test(a_waiter_is_woken_once_and_finds_its_bits),
        cmocka_unit_test(no_bits_wake_nobody),
        cmocka_unit_test(pending_bits_forbid_to_wait),
        cmocka_unit_test(only_one_waits),
        cmocka_unit_test(a_cancelled_waiter_is_not_woken),
        cmocka_unit_test(a_bound_thread_keeps_others_out),
        cmocka_unit_test(a_signal_does_not_hand_out_the_bound_thread),
        cmocka_unit_test(unbinding_keeps_the_bits_and_frees_the_place),
        cmocka_unit_test(nobody_is_no_thread),
        cmocka_unit_test(random_operations_agree_with_a_plain_model),
        cmocka_unit_test(no_wake_up_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
