/* SPDX-License-Identifier: MIT */
/* Handles: what they name, what is derived from them, and how they end. Containers: who pays. */

#include "world.h"

#define ALL TN_RIGHTS_ALL

static struct tn_handle_info info_of(uint64_t handle)
{
    struct tn_handle_info info;
    MUST(TN_SYS_HANDLE_INFO, 0, handle, SCRATCH);
    GET(info);
    return info;
}

static bool is_valid(uint64_t handle)
{
    return SYS(TN_SYS_HANDLE_INFO, 0, handle, SCRATCH) == TN_OK;
}

/* --- null -------------------------------------------------------------------------------------- */

static void null_does_nothing(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_NULL), TN_OK);
    assert_int_equal(world.value, 0);
    assert_true(runs(&world.root));
}

static void numbers_that_are_not_in_the_table_are_refused(void **state)
{
    (void)state;
    assert_int_equal(SYS(5), TN_ERR_NO_SYSCALL);
    assert_int_equal(SYS(TN_SYS_PROCESS_INFO + 1), TN_ERR_NO_SYSCALL);
    assert_int_equal(SYS(TN_SYS_CALL_INFO + 1), TN_ERR_NO_SYSCALL);
    assert_int_equal(SYS(TN_SYS_COUNT), TN_ERR_NO_SYSCALL);
    assert_int_equal(SYS(255), TN_ERR_NO_SYSCALL);
}

/* --- What the first program is given ------------------------------------------------------------ */

static void root_has_all_there_is(void **state)
{
    (void)state;
    assert_int_equal(info_of(world.info.process).type, TN_TYPE_PROCESS);
    assert_int_equal(info_of(world.info.thread).type, TN_TYPE_THREAD);
    assert_int_equal(info_of(world.info.context).type, TN_TYPE_CONTEXT);
    assert_int_equal(info_of(world.info.container).rights, 0x17);
    assert_int_equal(info_of(world.info.machine).rights, 0xb7);
    assert_int_equal(info_of(world.info.bundle).rights, 0x57);
    assert_int_equal(info_of(world.info.io_ports).badge, TN_IO_PORTS);
    assert_int_equal(info_of(world.info.io_memory).badge, TN_IO_MEMORY);
    assert_int_equal(info_of(world.info.io_irqs).badge, TN_IO_INTERRUPTS);
}

/* --- Values ------------------------------------------------------------------------------------ */

static void a_closed_value_is_refused_for_good(void **state)
{
    (void)state;
    uint64_t first = endpoint();
    MUST(TN_SYS_HANDLE_CLOSE, first);
    assert_int_equal(SYS(TN_SYS_HANDLE_CLOSE, first), TN_ERR_HANDLE);
    for (unsigned i = 0; i < 100; i++) {
        uint64_t next = endpoint();
        assert_int_equal(next & 0xfff, first & 0xfff); /* The slot is the same, */
        assert_int_not_equal(next, first);             /* the generation is not. */
        assert_false(is_valid(first));
        MUST(TN_SYS_HANDLE_CLOSE, next);
    }
}

static void nonsense_values_name_nothing(void **state)
{
    (void)state;
    static const uint64_t nonsense[] = {0, 1, CONFIG_MAX_HANDLES, 0xfff, UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(nonsense); i++) {
        assert_int_equal(SYS(TN_SYS_HANDLE_CLOSE, nonsense[i]), TN_ERR_HANDLE);
    }
    assert_int_equal(SYS(TN_SYS_HANDLE_CLOSE, world.info.machine | UINT64_C(1) << 40),
                     TN_ERR_HANDLE);
}

