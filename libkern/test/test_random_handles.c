/* SPDX-License-Identifier: MIT */
/* Random operations on handles against a plain model (handle_model.h), from a seed (TN_SEED). After each
 * operation the tables of the processes and the model must name the same. */

#include <support/coverage.h>

#include "attach.h"
#include "handle_model.h"

#define OPERATIONS 20000

enum operation {
    CREATE,
    DUPLICATE,
    MINT,
    INSTALL,
    CLOSE,
    REVOKE,
    KILL,
    TRANSFER
};

static const struct coverage_operation operations[] = {
    [CREATE] = {"create", {"TN_OK", "TN_ERR_NO_HANDLES"}},
    [DUPLICATE] = {"duplicate", {"TN_OK", "TN_ERR_RIGHTS", "TN_ERR_NO_HANDLES"}},
    [MINT] = {"mint",
              {"TN_OK", "TN_ERR_TYPE", "TN_ERR_BADGED", "TN_ERR_RIGHTS", "TN_ERR_NO_HANDLES"}},
    [INSTALL] = {"install", {"TN_OK", "TN_ERR_RIGHTS", "TN_ERR_NO_HANDLES"}},
    [CLOSE] = {"close", {"TN_OK"}},
    [REVOKE] = {"revoke", {"TN_OK", "TN_ERR_RIGHTS"}},
    [KILL] = {"kill", {"TN_OK"}},
    [TRANSFER] = {"transfer",
                  {"TN_OK", "TN_ERR_INVALID", "TN_ERR_HANDLE", "TN_ERR_RIGHTS",
                   "TN_ERR_TOO_MANY_HANDLES", "TN_ERR_NO_HANDLES"}},
};

static struct coverage coverage = {.operations = operations,
                                   .operation_count = TN_ARRAY_LEN(operations)};

/* The handles that the test itself needs. */
static bool is_kept(size_t at)
{
    uint64_t handle = nodes[at].handle;
    bool kept = (handle & 0xfff) <= (world.info.io_irqs & 0xfff);
    for (size_t i = 1; i < PROCESSES; i++) {
        kept = kept || handle == processes[i].process || handle == processes[i].thread ||
               handle == processes[i].context;
    }
    return kept && nodes[at].process == 0;
}

/* --- Operations: what is expected, and what came ------------------------------------------------ */

static void expect(enum operation operation, tn_status_t got, tn_status_t expected)
{
    assert_string_equal(tn_status_name(got), tn_status_name(expected));
    coverage_note(&coverage, operation, tn_status_name(got));
}

/* The last call made a handle: a child of @p parent in @p process. */
static void node_add_child(size_t parent, size_t process, unsigned rights, uint64_t badge)
{
    struct node child = nodes[parent];
    child.process = process;
    child.parent = parent;
    child.handle = world.value;
    child.rights = rights;
    child.badge = badge;
    node_add(child);
}

static void create(size_t process)
{
    bool bell = below(2) == 0;
    unsigned number = bell ? TN_SYS_NOTIFICATION_CREATE : TN_SYS_ENDPOINT_CREATE;
    tn_status_t status = SYS(number, world.info.container);
    expect(CREATE, status, is_full(process) ? TN_ERR_NO_HANDLES : TN_OK);
    if (status == TN_OK) {
        node_add((struct node){.process = process,
                               .parent = NOBODY,
                               .handle = world.value,
                               .object = kernel.next_id,
                               .type = bell ? TN_TYPE_NOTIFICATION : TN_TYPE_ENDPOINT,
                               .rights = bell ? 0x37 : 0x3f});
    }
}

/* The status of a copy of @p at into @p target with the rights @p asked, and those it gets. */
static tn_status_t copy_status(size_t at, size_t target, unsigned asked, unsigned *rights)
{
    unsigned have = nodes[at].rights;
    *rights = asked == TN_RIGHTS_ALL ? have : asked;
    if ((have & TN_RIGHT_DUPLICATE) == 0 || (*rights & ~have) != 0) {
        return TN_ERR_RIGHTS;
    }
    return is_full(target) ? TN_ERR_NO_HANDLES : TN_OK;
}

