/* SPDX-License-Identifier: MIT */
/* Grants: what a server may copy from and to its caller, how far a copy gets, and when it ends. */

#include "attach.h"
#include "mapping.h"

#define RW (R | W)

/* Byte @p i of a pattern in which no page looks like another. */
static uint8_t pattern(uint64_t i)
{
    return (uint8_t)(i * 7 + i / 251);
}

/* Fill the scratch pages of whoever runs with the pattern from byte @p from on. */
static void fill(uint64_t from)
{
    uint8_t bytes[SCRATCH_BYTES];
    for (uint64_t i = 0; i < SCRATCH_BYTES; i++) {
        bytes[i] = pattern(from + i);
    }
    (void)put_at(0, bytes, sizeof(bytes));
}

/* The @p length bytes at @p offset of the scratch pages of whoever runs are the pattern from byte @p from. */
static void expect_pattern(uint64_t offset, uint64_t length, uint64_t from)
{
    uint8_t bytes[SCRATCH_BYTES];
    get_at(offset, bytes, length);
    for (uint64_t i = 0; i < length; i++) {
        assert_int_equal(bytes[i], pattern(from + i));
    }
}

/* As attached_trio, with the pattern in the scratch pages of both: of the server from byte 100000 on. */
static struct trio filled_trio(void)
{
    struct trio t = trio();
    accept_handles(&t.client, 0);
    fill(0);
    accept_handles(&t.server, TN_MESSAGE_HANDLES);
    fill(100000);
    assert_int_equal(recv(t.at_server), BLOCKED);
    become(&t.client);
    return t;
}

/* The client has called, with a grant of @p length bytes at @p base; the server runs. */
static struct trio granting(uint64_t base, uint64_t length, unsigned access)
{
    struct trio t = filled_trio();
    attach_grant(base, length, access);
    assert_int_equal(call(t.at_client, TN_TAG_GRANTS, 0), BLOCKED);
    assert_true(runs(&t.server));
    return t;
}

static struct tn_grant_copy piece(uint64_t offset, uint64_t address, uint64_t length,
                                  uint32_t direction)
{
    return (struct tn_grant_copy){
        .offset = offset, .address = address, .length = length, .direction = direction};
}

/* Where the pieces of a copy are kept: no test lets them be copied over. */
#define PIECES (SOME_VA + 1024)

/* Copy @p count pieces for @p t's server, @p done bytes of which are done. @return the status. */
static tn_status_t copy_on(const struct trio *t, const struct tn_grant_copy *pieces, uint64_t count,
                           uint64_t done)
{
    assert_true(host_user_store(PIECES, pieces, count * sizeof(*pieces)));
    return SYS(TN_SYS_GRANT_COPY, token_of(&t->server), PIECES, count, done);
}

static tn_status_t copy_one(const struct trio *t, struct tn_grant_copy one)
{
    return copy_on(t, &one, 1, 0);
}

/* --- Copies ------------------------------------------------------------------------------------ */

static void a_server_is_told_how_much_and_not_where(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    become(&t.client);
    const struct tn_message_grant sent[] = {
        {.base = SCRATCH + 5, .length = 1000, .access = R},
        {.base = SCRATCH, .length = 0, .access = W},
        {.base = NOWHERE, .length = UINT64_C(1) << 40, .access = RW},
    };
    attach_grants(sent, TN_ARRAY_LEN(sent));
    assert_int_equal(call(t.at_client, TN_TAG_GRANTS | TN_TAG_LOW, 3), BLOCKED);
    assert_int_equal(regs(&t.server)->tag & TN_TAG_FLAGS, TN_TAG_GRANTS | TN_TAG_LOW);
    struct tn_message_buffer got = buffer_load();
    assert_int_equal(got.grant_count, TN_ARRAY_LEN(sent));
    for (size_t i = 0; i < TN_ARRAY_LEN(sent); i++) {
        assert_int_equal(got.grants[i].base, 0);
        assert_int_equal(got.grants[i].length, sent[i].length);
        assert_int_equal(got.grants[i].access, sent[i].access);
    }
}

