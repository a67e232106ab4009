/* SPDX-License-Identifier: MIT */
/* Files in memory. */
#include <stdbool.h>

#include <libbase/checked.h>
#include <libbase/mem.h>
#include <libsys/heap.h>

#include "ramfs.h"

#define BUNDLE_BIT UINT64_C(0x80000000)
#define SLOTS_STEP 8

/* A file that a number or path stands for: one of the two is not NULL. */
struct found {
    const struct tn_bundle_entry *entry;
    struct ramfs_file *file;
};

void ramfs_init(struct ramfs *fs, const struct tn_bundle *bundle, uint32_t epoch)
{
    *fs = (struct ramfs){.bundle = bundle, .epoch = epoch & 0xffff};
}

static uint32_t entry_count(const struct ramfs *fs)
{
    return fs->bundle != NULL ? fs->bundle->header->entry_count : 0;
}

/* The bundle's file at @p path, or NULL. */
static const struct tn_bundle_entry *find_entry(const struct ramfs *fs, const char *path)
{
    const struct tn_bundle_entry *entry;
    if (fs->bundle == NULL || tn_bundle_find(fs->bundle, path, &entry) != TN_OK) {
        return NULL;
    }
    return entry;
}

void ramfs_fini(struct ramfs *fs)
{
    for (uint32_t i = 0; i < fs->slot_count; i++) {
        free(fs->slots[i]->data);
        free(fs->slots[i]);
    }
    free(fs->slots);
    fs->slots = NULL;
    fs->slot_count = 0;
}

static uint64_t number_of(const struct ramfs *fs, uint32_t generation, uint64_t index)
{
    return (uint64_t)fs->epoch << 48 | (uint64_t)(generation & 0xffff) << 32 | index;
}

/* The file that @p number stands for. */
static tn_status_t find_number(const struct ramfs *fs, uint64_t number, struct found *found)
{
    uint64_t index = number & 0xffffffff;
    *found = (struct found){0};
    if (number >> 48 != fs->epoch) {
        return TN_ERR_RESTARTED;
    }
    if ((index & BUNDLE_BIT) != 0) {
        index &= ~BUNDLE_BIT;
        if (index >= entry_count(fs)) {
            return TN_ERR_NOT_FOUND;
        }
        found->entry = &fs->bundle->entries[index];
        return TN_OK;
    }
    if (index >= fs->slot_count || fs->slots[index]->path[0] == 0 ||
        (fs->slots[index]->generation & 0xffff) != (number >> 32 & 0xffff)) {
        return TN_ERR_NOT_FOUND;
    }
    found->file = fs->slots[index];
    return TN_OK;
}

/* The same, for a change: files of the bundle do not change. */
static tn_status_t find_writable(const struct ramfs *fs, uint64_t number, struct ramfs_file **file)
{
    struct found found;
    tn_status_t status = find_number(fs, number, &found);
    if (status != TN_OK) {
        return status;
    }
    *file = found.file;
    return found.file != NULL ? TN_OK : TN_ERR_RIGHTS;
}

/* The slot of the file at @p path; with "" a free one; slot_count if there is none. */
static uint32_t find_slot(const struct ramfs *fs, const char *path)
{
    uint32_t i = 0;
    while (i < fs->slot_count && strcmp(fs->slots[i]->path, path) != 0) {
        i++;
    }
    return i;
}

static bool path_is_good(const char *path)
{
    size_t length = strlen(path);
    bool after_slash = true;
    for (size_t i = 0; i < length; i++) {
        if (path[i] == '/' && after_slash) {
            return false;
        }
        after_slash = path[i] == '/';
    }
    return length > 0 && length <= FILE_PATH_MAX && !after_slash;
}

/* A new free slot at the end. */
static tn_status_t add_slot(struct ramfs *fs)
{
    if (fs->slot_count % SLOTS_STEP == 0) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): the slots are pointers. */
        size_t bytes = (fs->slot_count + SLOTS_STEP) * sizeof(fs->slots[0]);
        struct ramfs_file **slots = realloc(fs->slots, bytes);
        if (slots == NULL) {
            return TN_ERR_FULL;
        }
        fs->slots = slots;
    }
    struct ramfs_file *file = calloc(1, sizeof(*file));
    if (file == NULL) {
        return TN_ERR_FULL;
    }
    fs->slots[fs->slot_count++] = file;
    return TN_OK;
}

static tn_status_t create(struct ramfs *fs, const char *path, uint64_t *number)
{
    uint32_t slot = find_slot(fs, "");
    if (slot == fs->slot_count) {
        tn_status_t status = add_slot(fs);
        if (status != TN_OK) {
            return status;
        }
    }
    struct ramfs_file *file = fs->slots[slot];
    memcpy(file->path, path, strlen(path) + 1);
    *number = number_of(fs, file->generation, slot);
    return TN_OK;
}

/* Give the memory of @p file back. */
static void empty(struct ramfs_file *file)
{
    free(file->data);
    file->data = NULL;
    file->size = 0;
    file->capacity = 0;
}

static tn_status_t open_entry(const struct ramfs *fs, const struct tn_bundle_entry *entry,
                              uint32_t flags, uint64_t *number, uint64_t *size)
{
    if ((flags & FILE_TRUNCATE) != 0) {
        return TN_ERR_RIGHTS;
    }
    *number = number_of(fs, 0, BUNDLE_BIT | (uint64_t)(entry - fs->bundle->entries));
    *size = entry->size;
    return TN_OK;
}

