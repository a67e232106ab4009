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

/* What one call copies, as far as it has come. */
struct copy {
    struct tn_grant_copy pieces[TN_GRANT_COPIES]; /* Checked; read once. */
    uint64_t count;                               /* Of pieces. */
    uint64_t at;                                  /* The piece that is being copied, */
    uint64_t within;                              /* and bytes of it that are done. */
    uint64_t done;                                /* In all pieces. */
};

/* --- Decode ------------------------------------------------------------------------------------ */

/* Whether @p piece is a part of a grant of @p caller, and which. */
static tn_status_t check_piece(const struct kern_thread *caller, const struct tn_grant_copy *piece,
                               struct tn_message_grant *grant)
{
    if (piece->direction > TN_GRANT_WRITE) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = kern_grant_get(caller, piece->grant, grant);
    if (status != TN_OK) {
        return status;
    }
    unsigned needed = piece->direction == TN_GRANT_READ ? TN_RIGHT_READ : TN_RIGHT_WRITE;
    if ((grant->access & needed) == 0) {
        return TN_ERR_RIGHTS;
    }
    return tn_range_within(piece->offset, piece->length, grant->length) ? TN_OK : TN_ERR_RANGE;
}

/* Skip the pieces and bytes that are done. */
static tn_status_t skip(struct copy *copy, uint64_t done)
{
    copy->done = done;
    copy->at = 0;
    copy->within = done;
    while (copy->at < copy->count && copy->within >= copy->pieces[copy->at].length) {
        copy->within -= copy->pieces[copy->at].length;
        copy->at++;
    }
    return copy->at < copy->count || copy->within == 0 ? TN_OK : TN_ERR_INVALID;
}

static tn_status_t decode(uint64_t token, uint64_t from, uint64_t count, uint64_t done,
                          struct copy *copy)
{
    const struct kern_thread *caller = kern_thread_by_token(token, kern_current()->process);
    if (caller == NULL) {
        return TN_ERR_STALE;
    }
    if (count == 0 || count > TN_GRANT_COPIES) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = arch_copy_in(copy->pieces, from, count * sizeof(copy->pieces[0]));
    for (uint64_t i = 0; i < count && status == TN_OK; i++) {
        struct tn_message_grant grant;
        status = check_piece(caller, &copy->pieces[i], &grant);
    }
    copy->count = count;
    return status == TN_OK ? skip(copy, done) : status;
}

/* --- Act --------------------------------------------------------------------------------------- */

/* The kernel's address of byte @p va of @p process, which must be ordinary memory that it may itself
 * use for @p access (enum mm_attr). @retval TN_OK @retval TN_ERR_NOT_RESIDENT @retval TN_ERR_RIGHTS. */
static tn_status_t find(const struct kern_process *process, uint64_t va, unsigned access,
                        uint8_t **at)
{
    uint64_t pa;
    unsigned attr;
    if (mm_ptab_query(&process->ptab, va, &pa, &attr) != TN_OK) {
        return TN_ERR_NOT_RESIDENT;
    }
    unsigned needed = access | MM_ATTR_USER;
    if ((attr & (needed | MM_ATTR_DEVICE)) != needed) {
        return TN_ERR_RIGHTS;
    }
    *at = arch_window() + pa;
    return TN_OK;
}

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
    const struct tn_grant_copy *piece = &copy->pieces[copy->at];
    const bool reads = piece->direction == TN_GRANT_READ;
    struct tn_message_grant grant;
    uint8_t *there, *here;
    tn_status_t status = check_piece(caller, piece, &grant);
    if (status != TN_OK) {
        return status;
    }
    uint64_t there_va = grant.base + piece->offset + copy->within;
    uint64_t here_va = piece->address + copy->within;
    status = find(caller->process, there_va, reads ? MM_ATTR_READ : MM_ATTR_WRITE, &there);
    if (status != TN_OK) {
        return status;
    }
    status = find(kern_current()->process, here_va, reads ? MM_ATTR_WRITE : MM_ATTR_READ, &here);
    if (status != TN_OK) {
        return TN_ERR_ADDRESS;
    }
    uint64_t rest = piece->length - copy->within;
    uint64_t length = least(rest, least(page_rest(there_va), page_rest(here_va)));
    status = move(reads, here, here_va, there, length);
    (void)skip(copy, copy->done + (status == TN_OK ? length : 0));
    return status;
}

static struct kern_result end(tn_status_t status, uint64_t done)
{
    return (struct kern_result){.status = status, .value = done};
}

/* Between two pages others may run on other CPUs, or interrupts: the call may have ended then. */
KERN_SYSCALL4(grant_copy, token, from, count, done)
{
    struct copy copy;
    tn_status_t status = decode(token, from, count, done, &copy);
    if (status != TN_OK) {
        return end(status, done);
    }
    while (copy.at < copy.count) {
        const struct kern_thread *caller = kern_thread_by_token(token, kern_current()->process);
        status = caller != NULL ? copy_step(&copy, caller) : TN_ERR_STALE;
        if (status != TN_OK) {
            return end(status, copy.done);
        }
        if (copy.at == copy.count) {
            break;
        }
        arch_interrupt_window();
        if ((arch_cpu_self()->pending & KERN_PENDING_SCHEDULE) != 0) {
            const uint64_t arguments[6] = {token, from, count, copy.done};
            return arch_thread_restart(&kern_current()->arch, TN_SYS_GRANT_COPY, arguments);
        }
    }
    return end(TN_OK, copy.done);
}
