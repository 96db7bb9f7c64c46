/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why something was refused or has failed: one sentence for the user, which travels beside a code.
 */
#ifndef SIM_BASE_WHY_H
#define SIM_BASE_WHY_H

#include <stdarg.h>
#include <stddef.h>

/* Room for the longest path twice, and a reason. */
typedef struct {
    char text[9216]; /* "" while nobody has said anything */
} sim_base_why_t;

/* Writes the sentence, cut where there is no room; with why NULL nothing happens. */
void sim_base_why_set(sim_base_why_t *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, and returns `code`. */
int sim_base_why_fail(sim_base_why_t *why, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Into a text of so many bytes, unless it has one: the first sentence is the cause of the others.
 * From any thread. Returns `code`. */
int sim_base_why_first(char *text, size_t size, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Writes more behind what is there; arguments as those of vprintf(). */
void sim_base_why_add(sim_base_why_t *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_base_why_add_list(sim_base_why_t *why, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
