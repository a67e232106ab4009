/* SPDX-License-Identifier: MIT */
/* What went wrong at boot, in words. The kernel says only these few: the sentences for all statuses
 * would be a twentieth of a small kernel. */

#include <arch/arch.h>

/* A row each, without pointers: a switch over so sparse numbers becomes a table of 700 bytes. */
static const struct {
    int8_t status;
    char text[31];
} reasons[] = {
    {TN_ERR_TRUNCATED, "it ends too early"},      {TN_ERR_FORMAT, "its form is not what it should"},
    {TN_ERR_CHECKSUM, "it was altered"},          {TN_ERR_MACHINE, "it is of another architecture"},
    {TN_ERR_VERSION, "it is of another version"}, {TN_ERR_NO_MEMORY, "there is not enough memory"},
    {TN_ERR_QUOTA, "there is not enough memory"},
};

const char *kern_status_text(tn_status_t status)
{
    for (size_t i = 0; i < TN_ARRAY_LEN(reasons); i++) {
        if (reasons[i].status == status) {
            return reasons[i].text;
        }
    }
    return "it cannot be used";
}
