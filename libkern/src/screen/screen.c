/* SPDX-License-Identifier: MIT */
/* The screen as a device: its frame buffer is checked here, once, before a program computes with it. */
#include "screen.h"

#include <abi/object.h>
#include <arch/arch.h>
#include <libbase/compiler.h>
#include <libmm/frame.h>

/* Largest side in pixels: no screen is near it, and products of such numbers fit into 64 bits. */
#define SIDE_MAX 0x8000u

static bool is_possible(const struct boot_framebuffer *screen)
{
    return TN_IS_ALIGNED(screen->base, MM_PAGE_SIZE) && screen->width <= SIDE_MAX &&
           screen->height != 0 && screen->height <= SIDE_MAX &&
           screen->stride / 4 >= screen->width && screen->stride % 4 == 0 && screen->format <= 1 &&
           screen->base < UINT64_MAX / 2;
}

void kern_screen_find(const struct boot_info *info)
{
    const struct boot_framebuffer *screen = &info->framebuffer;
    if (screen->width == 0) {
        return;
    }
    if (!is_possible(screen)) {
        kern_log("the loader's screen is left alone: it cannot be as it is described\n");
        return;
    }
    uint64_t bytes = (uint64_t)screen->stride * screen->height;
    struct tn_device device = {
        .name = "screen0",
        .model = "framebuffer",
        .base = screen->base,
        .length = TN_ALIGN_UP(bytes, MM_PAGE_SIZE),
        .interrupt = TN_NO_INTERRUPT,
        .parameter = {screen->width, screen->height, screen->stride, screen->format},
    };
    kern_device_add(&device);
}
