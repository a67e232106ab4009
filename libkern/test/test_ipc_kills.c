/* SPDX-License-Identifier: MIT */
/* Client or server dies right after each numbered transition of a call. The transitions, and how whoever
 * is left hears of it, are read from libipc's README ("The life of a call"): its drawing and its table must
 * name the same numbers, and each must be driven here. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trio.h"

#define TRANSITIONS 9
#define SOON        UINT64_C(100000)
#define OVERRUN     9 /* Only where budgets can be faults. */

/* What the README promises, in the order of its columns. */
enum death {
    CLIENT_DIES,
    SERVER_DIES,
    SERVERS_THREAD_DIES,
    DEATHS
};
static char promised[TRANSITIONS + 1][DEATHS][32];
static bool is_drawn[TRANSITIONS + 1];

/* --- The README -------------------------------------------------------------------------------- */

/* Row @p number of the table: one status in backquotes in each column. */
static void read_row(char *row, unsigned number)
{
    assert_in_range(number, 1, TRANSITIONS);
    for (unsigned column = 0; column < DEATHS; column++) {
        const char *begin = strstr(row, "`TN_");
        assert_non_null(begin);
        char *end = strchr(begin + 1, '`');
        *end = '\0';
        (void)snprintf(promised[number][column], sizeof(promised[number][column]), "%s", begin + 1);
        row = end + 1;
    }
}

static void read_drawing(const char *line)
{
    for (; *line != '\0'; line++) {
        if (*line >= '1' && *line <= '9') {
            assert_in_range(*line - '0', 1, TRANSITIONS);
            is_drawn[*line - '0'] = true;
        }
    }
}

static int read_readme(void **state)
{
    (void)state;
    char line[512];
    FILE *readme = fopen(IPC_README, "r");
    bool is_inside = false, is_in_table = false;
    assert_non_null(readme);
    while (fgets(line, sizeof(line), readme) != NULL) {
        is_inside = line[0] == '#' ? strstr(line, "The life of a call") != NULL : is_inside;
        is_in_table = line[0] == '|' && (is_in_table || strstr(line, "| after |") == line);
        if (is_inside && is_in_table && line[2] >= '0' && line[2] <= '9') {
            read_row(line, (unsigned)strtoul(line + 2, NULL, 10));
        } else if (is_inside && strncmp(line, "    ", 4) == 0) {
            read_drawing(line);
        }
    }
    (void)fclose(readme);
    return 0;
}

static void the_drawing_and_the_table_have_the_same_transitions(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= TRANSITIONS; number++) {
        assert_true(is_drawn[number]);
        assert_true(promised[number][CLIENT_DIES][0] != '\0');
    }
}

/* --- The scene --------------------------------------------------------------------------------- */

/* A client and a server process, each with a second thread, so that a thread can die alone. A passive
 * server serves somebody else at first, and the client's call is queued behind that. */
struct scene {
    struct trio trio;
    struct actor clients_second, servers_second;
    struct actor other; /* Whom a passive server serves first. */
    uint64_t handler;   /* Root's handle to where the client's faults go, or 0. */
    bool is_passive;
    uint64_t token; /* Of the client's call, once it was received. */
};

static struct scene scene;

static void set_scene(bool is_passive)
{
    scene = (struct scene){.is_passive = is_passive};
    scene.trio = is_passive ? waiting_trio(true) : trio();
    scene.clients_second = spawn_thread(&scene.trio.client, PRIORITY);
    scene.servers_second = spawn_thread(&scene.trio.server, PRIORITY);
}

/* Root has nothing of @p actor any more, nor of the other thread of its process, which ends. */
static void bury(const struct actor *actor, const struct actor *second)
{
    MUST(TN_SYS_PROCESS_KILL, actor->process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, actor->process);
    for (const struct actor *dead = actor; dead != NULL; dead = dead != second ? second : NULL) {
        MUST(TN_SYS_HANDLE_CLOSE, dead->thread);
        if (dead->context != 0) {
            MUST(TN_SYS_HANDLE_CLOSE, dead->context);
        }
    }
}