static void the_generation_wraps_without_becoming_invalid(void **state)
{
    (void)state;
    uint64_t first = endpoint();
    struct kern_slot *slot;
    assert_int_equal(kern_handle_find(&world.root.p->handles, first, &slot), TN_OK);
    MUST(TN_SYS_HANDLE_CLOSE, first);
    slot->handle = UINT64_C(0x7ffff000) | (first & 0xfff); /* The last generation. */
    uint64_t last = endpoint();
    assert_int_equal(last, UINT64_C(0x7ffff000) | (first & 0xfff));
    MUST(TN_SYS_HANDLE_CLOSE, last);
    uint64_t again = endpoint();
    assert_int_equal(again, UINT64_C(0x1000) | (first & 0xfff));
    MUST(TN_SYS_HANDLE_CLOSE, again);
}

static void the_table_is_filled_and_emptied(void **state)
{
    (void)state;
    struct tn_process_info before, full;
    MUST(TN_SYS_PROCESS_INFO, 0, SCRATCH);
    GET(before);
    unsigned count = fill_handles(world.info.machine);
    assert_int_equal(before.handle_count + count, CONFIG_MAX_HANDLES - 1);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, world.info.machine, ALL), TN_ERR_NO_HANDLES);
    MUST(TN_SYS_PROCESS_INFO, 0, SCRATCH);
    GET(full);
    assert_int_equal(full.handle_count, CONFIG_MAX_HANDLES - 1);
    empty_handles(count);
}

/* --- Duplicate --------------------------------------------------------------------------------- */

static void a_duplicate_has_the_rights_that_were_asked_for(void **state)
{
    (void)state;
    uint64_t all = endpoint();
    struct tn_handle_info source = info_of(all);
    uint64_t same = MUST(TN_SYS_HANDLE_DUPLICATE, all, ALL);
    uint64_t sender = MUST(TN_SYS_HANDLE_DUPLICATE, all, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    uint64_t name = MUST(TN_SYS_HANDLE_DUPLICATE, all, 0);
    assert_int_equal(info_of(same).rights, 0x3f);
    assert_int_equal(info_of(same).object_id, source.object_id);
    assert_int_equal(info_of(sender).rights, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    assert_int_equal(info_of(name).rights, 0);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, name, 0), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, sender, TN_RIGHT_RECEIVE), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, sender, 0x100), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, name, 0x100), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, 77, ALL), TN_ERR_HANDLE);
}

/* --- Mint -------------------------------------------------------------------------------------- */

static void a_minted_handle_has_a_badge_and_neither_receives_nor_mints(void **state)
{
    (void)state;
    uint64_t all = endpoint();
    uint64_t minted = MUST(TN_SYS_HANDLE_MINT, all, ALL, 42);
    assert_int_equal(info_of(minted).badge, 42);
    assert_int_equal(info_of(minted).rights, 0x17);
    uint64_t duplicate = MUST(TN_SYS_HANDLE_DUPLICATE, minted, ALL);
    assert_int_equal(info_of(duplicate).badge, 42);
    uint64_t bare = MUST(TN_SYS_HANDLE_MINT, all, TN_RIGHT_SEND, UINT64_MAX);
    assert_int_equal(info_of(bare).rights, TN_RIGHT_SEND);
}

static void minting_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t all = endpoint();
    uint64_t minted = MUST(TN_SYS_HANDLE_MINT, all, ALL, 42);
    uint64_t no_mint = MUST(TN_SYS_HANDLE_DUPLICATE, all, 0x37);
    uint64_t no_send = MUST(TN_SYS_HANDLE_DUPLICATE, all, TN_RIGHT_MINT);
    REFUSES(0, TN_RIGHT_MINT, TN_SYS_HANDLE_MINT, all, TN_RIGHT_SEND, 1);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, minted, ALL, 0), TN_ERR_BADGED);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, no_mint, ALL, 0), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, all, ALL, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, all, TN_RIGHT_RECEIVE, 1), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, all, TN_RIGHT_MINT, 1), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, all, 0x110, 1), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, no_send, TN_RIGHT_SEND, 1), TN_ERR_RIGHTS);
    unsigned count = fill_handles(all);
    assert_int_equal(SYS(TN_SYS_HANDLE_MINT, all, ALL, 1), TN_ERR_NO_HANDLES);
    empty_handles(count);
}

