/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed values of all parameters: one struct a process, one row a leaf (params/). */
#ifndef COOPERATION_PARAMS_H
#define COOPERATION_PARAMS_H

#include "models/cooperation/words.h"

typedef struct {
    const char *local_governments, *countries, *partner_cities, *cooperatives, *members,
        *associations, *networks;
} coop_population_params_t;

/* Files, each may be ""; and what is done where they are silent. */
typedef struct {
    const char *ties, *projects, *histories;
    bool fill;
    double coverage_searched, coverage_others, project_rate;
} coop_record_params_t;

typedef struct {
    double turnover_factor, tradition, priority, manager_incumbency, partner_turnover;
} coop_leadership_params_t;

typedef struct {
    double international_share, environment_share, priority_gain, fiscal_exponent, austerity;
    double tie_upkeep, own_share;
    bool history;
    int after; /* COOP_AFTER_... of the history */
} coop_budget_params_t;

typedef struct {
    double per_1000, prefecture_per_1000, dispersion, international_share, priority_gain;
    double promotion, retirement, senior_share, trend, posts, project_fte;
    int after; /* COOP_AFTER_... of national staff */
} coop_staff_params_t;

typedef struct {
    double initial, industry, size, forgetting, floor, retirement_loss, plant_gain, plant_life,
        plant_life_cooperative, people_per_plant, teaching;
} coop_knowhow_params_t;

typedef struct {
    double mean, reversion, noise, stress, visibility, veto, uncontested_relief;
} coop_support_params_t;

typedef struct {
    double rate, size_exponent, memory, imitation, strength_high;
    double conference, knowhow, reputation, other_ways, sister_share, sister_purpose;
    bool intermediaries, sister_ties;
} coop_contacts_params_t;

typedef struct {
    bool city_to_city, regional, gates;
    double rate, opt_out, match, trust, popularity, fundable, priority, gap;
    double least_gain, partner_least_gain;
    double partner_base, partner_need, partner_reputation, partner_interest, partner_capacity;
    double rate_reputation, rate_intermediary, rate_policy;
} coop_formation_params_t;

/* The schemes with most of the money, first in the order of all: JICA's local type, MoE's studies.
 */
enum { COOP_N_MAIN = COOP_SCHEME_MOE_JCM + 1 };
typedef struct {
    double budget, budget_factor, from_year, until_year, ceiling;
    bool cooperatives;
} coop_main_scheme_params_t;

typedef struct {
    bool enabled[COOP_SCHEME_OWN], minor_cooperatives;
    coop_main_scheme_params_t main[COOP_N_MAIN];
    double special_from, special_until, special_ceiling; /* JICA's local type */
    double outside, least_people;                        /* MoE's studies */
    double minor_budget_factor;
    double own_rate, own_cost, min_trust, score_knowhow, score_record, score_country, score_noise;
    double quality_bar, size_low, renewal, supplementary_chance, supplementary_size, firm_share;
} coop_funding_params_t;

typedef struct {
    double exchange_gain, trust_gain, trust_fade, need_relief, capacity_gain, reputation_gain,
        reputation_fade;
} coop_projects_params_t;

typedef struct {
    double leader_turnover, grant_end, budget_shortfall, staff_loss, support_loss, goal_mismatch;
    double partner_exit, goal_reached, dormancy, dormancy_after, institution_damping;
    double institution_rate, institution_trust, support_floor, inertia, bond, revival;
} coop_upkeep_params_t;

typedef struct {
    bool pooled_plants, unanimity;
    double rate, keenness, knowhow, example, consent, plan_years, package;
} coop_initiative_params_t;

typedef struct {
    bool ladder;
    double rate, guarantee;
} coop_works_params_t;

typedef struct {
    double will;
} coop_joint_params_t;

typedef struct {
    bool enabled;
    double memory, introductions;
} coop_consultants_params_t;

typedef struct {
    bool enabled;
    double introduction, prefecture, consortium;
} coop_forms_params_t;

typedef struct {
    bool enabled;
    double rate, wanted, passing, meeting;
} coop_associations_params_t;

typedef struct {
    double founding, efficient_scale, savings, scale, stress, subsidy, transaction_cost;
    double entry, election, form_step;
    double exit, unification, dissolution, fee_share;
} coop_cooperatives_params_t;

typedef struct {
    double rate, size;
} coop_mergers_params_t;

typedef struct {
    double rupture_rate, rupture_year, planned_years, end;
    int rupture_country; /* index into coop_rupture_countries */
} coop_relations_params_t;

typedef struct {
    double rate;
} coop_recognition_params_t;

typedef struct {
    bool enabled;
    double until_year;
} coop_hub_params_t;

/* Motives (M17): weights in the utility of a tie. */
typedef struct {
    double transboundary, business, sharing, staff_use, recognition;
} coop_motives_params_t;

typedef struct {
    double trainees_trust, rate, programme_trust, programme_projects;
} coop_ladder_params_t;

typedef struct {
    coop_population_params_t population;
    coop_record_params_t record;
    coop_leadership_params_t leadership;
    coop_budget_params_t budget;
    coop_staff_params_t staff;
    coop_knowhow_params_t knowhow;
    coop_support_params_t support;
    coop_contacts_params_t contacts;
    coop_formation_params_t formation;
    coop_funding_params_t funding;
    coop_projects_params_t projects;
    coop_upkeep_params_t upkeep;
    coop_initiative_params_t initiative;
    coop_works_params_t works;
    coop_joint_params_t joint;
    coop_forms_params_t forms;
    coop_consultants_params_t consultants;
    coop_associations_params_t associations;
    coop_cooperatives_params_t cooperatives;
    coop_mergers_params_t mergers;
    coop_relations_params_t relations;
    coop_recognition_params_t recognition;
    coop_hub_params_t hub;
    coop_motives_params_t motives;
    coop_ladder_params_t ladder;
} coop_params_t;

#endif
