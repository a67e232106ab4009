/* SPDX-License-Identifier: MIT */
/* Processes: making, ending, what their end does to others. */
#include "arch_tests.h"
#include "child.h"
#include "worker.h"

static void creating_checks_its_arguments(void)
{
    tn_handle_t result = 55, small = TN_HANDLE_NONE;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    EXPECT(TN_OK, sys_container_create(own_container(), 4096, 0, &small));
    EXPECT(TN_ERR_HANDLE, sys_process_create(BAD_HANDLE, 0, &result));
    EXPECT(TN_ERR_TYPE, sys_process_create(endpoint, 0, &result));
    EXPECT(TN_ERR_RIGHTS, sys_process_create(watcher, 0, &result));
    EXPECT(TN_ERR_INVALID, sys_process_create(own_container(), TN_PROCESS_FPU << 1, &result));
    if (!CONFIG_FPU) {
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_process_create(own_container(), TN_PROCESS_FPU, &result));
    }
    EXPECT(TN_ERR_QUOTA, sys_process_create(small, 0, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){endpoint, watcher, small}, 3);
}

static void a_new_process_is_empty(void)
{
    struct tn_process_info info;
    tn_handle_t process = new_process();
    EXPECT(TN_OK, sys_process_info(process, &info));
    EQUAL(0, info.thread_count);
    EQUAL(0, info.handle_count);
    EQUAL(0, info.cpu_ns);
    EQUAL(TN_PROCESS_ALIVE, info.state);
    EXPECT(TN_OK, sys_process_kill(process, -4));
    EXPECT(TN_OK, sys_process_kill(process, -5)); /* A dead one is left alone. */
    EXPECT(TN_OK, sys_process_info(process, &info));
    EQUAL(TN_PROCESS_DEAD, info.state);
    EQUAL((uint32_t)-4, (uint32_t)info.exit_code);
    EXPECT(TN_OK, sys_handle_close(process));
}

