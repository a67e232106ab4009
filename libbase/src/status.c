/* SPDX-License-Identifier: MIT */
/* Names and sentences of the statuses.
 *
 * One list makes three arrays: the numbers, all names and all sentences one behind the other. Text
 * without pointers needs no relocation, and a program that prints names only carries names only. */
#include <stddef.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/* A row each; the formatter would take them for one long expression. */
/* clang-format off */
#define STATUSES(entry)                                                                            \
    entry(TN_OK, "It was done.")                                                                   \
    entry(TN_ERR_INVALID, "An argument is outside its documented range.")                          \
    entry(TN_ERR_ADDRESS, "An address is not mapped with the access that is needed.")              \
    entry(TN_ERR_ALIGNMENT, "An address, offset or length is not aligned as required.")            \
    entry(TN_ERR_RANGE, "A range wraps, or lies outside of the object it names.")                  \
    entry(TN_ERR_NOT_SUPPORTED, "This configuration or machine does not offer it.")                \
    entry(TN_ERR_NO_SYSCALL, "There is no system call of this number.")                            \
    entry(TN_ERR_TOO_LONG, "A message, name or text is longer than its limit.")                    \
    entry(TN_ERR_HANDLE, "The handle names nothing: closed, never valid, or stale.")               \
    entry(TN_ERR_TYPE, "The handle names an object of another type.")                              \
    entry(TN_ERR_RIGHTS, "The handle lacks a right that the operation needs.")                     \
    entry(TN_ERR_STALE, "The reply token was used, or its call has ended.")                        \
    entry(TN_ERR_BADGED, "The handle has a badge already; only unbadged ones mint.")               \
    entry(TN_ERR_TOO_MANY_HANDLES, "The message carries more handles than are accepted.")          \
    entry(TN_ERR_NO_MEMORY, "The machine, or the storage handed over, has no memory left.")        \
    entry(TN_ERR_QUOTA, "The resource container does not cover it.")                               \
    entry(TN_ERR_NO_HANDLES, "The handle table is full.")                                          \
    entry(TN_ERR_FULL, "A bounded queue, ring or table has no room.")                              \
    entry(TN_ERR_NO_CONTEXT, "The thread would wait without a scheduling context to wake on.")     \
    entry(TN_ERR_STATE, "The object is not in a state that allows it.")                            \
    entry(TN_ERR_BUSY, "Somebody else uses it.")                                                   \
    entry(TN_ERR_EXISTS, "It is there already.")                                                   \
    entry(TN_ERR_NOT_FOUND, "It is not there.")                                                    \
    entry(TN_ERR_TIMEOUT, "The deadline passed first.")                                            \
    entry(TN_ERR_CANCELLED, "The wait was cancelled.")                                             \
    entry(TN_ERR_WOULD_BLOCK, "It would have to wait, and was asked not to.")                      \
    entry(TN_AGAIN, "Not finished: call again, progress is kept.")                                 \
    entry(TN_ERR_EMPTY, "There is nothing to take.")                                               \
    entry(TN_ERR_PEER_DIED, "The server died while it served this call: effect unknown.")          \
    entry(TN_ERR_CLOSED, "Nobody can receive on the endpoint any more.")                           \
    entry(TN_ERR_DEPTH, "The chain of calls is deeper than the kernel allows.")                    \
    entry(TN_ERR_DEADLOCK, "The call would wait for itself.")                                      \
    entry(TN_ERR_RESTARTED, "The server was restarted: its sessions are gone.")                    \
    entry(TN_ERR_NOT_RESIDENT, "A page of the client is not in memory.")                           \
    entry(TN_ERR_OVERRUN, "The budget ended while the call was served: effect unknown.")           \
    entry(TN_ERR_FORMAT, "The bytes do not have the form that their kind demands.")                \
    entry(TN_ERR_TRUNCATED, "The bytes end too early.")                                            \
    entry(TN_ERR_CHECKSUM, "The bytes were altered.")                                              \
    entry(TN_ERR_MACHINE, "It was made for another architecture.")                                 \
    entry(TN_ERR_VERSION, "It was made for another version.")                                      \
    entry(TN_ERR_DEVICE, "The device does not answer as it should.")
/* clang-format on */

#define NUMBER(status, text)   status,
#define NAME(status, text)     #status "\0"
#define SENTENCE(status, text) text "\0"

static const int8_t numbers[] = {STATUSES(NUMBER)};
static const char names[] = STATUSES(NAME) "TN_ERR_?";
static const char sentences[] = STATUSES(SENTENCE) "This number is no status of this version.";

/* The text that stands in @p texts where @p status stands in numbers, or the one behind them. */
static const char *text_of(tn_status_t status, const char *texts)
{
    for (size_t i = 0; i < TN_ARRAY_LEN(numbers) && numbers[i] != status; i++) {
        while (*texts++ != '\0') {
        }
    }
    return texts;
}

const char *tn_status_name(tn_status_t status)
{
    return text_of(status, names);
}

const char *tn_status_text(tn_status_t status)
{
    return text_of(status, sentences);
}
