/* SPDX-License-Identifier: MIT */
/* The log ring: what a reader at any position gets, before and after lines were dropped. */
#include <stdio.h>

#include <support/testing.h>

#include <libbase/log_ring.h>

static char storage[32];

static struct tn_log_ring new_ring(size_t size)
{
    struct tn_log_ring ring;
    tn_log_ring_init(&ring, storage, size);
    return ring;
}

static void append(struct tn_log_ring *ring, const char *text)
{
    tn_log_ring_append(ring, text, strlen(text));
}

/* Reading from @p position must give @p text after @p lost bytes that are gone. */
static void assert_reads(const struct tn_log_ring *ring, uint64_t position, const char *text,
                         uint64_t lost)
{
    char out[64] = "";
    struct tn_log_ring_span span;
    assert_int_equal(tn_log_ring_read(ring, position, out, sizeof(out) - 1, &span), TN_OK);
    assert_string_equal(out, text);
    assert_int_equal(span.length, strlen(text));
    assert_int_equal(span.lost, lost);
    assert_int_equal(span.next, position + lost + span.length);
}

static void a_reader_gets_everything_from_its_position_on(void **state)
{
    (void)state;
    struct tn_log_ring ring = new_ring(32);
    assert_reads(&ring, 0, "", 0);
    append(&ring, "one\n");
    append(&ring, "tw");
    append(&ring, "o\n");
    assert_reads(&ring, 0, "one\ntwo\n", 0);
    assert_reads(&ring, 4, "two\n", 0);
    assert_reads(&ring, 8, "", 0);
}

static void a_small_buffer_is_filled_and_the_next_read_goes_on(void **state)
{
    (void)state;
    struct tn_log_ring ring = new_ring(32);
    char out[6] = "#####";
    struct tn_log_ring_span span;
    append(&ring, "abcdef\n");
    assert_int_equal(tn_log_ring_read(&ring, 0, out, 4, &span), TN_OK);
    assert_string_equal(out, "abcd#");
    assert_int_equal(span.next, 4);
    assert_reads(&ring, span.next, "ef\n", 0);
    assert_int_equal(tn_log_ring_read(&ring, 1, out, 0, &span), TN_OK);
    assert_int_equal(span.length, 0);
    assert_int_equal(span.next, 1);
}

static void a_full_ring_drops_the_oldest_lines_whole(void **state)
{
    (void)state;
    struct tn_log_ring ring = new_ring(16);
    append(&ring, "11111\n22222\n3333");
    assert_reads(&ring, 0, "11111\n22222\n3333", 0);
    append(&ring, "\n");
    assert_reads(&ring, 0, "22222\n3333\n", 6);
    assert_reads(&ring, 3, "22222\n3333\n", 3);
    assert_reads(&ring, 6, "22222\n3333\n", 0);
    assert_reads(&ring, 8, "222\n3333\n", 0);
    append(&ring, "44444444444\n");
    assert_reads(&ring, 0, "44444444444\n", 17);
}

static void a_line_longer_than_the_ring_loses_its_beginning(void **state)
{
    (void)state;
    struct tn_log_ring ring = new_ring(8);
    append(&ring, "0123456789abc\n");
    assert_reads(&ring, 0, "89abc\n", 8);
    append(&ring, "x\n");
    assert_reads(&ring, 0, "89abc\nx\n", 8);
    append(&ring, "y");
    assert_reads(&ring, 0, "x\ny", 14);
}

static void a_position_behind_the_end_is_refused(void **state)
{
    (void)state;
    struct tn_log_ring ring = new_ring(32);
    char out[4] = "###";
    struct tn_log_ring_span span = {.next = 77};
    append(&ring, "abc\n");
    assert_int_equal(tn_log_ring_read(&ring, 5, out, 3, &span), TN_ERR_RANGE);
    assert_int_equal(tn_log_ring_read(&ring, UINT64_MAX, out, 3, &span), TN_ERR_RANGE);
    assert_string_equal(out, "###");
    assert_int_equal(span.next, 77);
}

/* A log of numbered lines, so long that the ring is overwritten many times. Whatever a slow reader
 * gets must be the log's own text at that position, and losses must end at the start of a line. */
static void slow_readers_get_true_text_and_exact_losses(void **state)
{
    (void)state;
    enum {
        LOG = 40000
    };
    static char log[LOG];
    struct tn_random random = testing_random();
    struct tn_log_ring ring = new_ring(32);
    size_t end = 0;
    uint64_t position = 0;
    uint64_t lost = 0;

    for (unsigned line = 0; end < LOG - 32; line++) {
        int length = snprintf(log + end, LOG - end, "%.*s%u\n", (int)tn_random_below(&random, 10),
                              "----------", line);
        tn_log_ring_append(&ring, log + end, (size_t)length);
        end += (size_t)length;
        if (tn_random_below(&random, 3) != 0) {
            continue;
        }
        char out[64];
        struct tn_log_ring_span span;
        size_t size = tn_random_below(&random, sizeof(out));
        assert_int_equal(tn_log_ring_read(&ring, position, out, size, &span), TN_OK);
        assert_int_equal(span.next, position + span.lost + span.length);
        assert_memory_equal(out, log + position + span.lost, span.length);
        assert_true(span.lost == 0 || log[position + span.lost - 1] == '\n');
        assert_true(end - span.next <= 32);
        assert_true(span.length == size || span.next == end);
        position = span.next;
        lost += span.lost;
    }
    print_message("%zu bytes logged, %llu lost by the reader\n", end, (unsigned long long)lost);
    assert_int_not_equal(lost, 0);
}

static void a_size_that_is_no_power_of_two_is_a_broken_promise(void **state)
{
    (void)state;
    struct tn_log_ring ring;
    assert_promise_broken(tn_log_ring_init(&ring, storage, 0));
    assert_promise_broken(tn_log_ring_init(&ring, storage, 24));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_gets_everything_from_its_position_on),
        cmocka_unit_test(a_small_buffer_is_filled_and_the_next_read_goes_on),
        cmocka_unit_test(a_full_ring_drops_the_oldest_lines_whole),
        cmocka_unit_test(a_line_longer_than_the_ring_loses_its_beginning),
        cmocka_unit_test(a_position_behind_the_end_is_refused),
        cmocka_unit_test(slow_readers_get_true_text_and_exact_losses),
        cmocka_unit_test(a_size_that_is_no_power_of_two_is_a_broken_promise),
    };
    return cmocka_run_group_tests_name("libbase.test_log_ring", tests, NULL, NULL);
}
