/* SPDX-License-Identifier: MIT */
/* The product's only program: says hello, and ends. */
#include <libsys/print.h>

int main(void)
{
    sys_print("Hello from myproduct.\n");
    return 0;
}
