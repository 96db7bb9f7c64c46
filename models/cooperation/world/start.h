/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The initial state from the observed record (start.c) and from the model's own law where the
 * record is silent (fill.c). A year is a JFY before the start of the run. */
#pragma once
#include "models/cooperation/cooperation.h"

/* What is made of the record while the state is set up: scratch. */
typedef struct {
    sim_world_t *world;
    int32_t start_year;
    coop_past_t *work;
    uint32_t n_works, most_works;
} coop_start_t;

/* A tie that stands at the start. */
typedef struct {
    uint32_t donor, partner;               /* agent; place among partners */
    int32_t onset, stage_since, last_work; /* JFY; last_work: with a project, or before onset */
    uint8_t sector, stage, institutionalised, onset_censored;
    double trust;
} coop_standing_t;

static inline int32_t coop_start_step(const coop_start_t *start, int32_t year) {
    return (year - start->start_year) * start->world->clock.steps_per_year;
}
/* The donor's record of an award; and, where the tie stands, the row of the project: finished, or
 * running and bound to its donor (projects.c). */
int coop_projects_recall(const coop_start_t *start, const coop_past_t *work);
/* Adds the tie; *tie is its id. */
int coop_start_tie(coop_start_t *start, const coop_standing_t *standing, uint32_t *tie);
int coop_start_work(coop_start_t *start, const coop_past_t *work);
/* Trust after one more year: with work, of exchange, or idle after work. */
double coop_start_trust(const sim_world_t *world, double trust, uint8_t stage, bool at_work);
/* Years of a project of the scheme. */
int32_t coop_start_term(int scheme);

/* Draws the ties that the record does not hold: as many as its coverage tells, given `recorded`
 * ties of the donors that were searched by name, and of the others. */
enum { COOP_CLASS_SEARCHED, COOP_CLASS_OTHERS, COOP_N_CLASSES };
int coop_fill(coop_start_t *start, const uint32_t recorded[COOP_N_CLASSES]);
bool coop_start_searched(const coop_population_t *pop, uint32_t donor);
