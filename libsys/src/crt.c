/* SPDX-License-Identifier: MIT */
/* From the first instruction to main, and from main to the end of the process. */
#include <libbase/bytes.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#include "program.h"

int main(int argc, char **argv);
_Noreturn void sys_start_program(struct tn_root_info *root, struct sys_start *start);

/* The canary that functions compiled with a stack protector check; the name is the compilers'. */
extern uint64_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);
uint64_t __stack_chk_guard;

/** Called by compiled code that finds its canary altered. */
_Noreturn void __stack_chk_fail(void)
{
    sys_fail("a function wrote past its stack frame");
}

/* Called by _start. Must not check a canary itself: the value changes below. */
__attribute__((no_stack_protector)) _Noreturn void sys_start_program(struct tn_root_info *root,
                                                                     struct sys_start *start)
{
    static char *no_arguments[] = {"init", NULL};
    uint64_t *thread_area = root != NULL ? root->thread_area : start->thread_area;
    const uint8_t *seed = root != NULL ? root->seed : start->seed;

    sys_first_thread.self = &sys_first_thread;
    thread_area[0] = (uintptr_t)&sys_first_thread;
    /* A zero byte in the canary stops overflows by text functions. */
    __stack_chk_guard = tn_load_le64(seed) & ~UINT64_C(0xff);
    sys_program_init(root, start);
    sys_first_thread.handle = sys_program()->thread;
    if (start != NULL && start->version != SYS_START_VERSION) {
        sys_fail("made for another version of the start block; build it again");
    }
    if (start == NULL) {
        sys_process_exit(main(1, no_arguments));
    }
    sys_process_exit(main((int)start->argument_count, start->arguments));
}
