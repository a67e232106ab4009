/* SPDX-License-Identifier: MIT */
/* The heap: malloc and its kin, and the allocator below them.
 *
 * The allocator is a segregated fit with boundary tags, after M. Masmano et al., "TLSF: A New Dynamic
 * Memory Allocator for Real-Time Systems" (2004), with four classes per power of two. Every operation
 * takes bounded time for blocks below 2 MiB; a block costs 16 bytes, its size is a multiple of 16.
 * Rules: struct sys_heap is pure and has no lock: whoever holds it serializes. malloc, calloc, realloc
 * and free are thread-safe and take memory from the program's container; what they took stays with
 * the program. */
#ifndef LIBSYS_HEAP_H
#define LIBSYS_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/list.h>

/** Classes of free blocks. */
#define SYS_HEAP_CLASSES 64

/** Bytes of a region that cannot be allocated: two headers. */
#define SYS_HEAP_OVERHEAD 32

/** An allocator over regions of memory. */
struct sys_heap {
    uint64_t nonempty;                        /**< Bit n: classes[n] has a block. */
    size_t free_bytes;                        /**< In free blocks, headers included. */
    struct tn_list classes[SYS_HEAP_CLASSES]; /**< Free blocks by size. */
};

/** Make @p heap empty: it has no memory until sys_heap_add. */
void sys_heap_init(struct sys_heap *heap);

/** Let @p heap hand out the @p size bytes at @p memory, for good. Aligned to 16; at least 64 bytes
 *  (asserted). Cost: O(1). */
void sys_heap_add(struct sys_heap *heap, void *memory, size_t size);

/** Take @p size bytes, aligned to 16; 0 counts as 1.
 *  @return NULL if no free block is large enough. Cost: O(1); O(free blocks) from 2 MiB on. */
void *sys_heap_take(struct sys_heap *heap, size_t size);

/** Give back @p memory from sys_heap_take (asserted where the header shows that it is not). Joins it
 *  with free neighbours. Cost: O(1). */
void sys_heap_give(struct sys_heap *heap, void *memory);

/** Bytes that may be used at @p memory: what was asked for, or a little more. Cost: O(1). */
size_t sys_heap_size(const void *memory);

/** Memory for @p size bytes, aligned to 16, of any content; NULL if the container does not cover it. */
void *malloc(size_t size);

/** Zeroed memory for @p count elements of @p size bytes; NULL if there is none or the product does
 *  not fit. */
void *calloc(size_t count, size_t size);

/** @p block with room for @p size bytes, its content kept as far as it fits; NULL: nothing changed. */
void *realloc(void *block, size_t size);

/** Give back what malloc, calloc or realloc returned; NULL is allowed. */
void free(void *block);

#endif