/* --- Install ----------------------------------------------------------------------------------- */

static void an_installed_handle_works_in_the_other_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t mine = notification();
    uint64_t there = MUST(TN_SYS_HANDLE_INSTALL, other.process, mine, TN_RIGHT_SEND);
    become(&other);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, there, 5);
    become(&world.root);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, mine, TN_DEADLINE_POLL), 5);
}

static void installing_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    uint64_t mine = notification();
    uint64_t fixed = MUST(TN_SYS_HANDLE_DUPLICATE, mine, TN_RIGHT_SEND);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_HANDLE_INSTALL, other.process, mine, ALL);
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, 0, mine, ALL), TN_ERR_HANDLE);
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, other.process, 99, ALL), TN_ERR_HANDLE);
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, other.process, fixed, 0x100), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, other.process, mine, 0x100), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, other.process, mine, TN_RIGHT_EXECUTE),
                     TN_ERR_RIGHTS);
    while (SYS(TN_SYS_HANDLE_INSTALL, other.process, mine, 0) == TN_OK) {
    }
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, other.process, mine, 0), TN_ERR_NO_HANDLES);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, other.process, mine, 0), TN_ERR_STATE);
}

/* --- Derivation -------------------------------------------------------------------------------- */

/* parent - child - grandchild, and a second child, one of them in another process. */
static void revoking_ends_all_that_was_derived(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t parent = endpoint();
    uint64_t child = MUST(TN_SYS_HANDLE_DUPLICATE, parent, ALL);
    uint64_t badged = MUST(TN_SYS_HANDLE_MINT, child, ALL, 7);
    uint64_t there = MUST(TN_SYS_HANDLE_INSTALL, other.process, child, ALL);
    uint64_t sibling = MUST(TN_SYS_HANDLE_DUPLICATE, parent, ALL);
    MUST(TN_SYS_HANDLE_REVOKE, child);
    assert_true(is_valid(parent) && is_valid(child) && is_valid(sibling));
    assert_false(is_valid(badged));
    assert_int_equal(SYS(TN_SYS_HANDLE_INFO, other.process, there, SCRATCH), TN_ERR_HANDLE);
    MUST(TN_SYS_HANDLE_REVOKE, parent);
    assert_true(is_valid(parent));
    assert_false(is_valid(child) || is_valid(sibling));
    MUST(TN_SYS_HANDLE_REVOKE, parent); /* Nothing left: nothing happens. */
}

static void children_of_a_closed_handle_belong_to_its_parent(void **state)
{
    (void)state;
    uint64_t parent = endpoint();
    uint64_t child = MUST(TN_SYS_HANDLE_DUPLICATE, parent, ALL);
    uint64_t grandchild = MUST(TN_SYS_HANDLE_DUPLICATE, child, ALL);
    MUST(TN_SYS_HANDLE_CLOSE, child);
    assert_true(is_valid(grandchild));
    MUST(TN_SYS_HANDLE_REVOKE, parent);
    assert_false(is_valid(grandchild));
}

static void children_of_a_closed_root_are_nobodys(void **state)
{
    (void)state;
    uint64_t parent = endpoint();
    uint64_t one = MUST(TN_SYS_HANDLE_DUPLICATE, parent, ALL);
    uint64_t two = MUST(TN_SYS_HANDLE_DUPLICATE, parent, ALL);
    uint64_t of_one = MUST(TN_SYS_HANDLE_DUPLICATE, one, ALL);
    MUST(TN_SYS_HANDLE_CLOSE, parent);
    MUST(TN_SYS_HANDLE_REVOKE, one);
    assert_true(is_valid(one) && is_valid(two));
    assert_false(is_valid(of_one));
    MUST(TN_SYS_HANDLE_CLOSE, one);
    MUST(TN_SYS_HANDLE_CLOSE, two);
}

