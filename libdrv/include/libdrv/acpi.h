/* SPDX-License-Identifier: MIT */
/* ACPI tables: where the firmware of a PC says which hardware it has, as far as a kernel needs it.
 *
 *   RSDP -> RSDT or XSDT -> MADT  interrupt controllers, processors
 *                           HPET  event timer
 *                           FADT  power management registers -> DSDT: how to switch off
 *
 * A reader of bytes from outside: every length, count and checksum is looked at before it is used,
 * and no table is trusted to end where it says. AML is not interpreted: the one fact needed from it,
 * the sleep types of state S5, is found by its encoding.
 * Rules: pure functions; nothing is copied but what the outputs name; tables stay where they are.
 * Context: any. Source: ACPI Specification 6.5, sections by number below. */
#ifndef LIBDRV_ACPI_H
#define LIBDRV_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/** Longest table that is believed, in bytes; real ones stay far below. */
#define DRV_ACPI_TABLE_MAX UINT32_C(0x100000)

/** How physical memory is reached. Embed it in what bytes() needs. */
struct drv_acpi_memory {
    /** Address of the @p length bytes at physical address @p pa, or NULL if they cannot all be read.
     *  What it returns stays readable as long as this structure. */
    const uint8_t *(*bytes)(const struct drv_acpi_memory *memory, uint64_t pa, uint32_t length);
};

/** A table whose header and checksum have been found good. */
struct drv_acpi_table {
    const uint8_t *bytes; /**< Its first byte: the signature. */
    uint32_t length;      /**< Bytes with the header: 36 to DRV_ACPI_TABLE_MAX. */
};

/** The list of all tables. */
struct drv_acpi {
    const struct drv_acpi_memory *memory; /**< The caller's, for as long as this structure. */
    struct drv_acpi_table root;           /**< RSDT or XSDT. */
    uint32_t entry_bytes;                 /**< Bytes of an address in it: 4 or 8. */
};

/** A register: Generic Address Structure, 5.2.3.2. */
struct drv_acpi_register {
    uint64_t address; /**< Port or physical address; 0: there is no such register. */
    bool is_port;     /**< An I/O port; else memory. */
    uint8_t bits;     /**< Width: 8, 16, 32 or 64; 0 if the table does not say. */
};

/** What is used of the Fixed ACPI Description Table, 5.2.9. */
struct drv_acpi_fadt {
    uint64_t dsdt;                          /**< Physical address of the DSDT; 0: none. */
    struct drv_acpi_register pm_timer;      /**< Counts at 3.579545 MHz. */
    struct drv_acpi_register pm1a_control;  /**< Sleep type and sleep enable. */
    struct drv_acpi_register pm1b_control;  /**< Second half of it; often none. */
    struct drv_acpi_register sleep_control; /**< Instead of PM1 on hardware-reduced machines. */
    struct drv_acpi_register reset;         /**< Write reset_value here to reset the machine. */
    uint32_t smi_command;                   /**< Port that hands the registers over; 0: none. */
    uint8_t acpi_enable;                    /**< What to write there. */
    uint8_t reset_value;                    /**< See reset. */
    bool pm_timer_is_32_bits;               /**< Else 24. */
    bool is_hardware_reduced;               /**< No PM1 and PM timer registers. */
    bool has_keyboard_controller;           /**< An 8042 at ports 0x60 and 0x64. */
    bool has_clock;                         /**< A CMOS clock at port 0x70. */
};

/** The High Precision Event Timer: IA-PC HPET Specification 1.0a, 3.2.4. */
struct drv_acpi_hpet {
    uint64_t base; /**< Physical address of its registers; 1 KiB. */
};

/** Kinds of MADT entries that are handed out. */
enum drv_acpi_madt_kind {
    DRV_ACPI_IO_APIC = 1,  /**< 5.2.12.3: an interrupt controller. */
    DRV_ACPI_OVERRIDE = 2, /**< 5.2.12.5: an ISA interrupt that is wired differently. */
};

/** An entry of the Multiple APIC Description Table, 5.2.12. */
struct drv_acpi_madt_entry {
    enum drv_acpi_madt_kind kind; /**< Which members below are meaningful. */
    uint64_t address;             /**< IO_APIC: physical address of its registers. */
    uint32_t gsi;                 /**< IO_APIC: number of its first pin. OVERRIDE: number to use. */
    uint8_t id;                   /**< IO_APIC: its APIC number. OVERRIDE: ISA interrupt. */
    bool is_level;                /**< OVERRIDE: level-triggered; else edge. */
    bool is_low;                  /**< OVERRIDE: active low; else high. */
};

