/* SPDX-License-Identifier: MIT */
/* Counting of operation pairs and ends, see support/coverage.h. */
#include <support/coverage.h>
#include <support/testing.h>

void coverage_begin(struct coverage *coverage, unsigned operation)
{
    coverage->pairs[coverage->last][operation]++;
    coverage->last = operation;
}

void coverage_end(struct coverage *coverage, unsigned operation, const char *end)
{
    const struct coverage_operation *op = &coverage->operations[operation];
    unsigned i = 0;
    while (i < COVERAGE_ENDS && op->ends[i] != NULL && strcmp(op->ends[i], end) != 0) {
        i++;
    }
    if (i == COVERAGE_ENDS || op->ends[i] == NULL) {
        fail_msg("%s ended with %s", op->name, end);
    }
    coverage->ends[operation][i]++;
}

void coverage_note(struct coverage *coverage, unsigned operation, const char *end)
{
    coverage_begin(coverage, operation);
    coverage_end(coverage, operation, end);
}

bool coverage_is_full(const struct coverage *coverage)
{
    for (unsigned i = 0; i < coverage->operation_count; i++) {
        for (unsigned j = 0; j < COVERAGE_ENDS && coverage->operations[i].ends[j] != NULL; j++) {
            if (coverage->ends[i][j] == 0) {
                return false;
            }
        }
        for (unsigned j = 0; j < coverage->operation_count; j++) {
            if (coverage->pairs[i][j] == 0) {
                return false;
            }
        }
    }
    return true;
}

static unsigned check_ends(const struct coverage *coverage, unsigned operation)
{
    const struct coverage_operation *op = &coverage->operations[operation];
    unsigned holes = 0;
    for (unsigned i = 0; i < COVERAGE_ENDS && op->ends[i] != NULL; i++) {
        print_message("%-14s %-20s %7u\n", op->name, op->ends[i], coverage->ends[operation][i]);
        holes += coverage->ends[operation][i] == 0;
    }
    return holes;
}

static unsigned check_pairs(const struct coverage *coverage, unsigned first)
{
    unsigned holes = 0;
    print_message("%-14s then", coverage->operations[first].name);
    for (unsigned i = 0; i < coverage->operation_count; i++) {
        print_message(" %s %u", coverage->operations[i].name, coverage->pairs[first][i]);
        holes += coverage->pairs[first][i] == 0;
    }
    print_message("\n");
    return holes;
}

void coverage_check(const struct coverage *coverage)
{
    unsigned holes = 0;
    for (unsigned i = 0; i < coverage->operation_count; i++) {
        holes += check_ends(coverage, i);
    }
    for (unsigned i = 0; i < coverage->operation_count; i++) {
        holes += check_pairs(coverage, i);
    }
    assert_int_equal(holes, 0);
}
