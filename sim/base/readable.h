/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an address can be read: a table without its last, empty entry is read on into whatever
 * lies behind it, and what stands there may be no address at all. */
#ifndef SIM_BASE_READABLE_H
#define SIM_BASE_READABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is text at an address; the kernel can tell that without a crash. It need not be
 * asked again about what ends on a page that it was asked about: page[], all 0 at first. */
enum { SIM_BASE_PAGES = 128 };
bool sim_base_is_text(const char *text, uintptr_t page[SIM_BASE_PAGES]);

#endif