/* Neither side is aligned, and each crosses its page ends at another byte. */
static void bytes_are_read_from_the_caller(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH + 100, 8000, R);
    assert_int_equal(copy_one(&t, piece(11, SCRATCH + 3001, 7989, TN_GRANT_READ)), TN_OK);
    assert_int_equal(world.value, 7989);
    expect_pattern(3001, 7989, 111);
    expect_pattern(0, 3001, 100000);
    expect_pattern(3001 + 7989, 1000, 100000 + 3001 + 7989);
}

static void bytes_are_written_to_the_caller(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH + 100, 8000, W);
    assert_int_equal(copy_one(&t, piece(1, SCRATCH + 2000, 7999, TN_GRANT_WRITE)), TN_OK);
    become(&world.root);
    struct actor witness = spawn_thread(&t.client, PRIORITY);
    become(&witness);
    expect_pattern(0, 101, 0);
    expect_pattern(101, 7999, 102000);
    expect_pattern(8100, 1000, 8100);
}

static void whole_pages_are_copied_as_they_are(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, SCRATCH_BYTES, R);
    assert_int_equal(copy_one(&t, piece(PAGE, SCRATCH, 2 * PAGE, TN_GRANT_READ)), TN_OK);
    expect_pattern(0, 2 * PAGE, PAGE);
    expect_pattern(2 * PAGE, PAGE, 100000 + 2 * PAGE);
}

/* The server's pages are mapped in the reverse order: next to each other for it, and not in the machine.
 * Whole words, so that they are copied through the window. */
static void pages_that_lie_apart_are_copied_to(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, 2 * PAGE, R);
    become(&world.root);
    uint64_t memory = memory_of(2);
    struct tn_map_request first = at(SOME_VA + PAGE, 1, RW);
    first.offset = PAGE;
    assert_int_equal(map(t.server.process, memory, first), TN_OK);
    assert_int_equal(map(t.server.process, memory, at(SOME_VA + 2 * PAGE, 1, RW)), TN_OK);
    become(&t.server);
    assert_int_equal(copy_one(&t, piece(104, SOME_VA + PAGE + 1000, PAGE, TN_GRANT_READ)), TN_OK);
    uint8_t bytes[PAGE];
    assert_true(host_user_load(bytes, SOME_VA + PAGE + 1000, sizeof(bytes)));
    for (uint64_t i = 0; i < sizeof(bytes); i++) {
        assert_int_equal(bytes[i], pattern(104 + i));
    }
}

static void one_call_copies_many_pieces(void **state)
{
    (void)state;
    struct trio t = filled_trio();
    const struct tn_message_grant sent[] = {
        {.base = SCRATCH, .length = 2000, .access = R},
        {.base = SCRATCH + 9000, .length = 3000, .access = W},
    };
    attach_grants(sent, TN_ARRAY_LEN(sent));
    assert_int_equal(call(t.at_client, TN_TAG_GRANTS, 0), BLOCKED);
    struct tn_grant_copy pieces[TN_GRANT_COPIES];
    for (uint64_t i = 0; i < TN_GRANT_COPIES; i++) {
        pieces[i] = i % 2 == 0 ? piece(100 * i, SCRATCH + 50 * i, 50, TN_GRANT_READ)
                               : piece(100 * i, SCRATCH + 4000 + 50 * i, 50, TN_GRANT_WRITE);
        pieces[i].grant = i % 2;
    }
    pieces[4].length = 0; /* Nothing is a piece too. */
    assert_int_equal(copy_on(&t, pieces, TN_GRANT_COPIES, 0), TN_OK);
    assert_int_equal(world.value, 15 * 50);
    for (uint64_t i = 0; i < TN_GRANT_COPIES; i += 2) {
        expect_pattern(50 * i, 50, i == 4 ? 100000 + 200 : 100 * i);
    }
    become(&world.root);
    struct actor witness = spawn_thread(&t.client, PRIORITY);
    become(&witness);
    for (uint64_t i = 1; i < TN_GRANT_COPIES; i += 2) {
        expect_pattern(9000 + 100 * i, 50, 104000 + 50 * i);
    }
}

/* --- How far a copy gets ----------------------------------------------------------------------- */

