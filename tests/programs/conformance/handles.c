/* SPDX-License-Identifier: MIT */
/* Handles: values, rights, badges, derivation. */
#include "check.h"

static void a_call_that_does_nothing_succeeds(void)
{
    EXPECT(TN_OK, sys_null());
}

static void numbers_without_a_call_are_refused(void)
{
    EXPECT(TN_ERR_NO_SYSCALL, SYS_ARCH_CALL0(21).status);
    EXPECT(TN_ERR_NO_SYSCALL, SYS_ARCH_CALL0(7).status);
    EXPECT(TN_ERR_NO_SYSCALL, SYS_ARCH_CALL0(94).status);
    EXPECT(TN_ERR_NO_SYSCALL, SYS_ARCH_CALL0(255).status);
}

static void a_closed_handle_names_nothing(void)
{
    tn_handle_t endpoint = new_endpoint();
    EXPECT(TN_OK, sys_handle_close(endpoint));
    EXPECT(TN_ERR_HANDLE, sys_handle_close(endpoint));
    EXPECT(TN_ERR_HANDLE, sys_handle_close(TN_HANDLE_NONE));
    EXPECT(TN_ERR_HANDLE, sys_handle_close(BAD_HANDLE));
    /* Nor does it when its slot is used again. */
    tn_handle_t next = new_endpoint();
    CHECK(next != endpoint);
    EXPECT(TN_ERR_HANDLE, sys_handle_close(endpoint));
    EXPECT(TN_OK, sys_handle_close(next));
}

static void duplicates_have_the_rights_that_were_asked_for(void)
{
    struct tn_handle_info info, other;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    tn_handle_t same = limited(endpoint, TN_RIGHTS_ALL);
    tn_handle_t name = limited(endpoint, 0);
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, endpoint, &info));
    EQUAL(TN_TYPE_ENDPOINT, info.type);
    EQUAL(0x3f, info.rights);
    EQUAL(0, info.badge);
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, sender, &other));
    EQUAL(TN_RIGHT_SEND, other.rights);
    EQUAL(info.object_id, other.object_id);
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, same, &other));
    EQUAL(info.rights, other.rights);
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, name, &other));
    EQUAL(0, other.rights);
    close_all((tn_handle_t[]){endpoint, sender, same, name}, 4);
}

static void duplicating_checks_its_arguments(void)
{
    tn_handle_t result = 55;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    tn_handle_t copier = limited(endpoint, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    EXPECT(TN_ERR_HANDLE, sys_handle_duplicate(BAD_HANDLE, 0, &result));
    EXPECT(TN_ERR_RIGHTS, sys_handle_duplicate(sender, TN_RIGHT_SEND, &result));
    EXPECT(TN_ERR_RIGHTS, sys_handle_duplicate(copier, TN_RIGHT_RECEIVE, &result));
    EXPECT(TN_ERR_INVALID, sys_handle_duplicate(endpoint, 0x100, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){endpoint, sender, copier}, 3);
}

static void a_full_table_takes_no_handle(void)
{
    static tn_handle_t filled[4096];
    uint32_t count = 0;
    tn_handle_t result, notification = new_notification();
    while (sys_handle_duplicate(notification, 0, &filled[count]) == TN_OK) {
        count++;
    }
    EXPECT(TN_ERR_NO_HANDLES, sys_handle_duplicate(notification, 0, &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_endpoint_create(own_container(), &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_notification_create(own_container(), &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_memory_create(own_container(), TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_container_create(own_container(), 4096, 0, &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_process_create(own_container(), 0, &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_context_create(own_container(), 1, 1000000, 1000000, &result));
    EXPECT(TN_ERR_NO_HANDLES, sys_timer_create(own_container(), notification, 1, &result));
    struct tn_thread_start start = {.pc = 0x400000, .container = own_container()};
    EXPECT(TN_ERR_NO_HANDLES, sys_thread_create(TN_HANDLE_NONE, &start, &result));
    while (count > 0) {
        EXPECT(TN_OK, sys_handle_close(filled[--count]));
    }
    EXPECT(TN_OK, sys_handle_close(notification));
}

static void minting_makes_a_badged_sender(void)
{
    struct tn_handle_info info;
    tn_handle_t minted = TN_HANDLE_NONE, all = TN_HANDLE_NONE;
    tn_handle_t endpoint = new_endpoint();
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHT_SEND, 77, &minted));
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, minted, &info));
    EQUAL(77, info.badge);
    EQUAL(TN_RIGHT_SEND, info.rights);
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHTS_ALL, 78, &all));
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, all, &info));
    EQUAL(0x3f & ~(TN_RIGHT_RECEIVE | TN_RIGHT_MINT), info.rights);
    close_all((tn_handle_t[]){endpoint, minted, all}, 3);
}

