/* SPDX-License-Identifier: MIT */
/* Mappings have no place in the tree of derivations. */
#ifndef KERN_DERIVED_H
#define KERN_DERIVED_H

/** Nothing. */
struct kern_derived {
    char none[0]; /**< No bytes. */
};

#endif