/* The caller's second page is not there: another thread of it unmapped it. */
static void a_missing_page_ends_the_copy_there(void **state)
{
    (void)state;
    struct trio t = granting(SOME_VA + PAGE + 1000, 3 * PAGE, RW);
    struct tn_grant_copy whole = piece(0, SCRATCH, 2 * PAGE, TN_GRANT_READ);
    assert_int_equal(copy_one(&t, whole), TN_ERR_NOT_RESIDENT);
    assert_int_equal(world.value, 0);
    become(&world.root);
    uint64_t memory = memory_of(3);
    assert_int_equal(map(t.client.process, memory, at(SOME_VA + PAGE, 1, RW)), TN_OK);
    become(&t.server);
    assert_int_equal(copy_one(&t, whole), TN_ERR_NOT_RESIDENT);
    assert_int_equal(world.value, PAGE - 1000);
    become(&world.root);
    assert_int_equal(map(t.client.process, memory, at(SOME_VA + 2 * PAGE, 3, RW)), TN_OK);
    become(&t.server);
    assert_int_equal(copy_on(&t, &whole, 1, PAGE - 1000), TN_OK);
    assert_int_equal(world.value, 2 * PAGE);
}

static void the_callers_own_access_is_the_limit(void **state)
{
    (void)state;
    struct trio t = granting(SOME_VA + PAGE, 3 * PAGE, RW);
    become(&world.root);
    uint64_t memory = memory_of(2);
    uint64_t registers = MUST(TN_SYS_MEMORY_DEVICE, world.info.io_memory, 0xfee00000, PAGE);
    assert_int_equal(map(t.client.process, memory, at(SOME_VA + PAGE, 1, RW)), TN_OK);
    assert_int_equal(map(t.client.process, memory, at(SOME_VA + 2 * PAGE, 1, R)), TN_OK);
    assert_int_equal(map(t.client.process, registers, at(SOME_VA + 3 * PAGE, 1, RW)), TN_OK);
    become(&t.server);
    assert_int_equal(copy_one(&t, piece(0, SCRATCH, 2 * PAGE, TN_GRANT_WRITE)), TN_ERR_RIGHTS);
    assert_int_equal(world.value, PAGE);
    assert_int_equal(copy_one(&t, piece(0, SCRATCH, 3 * PAGE, TN_GRANT_READ)), TN_ERR_RIGHTS);
    assert_int_equal(world.value, 2 * PAGE);
}

/* What the copying side itself may not touch, it cannot have touched by the kernel. */
static void the_servers_own_access_is_the_limit(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, 3 * PAGE, RW);
    become(&world.root);
    uint64_t memory = memory_of(2);
    assert_int_equal(map(t.server.process, memory, at(SOME_VA + PAGE, 1, RW)), TN_OK);
    assert_int_equal(map(t.server.process, memory, at(SOME_VA + 2 * PAGE, 1, R)), TN_OK);
    become(&t.server);
    const uint64_t base = SOME_VA + PAGE;
    assert_int_equal(copy_one(&t, piece(0, base, 2 * PAGE, TN_GRANT_READ)), TN_ERR_ADDRESS);
    assert_int_equal(world.value, PAGE);
    assert_int_equal(copy_one(&t, piece(0, base, 3 * PAGE, TN_GRANT_WRITE)), TN_ERR_ADDRESS);
    assert_int_equal(world.value, 2 * PAGE);
    static const uint64_t bad[] = {0, NOWHERE, TN_USER_HIGH, UINT64_MAX - 100,
                                   UINT64_C(0xffff800000000000)};
    for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
        assert_int_equal(copy_one(&t, piece(0, bad[i], 100, TN_GRANT_READ)), TN_ERR_ADDRESS);
        assert_int_equal(copy_one(&t, piece(0, bad[i], 100, TN_GRANT_WRITE)), TN_ERR_ADDRESS);
        assert_int_equal(world.value, 0);
    }
}

/* --- When it is refused ------------------------------------------------------------------------ */

