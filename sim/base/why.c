/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/why.h"

#include <stdio.h>
#include <string.h>

void sim_base_why_set(sim_base_why_t *why, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (why)
        vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
}

int sim_base_why_fail(sim_base_why_t *why, int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (why)
        vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    return code;
}

int sim_base_why_first(char *text, size_t size, int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
#pragma omp critical(sim_base_why)
    if (!text[0])
        vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return code;
}

void sim_base_why_add_list(sim_base_why_t *why, const char *format, va_list arguments) {
    size_t used = why ? strlen(why->text) : 0;
    if (why)
        vsnprintf(why->text + used, sizeof why->text - used, format, arguments);
}

void sim_base_why_add(sim_base_why_t *why, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    sim_base_why_add_list(why, format, arguments);
    va_end(arguments);
}