static unsigned some_rights(void)
{
    return below(3) != 0 ? TN_RIGHTS_ALL : (unsigned)below(0x40);
}

static void duplicate(size_t process)
{
    size_t at = some_node(process);
    unsigned asked = some_rights();
    unsigned rights;
    tn_status_t expected = copy_status(at, process, asked, &rights);
    expect(DUPLICATE, SYS(TN_SYS_HANDLE_DUPLICATE, nodes[at].handle, asked), expected);
    if (expected == TN_OK) {
        node_add_child(at, process, rights, nodes[at].badge);
    }
}

static tn_status_t mint_status(size_t at, size_t process)
{
    if (nodes[at].type != TN_TYPE_ENDPOINT) {
        return TN_ERR_TYPE;
    }
    if (nodes[at].badge != 0) {
        return TN_ERR_BADGED;
    }
    if ((nodes[at].rights & TN_RIGHT_MINT) == 0) {
        return TN_ERR_RIGHTS;
    }
    return is_full(process) ? TN_ERR_NO_HANDLES : TN_OK;
}

static void mint(size_t process)
{
    size_t at = some_node(process);
    uint64_t badge = 1 + below(1000);
    tn_status_t expected = mint_status(at, process);
    expect(MINT, SYS(TN_SYS_HANDLE_MINT, nodes[at].handle, TN_RIGHTS_ALL, badge), expected);
    if (expected == TN_OK) {
        node_add_child(at, process, nodes[at].rights & ~(TN_RIGHT_RECEIVE | TN_RIGHT_MINT), badge);
    }
}

static void install_once(size_t at, size_t target)
{
    unsigned asked = some_rights();
    unsigned rights;
    tn_status_t expected = copy_status(at, target, asked, &rights);
    expect(INSTALL, SYS(TN_SYS_HANDLE_INSTALL, processes[target].process, nodes[at].handle, asked),
           expected);
    if (expected == TN_OK) {
        node_add_child(at, target, rights, nodes[at].badge);
    }
}

/* Only root has handles to the processes. Now and then it fills a table. */
static void install(size_t process)
{
    if (process != 0) {
        become(&world.root);
        return;
    }
    size_t target = 1 + below(PROCESSES - 1);
    uint64_t times = below(100) == 0 ? 2 * CONFIG_MAX_HANDLES : 1;
    while (times-- > 0) {
        install_once(some_node(0), target);
    }
}

/* --- Messages with handles ---------------------------------------------------------------------- */

/* What a message carries, by the model: which handle, with which rights, and whether it moves. */
struct parcel {
    size_t at[TN_MESSAGE_HANDLES]; /* In nodes[]; NOBODY: no handle at all. */
    unsigned rights[TN_MESSAGE_HANDLES];
    bool moves[TN_MESSAGE_HANDLES];
    uint32_t count;
};

/* Fill the message buffer of @p from, which runs, with random handles of its own. */
static struct parcel pack(size_t from)
{
    struct tn_message_handle sent[TN_MESSAGE_HANDLES];
    struct parcel parcel = {.count = (uint32_t)below(TN_MESSAGE_HANDLES + 1)};
    for (uint32_t i = 0; i < parcel.count; i++) {
        size_t at = below(50) == 0 ? NOBODY : some_node(from);
        parcel.at[i] = at;
        parcel.rights[i] = some_rights();
        parcel.moves[i] = at != NOBODY && !is_kept(at) && below(2) == 0;
        sent[i] = (struct tn_message_handle){.value = at != NOBODY ? nodes[at].handle : 0x7fff0000,
                                             .rights = parcel.rights[i],
                                             .flags = parcel.moves[i] ? TN_HANDLE_MOVE : 0};
    }
    attach_handles(sent, parcel.count);
    return parcel;
}