static void pieces_are_refused_in_this_order(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, 2 * PAGE, R);
    uint64_t token = token_of(&t.server);
    struct tn_grant_copy good = piece(0, SCRATCH, PAGE, TN_GRANT_READ);
    assert_true(host_user_store(PIECES, &good, sizeof(good)));
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token ^ 1, NOWHERE, 0), TN_ERR_STALE);
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, NOWHERE, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, NOWHERE, TN_GRANT_COPIES + 1), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, NOWHERE, 1), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, PIECES, 1, PAGE + 1), TN_ERR_INVALID);
    struct tn_grant_copy bad = {.direction = 2, .grant = 4, .offset = 3 * PAGE};
    assert_int_equal(copy_one(&t, bad), TN_ERR_INVALID);
    bad.direction = TN_GRANT_WRITE;
    assert_int_equal(copy_one(&t, bad), TN_ERR_NOT_FOUND);
    bad.grant = 1;
    assert_int_equal(copy_one(&t, bad), TN_ERR_NOT_FOUND);
    bad.grant = 0;
    assert_int_equal(copy_one(&t, bad), TN_ERR_RIGHTS);
    bad.direction = TN_GRANT_READ;
    assert_int_equal(copy_one(&t, bad), TN_ERR_RANGE);
    assert_int_equal(copy_one(&t, piece(1, SCRATCH, 2 * PAGE, 0)), TN_ERR_RANGE);
    assert_int_equal(copy_one(&t, piece(UINT64_MAX, SCRATCH, 2, 0)), TN_ERR_RANGE);
    expect_pattern(0, SCRATCH_BYTES, 100000);
}

/* The last piece is bad: nothing of the first is copied. */
static void one_bad_piece_stops_all(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, 2 * PAGE, R);
    const struct tn_grant_copy pieces[] = {piece(0, SCRATCH, PAGE, TN_GRANT_READ),
                                           piece(0, SCRATCH, 3 * PAGE, TN_GRANT_READ)};
    assert_int_equal(copy_on(&t, pieces, 2, 0), TN_ERR_RANGE);
    assert_int_equal(world.value, 0);
    expect_pattern(0, SCRATCH_BYTES, 100000);
}

/* The caller's other threads can write to its buffer while it waits: the copy finds nothing there. */
static void a_grant_that_its_owner_spoils_is_not_found(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, 2 * PAGE, R);
    become(&world.root);
    struct actor second = spawn_thread(&t.client, PRIORITY);
    static const struct tn_message_grant spoilt[] = {
        {.base = UINT64_C(0xffff800000000000), .length = PAGE, .access = R},
        {.base = UINT64_MAX - 10, .length = PAGE, .access = R},
        {.base = SCRATCH, .length = PAGE, .access = 0},
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(spoilt); i++) {
        become(&second);
        attach_grants(&spoilt[i], 1);
        become(&t.server);
        assert_int_equal(copy_one(&t, piece(0, SCRATCH, 8, TN_GRANT_READ)), TN_ERR_NOT_FOUND);
    }
    become(&second);
    attach_grant(SCRATCH, 4, R);
    become(&t.server);
    assert_int_equal(copy_one(&t, piece(0, SCRATCH, 8, TN_GRANT_READ)), TN_ERR_RANGE);
}

/* --- When it ends ------------------------------------------------------------------------------ */

static void a_grant_ends_with_the_reply(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, PAGE, R);
    uint64_t token = token_of(&t.server);
    struct tn_grant_copy good = piece(0, SCRATCH, PAGE, TN_GRANT_READ);
    assert_int_equal(copy_one(&t, good), TN_OK);
    assert_int_equal(reply_recv(t.at_server, token, 0, 0), BLOCKED);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED); /* Without, but it still stands there. */
    assert_int_equal(copy_one(&t, good), TN_ERR_NOT_FOUND);
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, PIECES, 1), TN_ERR_STALE);
}

static void a_grant_ends_with_its_caller(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, PAGE, R);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, t.client.process, 0);
    become(&t.server);
    assert_int_equal(copy_one(&t, piece(0, SCRATCH, PAGE, TN_GRANT_READ)), TN_ERR_STALE);
    assert_int_equal(world.value, 0);
}

