/* SPDX-License-Identifier: MIT */
/* Several consoles as one, apart from threads. */
#include "consoles.h"

#include <contracts/console.h>
#include <libbase/assert.h>
#include <libbase/fmt.h>
#include <libbase/mem.h>
#include <libsys/syscall.h>

/* Largest piece of the log or of input that is moved at a time, and of what a console is offered. */
#define PIECE       128
#define OFFER_PIECE 512

void consoles_init(struct consoles *consoles)
{
    memset(consoles, 0, sizeof(*consoles));
    struct consoles_input *input = &consoles->input;
    tn_ring_init(&input->ring, input->bytes, sizeof(input->bytes));
}

tn_status_t consoles_add(struct consoles *consoles, tn_handle_t server)
{
    if (consoles->end_count == CONSOLES_ENDS_MAX) {
        return TN_ERR_FULL;
    }
    struct consoles_end *end = &consoles->ends[consoles->end_count++];
    end->server = server;
    end->is_open = true;
    tn_ring_init(&end->output, end->bytes, sizeof(end->bytes));
    return TN_OK;
}

/* Whether text waits until @p end has room for it. */
static bool is_waited_for(const struct consoles_end *end)
{
    return end->is_open && !end->is_behind;
}

static void push(struct tn_ring *ring, const void *bytes, size_t length)
{
    size_t pushed = tn_ring_push(ring, bytes, length);
    tn_assert(pushed == length);
}

/* Queue the first of @p length bytes for everybody. @return how many everybody has room for. */
static size_t queue(struct consoles *consoles, const void *bytes, size_t length)
{
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        const struct consoles_end *end = &consoles->ends[i];
        if (is_waited_for(end) && tn_ring_space(&end->output) < length) {
            length = tn_ring_space(&end->output);
        }
    }
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        struct consoles_end *end = &consoles->ends[i];
        if (is_waited_for(end)) {
            push(&end->output, bytes, length);
        } else {
            end->missed += length;
        }
    }
    return length;
}

/* Read the log from where it was shown up to. @return how many bytes there are. */
static size_t read_log(const struct consoles *consoles, char text[PIECE], uint64_t *next)
{
    uint64_t length = 0;
    struct tn_log_request request = {
        .position = consoles->log_position,
        .buffer = (uintptr_t)text,
        .size = PIECE,
    };
    if (consoles->machine == TN_HANDLE_NONE ||
        sys_log_read(consoles->machine, &request, &length) != TN_OK) {
        return 0;
    }
    *next = request.position;
    return length;
}

void consoles_skip_log(struct consoles *consoles)
{
    char text[PIECE];
    uint64_t next;
    while (read_log(consoles, text, &next) > 0) {
        consoles->log_position = next;
    }
}

/* Queue new text of the log. What has no room is read again when there is some. */
static void show_log(struct consoles *consoles)
{
    char text[PIECE] = {0};
    uint64_t next;
    size_t length = read_log(consoles, text, &next);
    while (length > 0) {
        size_t queued = queue(consoles, text, length);
        consoles->log_position = next - (length - queued);
        length = queued == length ? read_log(consoles, text, &next) : 0;
    }
}

/* One that was passed over has shown all it had: tell what it missed, and go on with it. */
static void catch_up(struct consoles_end *end)
{
    char note[64];
    size_t length = tn_format(note, sizeof(note), "\n[%llu bytes were not shown here]\n",
                              (unsigned long long)end->missed);
    push(&end->output, note, length);
    end->is_behind = false;
    end->missed = 0;
}

/* Offer @p end the oldest of its text. @return whether it took some, or there was none to be taken. */
static bool offer(struct consoles_end *end)
{
    uint8_t bytes[OFFER_PIECE];
    uint32_t written = 0;
    struct tn_ring before = end->output;
    size_t length = tn_ring_pop(&end->output, bytes, sizeof(bytes));
    tn_status_t status = console_offer(end->server, bytes, length, &written);
    /* One that died is offered again at the next tick: somebody starts it again, or closes its endpoint. */
    end->is_open = status == TN_OK || status == TN_ERR_PEER_DIED;
    end->output = before;
    if (status == TN_OK) {
        length = tn_ring_pop(&end->output, bytes, written);
    }
    return status == TN_OK && length > 0;
}