/** A processor that the MADT lists. */
struct drv_acpi_processor {
    uint32_t apic; /**< Number of its local APIC; above 254 it has an x2APIC. */
    bool enabled;  /**< It may be used. */
};

/** Find the list of tables.
 *  @param memory kept in @p acpi; the caller keeps it alive.
 *  @param rsdp   physical address of the Root System Description Pointer, 5.2.5.3.
 *  @retval TN_OK
 *  @retval TN_ERR_RANGE the pointer, or the list it names, is not in readable memory
 *  @retval TN_ERR_FORMAT not a pointer, or not a list
 *  @retval TN_ERR_CHECKSUM one of the two was altered. On failure @p acpi is unusable.
 *  Cost: O(bytes of both). */
TN_MUST_USE tn_status_t drv_acpi_init(struct drv_acpi *acpi, const struct drv_acpi_memory *memory,
                                      uint64_t rsdp);

/** The first table with the four letters @p signature.
 *  @param[out] table written on success.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND the list has none; entries that cannot be read are passed over
 *  @retval TN_ERR_FORMAT, TN_ERR_RANGE, TN_ERR_CHECKSUM it is there and not usable.
 *  Cost: O(tables + bytes of the one found). */
TN_MUST_USE tn_status_t drv_acpi_find(const struct drv_acpi *acpi, const char *signature,
                                      struct drv_acpi_table *table);

/** The table at physical address @p pa, which must have the four letters @p signature.
 *  @param[out] table written on success.
 *  @retval TN_OK
 *  @retval TN_ERR_RANGE it is not in readable memory
 *  @retval TN_ERR_FORMAT another signature, or a length that no table has
 *  @retval TN_ERR_CHECKSUM it was altered. Cost: O(its bytes). */
TN_MUST_USE tn_status_t drv_acpi_table_at(const struct drv_acpi_memory *memory, uint64_t pa,
                                          const char *signature, struct drv_acpi_table *table);

/** Read @p table, found as "FACP". Members that an older, shorter table does not have are 0.
 *  @retval TN_OK
 *  @retval TN_ERR_TRUNCATED shorter than ACPI 1.0 allows; @p fadt is not written. */
TN_MUST_USE tn_status_t drv_acpi_fadt_read(const struct drv_acpi_table *table,
                                           struct drv_acpi_fadt *fadt);

/** Read @p table, found as "HPET".
 *  @retval TN_OK
 *  @retval TN_ERR_TRUNCATED too short
 *  @retval TN_ERR_FORMAT its registers are not in memory. On failure @p hpet is not written. */
TN_MUST_USE tn_status_t drv_acpi_hpet_read(const struct drv_acpi_table *table,
                                           struct drv_acpi_hpet *hpet);

/** The next entry of @p table, found as "APIC"; kinds that are not in enum drv_acpi_madt_kind are
 *  passed over.
 *  @param[in,out] offset 0 before the first call; where the next call goes on.
 *  @param[out] entry written on success.
 *  @retval TN_OK
 *  @retval TN_ERR_EMPTY there are no more
 *  @retval TN_ERR_TRUNCATED the table ends inside an entry
 *  @retval TN_ERR_FORMAT an entry is shorter than its kind. Cost: O(entries passed over). */
TN_MUST_USE tn_status_t drv_acpi_madt_next(const struct drv_acpi_table *table, uint32_t *offset,
                                           struct drv_acpi_madt_entry *entry);

/** The next processor of @p table, found as "APIC", in either of the forms that it may have (5.2.12.2,
 *  5.2.12.12); all else is passed over. One may be listed in both.
 *  @param[in,out] offset 0 before the first call; where the next call goes on.
 *  @param[out] processor written on success.
 *  @retval TN_OK, TN_ERR_EMPTY, TN_ERR_TRUNCATED, TN_ERR_FORMAT as drv_acpi_madt_next.
 *  Cost: O(entries passed over). */
TN_MUST_USE tn_status_t drv_acpi_processor_next(const struct drv_acpi_table *table,
                                                uint32_t *offset,
                                                struct drv_acpi_processor *processor);

/** The sleep types of state S5, "off", from the package _S5_ in @p table, found as "DSDT" (16.3.4.1).
 *  @param[out] types for PM1a and PM1b, 0 to 7 each; written on success.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND there is no such package in the usual encoding.
 *  Cost: O(bytes of the table). */
TN_MUST_USE tn_status_t drv_acpi_s5_read(const struct drv_acpi_table *table, uint8_t types[2]);

#endif
