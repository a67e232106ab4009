/* SPDX-License-Identifier: MIT */
/* Numbers from text: find out the base, then take every digit or refuse the whole. */
#include <stdbool.h>

#include <libbase/checked.h>
#include <libbase/parse.h>

/* What @p character counts as a digit of any base up to 16; 16 if it is none. */
static unsigned digit_of(char character)
{
    if (character >= '0' && character <= '9') {
        return (unsigned)(character - '0');
    }
    char lower = (char)(character | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10 : 16;
}

/* All @p length characters as digits of @p base; a wrong digit outranks a number too large. */
static tn_status_t parse_digits(const char *text, size_t length, unsigned base, uint64_t *value)
{
    uint64_t number = 0;
    bool fits = true;

    for (size_t i = 0; i < length; i++) {
        unsigned digit = digit_of(text[i]);
        if (digit >= base) {
            return TN_ERR_FORMAT;
        }
        fits = fits && tn_mul_u64(number, base, &number) && tn_add_u64(number, digit, &number);
    }
    if (!fits) {
        return TN_ERR_RANGE;
    }
    *value = number;
    return TN_OK;
}

tn_status_t tn_parse_u64(const char *text, size_t length, uint64_t *value)
{
    if (length > 2 && text[0] == '0' && text[1] == 'x') {
        return parse_digits(text + 2, length - 2, 16, value);
    }
    if (length == 0 || (length > 1 && text[0] == '0')) {
        return TN_ERR_FORMAT;
    }
    return parse_digits(text, length, 10, value);
}
