/* SPDX-License-Identifier: MIT */
/* A program says hello, and what it holds: its authority is its handle table, and nothing else. */
#include <libsys/print.h>
#include <libsys/syscall.h>

static const char *type_name(uint32_t type)
{
    switch (type) {
    case TN_TYPE_THREAD:
        return "a thread: its own";
    case TN_TYPE_ENDPOINT:
        return "an endpoint: a server that it may call";
    case TN_TYPE_CONTAINER:
        return "a container: memory that it may use";
    case TN_TYPE_MACHINE:
        return "the machine, as far as its rights go";
    default:
        return "something that this example does not expect";
    }
}

int main(int argc, char **argv)
{
    struct tn_handle_info info = {0};
    tn_handle_t handle = TN_HANDLE_NONE;
    sys_print("Hello, %s. This program holds:\n", argc > 1 ? argv[1] : "world");
    while (sys_handle_next(TN_HANDLE_NONE, handle, &handle) == TN_OK) {
        if (sys_handle_info(TN_HANDLE_NONE, handle, &info) == TN_OK) {
            sys_print("  %s\n", type_name(info.type));
        }
    }
    return 0;
}
