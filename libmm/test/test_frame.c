/* SPDX-License-Identifier: MIT */
/* The contract of frame.h, for any allocator: against a model with one state a frame. */
#include <support/coverage.h>
#include <support/testing.h>

#include <libmm/frame.h>

/* A span that neither begins nor ends at a multiple of the largest block. */
enum {
    FIRST = 5 * 1024 + 333,
    COUNT = 4200,
    EPOCHS = 24,
    STEPS = 1500
};

enum operation {
    ADD,
    ALLOC,
    FREE,
    FREE_WRONG,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [ADD] = {"add", {"TN_OK", "TN_ERR_RANGE", "TN_ERR_EXISTS"}},
    [ALLOC] = {"alloc", {"TN_OK", "TN_ERR_INVALID", "TN_ERR_NO_MEMORY"}},
    [FREE] = {"free", {"done", "nothing to free"}},
    [FREE_WRONG] = {"wrong free", {"assertion", "not wrong"}},
};

/* What a frame is in the model. */
enum state {
    HOLE,
    UNUSED,
    USED
};

struct block {
    uint64_t frame;
    unsigned order;
};

/* The pool and its model. */
struct world {
    struct tn_random random;
    struct mm_frame_pool pool;
    uint8_t *memory;
    uint8_t metadata[COUNT];
    uint8_t states[COUNT]; /* enum state, by frame - FIRST */
    struct block blocks[COUNT];
    unsigned block_count;
    struct coverage coverage;
};

static uint64_t frames_of(unsigned order)
{
    return UINT64_C(1) << order;
}

/* The window that shows @p memory as the frames from @p first on. */
static void *window_for(uint8_t *memory, uint64_t first)
{
    return memory - first * MM_PAGE_SIZE;
}

static void begin(struct world *world)
{
    memset(world->metadata, 0xa5, sizeof(world->metadata));
    memset(world->states, HOLE, sizeof(world->states));
    world->block_count = 0;
    mm_frame_pool_init(&world->pool, window_for(world->memory, FIRST), FIRST, COUNT,
                       world->metadata);
}

static int create_world(void **state)
{
    static struct world world;
    world = (struct world){
        .coverage = {.operations = operations, .operation_count = OPERATIONS},
        .memory = aligned_alloc(MM_PAGE_SIZE, COUNT * MM_PAGE_SIZE),
    };
    begin(&world);
    *state = &world;
    return world.memory == NULL;
}

static int destroy_world(void **state)
{
    struct world *world = *state;
    free(world->memory);
    return 0;
}

static uint64_t model_count(const struct world *world, enum state state)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        count += world->states[i] == state;
    }
    return count;
}

/* Whether all frames of [@p first, @p first + @p count), which must lie in the span, are @p state. */
static bool model_all(const struct world *world, uint64_t first, uint64_t count, enum state state)
{
    for (uint64_t i = 0; i < count; i++) {
        if (world->states[first - FIRST + i] != state) {
            return false;
        }
    }
    return true;
}

static void model_set(struct world *world, uint64_t first, uint64_t count, enum state state)
{
    memset(&world->states[first - FIRST], (int)state, count);
}

/* The order of the largest aligned block of unused frames, or -1. */
static int model_largest_order(const struct world *world)
{
    for (int order = MM_FRAME_ORDER_MAX; order >= 0; order--) {
        uint64_t size = frames_of((unsigned)order);
        for (uint64_t frame = TN_ALIGN_UP((uint64_t)FIRST, size); frame + size <= FIRST + COUNT;
             frame += size) {
            if (model_all(world, frame, size, UNUSED)) {
                return order;
            }
        }
    }
    return -1;
}

static void assert_world_agrees(const struct world *world)
{
    assert_int_equal(world->pool.free_count, model_count(world, UNUSED));
    assert_int_equal(world->pool.total, COUNT - model_count(world, HOLE));
    assert_int_equal(mm_frame_largest_order(&world->pool), model_largest_order(world));
}

/* The words by which the owner of a block recognises that nobody else wrote there. */
static uint64_t *first_word(const struct world *world, uint64_t frame)
{
    return (uint64_t *)(void *)(world->memory + (frame - FIRST) * MM_PAGE_SIZE);
}

static void sign(const struct world *world, struct block block)
{
    for (uint64_t i = 0; i < frames_of(block.order); i++) {
        first_word(world, block.frame + i)[0] = ~block.frame;
        first_word(world, block.frame + i)[1] = block.order;
    }
}

