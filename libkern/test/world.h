/* SPDX-License-Identifier: MIT */
/* A booted machine with a first program, whose part the test plays: what all suites of the kernel core
 * begin with.
 *
 *      world_boot   --> the first program's thread runs: "root"
 *      spawn        --> further processes with a thread each; become() lets one of them run
 *      SYS, call, … --> traps of whoever runs
 *
 * Each trap is followed by the checker (check.h), so no suite has to ask for invariants. With TN_TRACE
 * in the environment each call is printed.
 *
 * Rules: one world in a process. */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include <abi/message.h>
#include <abi/syscall.h>
#include <arch/host.h>
#include <support/testing.h>

#include "kernel.h"

/** What a trap returns whose caller did not come back from it: it waits, or somebody else runs. */
#define BLOCKED 1

/** Where every process of the world has three pages that it may write to. */
#define SCRATCH       (TN_USER_CLOCK - 4 * TN_PAGE_SIZE)
#define SCRATCH_BYTES (3 * TN_PAGE_SIZE)

/** A user address at which nothing is ever mapped, and a free one. */
#define NOWHERE UINT64_C(0x20000000)
#define SOME_VA UINT64_C(0x30000000)

/** Where threads begin, and the priority they have unless said otherwise: the root thread's. */
#define ENTRY    TN_USER_IMAGE
#define PRIORITY (CONFIG_PRIORITIES / 2)
#define PERIOD   UINT64_C(10000000)

/** Memory of the machine. */
#define WORLD_BYTES (UINT64_C(4) << 20)

/** A thread of the world. Handles are the root process's. */
struct actor {
    tn_handle_t process;    /**< Its process. */
    tn_handle_t thread;     /**< The thread. */
    tn_handle_t context;    /**< Its own context; 0: it has none. */
    struct kern_thread *t;  /**< The kernel's side of it. */
    struct kern_process *p; /**< The kernel's side of its process. */
};

/** The world. */
struct world {
    struct tn_root_info info; /**< What the first program was given. */
    struct actor root;        /**< The first program's thread. */
    uint64_t value;           /**< Second result of the last SYS(). */
    bool unchecked;           /**< Traps are not followed by the checker. */
};
extern struct world world;

/** Boot it; as a cmocka setup function. The teardown checks once more. */
int world_setup(void **state);
int world_teardown(void **state);

/** Boot with WORLD_BYTES and the ordinary bundle. @return how it ended. */
enum host_end world_boot(const char *command_line);

/** Lay the ordinary bundle, one program NAME, into guest memory at @p base. @return its bytes. */
uint64_t world_bundle(uint64_t base, const char *name);

/** The boot information for a machine with WORLD_BYTES and a bundle at BUNDLE_BASE. */
#define BUNDLE_BASE UINT64_C(0x100000)
struct boot_info world_boot_info(uint64_t bundle_bytes, const char *command_line);

/** An ordinary call of whoever runs: number, then up to six arguments.
 *  @return its status, or BLOCKED; world.value is the second result. */
#define SYS(...) world_sys((const uint64_t[7]){__VA_ARGS__})
tn_status_t world_sys(const uint64_t call[7]);

/** As SYS(), for a call that must succeed at once. @return the second result. */
#define MUST(...) world_must(__LINE__, (const uint64_t[7]){__VA_ARGS__})
uint64_t world_must(unsigned line, const uint64_t call[7]);

/** An IPC call of whoever runs. @p registers holds the outcome if it came back.
 *  @return its status, or BLOCKED. */
tn_status_t world_ipc(unsigned number, struct arch_ipc_regs *registers);

/** IPC calls in one line each: @p tag and word 0. */
tn_status_t call(uint64_t handle, uint64_t tag, uint64_t word);
tn_status_t send(uint64_t handle, uint64_t tag, uint64_t word);
tn_status_t recv(uint64_t handle);
tn_status_t recv_until(uint64_t handle, uint64_t deadline_ns);
tn_status_t reply(uint64_t token, uint64_t tag, uint64_t word);
tn_status_t reply_recv(uint64_t handle, uint64_t token, uint64_t tag, uint64_t word);

/** The registers in which @p actor's last IPC call ended, or waits. */
const struct arch_ipc_regs *regs(const struct actor *actor);

