/* SPDX-License-Identifier: MIT */
/* Text on the firmware's consoles, which is 16-bit characters and lines that end with two. */
#include "loader.h"

#include <stdarg.h>

#include <libbase/fmt.h>

#define PIECE          64u
#define KEY_PATIENCE_S 30u
#define SECOND         UINT64_C(10000000) /* In units of 100 ns. */

/* A sink for tn_format_to(). */
struct console {
    struct tn_format_sink sink;
    CHAR16 text[PIECE];
    size_t used;
};

static void flush(struct console *console)
{
    console->text[console->used] = 0;
    (void)uefi_table->ConOut->OutputString(uefi_table->ConOut, console->text);
    console->used = 0;
}

static void put(struct tn_format_sink *sink, const char *text, size_t length)
{
    struct console *console = TN_CONTAINER_OF(sink, struct console, sink);
    for (size_t i = 0; i < length; i++) {
        if (console->used + 3 > PIECE) { /* Room for two and the end. */
            flush(console);
        }
        if (text[i] == '\n') {
            console->text[console->used++] = '\r';
        }
        console->text[console->used++] = (CHAR16)text[i];
    }
}

static void TN_PRINTF(1, 0) say_arguments(const char *format, va_list arguments)
{
    struct console console = {.sink = {.put = put}};
    tn_format_to(&console.sink, format, arguments);
    flush(&console);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
}

/* Many firmwares clear the screen when an application ends. Somebody has to have read it. */
static void wait_for_reader(void)
{
    EFI_EVENT events[2] = {uefi_table->ConIn->WaitForKey, NULL};
    UINTN which;
    say("Press a key to go back to the firmware.\n");
    if (EFI_ERROR(uefi_boot->CreateEvent(EVT_TIMER, 0, NULL, NULL, &events[1])) ||
        EFI_ERROR(uefi_boot->SetTimer(events[1], TimerRelative, KEY_PATIENCE_S * SECOND))) {
        return;
    }
    (void)uefi_boot->WaitForEvent(2, events, &which);
}

void fail(const char *format, ...)
{
    va_list arguments;
    say("Tenon cannot start: ");
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
    say("\n");
    wait_for_reader();
    (void)uefi_boot->Exit(uefi_image, EFI_LOAD_ERROR, 0, NULL);
    while (true) { /* It does not return. */
    }
}
