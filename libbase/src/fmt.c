/* SPDX-License-Identifier: MIT */
/* Formatted text: read one conversion, turn its argument into a field, print the field, repeat.
 *
 * Nearly every program carries this, so it is made to be small: whatever the conversion is, one place
 * reads the argument, one place makes digits and one place prints. */
#include <stdbool.h>
#include <stdint.h>

#include <libbase/fmt.h>
#include <libbase/mem.h>

/* One conversion, from its % to its letter. */
struct conversion {
    bool left;        /* flag - or a negative width */
    bool zero;        /* flag 0 */
    size_t width;     /* 0 if none was given */
    size_t precision; /* SIZE_MAX if none was given */
    unsigned bits;    /* of the number: 8, 16, 32 or 64 */
    char letter;
};

/* What a conversion comes to, before it is filled up to its width. */
struct field {
    const char *text;
    size_t length;
    size_t prefix;   /* bytes of text that zeros go behind: a sign or 0x */
    char buffer[21]; /* room for a character or a number: a sign and 20 digits are the most */
};

/* The arguments that are left. A va_list may be an array, which would lose its type on the way. */
struct arguments {
    va_list list;
};

/* The next argument of whatever type we print. Both ABIs pass an integer or a pointer in a slot of
 * eight bytes, the upper half of an int unspecified (System V x86-64, 3.5.7; AAPCS64, 6.8.2): read
 * the slot, and let the conversion take its part. One copy of va_arg is smaller than four. */
static TN_COLD uint64_t next_argument(struct arguments *arguments)
{
    return va_arg(arguments->list, uint64_t);
}

/* The number that starts at @p *at, digits or * for an int argument; @p *at moves behind it. */
static TN_COLD int read_count(struct arguments *arguments, const char **at)
{
    if (**at == '*') {
        ++*at;
        return (int)next_argument(arguments);
    }
    unsigned count = 0;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        count = 10 * count + (unsigned)(**at - '0');
    }
    return (int)(count & INT32_MAX);
}

/* Read the conversion whose % is in front of @p at. Returns where its letter is. */
static const char *read_conversion(struct arguments *arguments, const char *at,
                                   struct conversion *conversion)
{
    *conversion = (struct conversion){.precision = SIZE_MAX, .bits = 32};
    for (; *at == '-' || *at == '0'; at++) {
        conversion->left |= *at == '-';
        conversion->zero |= *at == '0';
    }
    int width = read_count(arguments, &at);
    conversion->left |= width < 0;
    conversion->width = width < 0 ? 0 - (size_t)width : (size_t)width;
    if (*at == '.') {
        at++;
        int precision = read_count(arguments, &at);
        conversion->precision = precision < 0 ? SIZE_MAX : (size_t)precision;
    }
    for (; *at == 'h' && conversion->bits > 8; at++) {
        conversion->bits /= 2;
    }
    for (; *at == 'l' || *at == 'j' || *at == 't' || *at == 'z'; at++) {
        conversion->bits = 64;
    }
    conversion->letter = *at;
    return at;
}

/* Make @p field the text of a number, written from its last digit to its sign. */
static void convert_number(struct field *field, uint64_t magnitude, char letter, bool negative)
{
    char *first = field->buffer + sizeof(field->buffer);
    unsigned base = letter == 'd' || letter == 'i' || letter == 'u' ? 10 : 16;
    char ten = letter == 'X' ? 'A' : 'a';

    do {
        char digit = (char)(magnitude % base);
        *--first = (char)(digit < 10 ? '0' + digit : ten + digit - 10);
        magnitude /= base;
    } while (magnitude != 0);
    if (negative) {
        *--first = '-';
        field->prefix = 1;
    } else if (letter == 'p') {
        *--first = 'x';
        *--first = '0';
        field->prefix = 2;
    }
    field->text = first;
    field->length = (size_t)(field->buffer + sizeof(field->buffer) - first);
}

static void read_number(struct arguments *arguments, const struct conversion *conversion,
                        struct field *field)
{
    unsigned bits = conversion->letter == 'p' ? 64 : conversion->bits;
    uint64_t number = next_argument(arguments);
    bool is_signed = conversion->letter == 'd' || conversion->letter == 'i';
    bool negative = is_signed && (number >> (bits - 1) & 1) != 0;

