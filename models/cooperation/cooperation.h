/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cooperation model: what its processes ask of each other. They are listed in processes.def,
 * and their order in a step in phases.def. M numbers are the mechanisms of ODD.md. */
#pragma once
#include <math.h>

#include "models/cooperation/rates.h"
#include "models/cooperation/state.h"

static inline const coop_params_t *coop_params(const sim_world_t *world) {
    return world->params;
}
static inline const coop_population_t *coop_population(const sim_world_t *world) {
    return world->shared;
}
static inline coop_state_t *coop_state(const sim_world_t *world) {
    return world->state;
}

/* First key of a draw that a donor can make several times in a step; donors are below 2^24. */
static inline uint32_t coop_round_key(uint32_t donor, uint32_t round) {
    return donor | round << 24;
}
/* Unlike fmax and fmin these are one instruction; no NaN comes here. */
static inline double coop_max(double a, double b) {
    return a > b ? a : b;
}
static inline double coop_min(double a, double b) {
    return a < b ? a : b;
}
static inline double coop_clip(double x) {
    return coop_min(1, coop_max(0, x));
}
/* log(1 + n) */
static inline double coop_log1p(const sim_world_t *world, uint32_t n) {
    return n < COOP_LOGS ? coop_state(world)->log1p_of[n] : sim_math_log1p(n);
}
static inline double coop_path_at(const coop_path_t *path, double x) {
    return path->base + path->rate * (x - path->since);
}
static inline void coop_path_bend(coop_path_t *path, double rate, double x) {
    if (rate == path->rate)
        return;
    *path = (coop_path_t){.rate = rate, .base = coop_path_at(path, x), .since = x};
}
/* Has something to teach: a local government, or a cooperative with sanitation works. What exists
 * no more has no plants and no people. */
static inline bool coop_teaches(const sim_world_t *world, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->exists[d] &&
           (coop_population(world)->type[d] != COOP_TYPE_COOPERATIVE || donor->plants[d] > 0);
}
/* The members of cooperative c, n of them. */
static inline const uint32_t *coop_members(const sim_world_t *world, uint32_t c, uint32_t *n) {
    const coop_membership_t *membership = &coop_state(world)->membership;
    uint32_t local = c - coop_population(world)->first_cooperative;
    *n = membership->count[local];
    return membership->pool + membership->first[local];
}
/* Whether m is a member of cooperative c, which the file names, by that file. */
static inline bool coop_is_listed(const coop_population_t *pop, uint32_t c, uint32_t m) {
    uint32_t local = c - pop->first_cooperative, k = pop->first_member[local];
    while (k < pop->first_member[local + 1] && pop->member[k] != m)
        k++;
    return k < pop->first_member[local + 1];
}
/* Cooperates in waste, with plants of its own or by one of the forms founded in the run. */
static inline bool coop_sanitation(const sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->exists[c] && (donor->plants[c] > 0 || c >= coop_population(world)->first_founded);
}
/* Nothing of it began in this step, so that everything of it may end: a spell lasts a step. */
static inline bool coop_settled(const sim_world_t *world, uint32_t d) {
    return coop_state(world)->donor.changed[d] != world->clock.step;
}
static inline bool coop_is_cooperative(const sim_world_t *world, uint32_t d) {
    return d >= coop_population(world)->first_cooperative;
}
/* Share of `from` in the people of two bodies of one kind that become one; where a municipality
 * takes over a cooperative, whose people are its own, and without an heir: 0. */
static inline double coop_share(const sim_world_t *world, uint32_t from, uint32_t heir) {
    const double *people = coop_state(world)->donor.population;
    if (heir == SIM_NETWORK_NONE ||
        coop_is_cooperative(world, from) != coop_is_cooperative(world, heir))
        return 0;
    double all = people[from] + people[heir];
    return all > 0 ? people[from] / all : 0;
}
/* Of a level: the heir's becomes the mean by that share, and that of `from` is 0. */
static inline void coop_mix(double *level, uint32_t from, uint32_t heir, double share) {
    if (heir != SIM_NETWORK_NONE)
        level[heir] += share * (level[from] - level[heir]);
    level[from] = 0;
}
/* Place among partners of who is at the receiving end of a tie. */
static inline uint32_t coop_partner_of(const sim_world_t *world, uint32_t tie) {
    return world->ties->to[tie] - coop_population(world)->n_donors;
}
static inline uint8_t coop_mode(const coop_population_t *population, uint32_t donor) {
    return donor >= population->first_cooperative ? COOP_MODE_REGIONAL : COOP_MODE_CITY_TO_CITY;
}

extern const sim_param_t coop_param_table[];
extern const char *const coop_start_only[];
extern const uint8_t coop_conversions[]; /* causes by which a tie goes on in another */
extern const char *const coop_purpose_words[];
extern const char *const coop_rupture_countries[]; /* in the order of COOP_RUPTURES */

/* A dated event, for the table of that name; object < 0: none. */
int coop_event(sim_world_t *world, int kind, int64_t subject, int64_t object, double value);

/* ---- what processes do of themselves: the rows of phases.def and processes.def ---- */

#define SETUP(FUNCTION) int FUNCTION(sim_world_t *world);
#define YEARLY(NAME, FUNCTION, DOC) int FUNCTION(sim_world_t *world);
#define EACH_STEP(NAME, FUNCTION, DOC) int FUNCTION(sim_world_t *world);
#define AT_END(FUNCTION) int FUNCTION(sim_world_t *world);
#define FOUND(FUNCTION) int FUNCTION(sim_world_t *world, uint32_t cooperative);
#define INHERIT(FUNCTION) int FUNCTION(sim_world_t *world, uint32_t from, uint32_t heir);
#include "models/cooperation/phases.def"
#define RENEW(FUNCTION) void FUNCTION(sim_world_t *world);
#define VERIFY(FUNCTION, PROBLEM) int FUNCTION(const sim_world_t *world);
#include "models/cooperation/processes.def"

/* ---- what the descriptor names ---- */

#define TABLE(ID, NAME, ...) extern const sim_field_t coop_##NAME##_fields[];
COOP_TABLES(TABLE)
#undef TABLE
int coop_population_prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared);
void coop_population_release(void *shared);
extern const sim_field_t coop_agent_fields[];
int coop_population_agents(const void *shared, sim_record_sink_t *sink);
extern const sim_agent_param_t coop_agent_params[];
extern const sim_agent_class_t coop_agent_classes[];
extern const sim_metric_t coop_metrics[];
extern const sim_reducer_t coop_reducers[];
int coop_observe(sim_world_t *world, double *metric);
int coop_summarise(sim_world_t *world, double *summary);
int coop_verify(const sim_world_t *world);