static bool is_doubled(const struct parcel *parcel)
{
    bool doubled = false;
    for (uint32_t i = 0; i < parcel->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            doubled = doubled ||
                      (parcel->at[i] == parcel->at[j] && (parcel->moves[i] || parcel->moves[j]));
        }
    }
    return doubled;
}

/* The status of a message with @p parcel to @p to, which has one handle more than the model says. */
static tn_status_t parcel_status(struct parcel *parcel, size_t to, uint32_t accepts)
{
    if (is_doubled(parcel)) {
        return TN_ERR_INVALID;
    }
    for (uint32_t i = 0; i < parcel->count; i++) {
        if (parcel->at[i] == NOBODY) {
            return TN_ERR_HANDLE;
        }
        unsigned have = nodes[parcel->at[i]].rights;
        unsigned asked = parcel->rights[i];
        parcel->rights[i] = asked == TN_RIGHTS_ALL ? have : asked;
        if ((have & TN_RIGHT_DUPLICATE) == 0 || (parcel->rights[i] & ~have) != 0) {
            return TN_ERR_RIGHTS;
        }
    }
    if (parcel->count > accepts) {
        return TN_ERR_TOO_MANY_HANDLES;
    }
    bool fits = count_of(to) + 1 + parcel->count <= CONFIG_MAX_HANDLES - 1;
    return fits ? TN_OK : TN_ERR_NO_HANDLES;
}

/* @p parcel has arrived at @p to, which runs. */
static void unpack(const struct parcel *parcel, size_t to)
{
    for (uint32_t i = 0; i < parcel->count; i++) {
        struct tn_message_handle got = received_handle(&processes[to], i);
        struct node *node = &nodes[parcel->at[i]];
        assert_int_equal(got.flags, 0);
        assert_int_equal(got.type, node->type);
        assert_int_equal(got.rights, parcel->rights[i]);
        world.value = got.value;
        if (parcel->moves[i]) {
            node->process = to;
            node->handle = got.value;
            node->rights = parcel->rights[i];
        } else {
            node_add_child(parcel->at[i], to, parcel->rights[i], node->badge);
        }
    }
}

/* Leave @p process room for two handles; root runs. */
static void crowd(size_t process)
{
    while (count_of(process) < CONFIG_MAX_HANDLES - 3) {
        install_once(some_node(0), process);
    }
}

/* Through an endpoint that is made for it: the model need not know its handles. */
static void transfer(size_t from)
{
    size_t to = (from + 1 + below(PROCESSES - 1)) % PROCESSES;
    if (is_full(0) || is_full(from) || is_full(to) || count_of(0) + 2 >= CONFIG_MAX_HANDLES) {
        return;
    }
    become(&world.root);
    if (to != 0 && below(20) == 0) {
        crowd(to);
    }
    uint64_t box = endpoint();
    uint64_t ears = MUST(TN_SYS_HANDLE_INSTALL, processes[to].process, box, TN_RIGHT_RECEIVE);
    uint64_t slit = MUST(TN_SYS_HANDLE_INSTALL, processes[from].process, box, TN_RIGHT_SEND);
    MUST(TN_SYS_HANDLE_CLOSE, box);
    uint32_t accepts = (uint32_t)below(2 * TN_MESSAGE_HANDLES);
    accept_handles(&processes[to], accepts);
    assert_int_equal(recv(ears), BLOCKED);
    become(&processes[from]);
    struct parcel parcel = pack(from);
    tn_status_t expected = parcel_status(&parcel, to, accepts);
    expect(TRANSFER, send(slit, TN_TAG_HANDLES, 0), expected);
    if (expected != TN_OK) {
        assert_int_equal(send(slit, 0, 0), TN_OK); /* So that it waits no longer. */
    }
    MUST(TN_SYS_HANDLE_CLOSE, slit);
    become(&processes[to]);
    if (expected == TN_OK) {
        unpack(&parcel, to);
    }
    MUST(TN_SYS_HANDLE_CLOSE, ears);
}

/* --- Ends --------------------------------------------------------------------------------------- */