    number = negative ? 0 - number : number;
    convert_number(field, number << (64 - bits) >> (64 - bits), conversion->letter, negative);
}

static void read_text(struct arguments *arguments, const struct conversion *conversion,
                      struct field *field)
{
    const char *text = (const char *)(uintptr_t)next_argument(arguments);
    field->text = text != NULL ? text : "(null)";
    while (field->length < conversion->precision && field->text[field->length] != '\0') {
        field->length++;
    }
}

/* Make @p field of the argument of @p conversion. Returns false if it is none of ours. */
static bool read_field(struct arguments *arguments, const struct conversion *conversion,
                       struct field *field)
{
    *field = (struct field){.text = field->buffer};
    switch (conversion->letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'p':
        read_number(arguments, conversion, field);
        return true;
    case 's':
        read_text(arguments, conversion, field);
        return true;
    case 'c':
        field->buffer[0] = (char)next_argument(arguments);
        field->length = 1;
        return true;
    case '%':
        field->buffer[0] = '%';
        field->length = 1;
        return true;
    default:
        return false;
    }
}

static TN_COLD void put(struct tn_format_sink *sink, const char *text, size_t length)
{
    if (length != 0) {
        sink->put(sink, text, length);
    }
}

/* Print @p field and its fill: zeros behind the prefix, or blanks before or after everything. */
static void put_field(struct tn_format_sink *sink, const struct conversion *conversion,
                      const struct field *field)
{
    const char *filler = " ";
    size_t filled_at = 0;
    if (conversion->left) {
        filled_at = field->length;
    } else if (conversion->zero) {
        filler = "0";
        filled_at = field->prefix;
    }
    put(sink, field->text, filled_at);
    for (size_t length = field->length; length < conversion->width; length++) {
        put(sink, filler, 1);
    }
    put(sink, field->text + filled_at, field->length - filled_at);
}

/* Print what the conversion at @p format says, or itself if it is none of ours. Returns its end. */
static const char *put_conversion(struct tn_format_sink *sink, const char *format,
                                  struct arguments *arguments)
{
    struct conversion conversion;
    struct field field;
    const char *end = read_conversion(arguments, format + 1, &conversion);

    end += *end != '\0' ? 1 : 0;
    if (read_field(arguments, &conversion, &field)) {
        put_field(sink, &conversion, &field);
    } else {
        put(sink, format, (size_t)(end - format));
    }
    return end;
}

TN_COLD void tn_format_to(struct tn_format_sink *sink, const char *format, va_list args)
{
    struct arguments arguments;
    va_copy(arguments.list, args);

    while (*format != '\0') {
        const char *start = format;
        while (*format != '\0' && *format != '%') {
            format++;
        }
        put(sink, start, (size_t)(format - start));
        if (*format == '%') {
            format = put_conversion(sink, format, &arguments);
        }
    }
    va_end(arguments.list);
}

/* A sink that keeps what fits into a buffer and counts everything. */
struct buffer_sink {
    struct tn_format_sink sink;
    char *buffer;
    size_t size;
    size_t length;
};

static void put_in_buffer(struct tn_format_sink *sink, const char *text, size_t length)
{
    struct buffer_sink *target = TN_CONTAINER_OF(sink, struct buffer_sink, sink);
    char *buffer = target->buffer;
    size_t at = target->length;

    /* Most pieces are too short to be worth a call of memcpy. */
    target->length += length;
    for (size_t end = target->length < target->size ? target->length : target->size; at < end;
         at++) {
        buffer[at] = *text++;
    }
}

size_t tn_vformat(char *buffer, size_t size, const char *format, va_list args)
{
    struct buffer_sink target = {{put_in_buffer}, buffer, size, 0};
    tn_format_to(&target.sink, format, args);
    if (size != 0) {
        buffer[target.length < size ? target.length : size - 1] = '\0';
    }
    return target.length;
}

size_t tn_format(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = tn_vformat(buffer, size, format, args);
    va_end(args);
    return length;
}
