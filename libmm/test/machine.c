/* SPDX-License-Identifier: MIT */
#include "machine.h"

const struct architecture machine_x86_64 = {
    .name = "x86_64", .format = &mm_ptab_x86_64, .translate = mmu_x86_64, .pa_bits = 52};

const struct architecture machine_arm64 = {
    .name = "arm64", .format = &mm_ptab_arm64, .translate = mmu_arm64, .pa_bits = 48};

static uint64_t take(struct mm_ptab_source *source)
{
    struct machine *machine = TN_CONTAINER_OF(source, struct machine, source);
    const uint8_t *page = pages_take(&machine->pages, 0);
    return page == NULL ? MM_PTAB_NO_PAGE : (uint64_t)(page - source->window);
}

static void give(struct mm_ptab_source *source, uint64_t pa)
{
    struct machine *machine = TN_CONTAINER_OF(source, struct machine, source);
    pages_give(&machine->pages, source->window + pa);
}

void machine_init(struct machine *machine, const struct architecture *architecture)
{
    *machine = (struct machine){.architecture = architecture};
    pages_init(&machine->pages);
    machine->source = (struct mm_ptab_source){
        .take = take, .give = give, .window = pages_window(&machine->pages)};
    assert_int_equal(mm_ptab_init(&machine->ptab, architecture->format, &machine->source), TN_OK);
}

void machine_fini(struct machine *machine)
{
    machine->pages.taken_count = 0;
    pages_fini(&machine->pages);
}

struct translation machine_translate(const struct machine *machine, uint64_t va)
{
    return machine->architecture->translate(machine->source.window, machine->ptab.root, va);
}

void assert_mapped(const struct machine *machine, uint64_t va, uint64_t pa, unsigned attr,
                   uint64_t page_bytes)
{
    struct translation got = machine_translate(machine, va);
    bool user = (attr & MM_ATTR_USER) != 0;
    bool write = (attr & MM_ATTR_WRITE) != 0;
    bool execute = (attr & MM_ATTR_EXECUTE) != 0;
    assert_true(got.mapped);
    assert_int_equal(got.pa, pa);
    assert_int_equal(got.page_bytes, page_bytes);
    assert_int_equal(got.kernel_write, write);
    assert_int_equal(got.kernel_execute, execute && !user);
    assert_int_equal(got.user_read, user);
    assert_int_equal(got.user_write, user && write);
    assert_int_equal(got.user_execute, user && execute);
    assert_int_equal(got.device, (attr & MM_ATTR_DEVICE) != 0);
    assert_int_equal(got.global, (attr & MM_ATTR_GLOBAL) != 0);

    uint64_t found_pa;
    unsigned found_attr;
    assert_int_equal(mm_ptab_query(&machine->ptab, va, &found_pa, &found_attr), TN_OK);
    assert_int_equal(found_pa, pa);
    assert_int_equal(found_attr, attr);
}

void assert_unmapped(const struct machine *machine, uint64_t va)
{
    uint64_t pa = 1;
    unsigned attr = 2;
    assert_false(machine_translate(machine, va).mapped);
    assert_int_equal(mm_ptab_query(&machine->ptab, va, &pa, &attr), TN_ERR_NOT_FOUND);
    assert_int_equal(pa, 1);
    assert_int_equal(attr, 2);
}
