/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/error.h"

#define ROW(name, text) {SIM_##name, "SIM_" #name, text},
static const struct {
    int code;
    const char *name, *text;
} rows[] = {SIM_BASE_ERRORS(ROW){1, "SIM_ERR_UNKNOWN", "unknown error"}};

/* The place of a code; the last one stands for all others. */
static size_t place_of(int code) {
    size_t at = 0;
    while (at + 1 < sizeof rows / sizeof *rows && rows[at].code != code)
        at++;
    return at;
}

const char *sim_base_strerror(int code) {
    return rows[place_of(code)].text;
}

const char *sim_base_error_name(int code) {
    return rows[place_of(code)].name;
}
