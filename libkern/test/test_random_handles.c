/* SPDX-License-Identifier: MIT */
/* Random operations on handles against a plain model, from a seed (TN_SEED): a list of handles, each
 * with its process, parent, rights and badge. After each operation the tables of the processes and the
 * list must name the same. */

#include <support/coverage.h>

#include "world.h"

#define OPERATIONS 20000
#define NODES      512
#define PROCESSES  3
#define NOBODY     SIZE_MAX

/* A handle that should exist. */
struct node {
    bool used;
    size_t process;  /* In processes[]. */
    size_t parent;   /* In nodes[]; NOBODY: none. */
    uint64_t handle; /* Its value. */
    uint64_t object; /* Its object's number. */
    uint64_t badge;
    unsigned type;
    unsigned rights;
};

static struct node nodes[NODES];
static struct actor processes[PROCESSES]; /* The first is root. */
static struct tn_random dice;

enum operation {
    CREATE,
    DUPLICATE,
    MINT,
    INSTALL,
    CLOSE,
    REVOKE,
    KILL
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
};

static struct coverage coverage = {.operations = operations,
                                   .operation_count = TN_ARRAY_LEN(operations)};

static uint64_t below(uint64_t bound)
{
    return tn_random_below(&dice, bound);
}

/* --- The model --------------------------------------------------------------------------------- */

static void node_add(struct node node)
{
    for (size_t i = 0; i < NODES; i++) {
        if (!nodes[i].used) {
            nodes[i] = node;
            nodes[i].used = true;
            return;
        }
    }
    fail_msg("the model is full");
}

static void node_remove(size_t at)
{
    for (size_t i = 0; i < NODES; i++) {
        if (nodes[i].used && nodes[i].parent == at) {
            nodes[i].parent = nodes[at].parent;
        }
    }
    nodes[at].used = false;
}

static bool is_below(size_t at, size_t ancestor)
{
    while (at != NOBODY && nodes[at].parent != ancestor) {
        at = nodes[at].parent;
    }
    return at != NOBODY;
}

static void node_revoke(size_t ancestor)
{
    bool doomed[NODES];
    for (size_t i = 0; i < NODES; i++) {
        doomed[i] = nodes[i].used && is_below(i, ancestor);
    }
    for (size_t i = 0; i < NODES; i++) {
        if (doomed[i]) {
            node_remove(i);
        }
    }
}

static size_t count_of(size_t process)
{
    size_t count = 0;
    for (size_t i = 0; i < NODES; i++) {
        count += nodes[i].used && nodes[i].process == process;
    }
    return count;
}

/* A random handle of @p process. */
static size_t some_node(size_t process)
{
    size_t nth = below(count_of(process));
    size_t i = 0;
    while (!nodes[i].used || nodes[i].process != process || nth-- > 0) {
        i++;
    }
    return i;
}

/* --- The kernel's side ------------------------------------------------------------------------- */

static void check_slot(size_t process, const struct kern_slot *slot)
{
    for (size_t i = 0; i < NODES; i++) {
        if (nodes[i].used && nodes[i].process == process && nodes[i].handle == slot->handle) {
            assert_int_equal(slot->object->id, nodes[i].object);
            assert_int_equal(slot->badge, nodes[i].badge);
            assert_int_equal(kern_verbs_type(slot->verbs), nodes[i].type);
            assert_int_equal(kern_verbs_rights(slot->verbs), nodes[i].rights);
            return;
        }
    }
    fail_msg("handle %llu of process %zu should not be", (unsigned long long)slot->handle, process);
}

static void check_tables(void)
{
    for (size_t process = 0; process < PROCESSES; process++) {
        const struct kern_handle_table *table = &processes[process].p->handles;
        assert_int_equal(table->count, count_of(process));
        for (size_t i = 1; i < CONFIG_MAX_HANDLES; i++) {
            if (table->slots[i].verbs != 0) {
                check_slot(process, &table->slots[i]);
            }
        }
    }
}

/* What the tables hold already, as roots of the tree. */
static void adopt(size_t process)
{
    const struct kern_handle_table *table = &processes[process].p->handles;
    for (size_t i = 1; i < CONFIG_MAX_HANDLES; i++) {
        const struct kern_slot *slot = &table->slots[i];
        if (slot->verbs != 0) {
            node_add((struct node){.process = process,
                                   .parent = NOBODY,
                                   .handle = slot->handle,
                                   .object = slot->object->id,
                                   .badge = slot->badge,
                                   .type = kern_verbs_type(slot->verbs),
                                   .rights = kern_verbs_rights(slot->verbs)});
        }
    }
}

static size_t runner(void)
{
    size_t process = 0;
    while (processes[process].p != kern_current()->process) {
        process++;
    }
    return process;
}

static bool is_full(size_t process)
{
    return count_of(process) == CONFIG_MAX_HANDLES - 1;
}

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
    if (nodes[at].type == TN_TYPE_ENDPOINT || nodes[at].type == TN_TYPE_NOTIFICATION) {
        bool may = (nodes[at].rights & TN_RIGHT_MANAGE) != 0;
        expect(REVOKE, SYS(TN_SYS_HANDLE_REVOKE, nodes[at].handle), may ? TN_OK : TN_ERR_RIGHTS);
        if (may) {
            node_revoke(at);
        }
    }
}

/* What is made for a process lives as long as the process: its handles are known by name. */
static void make_process(size_t process)
{
    become(&world.root);
    uint32_t before = world.root.p->handles.count;
    processes[process] = spawn(PRIORITY);
    assert_int_equal(world.root.p->handles.count, before + 3);
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
    static void (*const ways[])(size_t process) = {duplicate, duplicate, mint,
                                                   mint,      install,   close};
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