static void clear_scene(void)
{
    become(&world.root);
    bury(&scene.trio.client, &scene.clients_second);
    bury(&scene.trio.server, &scene.servers_second);
    if (scene.other.thread != 0) {
        bury(&scene.other, NULL);
    }
    if (scene.trio.ears != 0) {
        MUST(TN_SYS_HANDLE_CLOSE, scene.trio.ears);
    }
    if (scene.handler != 0) {
        MUST(TN_SYS_HANDLE_CLOSE, scene.handler);
    }
}

/* The server died, its endpoint did not: another one starts. */
static void start_server(void)
{
    become(&world.root);
    bury(&scene.trio.server, &scene.servers_second);
    scene.token = 0;
    scene.is_passive = false;
    scene.trio.server = spawn(PRIORITY);
    if (scene.trio.ears != 0) {
        scene.trio.at_server = give(&scene.trio.server, scene.trio.ears, TN_RIGHTS_ALL);
    }
    scene.servers_second = spawn_thread(&scene.trio.server, PRIORITY);
}

/* A passive server is busy. */
static void occupy(void)
{
    if (scene.is_passive) {
        become(&world.root);
        scene.other = spawn(PRIORITY);
        tn_handle_t at = give(&scene.other, scene.trio.ears, TN_RIGHT_SEND);
        become(&scene.other);
        assert_int_equal(call(at, 0, 1), BLOCKED);
        assert_true(runs(&scene.trio.server));
    }
}

/* The server looks for a call. A busy one ends the other call with that, and cannot do so without waiting. */
static tn_status_t look_for_call(void)
{
    struct actor *server = &scene.trio.server;
    become(server);
    if (!scene.is_passive) {
        return back(server, recv_until(scene.trio.at_server, TN_DEADLINE_POLL));
    }
    tn_status_t status = reply_recv(scene.trio.at_server, token_of(server), 0, 0);
    return state_of(server) == TN_THREAD_RECEIVING ? TN_ERR_WOULD_BLOCK : back(server, status);
}

/* --- The transitions --------------------------------------------------------------------------- */

static void begin_call(void)
{
    become(&scene.trio.client);
    assert_int_equal(call(scene.trio.at_client, 0, 7), BLOCKED);
}

static void is_queued(void)
{
    occupy();
    begin_call();
    assert_int_equal(state_of(&scene.trio.client), TN_THREAD_SENDING);
}

static void is_received(void)
{
    is_queued();
    assert_int_equal(look_for_call(), TN_OK);
    scene.token = token_of(&scene.trio.server);
}

static void is_received_at_once(void)
{
    if (!scene.is_passive) {
        become(&scene.trio.server);
        assert_int_equal(recv(scene.trio.at_server), BLOCKED);
    }
    begin_call();
    become(&scene.trio.server);
    scene.token = token_of(&scene.trio.server);
}

static void is_answered(void)
{
    is_received_at_once();
    if (scene.is_passive) {
        assert_int_equal(reply_recv(scene.trio.at_server, scene.token, 0, 8), BLOCKED);
        occupy(); /* So that it runs again. */
    } else {
        assert_int_equal(back(&scene.trio.server, reply(scene.token, 0, 8)), TN_OK);
    }
}

static void is_late(void)
{
    occupy();
    become(&scene.trio.client);
    uint64_t deadline_ns = arch_now_ns() + SOON;
    assert_int_equal(until(TN_SYS_IPC_CALL, scene.trio.at_client, deadline_ns), BLOCKED);
    world_trap(host_advance(SOON));
}

static void is_cancelled(void)
{
    is_queued();
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, scene.trio.client.thread);
}

static void loses_its_endpoint(void)
{
    is_queued();
    become(&scene.trio.server);
    MUST(TN_SYS_HANDLE_CLOSE, scene.trio.at_server);
    become(&world.root);
    MUST(TN_SYS_HANDLE_CLOSE, scene.trio.ears);
    scene.trio.ears = 0;
}

static void loses_its_server(void)
{
    is_received_at_once();
    start_server();
}

