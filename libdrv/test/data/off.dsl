/* SPDX-License-Identifier: MIT */
/* State S5 with types that need bytes, behind a mention of the name that defines nothing. */
DefinitionBlock ("off.aml", "DSDT", 2, "TENON ", "TEST    ", 0x00000001)
{
    Method (_PTS, 1)
    {
        If (CondRefOf (\_S5))
        {
            Store (DerefOf (Index (\_S5, 0)), Local0)
        }
    }
    Name (\_S5, Package () { 0x07, 0x03, Zero, Zero })
}
