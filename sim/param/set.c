/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One "group.leaf=value" of the command line. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "sim/param/parts.h"

/* A copy of text[0, length) without the spaces around it. */
static char *trimmed(const char *text, size_t length) {
    while (length > 0 && strchr(" \t\r\n", text[0])) {
        text++;
        length--;
    }
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    return strndup(text, length);
}

/* Takes the quotes off, in place; true when there were some. */
static bool unquote(char *text) {
    size_t length = strlen(text);
    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
        return false;
    memmove(text, text + 1, length - 2);
    text[length - 2] = '\0';
    return true;
}

static void apply_value(sim_param_load_t *load, const char *name, const char *bare, bool quoted,
                        const sim_param_place_t *place, int rank) {
    size_t index = sim_param_row_find(load, name);
    if (strcmp(name, "model") == 0)
        return; /* model.c has read it */
    if (strcmp(name, "base") == 0 || strcmp(name, "interventions") == 0 ||
        strcmp(name, "data_files") == 0) {
        sim_param_problem(&load->report, place, "%s can be given in a file only", name);
        return;
    }
    if (strcmp(name, "data_root") == 0) {
        load->data_root = bare;
        if (load->n_pins == 0 && load->report.count == 0) {
            sim_param_problem(&load->report, place,
                              "data_root is of stored configurations, which list their data_files");
        }
        return;
    }
    if (index == load->n_rows) {
        sim_param_unknown(load, place, name);
        return;
    }
    const sim_param_t *row = sim_param_row(load, index);
    sim_param_found_t found = sim_param_found_text(row, bare, quoted);
    sim_param_date_value(load->config.model, row, &found);
    load->slot[index].place = *place;
    load->slot[index].rank = rank;
    sim_param_value_t value = {0};
    if (sim_param_accept(row, &found, place, &load->report, &value))
        load->slot[index].value = value; /* nothing is worked out from one that is refused */
}

void sim_param_set_apply(sim_param_load_t *load, const char *set, int rank) {
    sim_param_place_t place = {.set = set};
    const char *equals = strchr(set, '=');
    int line = 0;
    if (!equals || equals == set) {
        sim_param_problem(&load->report, &place, "expected group.name=value");
        return;
    }
    const char *wrong = sim_param_not_text(set, strlen(set), &line);
    if (wrong) {
        sim_param_problem(&load->report, &place, "%s", wrong);
        return;
    }
    /* In the pool: a path keeps pointing to its text. */
    const char *name = sim_param_keep(load, trimmed(set, (size_t)(equals - set)));
    char *bare = trimmed(equals + 1, strlen(equals + 1));
    bool quoted = bare && unquote(bare);
    apply_value(load, name, sim_param_keep(load, bare), quoted, &place, rank);
}