static void close(size_t process)
{
    size_t at = some_node(process);
    if (!is_kept(at)) {
        expect(CLOSE, SYS(TN_SYS_HANDLE_CLOSE, nodes[at].handle), TN_OK);
        node_remove(at);
    }
}

static void revoke(size_t process)
{
    size_t at = some_node(process);
    bool may = (nodes[at].rights & TN_RIGHT_MANAGE) != 0;
    expect(REVOKE, SYS(TN_SYS_HANDLE_REVOKE, nodes[at].handle), may ? TN_OK : TN_ERR_RIGHTS);
    if (may) {
        node_revoke(at);
    }
}

/* What is made for a process lives as long as the process: its handles are known by name. */
static void make_process(size_t process)
{
    become(&world.root);
    uint32_t before = world.root.p->handles.count;
    processes[process] = spawn(PRIORITY);
    assert_int_equal(world.root.p->handles.count, before + 3);
    accept_handles(&processes[process], 0);
    become(&world.root);
}

static void kill_process(size_t process)
{
    become(&world.root);
    expect(KILL, SYS(TN_SYS_PROCESS_KILL, processes[process].process, 0), TN_OK);
    for (size_t i = 0; i < NODES; i++) {
        if (nodes[i].used && nodes[i].process == process) {
            node_remove(i);
        }
    }
}

/* Root's handles to a process, its thread and its context are not in the model: they come and go with
 * it, and are counted apart. */
static void replace(size_t process)
{
    if (is_full(0)) {
        return;
    }
    kill_process(process);
    MUST(TN_SYS_HANDLE_CLOSE, processes[process].process);
    MUST(TN_SYS_HANDLE_CLOSE, processes[process].thread);
    MUST(TN_SYS_HANDLE_CLOSE, processes[process].context);
    for (size_t i = 0; i < NODES; i++) { /* Copies of them are gone with the process, */
        if (nodes[i].used && nodes[i].process == 0 &&
            (nodes[i].handle == processes[process].process ||
             nodes[i].handle == processes[process].thread ||
             nodes[i].handle == processes[process].context)) {
            node_remove(i);
        }
    }
    make_process(process);
    for (size_t i = 0; i < 3; i++) {
        const uint64_t made[] = {processes[process].process, processes[process].thread,
                                 processes[process].context};
        const struct kern_object *object = object_of(made[i]);
        node_add((struct node){.process = 0,
                               .parent = NOBODY,
                               .handle = made[i],
                               .object = object->id,
                               .type = object->type,
                               .rights = 0x07});
    }
}

/* Tables fill up for a while, and are cleared for a while. */
static bool clearing;

static void copy_or_close(size_t process)
{
    static void (*const ways[])(size_t process) = {duplicate, duplicate, mint,    mint,
                                                   transfer,  transfer,  install, close};
    if (clearing && below(2) != 0) {
        close(process);
    } else {
        ways[below(TN_ARRAY_LEN(ways))](process);
    }
}

static void step(void)
{
    size_t process = runner();
    uint64_t what = below(40);
    if (count_of(process) == 0 || what >= 35) {
        become(&processes[below(PROCESSES)]);
    } else if (what < 2 && clearing && count_of(0) + 4 < CONFIG_MAX_HANDLES) {
        replace(1 + below(PROCESSES - 1));
    } else if (what < 5 && (clearing || below(8) == 0)) {
        revoke(process);
    } else if (what < 8 && process == 0) {
        create(process);
    } else {
        copy_or_close(process);
    }
}

static void tables_follow_the_model(void **state)
{
    (void)state;
    dice = testing_random();
    processes[0] = world.root;
    accept_handles(&world.root, 0);
    for (size_t i = 1; i < PROCESSES; i++) {
        make_process(i);
    }
    for (size_t i = 0; i < PROCESSES; i++) {
        adopt(i);
    }
    for (unsigned i = 0; i < OPERATIONS; i++) {
        clearing = i / 1000 % 2 != 0;
        step();
        check_tables();
    }
    coverage_check(&coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_follow_the_model, world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("random_handles", tests, NULL, NULL);
}