static void calls_on_processes_check_their_arguments(void)
{
    struct tn_process_info info;
    tn_handle_t process = new_process();
    tn_handle_t watcher = limited(process, TN_RIGHT_INSPECT);
    tn_handle_t manager = limited(process, TN_RIGHT_MANAGE);
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t receiver = limited(endpoint, TN_RIGHT_RECEIVE);
    EXPECT(TN_ERR_HANDLE, sys_process_kill(TN_HANDLE_NONE, 0));
    EXPECT(TN_ERR_HANDLE, sys_process_kill(BAD_HANDLE, 0));
    EXPECT(TN_ERR_TYPE, sys_process_kill(endpoint, 0));
    EXPECT(TN_ERR_RIGHTS, sys_process_kill(watcher, 0));
    EXPECT(TN_ERR_HANDLE, sys_process_info(BAD_HANDLE, &info));
    EXPECT(TN_ERR_TYPE, sys_process_info(endpoint, &info));
    EXPECT(TN_ERR_RIGHTS, sys_process_info(manager, &info));
    EXPECT(TN_ERR_ADDRESS, sys_process_info(process, BAD_POINTER));
    EXPECT(TN_ERR_HANDLE, sys_process_set_handler(TN_HANDLE_NONE, endpoint));
    EXPECT(TN_ERR_HANDLE, sys_process_set_handler(BAD_HANDLE, endpoint));
    EXPECT(TN_ERR_TYPE, sys_process_set_handler(endpoint, endpoint));
    EXPECT(TN_ERR_RIGHTS, sys_process_set_handler(watcher, endpoint));
    EXPECT(TN_ERR_HANDLE, sys_process_set_handler(process, BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_process_set_handler(process, process));
    EXPECT(TN_ERR_RIGHTS, sys_process_set_handler(process, receiver));
    EXPECT(TN_OK, sys_process_set_handler(process, TN_HANDLE_NONE));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    EXPECT(TN_ERR_STATE, sys_process_set_handler(process, endpoint));
    close_all((tn_handle_t[]){process, watcher, manager, endpoint, receiver}, 5);
}

static void an_exit_is_reported_with_its_code(void)
{
    struct child child;
    child_make(&child, arch_entry_exit, (uint64_t)-7);
    child_start(&child);
    child_expect_end(&child, -7, TN_EXIT_NORMAL);
}

static void the_last_thread_ends_its_process(void)
{
    struct child child;
    child_make(&child, arch_entry_leave, 0);
    child_start(&child);
    child_expect_end(&child, 0, TN_EXIT_NORMAL);
    child_make(&child, arch_entry_loop, 0);
    child_start(&child);
    EXPECT(TN_OK, sys_thread_kill(child.thread));
    child_expect_end(&child, 0, TN_EXIT_NORMAL);
}

static void a_killed_process_is_reported_as_killed(void)
{
    struct child child;
    child_make(&child, arch_entry_loop, 0);
    child_start(&child);
    EXPECT(TN_OK, sys_process_kill(child.process, 99));
    child_expect_end(&child, 99, TN_EXIT_KILLED);
}

static void a_process_can_end_while_it_waits_for_a_call(void)
{
    struct child child;
    tn_handle_t endpoint = new_endpoint();
    struct sys_message message = {.tag = TN_TAG_DEADLINE, .destination = endpoint};
    child_make_with(&child, arch_entry_call, endpoint);
    child_start(&child);
    pause_ms(2);
    EXPECT(TN_OK, sys_process_kill(child.process, 1));
    child_expect_end(&child, 1, TN_EXIT_KILLED);
    /* Its call is gone. */
    EXPECT(TN_ERR_WOULD_BLOCK, sys_ipc_receive(&message, TN_DEADLINE_POLL));
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void a_caller_in_service_that_dies_leaves_a_stale_token(void)
{
    struct child child;
    tn_handle_t endpoint = new_endpoint();
    struct sys_message message = {.destination = endpoint};
    child_make_with(&child, arch_entry_call, endpoint);
    child_start(&child);
    EXPECT(TN_OK, sys_ipc_receive(&message, 0));
    CHECK(message.token != 0);
    EXPECT(TN_OK, sys_process_kill(child.process, 1));
    message.tag = 0;
    EXPECT(TN_ERR_STALE, sys_ipc_reply(&message));
    child_expect_end(&child, 1, TN_EXIT_KILLED);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void callers_of_a_server_that_dies_learn_it(void)
{
    struct child child;
    tn_handle_t endpoint = new_endpoint();
    struct sys_message message = {.destination = endpoint};
    child_make_with(&child, arch_entry_receive, endpoint);
    child_start(&child);
    /* It receives our call and exits without a reply. */
    EXPECT(TN_ERR_PEER_DIED, sys_ipc_call0(&message, 0));
    child_expect_end(&child, 7, TN_EXIT_NORMAL);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void queued_callers_wait_for_the_next_server(void)
{
    struct child child;
    static struct worker caller;
    tn_handle_t endpoint = new_endpoint();
    caller = (struct worker){.work = work_call, .message = {.destination = endpoint}};
    child_make_with(&child, arch_entry_receive, endpoint);
    EXPECT(TN_OK, sys_process_kill(child.process, 1)); /* Before it could receive. */
    child_expect_end(&child, 1, TN_EXIT_KILLED);
    worker_start(&caller, WORKER_LAZY);
    pause_ms(2);
    child_make_with(&child, arch_entry_receive, endpoint);
    child_start(&child);
    worker_join(&caller);
    EXPECT(TN_ERR_PEER_DIED, caller.status);
    child_expect_end(&child, 7, TN_EXIT_NORMAL);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

const struct check_case process_cases[] = {
    {"creating_checks_its_arguments", creating_checks_its_arguments},
    {"a_new_process_is_empty", a_new_process_is_empty},
    {"calls_on_processes_check_their_arguments", calls_on_processes_check_their_arguments},
    {"an_exit_is_reported_with_its_code", an_exit_is_reported_with_its_code},
    {"the_last_thread_ends_its_process", the_last_thread_ends_its_process},
    {"a_killed_process_is_reported_as_killed", a_killed_process_is_reported_as_killed},
    {"a_process_can_end_while_it_waits_for_a_call", a_process_can_end_while_it_waits_for_a_call},
    {"a_caller_in_service_that_dies_leaves_a_stale_token",
     a_caller_in_service_that_dies_leaves_a_stale_token},
    {"callers_of_a_server_that_dies_learn_it", callers_of_a_server_that_dies_learn_it},
    {"queued_callers_wait_for_the_next_server", queued_callers_wait_for_the_next_server},
    {NULL, NULL},
};