static void minting_checks_its_arguments(void)
{
    tn_handle_t minted = TN_HANDLE_NONE, result = 55;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t notification = new_notification();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    tn_handle_t maker = limited(endpoint, TN_RIGHT_MINT);
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHT_SEND, 1, &minted));
    EXPECT(TN_ERR_HANDLE, sys_handle_mint(BAD_HANDLE, 0, 1, &result));
    EXPECT(TN_ERR_TYPE, sys_handle_mint(notification, 0, 1, &result));
    EXPECT(TN_ERR_BADGED, sys_handle_mint(minted, 0, 1, &result));
    EXPECT(TN_ERR_RIGHTS, sys_handle_mint(sender, 0, 1, &result));
    EXPECT(TN_ERR_RIGHTS, sys_handle_mint(maker, TN_RIGHT_SEND, 1, &result));
    EXPECT(TN_ERR_INVALID, sys_handle_mint(endpoint, TN_RIGHT_SEND, 0, &result));
    EXPECT(TN_ERR_INVALID, sys_handle_mint(endpoint, TN_RIGHT_RECEIVE, 1, &result));
    EXPECT(TN_ERR_INVALID, sys_handle_mint(endpoint, TN_RIGHT_MINT, 1, &result));
    EXPECT(TN_ERR_INVALID, sys_handle_mint(endpoint, 0x100, 1, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){endpoint, notification, sender, maker, minted}, 5);
}

static void revoking_ends_what_was_derived(void)
{
    tn_handle_t minted = TN_HANDLE_NONE, there = TN_HANDLE_NONE;
    struct tn_handle_info info;
    tn_handle_t process = new_process();
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t child = limited(endpoint, TN_RIGHTS_ALL);
    tn_handle_t grandchild = limited(child, TN_RIGHTS_ALL);
    EXPECT(TN_OK, sys_handle_mint(child, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE, 3, &minted));
    EXPECT(TN_OK, sys_handle_install(process, minted, TN_RIGHT_SEND, &there));
    EXPECT(TN_OK, sys_handle_info(process, there, &info));
    EQUAL(3, info.badge);
    EXPECT(TN_OK, sys_handle_revoke(child));
    EXPECT(TN_ERR_HANDLE, sys_handle_close(grandchild));
    EXPECT(TN_ERR_HANDLE, sys_handle_close(minted));
    EXPECT(TN_ERR_HANDLE, sys_handle_info(process, there, &info));
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, child, &info));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    close_all((tn_handle_t[]){endpoint, child, process}, 3);
}

static void children_of_a_closed_handle_go_to_its_parent(void)
{
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t child = limited(endpoint, TN_RIGHTS_ALL);
    tn_handle_t grandchild = limited(child, TN_RIGHT_SEND);
    struct tn_handle_info info;
    EXPECT(TN_OK, sys_handle_close(child));
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, grandchild, &info));
    EXPECT(TN_OK, sys_handle_revoke(endpoint));
    EXPECT(TN_ERR_HANDLE, sys_handle_info(TN_HANDLE_NONE, grandchild, &info));
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void revoking_checks_its_arguments(void)
{
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    EXPECT(TN_ERR_HANDLE, sys_handle_revoke(BAD_HANDLE));
    EXPECT(TN_ERR_RIGHTS, sys_handle_revoke(sender));
    close_all((tn_handle_t[]){endpoint, sender}, 2);
}

