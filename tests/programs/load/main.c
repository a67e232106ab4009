/* SPDX-License-Identifier: MIT */
/* A server that is killed 100 times while four clients make 100,000 calls: no call is lost, and none is
 * done twice that may not be.
 *
 *     load          the clients, the book, and the killer; its exit code is the verdict
 *     load serve    the teller, which dies: it writes each call into the book, and answers
 *
 * The book is kept by a thread of the clients' program, so it survives. The supervisor, the real one,
 * keeps the teller's endpoint and starts it again (load.toml). Every second call is marked idempotent. */
#include <libbase/fmt.h>
#include <libbase/random.h>
#include <libsys/clock.h>
#include <libsys/contract.h>
#include <libsys/serve.h>
#include <libsys/start.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#include <contracts/console.h>
#include <contracts/supervisor.h>

#define CLIENTS          4
#define CALLS_PER_CLIENT 25000
#define CALLS            (CLIENTS * CALLS_PER_CLIENT)
#define KILLS            100
#define PER_KILL         (CALLS / (KILLS + 1))
#define PRINTING_NS      20000000
#define LABEL            (UINT32_C(99) << 16 | 1)

/* What the teller answers to call @p number. */
static uint64_t answer_to(uint64_t number)
{
    return number * 3 + 1;
}

static bool is_idempotent(uint64_t number)
{
    return number % 2 != 0;
}

/* A call with a number, through the half of a contract that all clients have. */
static tn_status_t exchange(tn_handle_t server, uint64_t *word, bool idempotent)
{
    struct sys_contract_call call = {
        .server = server,
        .label = LABEL,
        .words_in = 1,
        .words_out = 1,
        .idempotent = idempotent,
        .words = {*word},
    };
    tn_status_t status = sys_contract_call(&call);
    *word = call.words[0];
    return status;
}

/* --- The teller -------------------------------------------------------------------------------- */

static tn_status_t tell(void *self, struct sys_request *request)
{
    const tn_handle_t *book = self;
    uint64_t number = request->words[0];
    tn_status_t status = exchange(*book, &request->words[0], false);
    request->words[0] = answer_to(number);
    request->reply_flags = TN_TAG_LOW;
    return status;
}

static int serve(void)
{
    tn_handle_t book = sys_start_handle(SYS_START_USES, "/svc/book");
    const struct sys_server teller = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL), .self = &book, .request = tell};
    (void)sys_serve(&teller);
    return 1;
}

/* --- The book ---------------------------------------------------------------------------------- */

static uint8_t written[CALLS]; /* How often each call was done. */

static tn_status_t write_down(void *self, struct sys_request *request)
{
    (void)self;
    uint64_t number = request->words[0];
    request->reply_flags = TN_TAG_LOW;
    if (number >= CALLS) {
        return TN_ERR_RANGE;
    }
    written[number]++;
    return TN_OK;
}

static void keep_book(void *argument)
{
    (void)argument;
    const struct sys_server book = {.endpoint = sys_start_handle(SYS_START_SERVES, NULL),
                                    .request = write_down};
    (void)sys_serve(&book);
}

/* --- The clients ------------------------------------------------------------------------------- */

struct client {
    struct sys_thread thread;
    uint64_t first;   /* Number of its first call. */
    uint32_t made;    /* Calls that ended. */
    uint32_t unknown; /* Of those, with TN_ERR_PEER_DIED. */
    uint32_t failed;  /* Of those, with another error or a wrong answer. */
};

static struct client clients[CLIENTS];
static bool is_unknown[CALLS];

/* The killer is not left behind: no client makes more calls than this meanwhile. */
static uint32_t limit = 2 * PER_KILL / CLIENTS;

