/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Agents of the models of test_store.c. */
#ifndef TESTS_STORE_AGENTS_H
#define TESTS_STORE_AGENTS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/schedule/world.h"

enum { ODD_AGENTS = 3000, ODD_NAME = 60000 };

static const char *const agent_words[] = {"one", "two", NULL};
static const sim_field_t agent_fields[] = {{"area", SIM_FIELD_TEXT, NULL, ""},
                                           {"lat", SIM_FIELD_REAL, NULL, ""},
                                           {"word", SIM_FIELD_LABEL, agent_words, ""},
                                           {"guessed", SIM_FIELD_INTEGER, NULL, ""},
                                           {NULL, SIM_FIELD_REAL, NULL, NULL}};

static int agents_a(const void *shared, sim_record_sink_t *sink) {
    (void)shared;
    sim_cell_t cell[] = {{.text = "area"}, {.r = 35.5}, {.i = SIM_NULL_INT}, {.i = SIM_NULL_INT}};
    sim_record_agent_t agent = {1, "kind", "01", "Name", cell};
    int rc = sim_record_agent(sink, &agent);
    agent.agent_id = 2;
    cell[1].r = NAN;
    cell[2].i = 1;
    cell[3].i = 1;
    return rc ? rc : sim_record_agent(sink, &agent);
}
static int agents_fail(const void *shared, sim_record_sink_t *sink) {
    int rc = agents_a(shared, sink);
    return rc ? rc : SIM_ERR_MODEL;
}
static int agents_twice(const void *shared, sim_record_sink_t *sink) {
    int rc = agents_a(shared, sink);
    return rc ? rc : agents_a(shared, sink);
}
/* Of any order and length, in one buffer; the last has nothing but a number. */
static int agents_odd(const void *shared, sim_record_sink_t *sink) {
    char *name = malloc(ODD_NAME + 1);
    int rc = 0;
    (void)shared;
    for (uint32_t a = ODD_AGENTS; rc == 0 && a-- > 0;) {
        memset(name, 'a' + (int)(a % 26), ODD_NAME);
        name[a == 7 ? ODD_NAME : a % 40] = '\0';
        const sim_cell_t cell[] = {
            {.text = name}, {.r = a % 2 ? -0.0 : 1.0 / a}, {.i = 0}, {.i = a}};
        const sim_record_agent_t agent = {a, name, "", NULL, cell};
        const sim_record_agent_t nothing = {0};
        rc = sim_record_agent(sink, a ? &agent : &nothing);
    }
    free(name);
    return rc;
}

#endif