static void assert_signed(const struct world *world, struct block block)
{
    for (uint64_t i = 0; i < frames_of(block.order); i++) {
        assert_int_equal(first_word(world, block.frame + i)[0], ~block.frame);
        assert_int_equal(first_word(world, block.frame + i)[1], block.order);
    }
}

static tn_status_t add(struct world *world, uint64_t first, uint64_t count)
{
    tn_status_t expected = TN_OK;
    if (first < FIRST || (unsigned __int128)first + count > FIRST + COUNT) {
        expected = TN_ERR_RANGE;
    } else if (!model_all(world, first, count, HOLE)) {
        expected = TN_ERR_EXISTS;
    }
    tn_status_t status = mm_frame_add(&world->pool, first, count);
    assert_int_equal(status, expected);
    if (status == TN_OK) {
        model_set(world, first, count, UNUSED);
    }
    return status;
}

static tn_status_t alloc(struct world *world, unsigned order)
{
    struct block block = {.frame = UINT64_MAX, .order = order};
    tn_status_t expected = TN_OK;
    if (order > MM_FRAME_ORDER_MAX) {
        expected = TN_ERR_INVALID;
    } else if (model_largest_order(world) < (int)order) {
        expected = TN_ERR_NO_MEMORY;
    }
    tn_status_t status = mm_frame_alloc(&world->pool, order, &block.frame);
    assert_int_equal(status, expected);
    if (status != TN_OK) {
        assert_true(block.frame == UINT64_MAX);
        return status;
    }
    assert_int_equal(block.frame % frames_of(order), 0);
    assert_in_range(block.frame, FIRST, FIRST + COUNT - frames_of(order));
    assert_true(model_all(world, block.frame, frames_of(order), UNUSED));
    model_set(world, block.frame, frames_of(order), USED);
    world->blocks[world->block_count++] = block;
    sign(world, block);
    return status;
}

static void free_block(struct world *world, unsigned index)
{
    struct block block = world->blocks[index];
    assert_signed(world, block);
    mm_frame_free(&world->pool, block.frame, block.order);
    model_set(world, block.frame, frames_of(block.order), UNUSED);
    world->blocks[index] = world->blocks[--world->block_count];
}

static bool is_block(const struct world *world, uint64_t frame, unsigned order)
{
    for (unsigned i = 0; i < world->block_count; i++) {
        if (world->blocks[i].frame == frame && world->blocks[i].order == order) {
            return true;
        }
    }
    return false;
}

static const char *random_add(struct world *world)
{
    uint64_t first = FIRST - 8 + tn_random_below(&world->random, COUNT + 8);
    unsigned magnitude = (unsigned)tn_random_below(&world->random, 9);
    uint64_t count = tn_random_below(&world->random, frames_of(magnitude));
    return tn_status_name(add(world, first, count));
}

static const char *random_alloc(struct world *world)
{
    unsigned order = (unsigned)tn_random_below(&world->random, MM_FRAME_ORDER_MAX + 2);
    if (order <= MM_FRAME_ORDER_MAX) {
        order = (unsigned)tn_random_below(&world->random, order + 1); /* small ones more often */
    }
    return tn_status_name(alloc(world, order));
}

static const char *random_free(struct world *world)
{
    if (world->block_count == 0) {
        return "nothing to free";
    }
    free_block(world, (unsigned)tn_random_below(&world->random, world->block_count));
    return "done";
}

static const char *free_unless_right(struct world *world, uint64_t frame, unsigned order)
{
    if (is_block(world, frame, order)) {
        return "not wrong";
    }
    assert_promise_broken(mm_frame_free(&world->pool, frame, order));
    return "assertion";
}

static const char *random_wrong_free(struct world *world)
{
    unsigned order = (unsigned)tn_random_below(&world->random, MM_FRAME_ORDER_MAX + 2);
    uint64_t frame = FIRST - 8 + tn_random_below(&world->random, COUNT + 16);
    if (world->block_count > 0 && order % 2 == 0) {
        frame = world->blocks[tn_random_below(&world->random, world->block_count)].frame;
    }
    return free_unless_right(world, frame, order);
}

