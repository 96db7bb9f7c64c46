/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/error.h"

const char *sim_base_strerror(int code) {
    switch (code) {
#define SIM_BASE_CASE(name, text)                                                                  \
    case SIM_##name:                                                                               \
        return text;
        SIM_BASE_ERRORS(SIM_BASE_CASE)
#undef SIM_BASE_CASE
    default:
        return "unknown error";
    }
}

const char *sim_base_error_name(int code) {
    switch (code) {
#define SIM_BASE_CASE(name, text)                                                                  \
    case SIM_##name:                                                                               \
        return "SIM_" #name;
        SIM_BASE_ERRORS(SIM_BASE_CASE)
#undef SIM_BASE_CASE
    default:
        return "SIM_ERR_UNKNOWN";
    }
}
