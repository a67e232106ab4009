/* SPDX-License-Identifier: MIT */
/* The screen server: maps the frame buffer and serves the console contract with it. */
#include <console/run.h>
#include <libsys/pages.h>
#include <libsys/print.h>
#include <libsys/syscall.h>

#include "painter.h"

/* The screen as the console's line. */
static struct {
    struct line line;
    struct painter painter;
    struct terminal terminal;
} screen;

static bool put(struct line *line, uint8_t byte)
{
    (void)line;
    terminal_put(&screen.terminal, byte);
    return true;
}

/* All that came at once is painted at once: text that has gone up and away never was there. */
static void want(struct line *line, bool input, bool room)
{
    (void)line;
    (void)input;
    (void)room;
    painter_paint(&screen.painter, &screen.terminal);
}

/* Map the pixels of @p device. */
static tn_status_t map(const struct sys_start_device *device, volatile uint32_t **pixels)
{
    tn_handle_t memory = TN_HANDLE_NONE;
    uint64_t va = 0;
    tn_status_t status = sys_memory_device(device->registers, 0, device->device.length, &memory);
    if (status != TN_OK) {
        return status;
    }
    status = sys_pages_map(memory, 0, device->device.length, TN_RIGHT_READ | TN_RIGHT_WRITE, &va);
    (void)sys_handle_close(memory); /* The mapping keeps it. */
    *pixels = (volatile uint32_t *)(uintptr_t)va;
    return status;
}

/* Memory for @p count cells. */
static struct cell *new_cells(size_t count)
{
    uint64_t va;
    return sys_pages_allocate(count * sizeof(struct cell), &va) == TN_OK
               ? (struct cell *)(uintptr_t)va
               : NULL;
}

static tn_status_t open_screen(const struct sys_start_device *device)
{
    volatile uint32_t *pixels;
    struct painter *painter = &screen.painter;
    tn_status_t status = map(device, &pixels);
    if (status != TN_OK) {
        return status;
    }
    painter_init(painter, pixels, device->device.parameter);
    size_t count = (size_t)painter->rows * painter->columns;
    if (count == 0) {
        return TN_ERR_RANGE;
    }
    painter->shown = new_cells(count);
    struct cell *cells = new_cells(count);
    if (painter->shown == NULL || cells == NULL) {
        return TN_ERR_QUOTA;
    }
    painter_clear(painter);
    terminal_init(&screen.terminal, cells, painter->columns, painter->rows);
    return TN_OK;
}

int main(int argc, char **argv)
{
    static const struct line_ops ops = {.put = put, .want = want};
    (void)argc;
    (void)argv;
    const struct sys_start_device *device = sys_start_device("screen");
    tn_status_t status = device != NULL ? open_screen(device) : TN_ERR_DEVICE;
    if (status != TN_OK) {
        sys_log("screen: cannot start: %s", tn_status_text(status));
        return 1;
    }
    screen.line.ops = &ops;
    return console_run("screen", &screen.line, NULL);
}
