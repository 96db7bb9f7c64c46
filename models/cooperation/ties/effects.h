/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effects of the choice of ties (M22), in the words of stochastic actor-oriented models. A row is
 * one statistic of a pair and its weight, a parameter, whose row says the source. Evaluation
 * effects count for creating a tie and for keeping it, creation effects for creating alone,
 * endowment effects for keeping alone. Donor and partner have effects of their own. */
#pragma once

#include "models/cooperation/cooperation.h"

enum { COOP_SIDE_DONOR, COOP_SIDE_PARTNER };
enum { COOP_FUNCTION_EVALUATION, COOP_FUNCTION_CREATION, COOP_FUNCTION_ENDOWMENT };

/* What the sides look at: a contact that may become a tie, or a tie that is there. */
typedef struct {
    uint32_t donor, partner; /* agent; place among partners */
    int sector;              /* of the work that they would do, or do */
    bool tied;
    double trust;    /* of the tie */
    double strength; /* of the contact */
} coop_pair_t;

typedef struct {
    uint8_t side, function;
    const char *name, *parameter, *mechanism, *doc;
    size_t weight; /* place of the parameter in coop_params_t */
} coop_effect_t;

/* Ends with a row without a name. */
extern const coop_effect_t coop_effect_table[];
extern const char *const coop_side_words[];
extern const char *const coop_function_words[];

/* The statistics of a side's evaluation effects and those of `function`, in the order of the table;
 * returns how many. */
size_t coop_effects_statistics(const sim_world_t *world, int side, int function,
                               const coop_pair_t *pair, double *statistic);
/* Sum of weight times statistic over a side's evaluation effects and those of `function`: what
 * creating (COOP_FUNCTION_CREATION) or keeping (COOP_FUNCTION_ENDOWMENT) the tie is worth. */
double coop_effects_worth(const sim_world_t *world, int side, int function,
                          const coop_pair_t *pair);
/* A bound of what creating it is worth to the donor, found in less time. */
double coop_effects_creation_at_most(const sim_world_t *world, const coop_pair_t *pair);
/* The part of the worth that is the donor's motives (M17): what it gains. */
double coop_effects_motives(const sim_world_t *world, const coop_pair_t *pair);

/* The contact at a place of donor d's address book as a pair; false when it is no alternative: a
 * sister city whose ties leave the environment out (M19), or tied already. `match` is that of
 * coop_formation_match(). */
bool coop_formation_contact(const sim_world_t *world, uint32_t d, uint32_t at, coop_pair_t *pair,
                            double *match);

/* What the ends of a tie look at in a step (upkeep.c); coop_tie_risk_fields says what each is. */
typedef struct {
    bool held, agreed, short_of_money, short_of_staff, soured, goal_near;
    double priority_fall, grant_over, support_gap, dormant;
    double interest, stability;
} coop_risk_t;
coop_risk_t coop_upkeep_risk(const sim_world_t *world, uint32_t tie);
/* Years at risk in this step. */
double coop_upkeep_years_at_risk(const sim_world_t *world, uint32_t tie);
/* A tie as the pair whose keeping its donor reconsiders. */
coop_pair_t coop_upkeep_pair(const sim_world_t *world, uint32_t tie);

/* Both sides gain (M18): the donor people and business, the partner what it needs; `match` is that
 * of coop_formation_match(). */
bool coop_formation_gains(const sim_world_t *world, const coop_pair_t *pair, double match);
