/* SPDX-License-Identifier: MIT */
/* The console, apart from chips and system set-up. */
#include <console/console.h>
#include <contracts/console.h>
#include <libbase/mem.h>
#include <libsys/syscall.h>

/* Largest piece of the log or of input that is moved at a time. */
#define PIECE 128

void console_init(struct console *console, struct line *line)
{
    memset(console, 0, sizeof(*console));
    console->line = line;
    tn_ring_init(&console->input, console->input_bytes, sizeof(console->input_bytes));
    tn_ring_init(&console->output, console->output_bytes, sizeof(console->output_bytes));
}

/* Queue @p length bytes, a newline as two; @return how many of them fitted. */
static size_t queue(struct console *console, const char *text, size_t length)
{
    static const char line_end[] = "\r\n";
    for (size_t i = 0; i < length; i++) {
        const char *bytes = text[i] == '\n' ? line_end : &text[i];
        size_t count = text[i] == '\n' ? 2 : 1;
        if (tn_ring_space(&console->output) < count) {
            return i;
        }
        size_t pushed = tn_ring_push(&console->output, bytes, count);
        tn_assert(pushed == count);
    }
    return length;
}

/* Read the log from where it was shown up to; @return how many bytes there are. */
static size_t read_log(const struct console *console, char text[PIECE], uint64_t *next)
{
    uint64_t length = 0;
    struct tn_log_request request = {
        .position = console->log_position,
        .buffer = (uintptr_t)text,
        .size = PIECE,
    };
    if (console->machine == TN_HANDLE_NONE ||
        sys_log_read(console->machine, &request, &length) != TN_OK) {
        return 0;
    }
    *next = request.position;
    return length;
}

void console_skip_log(struct console *console)
{
    char text[PIECE];
    uint64_t next;
    while (read_log(console, text, &next) > 0) {
        console->log_position = next;
    }
}

/* Queue new text of the log. What does not fit is read again when there is room. */
static void show_log(struct console *console)
{
    char text[PIECE] = {0};
    uint64_t next;
    size_t length = read_log(console, text, &next);
    while (length > 0) {
        size_t queued = queue(console, text, length);
        console->log_position = next - (length - queued);
        length = queued == length ? read_log(console, text, &next) : 0;
    }
}

/* Let the chip have as many bytes as it takes. */
static void send(struct console *console)
{
    struct line *line = console->line;
    struct tn_ring *ring = &console->output;
    uint8_t byte;
    while (tn_ring_used(ring) > 0 && line->ops->put(line, ring->data[ring->tail % ring->size])) {
        size_t popped = tn_ring_pop(ring, &byte, 1);
        tn_assert(popped == 1);
    }
}

/* Ask the chip for the interrupts that something can be done about. Without room for input there is
 * none of them: it would come again and again, and the reader would never run to make room. */
static void listen(struct console *console)
{
    struct line *line = console->line;
    line->ops->want(line, tn_ring_space(&console->input) > 0, tn_ring_used(&console->output) > 0);
}

/* Take what the chip has. Without room the bytes stay there, until its own FIFO overflows. */
static void receive(struct console *console)
{
    uint8_t byte;
    struct line *line = console->line;
    while (line->ops->take != NULL && tn_ring_space(&console->input) > 0 &&
           line->ops->take(line, &byte)) {
        size_t pushed = tn_ring_push(&console->input, &byte, 1);
        tn_assert(pushed == 1);
    }
}

/* Hand input to the reader that waits for it. */
static void answer_reader(struct console *console)
{
    uint8_t bytes[PIECE];
    if (console->reader == 0 || tn_ring_used(&console->input) == 0) {
        return;
    }
    size_t room = console->reader_room < PIECE ? (size_t)console->reader_room : PIECE;
    struct tn_ring before = console->input;
    size_t length = tn_ring_pop(&console->input, bytes, room);
    tn_status_t status = console_read_reply(console->reader, TN_OK, bytes, length);
    if (status != TN_OK) {
        console->input = before; /* The reader is gone: keep its bytes for the next one. */
    }
    console->reader = 0;
}

/* Tell writers that waited that there is room; they come again. */
static void answer_writers(struct console *console)
{
    if (tn_ring_space(&console->output) < CONSOLE_OUTPUT_BYTES / 2) {
        return;
    }
    for (uint32_t i = 0; i < console->writer_count; i++) {
        (void)console_write_reply(console->writers[i], TN_OK, 0);
    }
    console->writer_count = 0;
}

void console_pump(struct console *console)
{
    if (console->line == NULL) {
        return;
    }
    receive(console);
    answer_reader(console);
    send(console);
    show_log(console);
    send(console);
    listen(console);
    answer_writers(console);
}

static tn_status_t do_offer(void *self, const struct sys_request *request, const void *data,
                            size_t data_length, uint32_t *written)
{
    struct console *console = self;
    (void)request;
    if (console->line == NULL) {
        *written = (uint32_t)data_length;
        return TN_OK;
    }
    if (console->line->ops->put == NULL) {
        return TN_ERR_NOT_SUPPORTED;
    }
    send(console);
    *written = (uint32_t)queue(console, data, data_length);
    send(console);
    listen(console);
    return TN_OK;
}

static tn_status_t do_write(void *self, const struct sys_request *request, const void *data,
                            size_t data_length, uint32_t *written)
{
    struct console *console = self;
    tn_status_t status = do_offer(self, request, data, data_length, written);
    if (status != TN_OK || *written > 0 || data_length == 0) {
        return status;
    }
    if (console->writer_count == CONSOLE_WRITERS_MAX) {
        return TN_ERR_FULL;
    }
    console->writers[console->writer_count++] = request->token;
    return SYS_DEFERRED;
}

static tn_status_t do_read(void *self, const struct sys_request *request, void *data,
                           size_t data_size, size_t *data_length)
{
    struct console *console = self;
    if (data_size == 0) {
        return TN_ERR_INVALID;
    }
    if (console->line != NULL && console->line->ops->take == NULL) {
        return TN_ERR_NOT_SUPPORTED;
    }
    *data_length = tn_ring_pop(&console->input, data, data_size);
    if (*data_length > 0) {
        /* The chip may hold bytes that found no room. */
        console_pump(console);
        return TN_OK;
    }
    if (console->reader != 0 && console->reader_badge != request->badge) {
        return TN_ERR_BUSY;
    }
    /* The same client again: its earlier call has ended without a reply. */
    console->reader = request->token;
    console->reader_badge = request->badge;
    console->reader_room = data_size;
    return SYS_DEFERRED;
}

tn_status_t console_on_request(void *self, struct sys_request *request)
{
    static const struct console_handlers handlers = {
        .write = do_write, .read = do_read, .offer = do_offer};
    return console_dispatch(&handlers, self, request);
}

void console_on_signal(void *self, uint64_t bits)
{
    struct console *console = self;
    console_pump(console);
    if ((bits & CONSOLE_SIGNAL_LINE) != 0 && console->interrupt != TN_HANDLE_NONE) {
        tn_status_t status = sys_interrupt_ack(console->interrupt);
        (void)status; /* It is bound, and ours. */
    }
}
