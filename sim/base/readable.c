/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/base/readable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool sim_base_is_text(const char *text, uintptr_t page[SIM_BASE_PAGES]) {
    enum { PAGE = 4096 }; /* no system has smaller ones */
    uintptr_t own = (uintptr_t)text / PAGE, at = (uintptr_t)text % PAGE;
    uintptr_t *known = &page[own % SIM_BASE_PAGES];
    if (own && own == *known && memchr(text, '\0', PAGE - at))
        return true;
    if (!text || (faccessat(AT_FDCWD, text, F_OK, 0) != 0 && errno == EFAULT))
        return false;
    *known = own;
    return true;
}
