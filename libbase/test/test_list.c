/* SPDX-License-Identifier: MIT */
/* The list reads as a row of letters: each test says what the row is after each step. */
#include <support/testing.h>

#include <libbase/list.h>

struct letter {
    char name;
    struct tn_list link;
};

/* A list and the letters a to e, which are in no list. */
struct fixture {
    struct tn_list head;
    struct letter letters[5];
};

static struct tn_list *link_of(struct fixture *fixture, char name)
{
    return &fixture->letters[name - 'a'].link;
}

static void set_up(struct fixture *fixture, const char *row)
{
    tn_list_init(&fixture->head);
    for (size_t i = 0; i < 5; i++) {
        fixture->letters[i].name = (char)('a' + i);
        tn_list_init(&fixture->letters[i].link);
    }
    for (; *row != '\0'; row++) {
        tn_list_push_back(&fixture->head, link_of(fixture, *row));
    }
}

/* The list from @p head on must be @p row, and the same backwards. */
static void assert_row(const struct tn_list *head, const char *row)
{
    const struct tn_list *node;
    tn_list_for_each(node, head)
    {
        assert_int_equal(tn_list_entry(node, struct letter, link)->name, *row++);
        assert_ptr_equal(node->prev->next, node);
        assert_ptr_equal(node->next->prev, node);
    }
    assert_int_equal(*row, '\0');
}

static void elements_stand_in_the_order_they_were_pushed(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, "");
    assert_true(tn_list_is_empty(&f.head));
    tn_list_push_back(&f.head, link_of(&f, 'b'));
    tn_list_push_back(&f.head, link_of(&f, 'c'));
    tn_list_push_front(&f.head, link_of(&f, 'a'));
    assert_row(&f.head, "abc");
    assert_false(tn_list_is_empty(&f.head));
    tn_list_insert_before(link_of(&f, 'b'), link_of(&f, 'e'));
    assert_row(&f.head, "aebc");
}

static void popping_takes_from_the_front_until_nothing_is_left(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, "abc");
    assert_ptr_equal(tn_list_first(&f.head), link_of(&f, 'a'));
    assert_ptr_equal(tn_list_pop_front(&f.head), link_of(&f, 'a'));
    assert_row(&f.head, "bc");
    assert_ptr_equal(tn_list_pop_front(&f.head), link_of(&f, 'b'));
    assert_ptr_equal(tn_list_pop_front(&f.head), link_of(&f, 'c'));
    assert_null(tn_list_pop_front(&f.head));
    assert_null(tn_list_first(&f.head));
}

static void an_element_knows_whether_it_is_linked(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, "abc");
    assert_true(tn_list_is_linked(link_of(&f, 'b')));
    assert_false(tn_list_is_linked(link_of(&f, 'd')));
    tn_list_remove(link_of(&f, 'b'));
    assert_row(&f.head, "ac");
    assert_false(tn_list_is_linked(link_of(&f, 'b')));
    assert_false(tn_list_is_linked(tn_list_pop_front(&f.head)));
}

static void removing_twice_is_harmless(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, "abc");
    tn_list_remove(link_of(&f, 'c'));
    tn_list_remove(link_of(&f, 'c'));
    assert_row(&f.head, "ab");
}

static void a_splice_moves_the_whole_row(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_list other;
    set_up(&f, "abe");
    tn_list_init(&other);
    tn_list_push_back(&other, link_of(&f, 'c'));
    tn_list_push_back(&other, link_of(&f, 'd'));
    tn_list_splice_before(link_of(&f, 'e'), &other);
    assert_row(&f.head, "abcde");
    assert_true(tn_list_is_empty(&other));
}

static void a_splice_of_nothing_changes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_list other;
    set_up(&f, "ab");
    tn_list_init(&other);
    tn_list_splice_before(&f.head, &other);
    assert_row(&f.head, "ab");
    tn_list_splice_before(&other, &f.head);
    assert_row(&other, "ab");
    assert_true(tn_list_is_empty(&f.head));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_stand_in_the_order_they_were_pushed),
        cmocka_unit_test(popping_takes_from_the_front_until_nothing_is_left),
        cmocka_unit_test(an_element_knows_whether_it_is_linked),
        cmocka_unit_test(removing_twice_is_harmless),
        cmocka_unit_test(a_splice_moves_the_whole_row),
        cmocka_unit_test(a_splice_of_nothing_changes_nothing),
    };
    return cmocka_run_group_tests_name("libbase.test_list", tests, NULL, NULL);
}