static void revoking_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t weak = MUST(TN_SYS_HANDLE_DUPLICATE, endpoint(), TN_RIGHT_SEND);
    assert_int_equal(SYS(TN_SYS_HANDLE_REVOKE, 12345), TN_ERR_HANDLE);
    assert_int_equal(SYS(TN_SYS_HANDLE_REVOKE, weak), TN_ERR_RIGHTS);
}

/* An interrupt in the middle of a long revoke wakes somebody more urgent: the rest waits. */
static void revoking_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    uint64_t parent = endpoint();
    for (unsigned i = 0; i < 20; i++) {
        MUST(TN_SYS_HANDLE_DUPLICATE, parent, 0);
    }
    uint64_t bell = notification();
    uint64_t line = MUST(TN_SYS_INTERRUPT_CREATE, world.info.container, world.info.io_irqs, 5, 0);
    MUST(TN_SYS_INTERRUPT_BIND, line, bell, 1);
    MUST(TN_SYS_INTERRUPT_ACK, line);
    struct actor urgent = spawn(PRIORITY);
    uint64_t there = give(&urgent, bell, ALL);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD),
                     BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    uint32_t before = world.root.p->handles.count;
    host_raise_at(5, 3);
    assert_int_equal(SYS(TN_SYS_HANDLE_REVOKE, parent), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(world.root.p->handles.count, before - 3);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root)); /* It went on by itself. */
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(world.root.p->handles.count, before - 20);
}

/* --- Looking ----------------------------------------------------------------------------------- */

static void a_walk_shows_each_handle_once(void **state)
{
    (void)state;
    uint32_t count = 0;
    uint64_t handle = 0;
    while (SYS(TN_SYS_HANDLE_NEXT, 0, handle) == TN_OK) {
        assert_true((world.value & 0xfff) > (handle & 0xfff));
        handle = world.value;
        count++;
    }
    assert_int_equal(SYS(TN_SYS_HANDLE_NEXT, 0, handle), TN_ERR_NOT_FOUND);
    assert_int_equal(count, world.root.p->handles.count);
}

static void others_tables_need_the_right_to_look(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    uint64_t there = give(&other, world.info.machine, TN_RIGHT_READ);
    assert_int_equal(MUST(TN_SYS_HANDLE_NEXT, other.process, 0), there);
    MUST(TN_SYS_HANDLE_INFO, other.process, there, SCRATCH);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_HANDLE_INFO, other.process, there, SCRATCH);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_HANDLE_NEXT, other.process, 0);
    assert_int_equal(SYS(TN_SYS_HANDLE_INFO, other.process, there, NOWHERE), TN_ERR_ADDRESS);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_HANDLE_INFO, other.process, there, SCRATCH), TN_ERR_HANDLE);
    assert_int_equal(SYS(TN_SYS_HANDLE_NEXT, other.process, 0), TN_ERR_NOT_FOUND);
}

/* --- Containers -------------------------------------------------------------------------------- */

static struct tn_container_info container_info(uint64_t handle)
{
    struct tn_container_info info;
    MUST(TN_SYS_CONTAINER_INFO, handle, SCRATCH);
    GET(info);
    return info;
}

static void a_limit_is_taken_from_the_parent_and_returns(void **state)
{
    (void)state;
    uint64_t before = used();
    struct tn_container_info root = container_info(world.info.container);
    assert_int_equal(root.thread_limit, CONFIG_MAX_THREADS);
    assert_int_equal(root.threads, 1);
    uint64_t child = container(65536);
    assert_int_equal(used(), before + 65536 + sizeof(struct kern_container));
    assert_int_equal(container_info(child).limit, 65536);
    assert_int_equal(container_info(child).used, 0);
    assert_int_equal(container_info(child).thread_limit, CONTAINER_THREADS);
    assert_int_equal(container_info(child).threads, 0);
    assert_int_equal(container_info(world.info.container).threads, 1 + CONTAINER_THREADS);
    uint64_t grandchild = MUST(TN_SYS_CONTAINER_CREATE, child, 4096, 3);
    assert_int_equal(container_info(child).threads, 3);
    assert_int_equal(container_info(child).used, 4096 + sizeof(struct kern_container));
    MUST(TN_SYS_HANDLE_CLOSE, grandchild);
    assert_int_equal(container_info(child).used, 0);
    assert_int_equal(container_info(child).peak, 4096 + sizeof(struct kern_container));
    assert_int_equal(container_info(child).threads, 0);
    MUST(TN_SYS_HANDLE_CLOSE, child);
    assert_int_equal(used(), before);
    assert_int_equal(container_info(world.info.container).threads, 1);
}

