/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/error.h"

#define ROW(name, text) {SIM_##name, text},
static const struct {
    int code;
    const char *text;
} rows[] = {SIM_BASE_ERRORS(ROW){1, "unknown error"}};

/* The last one stands for all other codes. */
const char *sim_base_strerror(int code) {
    size_t at = 0;
    while (at + 1 < sizeof rows / sizeof *rows && rows[at].code != code)
        at++;
    return rows[at].text;
}