static void a_grant_is_for_the_process_that_was_called(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, PAGE, R);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    struct tn_grant_copy good = piece(0, SCRATCH, PAGE, TN_GRANT_READ);
    uint64_t from = PUT(good);
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, from, 1), TN_ERR_STALE);
    become(&second);
    assert_true(host_user_store(PIECES, &good, sizeof(good)));
    assert_int_equal(SYS(TN_SYS_GRANT_COPY, token, PIECES, 1), TN_OK);
    expect_pattern(0, PAGE, 0);
}

static void grants_come_with_calls_alone(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, PAGE, R);
    uint64_t token = token_of(&t.server);
    attach_grant(SCRATCH, PAGE, R);
    assert_int_equal(reply(token, TN_TAG_GRANTS, 0), TN_ERR_NOT_SUPPORTED);
    assert_int_equal(reply_recv(t.at_server, token, TN_TAG_GRANTS, 0), TN_ERR_NOT_SUPPORTED);
    assert_int_equal(send(t.at_server, TN_TAG_GRANTS, 0), TN_ERR_NOT_SUPPORTED);
}

/* --- Preemption -------------------------------------------------------------------------------- */

/* Somebody more urgent wakes up at each page and runs in between; the copy goes on where it was. */
static void a_copy_is_interrupted_at_each_page(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth <= 2; nth++) {
        struct trio t = granting(SCRATCH, 3 * PAGE, R);
        become(&world.root);
        struct actor urgent = spawn(PRIORITY + 1);
        become(&urgent);
        uint64_t start = host_now_ns;
        assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, start + 1000), BLOCKED);
        become(&t.server);
        host_window_cost(500 * nth);
        assert_int_equal(copy_one(&t, piece(0, SCRATCH, 3 * PAGE, TN_GRANT_READ)), BLOCKED);
        host_window_cost(0);
        assert_true(runs(&urgent));
        assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
        assert_int_equal(sys_status(&t.server), TN_OK);
        become(&t.server);
        expect_pattern(0, 3 * PAGE, 0);
        become(&world.root);
        MUST(TN_SYS_PROCESS_KILL, urgent.process, 0);
        MUST(TN_SYS_PROCESS_KILL, t.server.process, 0);
        MUST(TN_SYS_PROCESS_KILL, t.client.process, 0);
    }
}

/* The one who runs in between kills the caller. */
static void a_copy_ends_where_its_caller_died(void **state)
{
    (void)state;
    struct trio t = granting(SCRATCH, 3 * PAGE, R);
    become(&world.root);
    struct actor urgent = spawn(PRIORITY);
    tn_handle_t victim = give(&urgent, t.client.process, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    become(&urgent);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 1000), BLOCKED);
    become(&t.server);
    host_window_cost(1000);
    assert_int_equal(copy_one(&t, piece(0, SCRATCH, 3 * PAGE, TN_GRANT_READ)), BLOCKED);
    host_window_cost(0);
    assert_true(runs(&urgent));
    MUST(TN_SYS_PROCESS_KILL, victim, 0);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(sys_status(&t.server), TN_ERR_STALE);
    become(&t.server);
    expect_pattern(0, PAGE, 0);
    expect_pattern(PAGE, 2 * PAGE, 100000 + PAGE);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"grant_copy"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_is_told_how_much_and_not_where),
        TEST(bytes_are_read_from_the_caller),
        TEST(bytes_are_written_to_the_caller),
        TEST(whole_pages_are_copied_as_they_are),
        TEST(pages_that_lie_apart_are_copied_to),
        TEST(one_call_copies_many_pieces),
        TEST(a_missing_page_ends_the_copy_there),
        TEST(the_callers_own_access_is_the_limit),
        TEST(the_servers_own_access_is_the_limit),
        TEST(pieces_are_refused_in_this_order),
        TEST(one_bad_piece_stops_all),
        TEST(a_grant_that_its_owner_spoils_is_not_found),
        TEST(a_grant_ends_with_the_reply),
        TEST(a_grant_ends_with_its_caller),
        TEST(a_grant_is_for_the_process_that_was_called),
        TEST(grants_come_with_calls_alone),
        TEST(a_copy_is_interrupted_at_each_page),
        TEST(a_copy_ends_where_its_caller_died),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