/* Closed handles, but an object lives: so do the containers that pay for it, down to the root. */
static void a_container_lives_as_long_as_it_pays(void **state)
{
    (void)state;
    uint64_t before = used();
    uint64_t child = container(65536);
    uint64_t grandchild = MUST(TN_SYS_CONTAINER_CREATE, child, 4096, 3);
    uint64_t bell = MUST(TN_SYS_NOTIFICATION_CREATE, grandchild);
    MUST(TN_SYS_HANDLE_CLOSE, grandchild);
    MUST(TN_SYS_HANDLE_CLOSE, child);
    assert_int_equal(used(), before + 65536 + sizeof(struct kern_container));
    MUST(TN_SYS_HANDLE_CLOSE, bell);
    assert_int_equal(used(), before);
    assert_int_equal(container_info(world.info.container).threads, 1);
}

static void an_empty_container_is_its_owners_problem_alone(void **state)
{
    (void)state;
    uint64_t child = container(256);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_CREATE, child), TN_OK);
    while (SYS(TN_SYS_NOTIFICATION_CREATE, child) == TN_OK) {
    }
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_CREATE, child), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_CREATE, world.info.container), TN_OK);
}

static void containers_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t child = container(65536);
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_CONTAINER_CREATE, child, 4096);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_CONTAINER_INFO, child, SCRATCH);
    assert_int_equal(SYS(TN_SYS_CONTAINER_INFO, child, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, child, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, child, 65536), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, child, UINT64_MAX), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, child, 1, CONTAINER_THREADS + 1), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, child, 1, UINT64_C(1) << 32), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, world.info.container, 0 - used()),
                     TN_ERR_QUOTA); /* No sum wraps. */
    CREATES(0, TN_SYS_CONTAINER_CREATE, world.info.container, 4096);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "null",           "handle_close", "handle_duplicate", "handle_mint",      "handle_revoke",
        "handle_install", "handle_info",  "handle_next",      "container_create", "container_info"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(null_does_nothing),
        TEST(numbers_that_are_not_in_the_table_are_refused),
        TEST(root_has_all_there_is),
        TEST(a_closed_value_is_refused_for_good),
        TEST(nonsense_values_name_nothing),
        TEST(the_generation_wraps_without_becoming_invalid),
        TEST(the_table_is_filled_and_emptied),
        TEST(a_duplicate_has_the_rights_that_were_asked_for),
        TEST(a_minted_handle_has_a_badge_and_neither_receives_nor_mints),
        TEST(minting_is_refused_in_this_order),
        TEST(an_installed_handle_works_in_the_other_process),
        TEST(installing_is_refused_in_this_order),
        TEST(revoking_ends_all_that_was_derived),
        TEST(children_of_a_closed_handle_belong_to_its_parent),
        TEST(children_of_a_closed_root_are_nobodys),
        TEST(revoking_is_refused_in_this_order),
        TEST(revoking_can_be_preempted_and_goes_on),
        TEST(a_walk_shows_each_handle_once),
        TEST(others_tables_need_the_right_to_look),
        TEST(a_limit_is_taken_from_the_parent_and_returns),
        TEST(a_container_lives_as_long_as_it_pays),
        TEST(an_empty_container_is_its_owners_problem_alone),
        TEST(containers_are_refused_in_this_order),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
