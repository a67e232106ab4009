/* SPDX-License-Identifier: MIT */
/* How to switch off: the package _S5_ of the DSDT, found by its bytes. ACPI 6.5, 20.2:
 *
 *   NameOp 08 | ('\' 5c) | "_S5_" | PackageOp 12 | PkgLength 1-4 bytes | element count | elements
 *
 * An element is ZeroOp 00, OneOp 01 or BytePrefix 0a and the byte. The first two are the values for
 * the SLP_TYP fields of PM1a and PM1b. */
#include <libdrv/acpi.h>

#include <libbase/mem.h>

#define HEADER_BYTES   36
#define NAME_BYTES     4
#define OP_ZERO        0x00
#define OP_ONE         0x01
#define OP_NAME        0x08
#define OP_BYTE        0x0a
#define OP_PACKAGE     0x12
#define ROOT_CHAR      0x5c
#define SLEEP_TYPE_MAX 7 /* The field has three bits. */

/* A cursor over the bytes behind the name; past the end it reads what no element begins with. */
struct cursor {
    const uint8_t *next;
    const uint8_t *end;
};

static uint8_t take(struct cursor *cursor)
{
    return cursor->next < cursor->end ? *cursor->next++ : 0xff;
}

static bool take_small_number(struct cursor *cursor, uint8_t *number)
{
    uint8_t op = take(cursor);
    if (op == OP_ZERO || op == OP_ONE) {
        *number = op;
        return true;
    }
    if (op != OP_BYTE) {
        return false;
    }
    *number = take(cursor);
    return *number <= SLEEP_TYPE_MAX;
}

static bool parse_package(struct cursor cursor, uint8_t types[2])
{
    uint8_t values[2];
    if (take(&cursor) != OP_PACKAGE) {
        return false;
    }
    uint8_t lead = take(&cursor); /* Its top two bits tell how many length bytes follow. */
    for (unsigned more = lead >> 6; more > 0; more--) {
        take(&cursor);
    }
    if (take(&cursor) < 2 || !take_small_number(&cursor, &values[0]) ||
        !take_small_number(&cursor, &values[1])) {
        return false;
    }
    types[0] = values[0];
    types[1] = values[1];
    return true;
}

/* Whether the name at @p name, behind @p table's header, is being defined and not just mentioned. */
static bool is_definition(const uint8_t *name)
{
    return name[-1] == OP_NAME || (name[-1] == ROOT_CHAR && name[-2] == OP_NAME);
}

tn_status_t drv_acpi_s5_read(const struct drv_acpi_table *table, uint8_t types[2])
{
    const uint8_t *end = table->bytes + table->length;
    const uint8_t *name = table->bytes + HEADER_BYTES;
    for (; end - name >= NAME_BYTES; name++) {
        if (name[0] != '_' || memcmp(name, "_S5_", NAME_BYTES) != 0 || !is_definition(name)) {
            continue;
        }
        if (parse_package((struct cursor){.next = name + NAME_BYTES, .end = end}, types)) {
            return TN_OK;
        }
    }
    return TN_ERR_NOT_FOUND;
}
