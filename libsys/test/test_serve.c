/* SPDX-License-Identifier: MIT */
/* The loop of a server: what it sends and when it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libbase/mem.h>
#include <libsys/serve.h>

#include "fake_kernel.h"

/* A script: what each receive returns, and what must have been sent with it. */
struct step {
    tn_status_t status;      /* Of the receive. */
    uint64_t tag;            /* Received. */
    uint64_t token;          /* Received. */
    uint64_t word;           /* Received. */
    uint64_t expected_token; /* Of the reply that came with it. */
    uint32_t expected_label; /* Of that reply. */
};
static const struct step *script;
static uint64_t signals, faults;
static tn_status_t verdict;

static void play(unsigned number, struct sys_message *message, uint64_t deadline)
{
    (void)deadline;
    assert_int_equal(number, TN_SYS_IPC_REPLY_RECV);
    assert_int_equal(message->destination, 3);
    assert_int_equal(message->token, script->expected_token);
    assert_int_equal(tn_tag_label(message->tag), script->expected_label);
    message->tag = script->tag | (uint64_t)(uint8_t)script->status << 8;
    message->token = script->token;
    message->badge = 6;
    message->words[0] = script->word;
    script++;
}

static tn_status_t on_request(void *self, struct sys_request *request)
{
    (void)self;
    assert_int_equal(request->label, 8);
    assert_int_equal(request->badge, 6);
    return verdict;
}

static void on_signal(void *self, uint64_t bits)
{
    (void)self;
    signals = bits;
}

static enum tn_fault_reply on_fault(void *self, uint64_t badge, enum tn_fault fault,
                                    const uint64_t words[TN_MESSAGE_WORDS])
{
    (void)self;
    assert_int_equal(badge, 6);
    assert_int_equal(words[0], 0x1234);
    faults += fault;
    return TN_FAULT_RESUME;
}

static tn_status_t serve(const struct step *steps)
{
    const struct sys_server server = {
        .endpoint = 3, .request = on_request, .signal = on_signal, .fault = on_fault};
    script = steps;
    signals = faults = 0;
    fake_kernel_set(NULL, play);
    return sys_serve(&server);
}

static void each_request_is_answered_with_the_next_receive(void **state)
{
    static const struct step steps[] = {
        {.tag = UINT64_C(8) << 16, .token = 50},
        {.tag = UINT64_C(8) << 16, .token = 51, .expected_token = 50},
        {.status = TN_ERR_CLOSED, .expected_token = 51},
    };
    (void)state;
    verdict = TN_OK;
    assert_int_equal(serve(steps), TN_ERR_CLOSED);
}

static void an_error_is_the_label_of_the_reply(void **state)
{
    static const struct step steps[] = {
        {.tag = UINT64_C(8) << 16, .token = 50},
        {.status = TN_ERR_CLOSED, .expected_token = 50, .expected_label = (uint32_t)TN_ERR_BUSY},
    };
    (void)state;
    verdict = TN_ERR_BUSY;
    assert_int_equal(serve(steps), TN_ERR_CLOSED);
}

static void a_deferred_request_is_not_answered(void **state)
{
    static const struct step steps[] = {
        {.tag = UINT64_C(8) << 16, .token = 50},
        {.status = TN_ERR_CLOSED, .expected_token = 0, .expected_label = SYS_DEFERRED},
    };
    (void)state;
    verdict = SYS_DEFERRED;
    assert_int_equal(serve(steps), TN_ERR_CLOSED);
}

static void signals_and_faults_go_to_their_handlers(void **state)
{
    static const struct step steps[] = {
        {.tag = TN_TAG_KIND_SIGNAL, .word = 0x80},
        {.tag = TN_TAG_KIND_FAULT | (uint64_t)TN_FAULT_PAGE << 16, .token = 52, .word = 0x1234},
        {.tag = TN_TAG_KIND_FAULT | (uint64_t)TN_FAULT_EXIT << 16,
         .word = 0x1234,
         .expected_token = 52,
         .expected_label = TN_FAULT_RESUME},
        {.status = TN_ERR_CLOSED},
    };
    (void)state;
    assert_int_equal(serve(steps), TN_ERR_CLOSED);
    assert_int_equal(signals, 0x80);
    assert_int_equal(faults, TN_FAULT_PAGE + TN_FAULT_EXIT);
}

static void a_client_that_is_gone_does_not_stop_the_server(void **state)
{
    static const struct step steps[] = {
        {.tag = UINT64_C(8) << 16, .token = 50},
        {.status = TN_ERR_STALE, .expected_token = 50},
        {.tag = UINT64_C(8) << 16, .token = 51, .expected_token = 0},
        {.status = TN_ERR_CLOSED, .expected_token = 51},
    };
    (void)state;
    verdict = TN_OK;
    assert_int_equal(serve(steps), TN_ERR_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_is_answered_with_the_next_receive),
        cmocka_unit_test(an_error_is_the_label_of_the_reply),
        cmocka_unit_test(a_deferred_request_is_not_answered),
        cmocka_unit_test(signals_and_faults_go_to_their_handlers),
        cmocka_unit_test(a_client_that_is_gone_does_not_stop_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
