/* SPDX-License-Identifier: MIT */
/* Formatted output: collected in a small buffer, written piece by piece. */
#include <stdarg.h>

#include <contracts/console.h>
#include <libbase/fmt.h>
#include <libbase/mem.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#define PIECE 256

/* Where the console is in every namespace that has one. */
static const char console_path[] = "/svc/console";

/* A sink that collects bytes and writes them when it is full. */
struct collector {
    struct tn_format_sink sink;
    size_t length;
    char bytes[PIECE];
};

static void write_log(const char *text, size_t length)
{
    tn_handle_t machine = sys_program()->machine;
    while (machine != TN_HANDLE_NONE && length > 0) {
        size_t piece = length < TN_LOG_WRITE_MAX ? length : TN_LOG_WRITE_MAX;
        (void)sys_log_write(machine, text, piece);
        text += piece;
        length -= piece;
    }
}

static void write_console(tn_handle_t console, const char *text, size_t length)
{
    while (length > 0) {
        uint32_t written = 0;
        size_t piece = length < TN_MESSAGE_BUFFER_BYTES ? length : TN_MESSAGE_BUFFER_BYTES;
        if (console_write(console, text, piece, &written) != TN_OK || written > piece) {
            write_log(text, length);
            return;
        }
        text += written;
        length -= written;
    }
}

void sys_write(const char *text, size_t length)
{
    tn_handle_t console = sys_start_handle(SYS_START_USES, console_path);
    if (console != TN_HANDLE_NONE) {
        write_console(console, text, length);
    } else {
        write_log(text, length);
    }
}

static void flush(struct collector *collector)
{
    sys_write(collector->bytes, collector->length);
    collector->length = 0;
}

static void collect(struct tn_format_sink *sink, const char *text, size_t length)
{
    struct collector *collector = TN_CONTAINER_OF(sink, struct collector, sink);
    while (length > 0) {
        size_t room = sizeof(collector->bytes) - collector->length;
        size_t piece = length < room ? length : room;
        memcpy(&collector->bytes[collector->length], text, piece);
        collector->length += piece;
        text += piece;
        length -= piece;
        if (collector->length == sizeof(collector->bytes)) {
            flush(collector);
        }
    }
}

void sys_print(const char *format, ...)
{
    struct collector collector = {.sink = {.put = collect}};
    va_list args;
    va_start(args, format);
    tn_format_to(&collector.sink, format, args);
    va_end(args);
    flush(&collector);
}
