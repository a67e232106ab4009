/* SPDX-License-Identifier: MIT */
/* Which mitigations a CPU gets: what it does not deny is done, as far as it has the means. */
#include <support/testing.h>

#include "choose.h"

/* Bits as the manuals number them. */
#define BIT(n) (UINT64_C(1) << (n))

enum {
    PCID = 17,      /* CPUID 1, ECX. */
    TSX = 11,       /* CPUID 7, EBX. */
    MD_CLEAR = 10,  /* CPUID 7, EDX. */
    IBRS_IBPB = 26, /* The same. */
    AMD_IBPB = 12,  /* CPUID 0x80000008, EBX. */
    RDCL_NO = 0,    /* IA32_ARCH_CAPABILITIES. */
    IBRS_ALL = 1,
    MDS_NO = 5,
    TAA_NO = 8,
    RFDS_CLEAR = 28,
};

static unsigned choose(struct processor_facts facts)
{
    return mitigations_choose(&facts);
}

static void who_says_nothing_gets_tables_apart(void **state)
{
    (void)state;
    assert_int_equal(choose((struct processor_facts){0}), MITIGATION_TABLES);
}

static void tags_come_with_tables_alone(void **state)
{
    (void)state;
    struct processor_facts facts = {.leaf1_ecx = BIT(PCID)};
    assert_int_equal(choose(facts), MITIGATION_TABLES | MITIGATION_TAGS);
    facts.capabilities = BIT(RDCL_NO);
    assert_int_equal(choose(facts), 0);
}

static void amd_needs_no_tables_and_no_clearing(void **state)
{
    (void)state;
    struct processor_facts facts = {
        .is_amd = true, .leaf1_ecx = BIT(PCID), .leaf7_edx = BIT(MD_CLEAR)};
    assert_int_equal(choose(facts), 0);
}

static void buffers_are_cleared_where_that_works_and_is_needed(void **state)
{
    (void)state;
    struct processor_facts facts = {.capabilities = BIT(RDCL_NO)};
    assert_int_equal(choose(facts), 0);
    facts.leaf7_edx = BIT(MD_CLEAR);
    assert_int_equal(choose(facts), MITIGATION_BUFFERS);
    facts.capabilities |= BIT(MDS_NO);
    assert_int_equal(choose(facts), 0);
}

static void transactions_and_register_files_leak_too(void **state)
{
    (void)state;
    struct processor_facts facts = {.leaf7_ebx = BIT(TSX),
                                    .leaf7_edx = BIT(MD_CLEAR),
                                    .capabilities = BIT(RDCL_NO) | BIT(MDS_NO)};
    assert_int_equal(choose(facts), MITIGATION_BUFFERS);
    facts.capabilities |= BIT(TAA_NO);
    assert_int_equal(choose(facts), 0);
    facts.capabilities |= BIT(RFDS_CLEAR);
    assert_int_equal(choose(facts), MITIGATION_BUFFERS);
}

static void the_barrier_has_a_bit_of_each_vendor(void **state)
{
    (void)state;
    const uint64_t sound = BIT(RDCL_NO) | BIT(MDS_NO);
    struct processor_facts intel = {.leaf7_edx = BIT(IBRS_IBPB), .capabilities = sound};
    assert_int_equal(choose(intel), MITIGATION_BARRIER);
    struct processor_facts amd = {.is_amd = true, .leaf7_edx = BIT(IBRS_IBPB)};
    assert_int_equal(choose(amd), 0);
    amd.extended_ebx = BIT(AMD_IBPB);
    assert_int_equal(choose(amd), MITIGATION_BARRIER);
}

static void ibrs_is_set_where_once_is_enough(void **state)
{
    (void)state;
    struct processor_facts facts = {.capabilities = BIT(RDCL_NO) | BIT(IBRS_ALL)};
    assert_int_equal(choose(facts), 0); /* There is no register to set it in. */
    facts.leaf7_edx = BIT(IBRS_IBPB);
    assert_int_equal(choose(facts), MITIGATION_BRANCHES | MITIGATION_BARRIER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_says_nothing_gets_tables_apart),
        cmocka_unit_test(tags_come_with_tables_alone),
        cmocka_unit_test(amd_needs_no_tables_and_no_clearing),
        cmocka_unit_test(buffers_are_cleared_where_that_works_and_is_needed),
        cmocka_unit_test(transactions_and_register_files_leak_too),
        cmocka_unit_test(the_barrier_has_a_bit_of_each_vendor),
        cmocka_unit_test(ibrs_is_set_where_once_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
