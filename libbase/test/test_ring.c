/* SPDX-License-Identifier: MIT */
/* The byte ring: fill, overfill, drain, over-drain; then random spans against a plain queue. */
#include <support/testing.h>

#include <libbase/ring.h>

static void what_is_pushed_comes_out_in_order(void **state)
{
    (void)state;
    char storage[8];
    char out[8] = "";
    struct tn_ring ring;
    tn_ring_init(&ring, storage, sizeof(storage));
    assert_int_equal(tn_ring_used(&ring), 0);
    assert_int_equal(tn_ring_space(&ring), 8);

    assert_int_equal(tn_ring_push(&ring, "abcde", 5), 5);
    assert_int_equal(tn_ring_used(&ring), 5);
    assert_int_equal(tn_ring_space(&ring), 3);
    assert_int_equal(tn_ring_pop(&ring, out, 3), 3);
    assert_memory_equal(out, "abc", 3);
    assert_int_equal(tn_ring_push(&ring, "fghij", 5), 5);
    assert_int_equal(tn_ring_pop(&ring, out, 7), 7);
    assert_memory_equal(out, "defghij", 7);
}

static void a_full_ring_takes_what_fits_and_says_how_much(void **state)
{
    (void)state;
    char storage[8];
    char out[8];
    struct tn_ring ring;
    tn_ring_init(&ring, storage, sizeof(storage));
    assert_int_equal(tn_ring_push(&ring, "0123456789", 10), 8);
    assert_int_equal(tn_ring_space(&ring), 0);
    assert_int_equal(tn_ring_push(&ring, "x", 1), 0);
    assert_int_equal(tn_ring_pop(&ring, out, 8), 8);
    assert_memory_equal(out, "01234567", 8);
}

static void an_empty_ring_gives_nothing(void **state)
{
    (void)state;
    char storage[4];
    char out[4] = "###";
    struct tn_ring ring;
    tn_ring_init(&ring, storage, sizeof(storage));
    assert_int_equal(tn_ring_pop(&ring, out, 4), 0);
    assert_int_equal(tn_ring_push(&ring, "ab", 2), 2);
    assert_int_equal(tn_ring_pop(&ring, out, 4), 2);
    assert_string_equal(out, "ab#");
    assert_int_equal(tn_ring_pop(&ring, out, 0), 0);
}

static void random_spans_agree_with_a_queue(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    uint8_t storage[16];
    struct tn_ring ring;
    tn_ring_init(&ring, storage, sizeof(storage));
    ring.head = ring.tail = UINT32_MAX - 1000; /* the counts wrap on the way */
    uint8_t next_in = 0;
    uint8_t next_out = 0;
    size_t used = 0;

    for (unsigned round = 0; round < 20000; round++) {
        uint8_t span[20];
        size_t length = tn_random_below(&random, sizeof(span) + 1);
        if (tn_random_below(&random, 2) == 0) {
            for (size_t i = 0; i < length; i++) {
                span[i] = (uint8_t)(next_in + i);
            }
            size_t pushed = tn_ring_push(&ring, span, length);
            assert_int_equal(pushed, length < 16 - used ? length : 16 - used);
            next_in = (uint8_t)(next_in + pushed);
            used += pushed;
        } else {
            size_t popped = tn_ring_pop(&ring, span, length);
            assert_int_equal(popped, length < used ? length : used);
            for (size_t i = 0; i < popped; i++) {
                assert_int_equal(span[i], next_out++);
            }
            used -= popped;
        }
        assert_int_equal(tn_ring_used(&ring), used);
        assert_int_equal(tn_ring_space(&ring), 16 - used);
    }
}

static void a_ring_of_one_byte_works(void **state)
{
    (void)state;
    uint8_t storage[1];
    uint8_t out[2];
    struct tn_ring ring;
    tn_ring_init(&ring, storage, 1);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(tn_ring_push(&ring, "xy", 2), 1);
        assert_int_equal(tn_ring_pop(&ring, out, 2), 1);
        assert_int_equal(out[0], 'x');
    }
}

static void a_size_that_is_no_power_of_two_is_a_broken_promise(void **state)
{
    (void)state;
    char storage[12];
    struct tn_ring ring;
    assert_promise_broken(tn_ring_init(&ring, storage, 0));
    assert_promise_broken(tn_ring_init(&ring, storage, 12));
    assert_promise_broken(tn_ring_init(&ring, storage, (size_t)1 << 32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_pushed_comes_out_in_order),
        cmocka_unit_test(a_full_ring_takes_what_fits_and_says_how_much),
        cmocka_unit_test(an_empty_ring_gives_nothing),
        cmocka_unit_test(random_spans_agree_with_a_queue),
        cmocka_unit_test(a_ring_of_one_byte_works),
        cmocka_unit_test(a_size_that_is_no_power_of_two_is_a_broken_promise),
    };
    return cmocka_run_group_tests_name("libbase.test_ring", tests, NULL, NULL);
}
