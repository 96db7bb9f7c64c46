/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream into memory that never loses anything in silence. That of the C library,
 * open_memstream(), does: what finds no room is left out, and fclose() returns 0. */
#ifndef SIM_BASE_TEXT_H
#define SIM_BASE_TEXT_H

#include <stddef.h>
#include <stdio.h>

typedef struct {
    char *bytes; /* from malloc, with a '\0' behind the last one */
    size_t size, capacity;
    int failed; /* for the stream */
} sim_base_text_t;

/* A stream that fills *text, which must stay where it is until it is closed. NULL: out of memory.
 */
FILE *sim_base_text_open(sim_base_text_t *text);

/* Closes it. 0: the text is whole and the caller frees text->bytes. SIM_ERR_MEMORY: there is none,
 * and nothing to free. */
int sim_base_text_close(FILE *stream, sim_base_text_t *text);

#endif