/* The handler, root, resumes the client, which has time again. */
static void uses_up_its_budget(void)
{
    scene.handler = endpoint();
    MUST(TN_SYS_PROCESS_SET_HANDLER, scene.trio.client.process, scene.handler);
    MUST(TN_SYS_CONTEXT_SET_TIMEOUT, scene.trio.client.context, 1);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, scene.trio.client.context, PRIORITY, SOON, PERIOD);
    is_received_at_once();
    world_trap(host_advance(SOON));
    become(&world.root);
    assert_int_equal(back(&world.root, recv(scene.handler)), TN_OK);
    uint64_t token = token_of(&world.root);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, scene.trio.client.context, PRIORITY, PERIOD, PERIOD);
    become(&world.root);
    assert_int_equal(back(&world.root, reply(token, tn_tag_make(TN_FAULT_RESUME, 0), 0)), TN_OK);
    occupy(); /* So that a passive server runs again. */
}

static void (*const transitions[TRANSITIONS + 1])(void) = {
    NULL,    is_queued,    is_received,        is_received_at_once, is_answered,
    is_late, is_cancelled, loses_its_endpoint, loses_its_server,    uses_up_its_budget,
};

/* --- Who is left ------------------------------------------------------------------------------- */

/* What the server's next step ends with, which is to answer the call if it has it, and else to look. */
static tn_status_t what_server_sees(void)
{
    become(&scene.trio.server);
    return scene.token != 0 ? back(&scene.trio.server, reply(scene.token, 0, 9)) : look_for_call();
}

/* What the client's call ends with. @p server goes on with it, if it is not over. */
static tn_status_t what_client_sees(const struct actor *server)
{
    if (state_of(&scene.trio.client) == TN_THREAD_SENDING) {
        become(server);
        assert_int_equal(back(server, recv(scene.trio.at_server)), TN_OK);
        assert_int_equal(regs(server)->words[0], 7);
        scene.token = token_of(server);
    }
    if (state_of(&scene.trio.client) == TN_THREAD_REPLY) {
        become(server);
        assert_int_equal(back(server, reply(scene.token, 0, 8)), TN_OK);
    }
    become(&scene.trio.client);
    return ipc_status(&scene.trio.client);
}

static void expect(unsigned number, enum death death, tn_status_t status)
{
    if (strcmp(promised[number][death], tn_status_name(status)) != 0) {
        fail_msg("after transition %u, death %u, %s server: %s is promised, but it is %s", number,
                 (unsigned)death, scene.is_passive ? "passive" : "active", promised[number][death],
                 tn_status_name(status));
    }
}

static void clients_thread_dies(unsigned number)
{
    MUST(TN_SYS_THREAD_KILL, scene.trio.client.thread);
    expect(number, CLIENT_DIES, what_server_sees());
}

static void client_dies(unsigned number)
{
    MUST(TN_SYS_PROCESS_KILL, scene.trio.client.process, 0);
    expect(number, CLIENT_DIES, what_server_sees());
}

static void servers_thread_dies(unsigned number)
{
    MUST(TN_SYS_THREAD_KILL, scene.trio.server.thread);
    expect(number, SERVERS_THREAD_DIES, what_client_sees(&scene.servers_second));
}

static void server_dies(unsigned number)
{
    MUST(TN_SYS_PROCESS_KILL, scene.trio.server.process, 0);
    start_server();
    expect(number, SERVER_DIES, what_client_sees(&scene.trio.server));
}

static void (*const deaths[])(unsigned number) = {clients_thread_dies, client_dies,
                                                  servers_thread_dies, server_dies};

/* One row, one death: and nothing is left of it. */
static void kill_after(unsigned number, void (*death)(unsigned), bool is_passive)
{
    uint64_t used_before = used();
    set_scene(is_passive);
    transitions[number]();
    become(&world.root);
    death(number);
    clear_scene();
    assert_int_equal(used(), used_before);
}

static void whoever_is_left_hears_what_the_table_says(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= (CONFIG_TIMEOUT_FAULTS ? TRANSITIONS : OVERRUN - 1);
         number++) {
        for (unsigned i = 0; i < TN_ARRAY_LEN(deaths); i++) {
            kill_after(number, deaths[i], false);
            kill_after(number, deaths[i], true);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_drawing_and_the_table_have_the_same_transitions),
        cmocka_unit_test_setup_teardown(whoever_is_left_hears_what_the_table_says, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests_name("ipc_kills", tests, read_readme, NULL);
}