static void make_calls(void *argument)
{
    struct client *client = argument;
    tn_handle_t teller = sys_start_handle(SYS_START_USES, "/svc/teller");
    for (uint64_t i = 0; i < CALLS_PER_CLIENT; i++) {
        uint64_t number = client->first + i;
        uint64_t word = number;
        while (i >= __atomic_load_n(&limit, __ATOMIC_RELAXED)) {
            sys_sleep_ns(10000);
        }
        tn_status_t status = exchange(teller, &word, is_idempotent(number));
        if (status == TN_ERR_PEER_DIED && !is_idempotent(number)) {
            is_unknown[number] = true;
            client->unknown++;
        } else if (status != TN_OK || word != answer_to(number)) {
            client->failed++;
        }
        __atomic_store_n(&client->made, (uint32_t)i + 1, __ATOMIC_RELAXED);
    }
}

static uint32_t calls_made(void)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < CLIENTS; i++) {
        sum += __atomic_load_n(&clients[i].made, __ATOMIC_RELAXED);
    }
    return sum;
}

/* --- The killer -------------------------------------------------------------------------------- */

/* Kills the teller at times that have nothing to do with what it does just then, but each time after it
 * has answered a few calls: else the same call could meet more deaths than it is repeated.
 * @return how often. */
static unsigned kill_under_load(void)
{
    tn_handle_t supervisor = sys_start_handle(SYS_START_USES, "/svc/supervisor");
    struct tn_random random;
    unsigned kills = 0;
    uint32_t least = 0;
    tn_random_init(&random, 1);
    for (uint32_t i = 1; i <= KILLS; i++) {
        while (calls_made() < i * PER_KILL || calls_made() < least) {
            sys_sleep_ns(50000 + tn_random_below(&random, 50000));
        }
        kills += supervisor_kill(supervisor, "teller", 0) == TN_OK;
        least = calls_made() + PER_KILL / 10;
        __atomic_store_n(&limit, (i + 2) * PER_KILL / CLIENTS, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&limit, CALLS_PER_CLIENT, __ATOMIC_RELAXED);
    return kills;
}

/* --- The verdict ------------------------------------------------------------------------------- */

/* Whether call @p number was done as often as its outcome says. */
static bool is_right(uint64_t number)
{
    if (is_idempotent(number)) {
        return written[number] >= 1 && written[number] <= 1 + SYS_CONTRACT_REPEATS;
    }
    return written[number] == 1 || (is_unknown[number] && written[number] == 0);
}

/* For people; the machine is switched off after this, so the line gets the time it needs. */
static void say(const char *line, size_t length)
{
    tn_handle_t console = sys_start_handle(SYS_START_USES, "/svc/console");
    uint32_t taken;
    if (console_write(console, line, length, &taken) == TN_OK) {
        sys_sleep_ns(PRINTING_NS);
    }
}

static bool judge(unsigned kills)
{
    unsigned failed = 0, unknown = 0, wrong = 0, repeated = 0;
    for (unsigned i = 0; i < CLIENTS; i++) {
        failed += clients[i].failed;
        unknown += clients[i].unknown;
    }
    for (uint64_t number = 0; number < CALLS; number++) {
        wrong += !is_right(number);
        repeated += written[number] > 1;
    }
    char line[160];
    say(line, tn_format(line, sizeof(line),
                        "load: %u calls, %u kills: %u failed, %u done too often or not at all, "
                        "%u with unknown effect, %u repeated\n",
                        calls_made(), kills, failed, wrong, unknown, repeated));
    /* The teller serves one at a time; many kills must have met it at that. */
    return failed == 0 && wrong == 0 && calls_made() == CALLS && kills == KILLS &&
           unknown + repeated <= KILLS && unknown + repeated >= KILLS / 10;
}

int main(int argc, char **argv)
{
    static struct sys_thread book;
    (void)argv;
    if (argc > 1) {
        return serve();
    }
    bool good = sys_thread_spawn(&book, keep_book, NULL, NULL) == TN_OK;
    for (unsigned i = 0; i < CLIENTS && good; i++) {
        clients[i].first = (uint64_t)i * CALLS_PER_CLIENT;
        good = sys_thread_spawn(&clients[i].thread, make_calls, &clients[i], NULL) == TN_OK;
    }
    if (good) {
        unsigned kills = kill_under_load();
        for (unsigned i = 0; i < CLIENTS; i++) {
            sys_thread_join(&clients[i].thread);
        }
        good = judge(kills);
    }
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, good ? 0 : 1);
    return 1;
}
