/* SPDX-License-Identifier: MIT */
/* Trees that others wrote: two machines of QEMU, and what the device tree compiler makes of a board.
 * data/README.md tells where they come from; what is expected is what `dtc -O dts` prints. */
#include "fdt_file.h"

#include <libdrv/fdt.h>

struct world {
    uint8_t bytes[FDT_FILE_MAX] __attribute__((aligned(8)));
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
};

static struct world world;

static void load(const char *name)
{
    size_t length = fdt_file_read(name, world.bytes);
    assert_int_equal(drv_fdt_open(&world.fdt, world.bytes, length), TN_OK);
    assert_int_equal(world.fdt.used_bytes, length);
}

static void find(const char *name)
{
    drv_fdt_walk_init(&world.walk, &world.fdt);
    do {
        assert_int_equal(drv_fdt_walk_next(&world.walk, &world.node), TN_OK);
    } while (strcmp(world.node.name, name) != 0);
}

/* Number of nodes, all of which must be readable. */
static unsigned count_nodes(void)
{
    unsigned count = 0;
    tn_status_t status;
    drv_fdt_walk_init(&world.walk, &world.fdt);
    while ((status = drv_fdt_walk_next(&world.walk, &world.node)) == TN_OK) {
        count++;
    }
    assert_int_equal(status, TN_ERR_EMPTY);
    return count;
}

static void expect_reg(uint32_t index, uint64_t base, uint64_t length)
{
    uint64_t found_base;
    uint64_t found_length;
    assert_int_equal(drv_fdt_reg(&world.walk, &world.node, index, &found_base, &found_length),
                     TN_OK);
    assert_int_equal(found_base, base);
    assert_int_equal(found_length, length);
}

static void expect_irq(uint32_t index, unsigned irq, bool edge)
{
    unsigned found_irq;
    bool found_edge;
    assert_int_equal(
        drv_fdt_gic_interrupt(world.node.known[DRV_FDT_INTERRUPTS], index, &found_irq, &found_edge),
        TN_OK);
    assert_int_equal(found_irq, irq);
    assert_int_equal(found_edge, edge);
}

static void expect_compatible(const char *text)
{
    struct drv_fdt_text kind = {.bytes = (uint8_t)(strlen(text) + 1)};
    assert_in_range(kind.bytes, 2, sizeof(kind.at));
    memcpy(kind.at, text, kind.bytes);
    assert_int_equal(drv_fdt_match(&world.node, &kind, 1), 0);
}

static void expect_text(const char *name, const char *text)
{
    struct drv_fdt_value value;
    assert_int_equal(drv_fdt_property(&world.fdt, &world.node, name, &value), TN_OK);
    assert_string_equal(drv_fdt_string(value), text);
}

static void virt_with_gicv2(void **state)
{
    (void)state;
    load("virt-gicv2.dtb");
    assert_int_equal(count_nodes(), 56);
    find("memory@40000000");
    expect_reg(0, 0x40000000, 0x8000000);
    find("psci");
    expect_compatible("arm,psci-0.2");
    expect_text("method", "hvc");
    find("intc@8000000");
    expect_compatible("arm,cortex-a15-gic");
    expect_reg(0, 0x8000000, 0x10000);
    expect_reg(1, 0x8010000, 0x10000);
    uint32_t gic = world.node.phandle;
    find("pl011@9000000");
    expect_compatible("arm,pl011");
    expect_reg(0, 0x9000000, 0x1000);
    expect_irq(0, 33, false);
    assert_int_equal(world.node.interrupt_parent, gic);
    find("virtio_mmio@a003e00");
    expect_reg(0, 0xa003e00, 0x200);
    expect_irq(0, 79, true);
    find("timer");
    expect_irq(2, 27, false);
    find("chosen");
    expect_text("stdout-path", "/pl011@9000000");
}

static void virt_with_gicv3(void **state)
{
    (void)state;
    load("virt-gicv3.dtb");
    find("memory@40000000");
    expect_reg(0, 0x40000000, UINT64_C(0x100000000));
    find("psci");
    expect_text("method", "smc");
    find("intc@8000000");
    expect_compatible("arm,gic-v3");
    expect_reg(0, 0x8000000, 0x10000);
    expect_reg(1, 0x80a0000, 0xf60000);
    find("its@8080000");
    expect_reg(0, 0x8080000, 0x20000);
    find("cpu@3"); /* its reg is a number of a CPU, which no bus shows as an address */
    uint64_t base;
    uint64_t length;
    uint32_t number;
    assert_int_equal(drv_fdt_reg(&world.walk, &world.node, 0, &base, &length), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_fdt_cell(world.node.known[DRV_FDT_REG], 0, &number), TN_OK);
    assert_int_equal(number, 3);
}

static void board_with_a_translating_bus(void **state)
{
    (void)state;
    load("soc.dtb");
    uint64_t base;
    uint64_t length;
    assert_int_equal(world.fdt.reserved_count, 1);
    drv_fdt_reserved(&world.fdt, 0, &base, &length);
    assert_int_equal(base, 0x1000);
    assert_int_equal(length, 0x2000);
    find("");
    expect_compatible("maker,board");
    expect_compatible("maker,soc");
    find("memory@0");
    expect_reg(0, 0, 0x3b400000);
    expect_reg(1, 0x40000000, 0xbc000000);
    find("interrupt-controller@40041000");
    expect_reg(0, 0xff841000, 0x1000);
    uint32_t gic = world.node.phandle;
    find("uart@7e201000");
    expect_reg(0, 0xfe201000, 0x200);
    expect_irq(0, 153, false);
    assert_int_equal(world.node.interrupt_parent, gic);
    assert_true(world.node.enabled);
    find("flash@0");
    assert_false(world.node.enabled);
    assert_int_equal(drv_fdt_reg(&world.walk, &world.node, 0, &base, &length), TN_ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virt_with_gicv2),
        cmocka_unit_test(virt_with_gicv3),
        cmocka_unit_test(board_with_a_translating_bus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