static void random_operations_agree_with_the_model(void **state)
{
    static const char *(*const run[OPERATIONS])(struct world *) = {random_add, random_alloc,
                                                                   random_free, random_wrong_free};
    struct world *world = *state;
    world->random = testing_random();
    for (unsigned epoch = 0; epoch < EPOCHS; epoch++) {
        begin(world);
        for (unsigned step = 0; step < STEPS; step++) {
            /* Fill for a while, then drain; the rarer operations in between. */
            enum operation operation = step / 250 % 3 < 2 ? ALLOC : FREE;
            if (tn_random_below(&world->random, 2) == 0) {
                operation = (enum operation)tn_random_below(&world->random, OPERATIONS);
            }
            coverage_note(&world->coverage, operation, run[operation](world));
            assert_world_agrees(world);
        }
        while (world->block_count > 0) {
            free_block(world, world->block_count - 1);
        }
        assert_world_agrees(world);
    }
    coverage_check(&world->coverage);
}

static void an_empty_pool_has_nothing(void **state)
{
    struct world *world = *state;
    uint64_t frame;
    assert_int_equal(mm_frame_largest_order(&world->pool), -1);
    assert_int_equal(world->pool.free_count, 0);
    assert_int_equal(mm_frame_alloc(&world->pool, 0, &frame), TN_ERR_NO_MEMORY);
    assert_int_equal(mm_frame_add(&world->pool, FIRST, 0), TN_OK);
    assert_int_equal(mm_frame_add(&world->pool, FIRST + COUNT, 0), TN_OK);
    assert_int_equal(mm_frame_largest_order(&world->pool), -1);
}

static void every_frame_is_given_out_once_and_comes_back(void **state)
{
    struct world *world = *state;
    for (unsigned round = 0; round < 2; round++) {
        if (round == 0) {
            assert_int_equal(add(world, FIRST, COUNT), TN_OK);
        }
        for (unsigned i = 0; i < COUNT; i++) {
            assert_int_equal(mm_frame_alloc(&world->pool, 0, &world->blocks[i].frame), TN_OK);
            uint64_t index = world->blocks[i].frame - FIRST;
            assert_in_range(index, 0, COUNT - 1);
            assert_int_equal(world->states[index], UNUSED);
            world->states[index] = USED;
        }
        assert_int_equal(world->pool.free_count, 0);
        uint64_t frame;
        assert_int_equal(mm_frame_alloc(&world->pool, 0, &frame), TN_ERR_NO_MEMORY);
        for (unsigned i = 0; i < COUNT; i++) {
            mm_frame_free(&world->pool, world->blocks[i].frame, 0);
            world->states[world->blocks[i].frame - FIRST] = UNUSED;
        }
        assert_world_agrees(world);
        assert_int_equal(mm_frame_largest_order(&world->pool), MM_FRAME_ORDER_MAX);
    }
}

static void blocks_merge_across_what_was_added_apart(void **state)
{
    struct world *world = *state;
    uint64_t block = TN_ALIGN_UP((uint64_t)FIRST, frames_of(MM_FRAME_ORDER_MAX));
    static const uint64_t pieces[][2] = {{100, 411}, {0, 99}, {512, 512}, {99, 1}, {511, 1}};
    for (unsigned i = 0; i < TN_ARRAY_LEN(pieces); i++) {
        assert_true(mm_frame_largest_order(&world->pool) < MM_FRAME_ORDER_MAX);
        assert_int_equal(add(world, block + pieces[i][0], pieces[i][1]), TN_OK);
        assert_world_agrees(world);
    }
    assert_int_equal(alloc(world, MM_FRAME_ORDER_MAX), TN_OK);
    assert_int_equal(world->blocks[0].frame, block);
}

static void assert_overlaps_are_refused(struct world *world, uint64_t block)
{
    static const uint64_t overlaps[][2] = {
        {0, 1}, {1023, 1},   {1023, 2}, {512, 256},   {3, 1},
        {6, 2}, {1024, 477}, {1500, 1}, {1024, 1024},
    };
    for (unsigned i = 0; i < TN_ARRAY_LEN(overlaps); i++) {
        assert_int_equal(add(world, block + overlaps[i][0], overlaps[i][1]), TN_ERR_EXISTS);
        assert_world_agrees(world);
    }
}

