/* SPDX-License-Identifier: MIT */
/* Writing a start block: the parent's half of libsys/start.h.
 *
 * The block is laid out twice by the same walk: once to learn its size, once to write it. */
#include <libbase/mem.h>
#include <libsys/start.h>

/* Where the next bytes go: in the parent's memory, and as addresses of the new program. In the first
 * walk @c base is NULL and nothing is written. */
struct writer {
    uint8_t *base;
    uint64_t va;
    size_t used;
};

/* Take @p size bytes, aligned to 8; *va is their address in the new program. */
static void *take(struct writer *writer, size_t size, uint64_t *va)
{
    size_t at = writer->used;
    writer->used += TN_ALIGN_UP(size, 8);
    *va = writer->va + at;
    return writer->base != NULL ? writer->base + at : NULL;
}

/* Copy the terminated @p text; @return its address in the new program. */
static uint64_t put_text(struct writer *writer, const char *text)
{
    uint64_t va;
    size_t size = strlen(text) + 1;
    void *to = take(writer, size, &va);
    if (to != NULL) {
        memcpy(to, text, size);
    }
    return va;
}

static uint64_t put_arguments(struct writer *writer, const struct sys_start_plan *plan)
{
    uint64_t va;
    uint64_t *to = take(writer, (plan->argument_count + 1) * sizeof(uint64_t), &va);
    for (uint32_t i = 0; i < plan->argument_count; i++) {
        uint64_t text = put_text(writer, plan->arguments[i]);
        if (to != NULL) {
            to[i] = text;
        }
    }
    if (to != NULL) {
        to[plan->argument_count] = 0;
    }
    return va;
}

static uint64_t put_handles(struct writer *writer, const struct sys_start_plan *plan)
{
    uint64_t va;
    struct sys_start_handle *to = take(writer, plan->handle_count * sizeof(*to), &va);
    for (uint32_t i = 0; i < plan->handle_count; i++) {
        uint64_t name = put_text(writer, plan->handles[i].name);
        if (to != NULL) {
            to[i] = plan->handles[i];
            to[i].name = (const char *)(uintptr_t)name;
        }
    }
    return va;
}

static uint64_t put_devices(struct writer *writer, const struct sys_start_plan *plan)
{
    uint64_t va;
    size_t size = plan->device_count * sizeof(struct sys_start_device);
    void *to = take(writer, size, &va);
    if (to != NULL && size > 0) {
        memcpy(to, plan->devices, size);
    }
    return va;
}

/* Walk over the whole block. */
static void lay_out(struct writer *writer, const struct sys_start_plan *plan)
{
    uint64_t va;
    struct sys_start *block = take(writer, sizeof(*block), &va);
    uint64_t arguments = put_arguments(writer, plan);
    uint64_t handles = put_handles(writer, plan);
    uint64_t devices = put_devices(writer, plan);
    if (block == NULL) {
        return;
    }
    *block = (struct sys_start){
        .version = SYS_START_VERSION,
        .epoch = plan->epoch,
        .argument_count = plan->argument_count,
        .handle_count = plan->handle_count,
        .device_count = plan->device_count,
        .arguments = (char **)(uintptr_t)arguments,
        .handles = (const struct sys_start_handle *)(uintptr_t)handles,
        .devices = (const struct sys_start_device *)(uintptr_t)devices,
    };
    memcpy(block->seed, plan->seed, sizeof(block->seed));
}

tn_status_t sys_start_write(const struct sys_start_plan *plan, void *stack, size_t size,
                            uint64_t va, uint64_t *block_va)
{
    struct writer writer = {0};
    lay_out(&writer, plan);
    size_t block_size = TN_ALIGN_UP(writer.used, 16);
    if (block_size > size / 2) {
        return TN_ERR_TOO_LONG;
    }
    size_t offset = size - block_size;
    writer = (struct writer){.base = (uint8_t *)stack + offset, .va = va + offset};
    lay_out(&writer, plan);
    *block_va = va + offset;
    return TN_OK;
}
