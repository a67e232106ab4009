/* SPDX-License-Identifier: MIT */
/* The screen that a loader describes is a device, unless it cannot be as it is described. */
#include "world.h"

#define SCREEN_BASE UINT64_C(0xfd000000)

static const struct boot_framebuffer good = {
    .base = SCREEN_BASE, .width = 801, .height = 600, .stride = 3328, .format = 1};

/* A machine with @p screen is switched on. @return how many devices it has. */
static uint32_t boot_with(const struct boot_framebuffer *screen)
{
    host_reset(WORLD_BYTES);
    struct boot_info info = world_boot_info(world_bundle(BUNDLE_BASE, "bin/supervisor"), "");
    info.framebuffer = *screen;
    assert_int_equal(host_boot(&info), HOST_RUNS);
    return kernel.device_count;
}

static void a_screen_is_listed_with_its_shape(void **state)
{
    (void)state;
    assert_int_equal(boot_with(&good), 2);
    const struct tn_device *device = &kernel.devices[1];
    assert_string_equal(device->name, "screen0");
    assert_string_equal(device->model, "framebuffer");
    assert_int_equal(device->base, SCREEN_BASE);
    assert_int_equal(device->length, 488 * TN_PAGE_SIZE); /* 3,328 * 600 bytes, rounded up. */
    assert_int_equal(device->interrupt, TN_NO_INTERRUPT);
    assert_int_equal(device->flags, 0);
    assert_int_equal(device->parameter[TN_SCREEN_WIDTH], 801);
    assert_int_equal(device->parameter[TN_SCREEN_HEIGHT], 600);
    assert_int_equal(device->parameter[TN_SCREEN_STRIDE], 3328);
    assert_int_equal(device->parameter[TN_SCREEN_FORMAT], 1);
}

static void without_a_screen_nothing_is_said(void **state)
{
    (void)state;
    assert_int_equal(boot_with(&(struct boot_framebuffer){0}), 1);
    assert_string_equal(host_console(), "");
}

static void is_left_alone(struct boot_framebuffer screen)
{
    assert_int_equal(boot_with(&screen), 1);
}

static void an_impossible_screen_is_left_alone(void **state)
{
    (void)state;
    struct boot_framebuffer screen = good;
    screen.base += 4;
    is_left_alone(screen);
    screen = good;
    screen.base = UINT64_MAX - 4095;
    is_left_alone(screen);
    screen = good;
    screen.width = 833; /* A line has room for 832. */
    is_left_alone(screen);
    screen = good;
    screen.width = 0x8001;
    screen.stride = 0x20100;
    is_left_alone(screen);
    screen = good;
    screen.height = 0;
    is_left_alone(screen);
    screen = good;
    screen.height = 0x8001;
    is_left_alone(screen);
    screen = good;
    screen.stride = 3330;
    is_left_alone(screen);
    screen = good;
    screen.format = 2;
    is_left_alone(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_is_listed_with_its_shape),
        cmocka_unit_test(without_a_screen_nothing_is_said),
        cmocka_unit_test(an_impossible_screen_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