/* Offer @p end all it has. */
static void show(struct consoles_end *end)
{
    while (end->is_open && tn_ring_used(&end->output) > 0) {
        if (!offer(end)) {
            return;
        }
        if (end->is_behind && tn_ring_used(&end->output) == 0) {
            catch_up(end);
        }
    }
}

/* Offer everybody what they have. */
static void show_all(struct consoles *consoles)
{
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        show(&consoles->ends[i]);
    }
}

bool consoles_has_text(const struct consoles *consoles)
{
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        const struct consoles_end *end = &consoles->ends[i];
        if (end->is_open && tn_ring_used(&end->output) > 0) {
            return true;
        }
    }
    return false;
}

/* Tell writers that waited that there is room; they come again. */
static void answer_writers(struct consoles *consoles)
{
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        const struct consoles_end *end = &consoles->ends[i];
        if (is_waited_for(end) && tn_ring_space(&end->output) < CONSOLES_OUTPUT_BYTES / 4) {
            return;
        }
    }
    for (uint32_t i = 0; i < consoles->writer_count; i++) {
        (void)console_write_reply(consoles->writers[i], TN_OK, 0);
    }
    consoles->writer_count = 0;
}

void consoles_pump(struct consoles *consoles)
{
    show_all(consoles);
    show_log(consoles);
    show_all(consoles);
    answer_writers(consoles);
}

/* Whether anybody has room whose text is waited for. */
static bool somebody_has_room(const struct consoles *consoles)
{
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        const struct consoles_end *end = &consoles->ends[i];
        if (is_waited_for(end) && tn_ring_space(&end->output) > 0) {
            return true;
        }
    }
    return false;
}

void consoles_tick(struct consoles *consoles)
{
    show_all(consoles);
    bool has_room = somebody_has_room(consoles);
    for (uint32_t i = 0; i < consoles->end_count; i++) {
        struct consoles_end *end = &consoles->ends[i];
        bool holds_up = has_room && is_waited_for(end) && tn_ring_space(&end->output) == 0;
        end->full_ticks = holds_up ? end->full_ticks + 1 : 0;
        end->is_behind = end->is_behind || end->full_ticks >= CONSOLES_TICKS;
    }
    consoles_pump(consoles);
}

tn_status_t consoles_write(struct consoles *consoles, uint64_t token, bool may_wait,
                           const void *bytes, size_t length, uint32_t *written)
{
    *written = (uint32_t)queue(consoles, bytes, length);
    show_all(consoles);
    if (*written > 0 || length == 0 || !may_wait) {
        return TN_OK;
    }
    if (consoles->writer_count == CONSOLES_WRITERS_MAX) {
        return TN_ERR_FULL;
    }
    consoles->writers[consoles->writer_count++] = token;
    return SYS_DEFERRED;
}

/* Hand input to the reader that waits for it. */
static void answer_reader(struct consoles_input *input)
{
    uint8_t bytes[PIECE];
    if (input->reader == 0 || tn_ring_used(&input->ring) == 0) {
        return;
    }
    size_t room = input->reader_room < PIECE ? (size_t)input->reader_room : PIECE;
    struct tn_ring before = input->ring;
    size_t length = tn_ring_pop(&input->ring, bytes, room);
    if (console_read_reply(input->reader, TN_OK, bytes, length) != TN_OK) {
        input->ring = before; /* The reader is gone: keep its bytes for the next one. */
    }
    input->reader = 0;
}

size_t consoles_give(struct consoles_input *input, const void *bytes, size_t length)
{
    size_t taken = tn_ring_push(&input->ring, bytes, length);
    answer_reader(input);
    return taken;
}

tn_status_t consoles_read(struct consoles_input *input, const struct sys_request *request,
                          void *bytes, size_t size, size_t *length)
{
    if (size == 0) {
        return TN_ERR_INVALID;
    }
    *length = tn_ring_pop(&input->ring, bytes, size);
    if (*length > 0) {
        return TN_OK;
    }
    if (input->reader != 0 && input->reader_badge != request->badge) {
        return TN_ERR_BUSY;
    }
    /* The same client again: its earlier call has ended without a reply. */
    input->reader = request->token;
    input->reader_badge = request->badge;
    input->reader_room = size;
    return SYS_DEFERRED;
}
