/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an address can be read: a table without its last, empty entry is read on into whatever
 * lies behind it, and what stands there may be no address at all. */
#ifndef SIM_BASE_READABLE_H
#define SIM_BASE_READABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is text at an address; the kernel can tell that without a crash. It need not be
 * asked again about what ends on the page that it was asked about last: *page, 0 at first. */
bool sim_base_is_text(const char *text, uintptr_t *page);

#endif
