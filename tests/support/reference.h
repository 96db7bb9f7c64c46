/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core rules of the cooperation model once more, written from ODD.md alone: whether a tie forms
 * (7.8), how it lasts and ends (7.11), who wins which call (7.9), and every yen (7.5, 7.10, 7.12).
 * Slow and plain: structs of one agent, sums counted anew whenever they are asked for, no state
 * that could go stale. With the model it shares the draws, the words, the parameters and the
 * terms of the schemes, nothing else. What the other processes decide (heads, staff, know-how that
 * fades, contacts, relations, members) it takes from the model when they have run; ties, projects,
 * money, and what work does to both sides are its own. Bodies neither begin nor end, and nobody has
 * a sister city; members join no projects, and cooperatives pay none of the higher types of work
 * themselves. */
#ifndef TESTS_SUPPORT_REFERENCE_H
#define TESTS_SUPPORT_REFERENCE_H

#include "tests/support/tiny.h"

enum {
    REF_TIES = 8192,
    REF_PROJECTS = 4096,
    REF_COUNTRIES = TINY_COUNTRIES,
    REF_NEVER = -1,
    REF_ROOM = 256
};

typedef struct {
    int partner, since; /* place among partners; step */
    double strength;
} ref_contact_t;

typedef struct {
    /* what others decide */
    int type, plants, manager, scope, n_members, member[TINY_GOVERNMENTS];
    bool exists, intermediary, contested, mandate, keeps;
    double population, fiscal_strength, own_budget, industry;
    double priority, priority_fall, support, junior, senior, staff_start, shrinkage;
    int keeper; /* of its plant */
    double policy_until;
    int turnover; /* step */
    ref_contact_t contact[COOP_MAX_CONTACTS];
    int n_contacts;
    double knowhow[COOP_N_SECTORS], reputation; /* these change by work, too */
    /* its own */
    int64_t purse, voted;
    int record, first_project; /* projects ever; step of the first */
} ref_donor_t;

typedef struct {
    int country, region;
    double population, interest;
    double need[COOP_N_SECTORS], capacity; /* its own */
} ref_partner_t;

typedef struct {
    bool jica, jcm;
    double jcm_from, priority, stability, soured_until;
} ref_country_t;

typedef struct {
    int donor, partner, sector, stage, onset, end, cause; /* end: step, REF_NEVER while alive */
    int active;                                           /* step of the last activity */
    double trust;
    bool institution;
} ref_tie_t;

typedef struct {
    int tie, scheme, sector, start, planned, finish, outcome, renewed;
    bool firm;
    int64_t granted, left, own, paid; /* grant; of it not yet paid; own money; of it paid */
} ref_project_t;

typedef struct {
    coop_params_t p;                      /* a copy, so that a test can have another rule */
    coop_scheme_t scheme[COOP_N_SCHEMES]; /* their terms, with these parameters */
    sim_rng_key_t key;
    int step, steps_per_year, start_year;
    ref_donor_t donor[TINY_DONORS];
    ref_partner_t partner[TINY_PARTNERS];
    ref_country_t country[REF_COUNTRIES];
    ref_tie_t tie[REF_TIES];
    int n_ties, live[REF_TIES], n_live; /* in the order of the list of ODD.md */
    ref_project_t project[REF_PROJECTS];
    int n_projects, running[REF_PROJECTS], n_running;
    int64_t flow[COOP_N_ACCOUNTS][COOP_N_ACCOUNTS]; /* of this fiscal year, yen */
    int64_t balance[COOP_N_ACCOUNTS];
    int refused[COOP_N_MODES][COOP_N_REASONS]; /* in this fiscal year */
} ref_world_t;

/* The parameters and the state at the start of a run, without ties. */
void ref_begin(ref_world_t *r, const sim_world_t *world);
/* What others have decided. */
void ref_look(ref_world_t *r, const sim_world_t *world);

/* One phase each, by its name in the process order. */
void ref_ledger(ref_world_t *r);
void ref_completion(ref_world_t *r);
void ref_budgets(ref_world_t *r);
void ref_calls(ref_world_t *r);
void ref_own_projects(ref_world_t *r);
void ref_work(ref_world_t *r);
void ref_formation(ref_world_t *r);
void ref_ladder(ref_world_t *r);
void ref_upkeep(ref_world_t *r);

/* ---- questions that several phases ask ---- */

sim_rng_draw_t ref_draw(const ref_world_t *r, int purpose, uint32_t a, uint32_t b);
uint32_t ref_agent(int partner); /* as keys of draws name it */
double ref_probability(const ref_world_t *r, double rate);
double ref_year(const ref_world_t *r); /* JFY */
double ref_time(const ref_world_t *r); /* years, with the part of the year */
bool ref_is_cooperative(const ref_world_t *r, int d);
bool ref_policy(const ref_world_t *r, int d);       /* one runs */
bool ref_dated_policy(const ref_world_t *r, int d); /* and its end is known */
bool ref_helped(const ref_world_t *r, int d);       /* has an intermediary at home */
bool ref_soured(const ref_world_t *r, int partner);
int ref_count_ties(const ref_world_t *r, int donor, int partner); /* live; -1: of all */
double ref_upkeep_of(const ref_world_t *r, int d, int n_ties);
double ref_austerity(const ref_world_t *r); /* share of the money that it leaves */
bool ref_affords(const ref_world_t *r, int d, double yen);
double ref_project_staff(const ref_world_t *r, bool firm);
double ref_free_staff(const ref_world_t *r, int d);
bool ref_has_project(const ref_world_t *r, int tie);
bool ref_eligible(const ref_world_t *r, int scheme, int d, int partner);
bool ref_fundable(const ref_world_t *r, int d, int partner);
int ref_sector_of(const ref_world_t *r, int scheme, const ref_tie_t *tie); /* of a project */
bool ref_by_firm(const ref_world_t *r, int scheme, int tie);
double ref_own_money(const ref_world_t *r, int d, double grant);
int ref_account(const ref_world_t *r, int d);
void ref_move(ref_world_t *r, int from, int to, int64_t yen);
int64_t ref_pay(ref_world_t *r, int d, int to, int64_t yen); /* as far as the purse goes */
void ref_start(ref_world_t *r, int scheme, int tie, int64_t grant, int64_t own, double years,
               int renewed);
void ref_stop(ref_world_t *r, int place, int outcome); /* the project at a place of `running` */
double ref_idle(const ref_world_t *r, const ref_tie_t *tie); /* years since anything worked */
double ref_revival(const ref_world_t *r, const ref_tie_t *tie);

/* Whether both have the same; if not, the first difference as a sentence. */
bool ref_agrees(const ref_world_t *r, const sim_world_t *world, char said[REF_ROOM]);

#endif
