/* SPDX-License-Identifier: MIT */
/* A program with FPU and SIMD registers: each of its threads has its own, whatever else runs.
 *
 *     float          runs the cases, switches the machine off; its exit code is the verdict
 *     float serve    answers calls, with registers of its own that must stay as they are
 *
 * The manifest float.toml starts both, and a server without such registers. */
#include "echo.h"
#include "plain.h"

#include <libbase/compiler.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#define SLICE_NS 1000000

static unsigned checks, failures;

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool good, const char *text, unsigned line)
{
    checks++;
    failures += !good;
    if (!good) {
        sys_log("float: line %u: not so: %s", line, text);
    }
}

/* Do @p function with registers that @p seed fills: it must succeed and leave them alone. */
static void check_kept(uint64_t (*function)(void *), void *argument, uint64_t seed)
{
    struct simd registers, expected;
    simd_pattern(&registers, seed);
    simd_pattern(&expected, seed);
    CHECK(simd_call(&registers, function, argument) == 0);
    CHECK(simd_equal(&registers, &expected));
}

/* --- Cases ------------------------------------------------------------------------------------- */

static void a_thread_begins_with_clean_registers(void)
{
    struct simd found;
    for (uint64_t seed = 1; seed < 4; seed++) {
        simd_pattern(&found, seed + 50);
        check_kept(plain_look, &found, seed);
        CHECK(simd_is_clean(&found));
    }
}

static void keep(void *argument)
{
    struct keeper *keeper = argument;
    keeper->found = keeper->expected;
    (void)simd_call(&keeper->found, plain_compete, keeper);
}

static void threads_that_take_turns_keep_their_own(void)
{
    struct sys_thread_options options = {.budget_ns = SLICE_NS, .period_ns = SLICE_NS};
    for (unsigned i = 0; i < KEEPERS; i++) {
        simd_pattern(&keepers[i].expected, 1000 * i + i);
    }
    for (unsigned i = 0; i < KEEPERS; i++) {
        CHECK(sys_thread_spawn(&keepers[i].thread, keep, &keepers[i], &options) == TN_OK);
    }
    for (unsigned i = 0; i < KEEPERS; i++) {
        sys_thread_join(&keepers[i].thread);
        CHECK(simd_equal(&keepers[i].found, &keepers[i].expected));
    }
}

static void calls_that_wait_keep_them(void)
{
    check_kept(plain_sleep, NULL, 11);
    check_kept(plain_yield, NULL, 12);
    check_kept(plain_word, NULL, 13);
}

static void signal_with_others(void *argument)
{
    struct simd registers;
    simd_pattern(&registers, 77);
    (void)simd_call(&registers, plain_signal, argument);
}

static void signals_carry_none(void)
{
    struct sys_thread signaller;
    tn_handle_t notification = TN_HANDLE_NONE;
    CHECK(sys_notification_create(sys_program()->container, &notification) == TN_OK);
    for (uint64_t seed = 20; seed < 24; seed++) {
        CHECK(sys_thread_spawn(&signaller, signal_with_others, &notification, NULL) == TN_OK);
        check_kept(plain_wait, &notification, seed);
        sys_thread_join(&signaller);
    }
    CHECK(sys_handle_close(notification) == TN_OK);
}

/* The label of the reply tells how often the server has found its own registers altered. A call with
 * @p flags TN_TAG_DEADLINE goes the slow way. */
static void messages_carry_none(const char *server, uint64_t flags)
{
    static const uint64_t tags[] = {0, TN_TAG_LOW, TN_TAG_LOW | TN_TAG_HIGH};
    tn_handle_t endpoint = sys_start_handle(SYS_START_USES, server);
    CHECK(endpoint != TN_HANDLE_NONE);
    for (uint32_t i = 0; i < 3 * TN_ARRAY_LEN(tags); i++) {
        uint32_t groups = i % TN_ARRAY_LEN(tags);
        struct exchange exchange = {.words = 4 * groups};
        exchange.message = (struct sys_message){
            .tag = tn_tag_make(ECHO_RETURN, tags[groups] | flags), .destination = endpoint};
        for (uint64_t word = 0; word < TN_MESSAGE_WORDS; word++) {
            exchange.message.words[word] = 100 * i + word;
        }
        check_kept(plain_call, &exchange, 30 + i);
        CHECK(tn_tag_label(exchange.message.tag) == 0);
        for (uint64_t word = 0; word < exchange.words; word++) {
            CHECK(exchange.message.words[word] == 100 * i + word);
        }
    }
}

/* Right after registers full of values were in use: it faults, and the call in service ends. */
static void who_has_none_cannot_look(void)
{
    struct simd registers;
    struct exchange exchange = {.words = 4};
    exchange.message = (struct sys_message){
        .tag = tn_tag_make(ECHO_INTRUDE, TN_TAG_LOW),
        .destination = sys_start_handle(SYS_START_USES, "/svc/echo"),
    };
    simd_pattern(&registers, 99);
    CHECK((tn_status_t)simd_call(&registers, plain_call, &exchange) == TN_ERR_PEER_DIED);
}

/* Exact, so that any other rounding or register would show. */
static void numbers_are_what_they_should_be(void)
{
    volatile double term = 1;
    double sum = 0;
    for (unsigned i = 0; i < 52; i++) {
        sum += term;
        term = term / 2;
        if (i % 8 == 0) {
            (void)plain_yield(NULL);
        }
    }
    CHECK(sum == 2 - 0x1p-51);
    CHECK((uint64_t)(sum * 0x1p51) == (UINT64_C(1) << 52) - 1);
}

/* --- The program ------------------------------------------------------------------------------- */

/* Whether a wrong token is refused, and with it a reply that says that something is altered. */
static bool wrong_token_is_stale(const struct sys_message *message)
{
    struct sys_message wrong = *message;
    wrong.token++;
    wrong.tag = tn_tag_make(1, 0);
    return (tn_status_t)plain_reply_receive(&wrong) == TN_ERR_STALE;
}

static int serve(void)
{
    struct sys_message message = {.destination = sys_start_handle(SYS_START_SERVES, NULL)};
    tn_status_t status = sys_ipc_receive(&message, 0);
    struct simd registers, expected;
    uint32_t altered = 0;
    for (uint64_t seed = 500; status == TN_OK; seed++) {
        simd_pattern(&registers, seed);
        expected = registers;
        altered += !wrong_token_is_stale(&message);
        message.tag = tn_tag_make(altered, message.tag & (TN_TAG_LOW | TN_TAG_HIGH));
        status = (tn_status_t)simd_call(&registers, plain_reply_receive, &message);
        altered += !simd_equal(&registers, &expected);
    }
    return 1;
}

int main(int argc, char **argv)
{
    (void)argv;
    simd_init();
    if (argc > 1) {
        return serve();
    }
    a_thread_begins_with_clean_registers();
    threads_that_take_turns_keep_their_own();
    calls_that_wait_keep_them();
    signals_carry_none();
    messages_carry_none("/svc/echo", 0);
    messages_carry_none("/svc/echo", TN_TAG_DEADLINE);
    messages_carry_none("/svc/float", 0);
    messages_carry_none("/svc/float", TN_TAG_DEADLINE);
    who_has_none_cannot_look();
    numbers_are_what_they_should_be();
    sys_log("float: %u checks, %u failed", checks, failures);
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, failures != 0);
    return 1;
}
