/* SPDX-License-Identifier: MIT */
/* Segregated fit with boundary tags.
 *
 *   region:  | header | block ... | header | block ... | header of size 0 |
 *
 *   header, 16 bytes:  bytes before (0: first of its region)
 *                      bytes of this block, header included; bit 0: in use
 *   a free block holds the link of its class behind its header
 *
 * Class of a size: four per power of two from 32 bytes on; the last one takes everything larger. To
 * find a block in one step, a request is rounded up to the next class boundary, so that every block
 * of the class it then finds is large enough. */
#include <libbase/assert.h>
#include <libsys/heap.h>

#define ALIGN      16u
#define BLOCK_MIN  32u
#define IN_USE     UINT64_C(1)
#define LAST_CLASS (SYS_HEAP_CLASSES - 1)

struct header {
    uint64_t before; /* Size of the block before this, 0 at the start of a region. */
    uint64_t tagged; /* Size of this block; bit 0: in use. */
};

static size_t size_of(const struct header *block)
{
    return block->tagged & ~IN_USE;
}

static bool is_free(const struct header *block)
{
    return (block->tagged & IN_USE) == 0;
}

static struct header *next_of(struct header *block)
{
    return (struct header *)(void *)((char *)block + size_of(block));
}

static struct header *before_of(struct header *block)
{
    return (struct header *)(void *)((char *)block - block->before);
}

static struct tn_list *link_of(struct header *block)
{
    return (struct tn_list *)(void *)(block + 1);
}

static struct header *block_of(void *memory)
{
    return (struct header *)memory - 1;
}

/* Class whose blocks are @p size or larger, but smaller than those of the next class. */
static unsigned class_of(size_t size)
{
    unsigned level = 63 - (unsigned)__builtin_clzll(size);
    unsigned quarter = (unsigned)(size >> (level - 2)) & 3;
    unsigned class = (level - 5) * 4 + quarter;
    return class < LAST_CLASS ? class : LAST_CLASS;
}

/* First class all of whose blocks are @p size or larger; the last class makes no such promise. */
static unsigned class_for(size_t size)
{
    unsigned level = 63 - (unsigned)__builtin_clzll(size);
    size_t step = (size_t)1 << (level - 2);
    return class_of(size + step - 1);
}

static void insert(struct sys_heap *heap, struct header *block)
{
    unsigned class = class_of(size_of(block));
    tn_list_push_front(&heap->classes[class], link_of(block));
    heap->nonempty |= UINT64_C(1) << class;
    heap->free_bytes += size_of(block);
}

static void take_out(struct sys_heap *heap, struct header *block)
{
    unsigned class = class_of(size_of(block));
    tn_list_remove(link_of(block));
    if (tn_list_is_empty(&heap->classes[class])) {
        heap->nonempty &= ~(UINT64_C(1) << class);
    }
    heap->free_bytes -= size_of(block);
}

void sys_heap_init(struct sys_heap *heap)
{
    heap->nonempty = 0;
    heap->free_bytes = 0;
    for (unsigned i = 0; i < SYS_HEAP_CLASSES; i++) {
        tn_list_init(&heap->classes[i]);
    }
}

void sys_heap_add(struct sys_heap *heap, void *memory, size_t size)
{
    struct header *block = memory;
    size = TN_ALIGN_DOWN(size, ALIGN);
    tn_assert(TN_IS_ALIGNED((uintptr_t)memory, ALIGN) && size >= 2 * BLOCK_MIN);
    block->before = 0;
    block->tagged = size - sizeof(struct header);
    struct header *end = next_of(block);
    end->before = size_of(block);
    end->tagged = IN_USE;
    insert(heap, block);
}

/* The first block of the last class that has @p size bytes, or NULL. */
static struct header *search_last_class(struct sys_heap *heap, size_t size)
{
    struct tn_list *node;
    tn_list_for_each(node, &heap->classes[LAST_CLASS])
    {
        struct header *block = block_of(node);
        if (size_of(block) >= size) {
            return block;
        }
    }
    return NULL;
}

static struct header *find(struct sys_heap *heap, size_t size)
{
    uint64_t classes = heap->nonempty >> class_for(size) << class_for(size);
    if (classes == 0) {
        return NULL;
    }
    unsigned class = (unsigned)__builtin_ctzll(classes);
    if (class == LAST_CLASS) {
        return search_last_class(heap, size);
    }
    return block_of(tn_list_first(&heap->classes[class]));
}

/* Cut @p block, which is in no class, down to @p size; the rest becomes a free block if it can be
 * one. */
static void cut(struct sys_heap *heap, struct header *block, size_t size)
{
    size_t rest = size_of(block) - size;
    if (rest < BLOCK_MIN) {
        return;
    }
    block->tagged = size | (block->tagged & IN_USE);
    struct header *tail = next_of(block);
    tail->before = size;
    tail->tagged = rest;
    next_of(tail)->before = rest;
    insert(heap, tail);
}

void *sys_heap_take(struct sys_heap *heap, size_t size)
{
    if (size > SIZE_MAX / 4) {
        return NULL;
    }
    size = TN_ALIGN_UP(size + sizeof(struct header), ALIGN);
    size = size < BLOCK_MIN ? BLOCK_MIN : size;
    struct header *block = find(heap, size);
    if (block == NULL) {
        return NULL;
    }
    take_out(heap, block);
    cut(heap, block, size);
    block->tagged |= IN_USE;
    return block + 1;
}

/* Join @p block, in no class, with the free block @p right behind it, which leaves its class. */
static void join(struct sys_heap *heap, struct header *block, struct header *right)
{
    take_out(heap, right);
    block->tagged += size_of(right);
    next_of(block)->before = size_of(block);
}

void sys_heap_give(struct sys_heap *heap, void *memory)
{
    struct header *block = block_of(memory);
    tn_assert(!is_free(block) && next_of(block)->before == size_of(block));
    block->tagged &= ~IN_USE;
    if (is_free(next_of(block))) {
        join(heap, block, next_of(block));
    }
    if (block->before != 0 && is_free(before_of(block))) {
        struct header *left = before_of(block);
        take_out(heap, left);
        left->tagged += size_of(block);
        next_of(left)->before = size_of(left);
        block = left;
    }
    insert(heap, block);
}

size_t sys_heap_size(const void *memory)
{
    return size_of((const struct header *)memory - 1) - sizeof(struct header);
}
