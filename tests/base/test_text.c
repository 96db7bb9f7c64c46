/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream into memory gives the whole text or says that there is none. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/text.h"

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool refuse;

void *__wrap_realloc(void *old, size_t size) {
    return refuse ? NULL : __real_realloc(old, size);
}

static int write_lines(sim_base_text_t *text, int lines) {
    FILE *stream = sim_base_text_open(text);
    cr_assert_not_null(stream);
    for (int i = 0; i < lines; i++)
        fprintf(stream, "line %d\n", i);
    return sim_base_text_close(stream, text);
}

Test(text, holds_what_was_written) {
    for (int lines = 0; lines < 2000; lines += 97) {
        sim_base_text_t text;
        size_t size = 0;
        char *expected = NULL;
        FILE *stream = open_memstream(&expected, &size);
        for (int i = 0; i < lines; i++)
            fprintf(stream, "line %d\n", i);
        fclose(stream);
        cr_assert_eq(write_lines(&text, lines), SIM_OK);
        cr_assert_eq(text.size, size);
        cr_assert_str_eq(text.bytes, expected);
        free(expected);
        free(text.bytes);
    }
}

Test(text, without_memory_there_is_none) {
    sim_base_text_t text;
    refuse = true;
    cr_assert_eq(write_lines(&text, 10), SIM_OK); /* fits into what it begins with */
    free(text.bytes);
    cr_assert_eq(write_lines(&text, 100), SIM_ERR_MEMORY);
    cr_assert_eq(write_lines(&text, 20000), SIM_ERR_MEMORY);
    cr_assert_null(text.bytes);
}