static void installing_checks_its_arguments(void)
{
    tn_handle_t result = 55;
    tn_handle_t process = new_process();
    tn_handle_t watcher = limited(process, TN_RIGHT_INSPECT);
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    EXPECT(TN_ERR_HANDLE, sys_handle_install(TN_HANDLE_NONE, endpoint, 0, &result));
    EXPECT(TN_ERR_HANDLE, sys_handle_install(BAD_HANDLE, endpoint, 0, &result));
    EXPECT(TN_ERR_TYPE, sys_handle_install(endpoint, endpoint, 0, &result));
    EXPECT(TN_ERR_RIGHTS, sys_handle_install(watcher, endpoint, 0, &result));
    EXPECT(TN_ERR_HANDLE, sys_handle_install(process, BAD_HANDLE, 0, &result));
    EXPECT(TN_ERR_RIGHTS, sys_handle_install(process, sender, 0, &result));
    EXPECT(TN_ERR_INVALID, sys_handle_install(process, endpoint, 0x100, &result));
    EQUAL(55, result);
    while (sys_handle_install(process, endpoint, 0, &result) == TN_OK) {
    }
    EXPECT(TN_ERR_NO_HANDLES, sys_handle_install(process, endpoint, 0, &result));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    EXPECT(TN_ERR_STATE, sys_handle_install(process, endpoint, 0, &result));
    close_all((tn_handle_t[]){process, watcher, endpoint, sender}, 4);
}

static void information_checks_its_arguments(void)
{
    struct tn_handle_info info;
    tn_handle_t process = new_process();
    tn_handle_t name = limited(process, TN_RIGHT_MANAGE);
    EXPECT(TN_ERR_HANDLE, sys_handle_info(BAD_HANDLE, process, &info));
    EXPECT(TN_ERR_TYPE, sys_handle_info(own_container(), process, &info));
    EXPECT(TN_ERR_RIGHTS, sys_handle_info(name, process, &info));
    EXPECT(TN_ERR_HANDLE, sys_handle_info(TN_HANDLE_NONE, BAD_HANDLE, &info));
    EXPECT(TN_ERR_HANDLE, sys_handle_info(process, process, &info));
    EXPECT(TN_ERR_ADDRESS, sys_handle_info(TN_HANDLE_NONE, process, BAD_POINTER));
    EXPECT(TN_ERR_ADDRESS, sys_handle_info(TN_HANDLE_NONE, process, NULL));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    close_all((tn_handle_t[]){process, name}, 2);
}

static void a_walk_finds_every_handle(void)
{
    struct tn_process_info info;
    uint32_t count = 0;
    bool found = false;
    tn_handle_t at = TN_HANDLE_NONE;
    tn_handle_t endpoint = new_endpoint();
    while (sys_handle_next(TN_HANDLE_NONE, at, &at) == TN_OK) {
        count++;
        found = found || at == endpoint;
    }
    EXPECT(TN_OK, sys_process_info(TN_HANDLE_NONE, &info));
    EQUAL(info.handle_count, count);
    CHECK(found);
    tn_handle_t process = new_process();
    tn_handle_t name = limited(process, TN_RIGHT_MANAGE);
    EXPECT(TN_ERR_NOT_FOUND, sys_handle_next(process, TN_HANDLE_NONE, &at));
    EXPECT(TN_ERR_RIGHTS, sys_handle_next(name, TN_HANDLE_NONE, &at));
    EXPECT(TN_ERR_TYPE, sys_handle_next(endpoint, TN_HANDLE_NONE, &at));
    EXPECT(TN_ERR_HANDLE, sys_handle_next(BAD_HANDLE, TN_HANDLE_NONE, &at));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    close_all((tn_handle_t[]){endpoint, process, name}, 3);
}

const struct check_case handle_cases[] = {
    {"a_call_that_does_nothing_succeeds", a_call_that_does_nothing_succeeds},
    {"numbers_without_a_call_are_refused", numbers_without_a_call_are_refused},
    {"a_closed_handle_names_nothing", a_closed_handle_names_nothing},
    {"duplicates_have_the_rights_that_were_asked_for",
     duplicates_have_the_rights_that_were_asked_for},
    {"duplicating_checks_its_arguments", duplicating_checks_its_arguments},
    {"a_full_table_takes_no_handle", a_full_table_takes_no_handle},
    {"minting_makes_a_badged_sender", minting_makes_a_badged_sender},
    {"minting_checks_its_arguments", minting_checks_its_arguments},
    {"revoking_ends_what_was_derived", revoking_ends_what_was_derived},
    {"children_of_a_closed_handle_go_to_its_parent", children_of_a_closed_handle_go_to_its_parent},
    {"revoking_checks_its_arguments", revoking_checks_its_arguments},
    {"installing_checks_its_arguments", installing_checks_its_arguments},
    {"information_checks_its_arguments", information_checks_its_arguments},
    {"a_walk_finds_every_handle", a_walk_finds_every_handle},
    {NULL, NULL},
};
