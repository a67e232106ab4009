/* SPDX-License-Identifier: MIT */
/* Where a call in service came in, is of no interest. */
#ifndef KERN_CALLED_H
#define KERN_CALLED_H

/** Nothing. */
struct kern_called {
    char none[0]; /**< No bytes. */
};

#endif
