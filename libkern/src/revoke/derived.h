/* SPDX-License-Identifier: MIT */
/* The place of a mapping in the tree of derivations. */
#ifndef KERN_DERIVED_H
#define KERN_DERIVED_H

#include "handle.h"

/** A leaf: its list of children is not even empty, it is NULL. No handle's is. */
struct kern_derived {
    struct kern_derivation leaf; /**< Link among the children of the handle it was made through. */
};

#endif
