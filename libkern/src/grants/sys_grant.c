/* SPDX-License-Identifier: MIT */
/* grant_copy: between the caller of a call in service and who serves it, piece by piece, page by page.
 *
 * Both sides are walked in their page tables and reached through the kernel's window, so that the
 * caller's address space need not be loaded and no access can fault. Bytes done are counted in an argument of
 * the call: a restart goes on there, and so may the program after a page that was missing. */

#include <abi/syscall.h>
#include <libbase/checked.h>

#include "grant_internal.h"
#include "syscall.h"

/* How far a copy has come. */
struct copy {
    const struct tn_grant_copy *piece; /* Which is being copied, */
    const struct tn_grant_copy *end;   /* and the last one's end. */
    uint64_t within;                   /* Bytes of it that are done, */
    uint64_t done;                     /* and in all pieces. */
};

/* --- Decode ------------------------------------------------------------------------------------ */

/* Whether @p piece is a part of a grant of @p caller. Its offset becomes an address. */
static tn_status_t decode_piece(const struct kern_thread *caller, struct tn_grant_copy *piece)
{
    struct tn_message_grant grant;
    if (piece->direction > TN_GRANT_WRITE) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = kern_grant_get(caller, piece->grant, &grant);
    if (status != TN_OK) {
        return status;
    }
    unsigned needed = piece->direction == TN_GRANT_READ ? TN_RIGHT_READ : TN_RIGHT_WRITE;
    if ((grant.access & needed) == 0) {
        return TN_ERR_RIGHTS;
    }
    bool within = tn_range_within(piece->offset, piece->length, grant.length);
    piece->offset += grant.base;
    return within ? TN_OK : TN_ERR_RANGE;
}

/* @p length more bytes of the current piece, or of the following ones too, are done. */
static void advance(struct copy *copy, uint64_t length)
{
    copy->done += length;
    copy->within += length;
    while (copy->piece != copy->end && copy->within >= copy->piece->length) {
        copy->within -= copy->piece->length;
        copy->piece++;
    }
}

/* Read and check @p count pieces at @p from. */
static tn_status_t decode(const struct kern_thread *caller, uint64_t from, uint64_t count,
                          struct tn_grant_copy *pieces)
{
    if (count == 0 || count > TN_GRANT_COPIES) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = arch_copy_in(pieces, from, count * sizeof(*pieces));
    if (status != TN_OK) {
        return status;
    }
    for (uint64_t i = 0; i < count; i++) {
        status = decode_piece(caller, &pieces[i]);
        if (status != TN_OK) {
            return status;
        }
    }
    return TN_OK;
}

/* --- Act --------------------------------------------------------------------------------------- */

static uint64_t page_rest(uint64_t va)
{
    return MM_PAGE_SIZE - (va & (MM_PAGE_SIZE - 1));
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Copy @p length bytes between @p here, which the calling thread knows as @p va, and @p there. Whole words
 * are moved by the fastest way there is; anything else by the routine that copies from and to users,
 * which takes any alignment. */
static tn_status_t move(bool reads, uint8_t *here, uint64_t va, uint8_t *there, uint64_t length)
{
    if (!TN_IS_ALIGNED((uintptr_t)here | (uintptr_t)there | length, sizeof(uint64_t))) {
        return reads ? arch_copy_out(va, there, length) : arch_copy_in(there, va, length);
    }
    arch_copy_words(reads ? here : there, reads ? there : here, length / sizeof(uint64_t));
    return TN_OK;
}

/* Copy on to the end of a page on either side, or of the piece. */
static tn_status_t copy_step(struct copy *copy, const struct kern_thread *caller)
{
    const struct tn_grant_copy *piece = copy->piece;
    const bool reads = piece->direction == TN_GRANT_READ;
    uint64_t there_va = piece->offset + copy->within;
    uint64_t here_va = piece->address + copy->within;
    uint64_t there, here;
    tn_status_t status = mm_ptab_find_user(&caller->process->ptab, there_va, !reads, &there);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_ERR_NOT_RESIDENT : status;
    }
    if (mm_ptab_find_user(&kern_current()->process->ptab, here_va, reads, &here) != TN_OK) {
        return TN_ERR_ADDRESS;
    }
    uint64_t rest = piece->length - copy->within;
    uint64_t length = least(rest, least(page_rest(there_va), page_rest(here_va)));
    status = move(reads, arch_window() + here, here_va, arch_window() + there, length);
    if (status == TN_OK) {
        advance(copy, length);
    }
    return status;
}

static struct kern_result end(tn_status_t status, uint64_t done)
{
    return (struct kern_result){.status = status, .value = done};
}

/* Between two pages interrupts come, and others run on other CPUs: the call may have ended then. */
KERN_SYSCALL4(grant_copy, token, from, count, done)
{
    struct tn_grant_copy pieces[TN_GRANT_COPIES];
    const struct kern_thread *caller = kern_thread_by_token(token, kern_current()->process);
    tn_status_t status = caller != NULL ? decode(caller, from, count, pieces) : TN_ERR_STALE;
    if (status != TN_OK) {
        return end(status, done);
    }
    struct copy copy = {.piece = pieces, .end = pieces + count};
    advance(&copy, done);
    if (copy.piece == copy.end && copy.within != 0) {
        return end(TN_ERR_INVALID, done);
    }
    while (copy.piece != copy.end) {
        status = copy_step(&copy, caller);
        if (status != TN_OK || copy.piece == copy.end) {
            break;
        }
        arch_interrupt_window();
        if ((arch_cpu_self()->pending & KERN_PENDING_PREEMPT) != 0) {
            return kern_restart(TN_SYS_GRANT_COPY, token, from, count, copy.done);
        }
        caller = kern_thread_by_token(token, kern_current()->process);
        if (caller == NULL) {
            return end(TN_ERR_STALE, copy.done);
        }
    }
    return end(status, copy.done);
}