/** The status of @p actor's last call, which has ended. */
tn_status_t ipc_status(const struct actor *actor);
tn_status_t sys_status(const struct actor *actor);

/** As @p status, the return of an IPC call that @p actor made; if others run first, they yield. */
tn_status_t back(const struct actor *actor, tn_status_t status);

/** A trap of another kind, checked. */
enum host_end world_trap(enum host_end end);

/** Copy @p length bytes to the scratch pages of whoever runs, at @p offset. @return their address. */
uint64_t put_at(uint64_t offset, const void *bytes, size_t length);
#define PUT(object) put_at(0, &(object), sizeof(object))

/** Copy back what the kernel wrote to the scratch pages of whoever runs. */
void get_at(uint64_t offset, void *bytes, size_t length);
#define GET(object) get_at(0, &(object), sizeof(object))

/** Make a process with its own scratch pages and one thread, started, at @p priority. Root must run. */
struct actor spawn(unsigned priority);

/** Make another thread, started, in the process of @p of. Root must run. */
struct actor spawn_thread(const struct actor *of, unsigned priority);

/** Make a process without threads, with scratch pages. Root must run. */
struct actor spawn_process(void);

/** Let @p actor run: the others yield. Fails the test if it cannot. */
void become(const struct actor *actor);

/** Whether @p actor runs now. */
bool runs(const struct actor *actor);

/** Put a copy of root's @p handle with @p rights into the process of @p actor. Root must run.
 *  @return its value there. */
tn_handle_t give(const struct actor *actor, uint64_t handle, unsigned rights);

/** Make a container with @p limit bytes and CONTAINER_THREADS out of root's. */
#define CONTAINER_THREADS 8
tn_handle_t container(uint64_t limit);

/** Make an endpoint, a notification. Root's handles. */
tn_handle_t endpoint(void);
tn_handle_t notification(void);

/** Take away @p actor's own context, for a passive server. Root must run. */
void make_passive(struct actor *actor);

/** State of @p actor: enum tn_thread_state. */
unsigned state_of(const struct actor *actor);

/** The object behind root's @p handle. */
struct kern_object *object_of(uint64_t handle);

/** System call @p call, whose argument @p position is a good handle that needs @p rights, must refuse
 *  there what is no handle, one of another type, and one without a right (0: none is needed). */
#define REFUSES(position, rights, ...)                                                             \
    refuses((const uint64_t[7]){__VA_ARGS__}, (position), (rights))
void refuses(const uint64_t call[7], unsigned position, unsigned rights);

/** System call @p call makes an object that the container in argument @p position pays for: it must say
 *  when the handle table is full, the container is empty, or the machine's memory is, and then leave
 *  all as it was. */
#define CREATES(position, ...) creates((const uint64_t[7]){__VA_ARGS__}, (position))
void creates(const uint64_t call[7], unsigned position);

/** Each allocation that @p call makes fails once: it must say so and leave all as it was. Then it
 *  succeeds, and @p undo (may be NULL), given its value, takes it back to what was before. */
#define FAILS_CLEANLY(undo, ...) fails_cleanly((const uint64_t[7]){__VA_ARGS__}, (undo))
void fails_cleanly(const uint64_t call[7], void (*undo)(uint64_t value));

/** Close @p handle: the usual undo. */
void close_handle(uint64_t handle);

/** Bytes that root's container pays for; frames that are free. */
uint64_t used(void);
uint64_t free_frames(void);

/** Fill the handle table of whoever runs with copies of @p handle. @return how many. Undo closes them. */
unsigned fill_handles(uint64_t handle);
void empty_handles(unsigned count);

/** Let the @p nth allocation of the kernel from now on (1: the next), of frames or structures, fail;
 *  0: none. @return how many were made since the last such call. */
uint64_t fail_allocation(uint64_t nth);

/** Each page of docs/syscalls in @p pages: every status that it promises must have come about in this
 *  program, and no other. Prints what did, fails the test for what did not. */
void check_pages(const char *const *pages, size_t count);

/** Whether the page of call @p number promises that it may end with @p status. Reads all pages once. */
bool is_documented(unsigned number, tn_status_t status);

#endif
