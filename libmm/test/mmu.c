/* SPDX-License-Identifier: MIT */
#include <support/testing.h>

#include "mmu.h"

/* Bits @p high to @p low of @p word. */
static uint64_t bits(uint64_t word, unsigned high, unsigned low)
{
    return word >> low & (UINT64_MAX >> (63 - (high - low)));
}

static bool bit(uint64_t word, unsigned n)
{
    return bits(word, n, n) != 0;
}

static uint64_t read_entry(const uint8_t *window, uint64_t table, uint64_t index)
{
    uint64_t entry;
    memcpy(&entry, window + table + 8 * index, sizeof(entry));
    return entry;
}

/* 4.5, page-table entries, and 4.6: what the leaf and the rights collected on the way allow. */
static struct translation x86_64_page(uint64_t entry, uint64_t va, unsigned page_bits, bool write,
                                      bool user, bool no_execute)
{
    static const bool uncached[4] = {false, false, true, true}; /* WB, WT, UC-, UC */
    assert_int_equal(bits(entry, 62, 52), 0);                   /* ignored or protection key */
    if (page_bits > 12) {
        assert_int_equal(bits(entry, page_bits - 1, 12), 0); /* reserved, and the PAT bit */
    } else {
        assert_false(bit(entry, 7)); /* the PAT bit */
    }
    assert_true(bit(entry, 3) == bit(entry, 4)); /* neither WT nor UC- is wanted */
    return (struct translation){
        .mapped = true,
        .pa = (bits(entry, 51, page_bits) << page_bits) + bits(va, page_bits - 1, 0),
        .page_bytes = UINT64_C(1) << page_bits,
        .kernel_write = write,
        .kernel_execute = !no_execute && !user, /* SMEP */
        .user_read = user,
        .user_write = user && write,
        .user_execute = user && !no_execute,
        .device = uncached[bits(entry, 4, 3)],
        .global = bit(entry, 8),
    };
}

struct translation mmu_x86_64(const uint8_t *window, uint64_t root, uint64_t va)
{
    bool write = true;
    bool user = true;
    bool no_execute = false;
    uint64_t table = root;
    assert_true(bits(va, 63, 47) == 0 || bits(va, 63, 47) == 0x1ffff); /* canonical */
    for (unsigned low = 39; low >= 12; low -= 9) {
        uint64_t entry = read_entry(window, table, bits(va, low + 8, low));
        if (!bit(entry, 0)) {
            assert_int_equal(entry, 0); /* nothing is left in an entry that was removed */
            return (struct translation){.table_absent = low > 12};
        }
        write = write && bit(entry, 1);
        user = user && bit(entry, 2);
        no_execute = no_execute || bit(entry, 63);
        bool large = low > 12 && bit(entry, 7);
        if (low == 12 || large) {
            assert_true(low < 39); /* PS is reserved in a PML4 entry */
            return x86_64_page(entry, va, low, write, user, no_execute);
        }
        assert_int_equal(bits(entry, 11, 8) | bits(entry, 62, 52) | bits(entry, 4, 3), 0);
        table = bits(entry, 51, 12) << 12;
    }
    fail();
    return (struct translation){0};
}

/* Rights by AP, PXN and UXN; memory type by AttrIndx. */
static struct translation arm64_page(uint64_t entry, uint64_t va, unsigned page_bits)
{
    bool read_only = bit(entry, 7);
    bool el0 = bit(entry, 6);
    assert_true(bit(entry, 10));              /* access flag: else it faults */
    assert_int_equal(bits(entry, 9, 8), 3);   /* inner shareable */
    assert_int_equal(bits(entry, 52, 48), 0); /* reserved, GP, DBM, contiguous */
    assert_int_equal(bits(entry, 63, 55), 0); /* ignored */
    assert_false(bit(entry, 5));              /* NS */
    assert_in_range(bits(entry, 4, 2), 0, 1); /* the two types there are */
    assert_int_equal(page_bits > 12 ? bits(entry, page_bits - 1, 12) : 0, 0);
    return (struct translation){
        .mapped = true,
        .pa = (bits(entry, 47, page_bits) << page_bits) + bits(va, page_bits - 1, 0),
        .page_bytes = UINT64_C(1) << page_bits,
        .kernel_write = !read_only,
        .kernel_execute = !bit(entry, 53) && !(el0 && !read_only),
        .user_read = el0,
        .user_write = el0 && !read_only,
        .user_execute = !bit(entry, 54), /* also without el0: execute-only */
        .device = bits(entry, 4, 2) == 0,
        .global = !bit(entry, 11),
    };
}

struct translation mmu_arm64(const uint8_t *window, uint64_t root, uint64_t va)
{
    uint64_t table = root;
    assert_true(bits(va, 63, 48) == 0 || bits(va, 63, 48) == 0xffff); /* TTBR0 or TTBR1 */
    for (unsigned level = 0; level <= 3; level++) {
        unsigned low = 39 - 9 * level;
        uint64_t entry = read_entry(window, table, bits(va, low + 8, low));
        if (!bit(entry, 0)) {
            assert_int_equal(entry, 0); /* nothing is left in an entry that was removed */
            return (struct translation){.table_absent = level < 3};
        }
        bool block = !bit(entry, 1);
        if (level == 3 || block) {
            assert_true(level == 3 ? !block : level > 0); /* else reserved: a fault */
            return arm64_page(entry, va, low);
        }
        assert_int_equal(bits(entry, 63, 48), 0); /* no right is taken away by a table */
        table = bits(entry, 47, 12) << 12;
    }
    fail();
    return (struct translation){0};
}