static void overlapping_memory_is_refused_whole(void **state)
{
    struct world *world = *state;
    uint64_t block = TN_ALIGN_UP((uint64_t)FIRST, frames_of(MM_FRAME_ORDER_MAX));
    assert_int_equal(add(world, block, 1024), TN_OK);
    assert_int_equal(add(world, block + 1500, 1), TN_OK);
    assert_overlaps_are_refused(world, block);
    /* The same with the memory given out in blocks of every size... */
    while (mm_frame_largest_order(&world->pool) > 0) {
        assert_int_equal(alloc(world, (unsigned)mm_frame_largest_order(&world->pool) - 1), TN_OK);
    }
    assert_overlaps_are_refused(world, block);
    /* ...and frame by frame. */
    while (world->block_count > 0) {
        free_block(world, 0);
    }
    while (alloc(world, 0) == TN_OK) {
    }
    assert_overlaps_are_refused(world, block);
}

static void memory_outside_of_the_span_is_refused(void **state)
{
    struct world *world = *state;
    static const uint64_t ranges[][2] = {
        {FIRST - 1, 1},           {FIRST - 1, COUNT},        {0, 1},
        {FIRST, COUNT + 1},       {FIRST + COUNT, 1},        {FIRST + COUNT + 1, 0},
        {FIRST, UINT64_MAX},      {FIRST + 1, UINT64_MAX},   {UINT64_MAX, 1},
        {UINT64_MAX, UINT64_MAX}, {FIRST + 5, -(uint64_t)5}, {0, UINT64_MAX},
    };
    for (unsigned i = 0; i < TN_ARRAY_LEN(ranges); i++) {
        assert_int_equal(mm_frame_add(&world->pool, ranges[i][0], ranges[i][1]), TN_ERR_RANGE);
        assert_world_agrees(world);
    }
}

static void an_order_beyond_the_largest_is_invalid(void **state)
{
    struct world *world = *state;
    uint64_t frame = 7;
    assert_int_equal(add(world, FIRST, COUNT), TN_OK);
    assert_int_equal(mm_frame_alloc(&world->pool, MM_FRAME_ORDER_MAX + 1, &frame), TN_ERR_INVALID);
    assert_int_equal(mm_frame_alloc(&world->pool, 64, &frame), TN_ERR_INVALID);
    assert_int_equal(mm_frame_alloc(&world->pool, UINT32_MAX, &frame), TN_ERR_INVALID);
    assert_int_equal(frame, 7);
}

static void freeing_what_was_not_given_out_is_a_broken_promise(void **state)
{
    struct world *world = *state;
    struct mm_frame_pool *pool = &world->pool;
    uint64_t frame;
    assert_int_equal(add(world, FIRST, COUNT - 1), TN_OK);
    assert_int_equal(mm_frame_alloc(pool, 3, &frame), TN_OK);
    assert_promise_broken(mm_frame_free(pool, frame, 2));             /* smaller */
    assert_promise_broken(mm_frame_free(pool, frame, 4));             /* larger */
    assert_promise_broken(mm_frame_free(pool, frame + 1, 0));         /* inside */
    assert_promise_broken(mm_frame_free(pool, FIRST - 1, 0));         /* below the span */
    assert_promise_broken(mm_frame_free(pool, FIRST + COUNT, 0));     /* above it */
    assert_promise_broken(mm_frame_free(pool, FIRST + COUNT - 1, 0)); /* never added */
    assert_promise_broken(mm_frame_free(pool, frame, UINT32_MAX));    /* no order */
    mm_frame_free(pool, frame, 3);
    assert_promise_broken(mm_frame_free(pool, frame, 3)); /* twice */
    assert_world_agrees(world);
}

static void metadata_is_at_most_a_thousandth(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 512, 4096, UINT64_C(1) << 28};
    for (unsigned i = 0; i < TN_ARRAY_LEN(counts); i++) {
        assert_in_range(mm_frame_metadata_bytes(counts[i]), 0, counts[i] * MM_PAGE_SIZE / 1000);
    }
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, create_world, destroy_world)
    const struct CMUnitTest tests[] = {
        CASE(random_operations_agree_with_the_model),
        CASE(an_empty_pool_has_nothing),
        CASE(every_frame_is_given_out_once_and_comes_back),
        CASE(blocks_merge_across_what_was_added_apart),
        CASE(overlapping_memory_is_refused_whole),
        CASE(memory_outside_of_the_span_is_refused),
        CASE(an_order_beyond_the_largest_is_invalid),
        CASE(freeing_what_was_not_given_out_is_a_broken_promise),
        cmocka_unit_test(metadata_is_at_most_a_thousandth),
    };
    return cmocka_run_group_tests_name("libmm.test_frame", tests, NULL, NULL);
}
