/* SPDX-License-Identifier: MIT */
/* The consoles server. The first thread serves and shows; another for each console waits for what is typed
 * there, for a read waits as long as a person likes. They share the input, under a lock. */
#include <contracts/console.h>
#include <libsys/clock.h>
#include <libsys/mutex.h>
#include <libsys/print.h>
#include <libsys/serve.h>
#include <libsys/start.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#include "consoles.h"

/* From tick to tick while text is left: a console at 115,200 baud has room for 100 bytes then. */
#define TICK_NS UINT64_C(10000000)

/* Before a read that a console refused for the moment is made again. */
#define REST_NS UINT64_C(100000000)

#define SIGNAL_TICK UINT64_C(1)

#define PRIORITY    13 /* Of the threads: as the server's own. */
#define PIECE_BYTES 128

static struct consoles consoles;

static struct sys_mutex lock;         /* Of consoles.input. */
static struct sys_condition has_room; /* There is room for input. */

static tn_handle_t timer;
static bool is_ticking;

static struct sys_thread readers[CONSOLES_ENDS_MAX];

/* Let time tick while text is left. */
static void tick_while_needed(void)
{
    bool is_left = consoles_has_text(&consoles);
    if (is_left == is_ticking) {
        return;
    }
    uint64_t first = is_left ? sys_clock_now_ns() + TICK_NS : 0;
    tn_status_t status = sys_timer_set(timer, first, is_left ? TICK_NS : 0);
    (void)status; /* It is ours. */
    is_ticking = is_left;
}

/* Hand over what came, as there is room for it. */
static void give(const uint8_t *bytes, size_t length)
{
    sys_mutex_lock(&lock);
    size_t done = consoles_give(&consoles.input, bytes, length);
    while (done < length) {
        tn_status_t status = sys_condition_wait(&has_room, &lock, TN_DEADLINE_NEVER);
        (void)status; /* There is no deadline. */
        done += consoles_give(&consoles.input, bytes + done, length - done);
    }
    sys_mutex_unlock(&lock);
}

static void run_reader(void *argument)
{
    const struct consoles_end *end = argument;
    for (;;) {
        uint8_t bytes[PIECE_BYTES];
        size_t length = 0;
        tn_status_t status = console_read(end->server, bytes, sizeof(bytes), &length);
        if (status == TN_OK) {
            give(bytes, length);
        } else if (status == TN_ERR_PEER_DIED || status == TN_ERR_BUSY) {
            sys_sleep_ns(REST_NS);
        } else {
            return; /* It has no keys, or is gone. */
        }
    }
}

static tn_status_t do_write(void *self, const struct sys_request *request, const void *data,
                            size_t data_length, uint32_t *written)
{
    return consoles_write(self, request->token, true, data, data_length, written);
}

static tn_status_t do_offer(void *self, const struct sys_request *request, const void *data,
                            size_t data_length, uint32_t *written)
{
    return consoles_write(self, request->token, false, data, data_length, written);
}

static tn_status_t do_read(void *self, const struct sys_request *request, void *data,
                           size_t data_size, size_t *data_length)
{
    (void)self;
    sys_mutex_lock(&lock);
    tn_status_t status = consoles_read(&consoles.input, request, data, data_size, data_length);
    sys_mutex_unlock(&lock);
    if (status == TN_OK) {
        sys_condition_broadcast(&has_room);
    }
    return status;
}

static tn_status_t on_request(void *self, struct sys_request *request)
{
    static const struct console_handlers handlers = {
        .write = do_write, .read = do_read, .offer = do_offer};
    tn_status_t status = console_dispatch(&handlers, self, request);
    tick_while_needed();
    return status;
}

static void on_signal(void *self, uint64_t bits)
{
    (void)self;
    if ((bits & SIGNAL_TICK) != 0) {
        consoles_tick(&consoles);
    } else {
        consoles_pump(&consoles);
    }
    tick_while_needed();
}

/* The consoles that the manifest gave. */
static tn_status_t find_consoles(void)
{
    const struct sys_start *start = sys_program()->start;
    tn_status_t status = TN_OK;
    consoles_init(&consoles);
    for (uint32_t i = 0; status == TN_OK && i < start->handle_count; i++) {
        if (start->handles[i].kind == SYS_START_USES) {
            status = consoles_add(&consoles, start->handles[i].handle);
        }
    }
    return status == TN_OK && consoles.end_count == 0 ? TN_ERR_NOT_FOUND : status;
}

/* The notification of new log text and of ticks. */
static tn_status_t open_signals(void)
{
    tn_status_t status = TN_OK;
    tn_handle_t container = sys_program()->container;
    tn_handle_t notification = sys_start_handle(SYS_START_SIGNALS, NULL);
    if (notification == TN_HANDLE_NONE) {
        status = sys_notification_create(container, &notification);
    }
    if (status == TN_OK) {
        status = sys_timer_create(container, notification, SIGNAL_TICK, &timer);
    }
    return status == TN_OK ? sys_notification_bind(notification, sys_program()->thread) : status;
}

static tn_status_t start_readers(void)
{
    const struct sys_thread_options options = {.priority = PRIORITY};
    tn_status_t status = TN_OK;
    for (uint32_t i = 0; status == TN_OK && i < consoles.end_count; i++) {
        status = sys_thread_spawn(&readers[i], run_reader, &consoles.ends[i], &options);
    }
    return status;
}

static tn_status_t open_consoles(void)
{
    tn_status_t status = find_consoles();
    if (status == TN_OK) {
        status = open_signals();
    }
    if (status != TN_OK) {
        return status;
    }
    /* Only a machine handle that the manifest gave allows to read the log. */
    consoles.machine = sys_program()->machine;
    if (sys_program()->start->epoch > 1) {
        consoles_skip_log(&consoles);
    }
    consoles_pump(&consoles);
    tick_while_needed();
    return start_readers();
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    tn_status_t status = open_consoles();
    if (status != TN_OK) {
        sys_log("consoles: cannot start: %s", tn_status_text(status));
        return 1;
    }
    const struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .self = &consoles,
        .request = on_request,
        .signal = on_signal,
    };
    status = sys_serve(&server);
    sys_log("consoles: cannot receive: %s", tn_status_text(status));
    return 1;
}