tn_status_t ramfs_open(struct ramfs *fs, const char *path, uint32_t flags, uint64_t *number,
                       uint64_t *size)
{
    if (!path_is_good(path) || (flags & ~(FILE_CREATE | FILE_TRUNCATE)) != 0) {
        return TN_ERR_INVALID;
    }
    const struct tn_bundle_entry *entry = find_entry(fs, path);
    if (entry != NULL) {
        return open_entry(fs, entry, flags, number, size);
    }
    uint32_t slot = find_slot(fs, path);
    if (slot == fs->slot_count) {
        *size = 0;
        return (flags & FILE_CREATE) != 0 ? create(fs, path, number) : TN_ERR_NOT_FOUND;
    }
    if ((flags & FILE_TRUNCATE) != 0) {
        empty(fs->slots[slot]);
    }
    *number = number_of(fs, fs->slots[slot]->generation, slot);
    *size = fs->slots[slot]->size;
    return TN_OK;
}

tn_status_t ramfs_read(const struct ramfs *fs, uint64_t number, uint64_t offset, void *data,
                       size_t size, size_t *length)
{
    struct found found;
    tn_status_t status = find_number(fs, number, &found);
    if (status != TN_OK) {
        return status;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): found is one of the two. */
    const uint8_t *entry = found.file == NULL ? fs->bundle->bytes + found.entry->offset : NULL;
    const uint8_t *bytes = found.file != NULL ? found.file->data : entry;
    uint64_t end = found.file != NULL ? found.file->size : found.entry->size;
    uint64_t left = offset < end ? end - offset : 0;
    *length = left < size ? (size_t)left : size;
    if (*length > 0) {
        memcpy(data, bytes + offset, *length);
    }
    return TN_OK;
}

/* Let @p file hold @p size bytes. Growth by half again keeps a file that is written piece by piece
 *  from being copied at each piece; where memory is short, exactly what is needed. */
static tn_status_t reserve(struct ramfs_file *file, uint64_t size)
{
    if (size <= file->capacity) {
        return TN_OK;
    }
    uint64_t capacity = size + size / 2;
    uint8_t *data = realloc(file->data, capacity);
    if (data == NULL) {
        capacity = size;
        data = realloc(file->data, capacity);
    }
    if (data == NULL) {
        return TN_ERR_FULL;
    }
    file->data = data;
    file->capacity = capacity;
    return TN_OK;
}

/* Make @p file @p size bytes long, at least; what is new is 0. */
static tn_status_t extend(struct ramfs_file *file, uint64_t size)
{
    if (size > UINT32_MAX) {
        return TN_ERR_FULL;
    }
    tn_status_t status = reserve(file, size);
    if (status == TN_OK && size > file->size) {
        memset(file->data + file->size, 0, size - file->size);
        file->size = size;
    }
    return status;
}

tn_status_t ramfs_write(struct ramfs *fs, uint64_t number, uint64_t offset, const void *data,
                        size_t length)
{
    struct ramfs_file *file;
    uint64_t end;
    tn_status_t status = find_writable(fs, number, &file);
    if (status != TN_OK || length == 0) {
        return status;
    }
    if (!tn_add_u64(offset, length, &end)) {
        return TN_ERR_FULL;
    }
    status = extend(file, end);
    if (status == TN_OK) {
        memcpy(file->data + offset, data, length);
    }
    return status;
}

tn_status_t ramfs_truncate(struct ramfs *fs, uint64_t number, uint64_t size)
{
    struct ramfs_file *file;
    tn_status_t status = find_writable(fs, number, &file);
    if (status != TN_OK) {
        return status;
    }
    if (size > file->size) {
        return extend(file, size);
    }
    if (size == 0) {
        empty(file);
    }
    file->size = size;
    return TN_OK;
}

tn_status_t ramfs_remove(struct ramfs *fs, const char *path)
{
    if (find_entry(fs, path) != NULL) {
        return TN_ERR_RIGHTS;
    }
    uint32_t slot = path[0] != 0 ? find_slot(fs, path) : fs->slot_count;
    if (slot == fs->slot_count) {
        return TN_ERR_NOT_FOUND;
    }
    struct ramfs_file *file = fs->slots[slot];
    empty(file);
    file->path[0] = 0;
    file->generation++;
    return TN_OK;
}

/* Make @p entry the file at @p path if that lies between @p after and what @p entry has. */
static void consider(struct ramfs_entry *entry, const char *after, struct ramfs_entry candidate)
{
    if (strcmp(candidate.path, after) > 0 &&
        (entry->path == NULL || strcmp(candidate.path, entry->path) < 0)) {
        *entry = candidate;
    }
}

tn_status_t ramfs_next(const struct ramfs *fs, const char *after, struct ramfs_entry *entry)
{
    *entry = (struct ramfs_entry){0};
    for (uint32_t i = 0; i < entry_count(fs); i++) {
        const struct tn_bundle_entry *file = &fs->bundle->entries[i];
        consider(entry, after, (struct ramfs_entry){file->name, file->size, FILE_READ_ONLY});
    }
    for (uint32_t i = 0; i < fs->slot_count; i++) {
        const struct ramfs_file *file = fs->slots[i];
        if (file->path[0] != 0) {
            consider(entry, after, (struct ramfs_entry){file->path, file->size, 0});
        }
    }
    return entry->path != NULL ? TN_OK : TN_ERR_NOT_FOUND;
}
