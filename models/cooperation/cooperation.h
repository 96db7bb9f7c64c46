/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cooperation model: parameters, what all replicates share, and the state of one replicate.
 * One process per file; the order of the processes in a step is in cooperation.c. M numbers are
 * the mechanisms of ODD.md. */
#ifndef COOPERATION_COOPERATION_H
#define COOPERATION_COOPERATION_H

#include "models/cooperation/words.h"
#include "sim/sim.h"

#define COOP_ENUM(prefix, name) COOP_##prefix##_##name
#define COOP_KIND_(n, w) COOP_ENUM(KIND, n),
#define COOP_TYPE_(n, w) COOP_ENUM(TYPE, n),
#define COOP_REGION_(n, w) COOP_ENUM(REGION, n),
#define COOP_SECTOR_(n, w) COOP_ENUM(SECTOR, n),
#define COOP_TIE_(n, w) COOP_ENUM(TIE, n),
#define COOP_MODE_(n, w) COOP_ENUM(MODE, n),
#define COOP_STAGE_(n, w) COOP_ENUM(STAGE, n),
#define COOP_CAUSE_(n, w) COOP_ENUM(CAUSE, n),
#define COOP_REASON_(n, w) COOP_ENUM(REASON, n),
#define COOP_SCHEME_(n, w) COOP_ENUM(SCHEME, n),
#define COOP_WORK_(n, w) COOP_ENUM(WORK, n),
#define COOP_OUTCOME_(n, w) COOP_ENUM(OUTCOME, n),
#define COOP_ACCOUNT_(n, w) COOP_ENUM(ACCOUNT, n),
#define COOP_EVENT_(n, w) COOP_ENUM(EVENT, n),
#define COOP_DRAW_(n) COOP_ENUM(DRAW, n),

enum { COOP_AGENT_KINDS(COOP_KIND_) COOP_N_KINDS };
enum { COOP_TYPES(COOP_TYPE_) COOP_N_TYPES };
enum { COOP_REGIONS(COOP_REGION_) COOP_N_REGIONS };
enum { COOP_SECTORS(COOP_SECTOR_) COOP_N_SECTORS };
enum { COOP_TIE_KINDS(COOP_TIE_) COOP_N_TIE_KINDS };
enum { COOP_MODES(COOP_MODE_) COOP_N_MODES };
enum { COOP_STAGES(COOP_STAGE_) COOP_N_STAGES };
enum { COOP_CAUSES(COOP_CAUSE_) COOP_N_CAUSES };
enum { COOP_REASONS(COOP_REASON_) COOP_N_REASONS };
enum { COOP_SCHEMES(COOP_SCHEME_) COOP_N_SCHEMES };
enum { COOP_PROJECT_KINDS(COOP_WORK_) COOP_N_WORKS };
enum { COOP_OUTCOMES(COOP_OUTCOME_) COOP_N_OUTCOMES };
enum { COOP_ACCOUNTS(COOP_ACCOUNT_) COOP_N_ACCOUNTS };
enum { COOP_EVENTS(COOP_EVENT_) COOP_N_EVENTS };
enum { COOP_DRAW_FIRST_ = SIM_RNG_PURPOSE_MODEL - 1, COOP_PURPOSES(COOP_DRAW_) COOP_DRAW_END_ };
enum { COOP_TABLE_PROJECT, COOP_TABLE_REFUSAL, COOP_TABLE_LEDGER, COOP_TABLE_EVENT };

enum {
    COOP_NO_MODE = 255,
    COOP_MAX_CONTACTS = 16, /* a government's address book; the faintest contact gives way */
    COOP_TERM_YEARS = 4,    /* Local Autonomy Act; the calendar needs whole years */
    COOP_MAX_TERMS = 5,     /* the hazard of M1 is known up to the fifth term */
    COOP_MAX_FRIENDSHIPS = 8,
    COOP_MAX_ROUNDS = 100,     /* opportunities or contacts of one donor in one step */
    COOP_MAX_PROPOSALS = 4096, /* a call reads no more; far beyond what staff and money allow */
    COOP_WINDOW_YEARS = 5      /* concentration is that of C2: projects of five fiscal years */
};

/* ---- parameters: one struct a process, one row a leaf (params.c) ---- */

typedef struct {
    const char *local_governments, *countries, *partner_cities, *cooperatives, *members;
} coop_population_params_t;

typedef struct {
    double renewal[COOP_MAX_TERMS], turnover_factor, unified_share;
    double uncontested_city, uncontested_town;
    double tradition, priority_alpha, priority_beta;
    double manager_term, manager_turnover, manager_keenness, partner_turnover;
} coop_leadership_params_t;

typedef struct {
    double per_capita[COOP_N_TYPES - 1]; /* general account; cooperatives have their own budgets */
    double international_share, environment_share, priority_gain, fiscal_exponent, austerity;
    double tie_upkeep, own_share;
} coop_budget_params_t;

typedef struct {
    double per_1000, prefecture_per_1000, dispersion, international_share, priority_gain;
    double promotion, retirement, senior_share, trend, project_fte;
} coop_staff_params_t;

typedef struct {
    double initial, industry, size, forgetting, floor, retirement_loss, plant_gain, plant_life,
        people_per_plant, teaching;
} coop_knowhow_params_t;

typedef struct {
    double mean, reversion, noise, stress, visibility, veto, uncontested_relief;
} coop_support_params_t;

typedef struct {
    double rate, size_exponent, knowhow, reputation, intermediary, memory, sister_share, imitation;
    double sister[COOP_N_TYPES - 1], sister_strength, strength_low, strength_high;
    double region[COOP_N_REGIONS];
    bool intermediaries, sister_ties;
} coop_contacts_params_t;

typedef struct {
    bool city_to_city, regional;
    double rate, opt_out, match, trust, popularity, fundable, priority, gap;
    double partner_base, partner_need, partner_reputation, partner_interest;
    double trust_base, trust_contact, rate_reputation, rate_intermediary;
} coop_formation_params_t;

typedef struct {
    bool enabled;
    double budget, budget_factor, from_year, ceiling, proposal, length_min, length_max;
} coop_scheme_params_t;

typedef struct {
    coop_scheme_params_t jica, moe;
    double own_rate, own_cost, min_trust, score_knowhow, score_record, score_trust, score_country,
        score_noise;
    double quality_bar, size_low;
    bool jica_cooperatives;
    double supplementary_chance, supplementary_size, supplementary_from, firm_share, firm_trust;
} coop_funding_params_t;

typedef struct {
    double exchange_gain, trust_gain, trust_fade, need_relief, capacity_gain, reach,
        reputation_gain, reputation_fade;
} coop_projects_params_t;

typedef struct {
    double leader_turnover, grant_end, budget_shortfall, staff_loss, support_loss, goal_mismatch;
    double partner_exit, goal_reached, dormancy, dormancy_after, institution_damping;
    double institution_rate, institution_trust, goal_need, support_floor;
} coop_upkeep_params_t;

typedef struct {
    bool pooled_plants, unanimity;
    double rate, keenness, knowhow, example, consent, withdrawal, package;
} coop_initiative_params_t;

typedef struct {
    double rupture_rate, rupture_years, rupture_year, planned_years, end, chill;
    int rupture_country; /* index into coop_rupture_countries */
} coop_relations_params_t;

typedef struct {
    double rate, reputation, support;
} coop_recognition_params_t;

typedef struct {
    bool enabled;
    double from_year, until_year, members_per_year, strength;
} coop_hub_params_t;

typedef struct {
    double conflict, years, cohesion, fade;
} coop_siting_params_t;

/* Motives (M17): weights in the utility of a tie. */
typedef struct {
    double transboundary, business, natural_assets, sharing, staff_use, recognition;
} coop_motives_params_t;

typedef struct {
    double trainees_trust, rate, programme_trust, programme_projects;
} coop_ladder_params_t;

typedef struct {
    coop_population_params_t population;
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
    coop_relations_params_t relations;
    coop_recognition_params_t recognition;
    coop_hub_params_t hub;
    coop_siting_params_t siting;
    coop_motives_params_t motives;
    coop_ladder_params_t ladder;
} coop_params_t;

/* ---- population: read once, shared by all replicates ---- */

enum {
    COOP_FILE_GOVERNMENTS,
    COOP_FILE_COUNTRIES,
    COOP_FILE_PARTNERS,
    COOP_FILE_COOPERATIVES,
    COOP_FILE_MEMBERS,
    COOP_N_FILES
};

typedef struct {
    const char *code, *name;
    int region;
    bool jica, jcm;
    double jcm_from, priority, term_years, stability;
    int max_terms; /* 0 = no limit */
} coop_country_t;

typedef struct {
    uint32_t donor, partner; /* agent id; place among partners */
    int32_t year;            /* JFY of the agreement */
} coop_friendship_t;

/* Agents are numbered prefectures, municipalities, wards, cooperatives (together: donors, ids
 * 0..n_donors-1), then partner cities, funders, intermediaries. Arrays are indexed by agent id
 * unless they say otherwise; partner arrays by agent id - n_donors. */
typedef struct {
    uint32_t n_agents, n_donors, first_cooperative, n_partners, n_countries;
    sim_record_agent_t *agent;
    /* donors */
    uint8_t *type;
    double *population, *fiscal_strength, *industry, *own_budget, *own_staff;
    uint8_t *port, *intermediary; /* has an intermediary at home */
    uint32_t *plants;       /* cooperatives with sanitation works: > 0; governments 1; else 0 */
    uint32_t *plant_keeper; /* renews the plant that serves this donor: itself or a cooperative */
    /* memberships: members of cooperative c are member[first_member[c - first_cooperative] ..] */
    uint32_t *first_member, *member, n_members;
    /* partners */
    uint8_t *region;
    uint16_t *country_of;
    double *partner_population, *need[COOP_N_SECTORS], *capacity, *popularity;
    coop_country_t *country;
    coop_friendship_t friendship[COOP_MAX_FRIENDSHIPS]; /* known from the sources */
    uint32_t n_friendships;
    uint32_t funder[COOP_SCHEME_OWN];  /* agent id of the funder of a scheme */
    sim_base_arena_t arena;            /* holds all of it */
    sim_param_csv_t csv[COOP_N_FILES]; /* agents borrow their text from here */
} coop_population_t;

/* ---- state of one replicate ---- */

typedef struct {
    double *priority;             /* of the leader, 0..1 */
    double *priority_fall;        /* by how much it fell at the last turnover */
    uint8_t *terms;               /* served, the running one included */
    uint8_t *contested;           /* the last election was */
    int32_t *turnover;            /* step of the last turnover */
    double *support, *reputation; /* 0..1 */
    int64_t *purse, *voted; /* yen for environmental work abroad this fiscal year: left, voted */
    double *junior, *senior, *fte_bound; /* staff FTE; FTE bound in projects */
    double *knowhow[COOP_N_SECTORS], *knowhow_floor[COOP_N_SECTORS]; /* 0..1 */
    double *next_renewal;                   /* year of the next plant renewal, for plant keepers */
    uint32_t *n_ties, *n_projects, *record; /* live ties; running projects; projects ever awarded */
    double *commitment;                     /* own money promised to running projects, yen a year */
    uint32_t *n_firm_projects;              /* running projects that a firm started */
    uint8_t *n_contacts;
    uint8_t *mandate;                /* cooperatives: may work abroad */
    uint32_t *manager;               /* cooperatives: member whose head manages it */
    int32_t *elected;                /* cooperatives: step of the manager's election */
    double *cohesion;                /* cooperatives: left by settled conflicts, 0..1 */
    double *divided_until;           /* cooperatives: year in which a siting conflict ends */
    double *staff_start, *shrinkage; /* staff at the start; share of seniors lost in it */
} coop_donor_t;

typedef struct {
    double *need[COOP_N_SECTORS], *capacity, *interest;
    uint32_t *n_ties;
    uint8_t *terms; /* served by its head, the running one included */
    int32_t *turnover;
} coop_partner_t;

typedef struct { /* rows of COOP_MAX_CONTACTS per donor */
    uint32_t *partner;
    int32_t *since;
    double *strength; /* 0..1 */
    uint8_t *lasting; /* 1 = sister tie: does not lapse */
} coop_contact_t;

typedef struct { /* one row a project, in order of award */
    uint32_t count, capacity, n_running;
    uint32_t *tie, *donor, *partner, *running;
    uint8_t *scheme, *kind, *sector, *outcome, *firm; /* firm: started by a private firm (M30) */
    int32_t *start, *finish, *planned;
    int64_t *granted, *own, *grant_left, *own_paid;
} coop_project_t;

typedef struct {
    uint32_t *due;       /* governments sorted by their place in the election cycle */
    uint32_t *due_first; /* cycle + 1: where each place begins in `due` */
    uint32_t cycle;      /* steps of a term */
} coop_calendar_t;

typedef struct {
    double score;
    uint32_t tie;
} coop_proposal_t;

/* What a rate has brought about by the time or index x: base + rate (x - since). A rate that
 * changes bends the path and moves nothing that lies behind. */
typedef struct {
    double rate, base, since;
} coop_path_t;

typedef struct coop_state {
    coop_donor_t donor;
    coop_partner_t partner;
    coop_contact_t contact;
    coop_project_t project;
    coop_calendar_t calendar;
    double *soured_until;      /* per country: year in which a rupture ends */
    double *partner_weight;    /* cumulative weight of a partner as a new contact */
    double *contact_size;      /* size factor of the contact rate */
    uint32_t *contact_ceiling; /* no word above it is an arrival, whatever the donor's state */
    double *fiscal_factor;     /* fiscal strength to its exponent */
    coop_path_t austerity;     /* logarithm of the cut, over years since the start */
    coop_path_t posts;         /* relative to the start, over the index of national staff */
    int64_t *flow;             /* accounts x accounts, yen of this fiscal year */
    int64_t *balance;          /* accounts, yen */
    int64_t *refused;          /* modes x reasons, this fiscal year */
    double *flow_metric;       /* per-step counts for observe(), zeroed there */
    uint32_t *high, *low;      /* scratch words for bulk draws, n_donors each */
    coop_proposal_t *proposal; /* scratch of a call, COOP_MAX_PROPOSALS */
    uint32_t *window, *window_donor;  /* scratch of the concentration measures, n_donors each */
    uint32_t abroad;                  /* cooperatives with a mandate */
    double knowhow_mean, staff_total; /* as of the start of the fiscal year */
    double elections, turnovers;      /* since the start of the run */
} coop_state_t;

/* Per-step counts kept in flow_metric. */
enum {
    COOP_COUNT_FORMED, /* + mode */
    COOP_COUNT_ENDED = COOP_COUNT_FORMED + COOP_N_MODES,
    COOP_COUNT_STARTED = COOP_COUNT_ENDED + COOP_N_MODES,
    COOP_COUNT_NATIONAL,
    COOP_COUNT_OWN,
    COOP_COUNT_ELECTIONS,
    COOP_COUNT_TURNOVERS,
    COOP_COUNT_CONTACTS,
    COOP_COUNT_PROPOSALS,
    COOP_N_COUNTS
};

static inline const coop_params_t *coop_params(const sim_world_t *world) {
    return world->params;
}
static inline const coop_population_t *coop_population(const sim_world_t *world) {
    return world->shared;
}
static inline coop_state_t *coop_state(const sim_world_t *world) {
    return world->state;
}

/* Probability within one step of something with a yearly rate. */
double coop_step_probability(const sim_world_t *world, double rate);
/* Arrivals of a Poisson process of the given mean from one uniform u; none when u >= 1 -
 * exp(-mean). */
uint32_t coop_arrivals(double u, double mean);
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
    return x < 0 ? 0 : x > 1 ? 1 : x;
}
static inline double coop_path_at(const coop_path_t *path, double x) {
    return path->base + path->rate * (x - path->since);
}
static inline void coop_path_bend(coop_path_t *path, double rate, double x) {
    if (rate == path->rate)
        return;
    *path = (coop_path_t){.rate = rate, .base = coop_path_at(path, x), .since = x};
}
static inline uint8_t coop_mode(const coop_population_t *population, uint32_t donor) {
    return donor >= population->first_cooperative ? COOP_MODE_REGIONAL : COOP_MODE_CITY_TO_CITY;
}

extern const sim_param_t coop_param_table[];
extern const char *const coop_start_only[];
extern const char *const coop_kind_words[];
extern const char *const coop_type_words[];
extern const char *const coop_region_words[];
extern const char *const coop_sector_words[];
extern const char *const coop_tie_words[];
extern const char *const coop_mode_words[];
extern const char *const coop_stage_words[];
extern const char *const coop_cause_words[];
extern const char *const coop_reason_words[];
extern const char *const coop_scheme_words[];
extern const char *const coop_work_words[];
extern const char *const coop_outcome_words[];
extern const char *const coop_account_words[];
extern const char *const coop_event_words[];
extern const char *const coop_purpose_words[];
extern const char *const coop_rupture_countries[]; /* in the order of COOP_RUPTURES */

/* ---- processes (one file each); they return 0 or a negative code ---- */

int coop_population_prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared);
void coop_population_release(void *shared);
int coop_population_agents(const void *shared, sim_record_sink_t *sink);

int coop_setup(sim_world_t *world);
int coop_changed(sim_world_t *world); /* parameters have changed */

int coop_leadership_setup(sim_world_t *world);
int coop_leadership_elections(sim_world_t *world);
int coop_leadership_managers(sim_world_t *world);
int coop_leadership_partners(sim_world_t *world);
double coop_leadership_priority(const sim_world_t *world, uint32_t purpose, uint32_t donor);

void coop_budget_renew(sim_world_t *world); /* ..._renew: what is derived from parameters */
int coop_budget_appropriate(sim_world_t *world);
/* Yearly cost of n ties. M13: what a cooperative offers is one package of technology, service and
 * community; each further partner costs less. */
double coop_budget_upkeep(const sim_world_t *world, uint32_t donor, uint32_t n_ties);
/* Whether the year's vote covers what is promised a year plus `yen` a year: a yearly sum against a
 * yearly sum, so that the length of a step does not matter. */
bool coop_budget_affords(const sim_world_t *world, uint32_t donor, double yen);
int64_t coop_budget_pay(sim_world_t *world, uint32_t donor, int to, int64_t yen);

int coop_staff_setup(sim_world_t *world);
void coop_staff_renew(sim_world_t *world);
int coop_staff_year(sim_world_t *world);
double coop_staff_free(const sim_world_t *world, uint32_t donor);

int coop_knowhow_setup(sim_world_t *world);
int coop_knowhow_year(sim_world_t *world);
double coop_knowhow_steady(const coop_knowhow_params_t *p, double floor, double plants);
int coop_knowhow_renewals(sim_world_t *world);
double coop_knowhow_best(const sim_world_t *world, uint32_t donor);

int coop_support_setup(sim_world_t *world);
int coop_support_year(sim_world_t *world);

int coop_contacts_setup(sim_world_t *world);
void coop_contacts_renew(sim_world_t *world);
int coop_contacts_step(sim_world_t *world);
void coop_contacts_add(sim_world_t *world, uint32_t donor, uint32_t partner, double strength,
                       bool lasting);
void coop_contacts_forget(sim_world_t *world, uint32_t donor); /* those older than the memory */

int coop_formation_step(sim_world_t *world);
/* The sector in which know-how times need is largest, and that product. */
int coop_formation_match(const sim_world_t *world, uint32_t donor, uint32_t partner, double *match);

int coop_funding_calls(sim_world_t *world);
bool coop_funding_eligible(const sim_world_t *world, int scheme, uint32_t donor, uint32_t partner,
                           int sector);
int coop_funding_own(sim_world_t *world);

int coop_projects_start(sim_world_t *world, uint32_t tie, int scheme, int64_t granted, int64_t own,
                        double years);
int coop_projects_setup(sim_world_t *world);
void coop_projects_renew(sim_world_t *world);
int coop_projects_complete(sim_world_t *world); /* those whose time is over */
int coop_projects_work(sim_world_t *world);     /* instalments and effects of a step */
void coop_projects_cut(sim_world_t *world, uint32_t tie);
bool coop_projects_running(const sim_world_t *world, uint32_t tie);
int coop_projects_rows(sim_world_t *world);

int coop_upkeep_step(sim_world_t *world);
int coop_ladder_step(sim_world_t *world);
double coop_motives_utility(const sim_world_t *world, uint32_t donor, uint32_t partner);

int coop_relations_setup(sim_world_t *world);
int coop_relations_step(sim_world_t *world);
bool coop_relations_soured(const sim_world_t *world, uint32_t country);
int coop_recognition_year(sim_world_t *world);
int coop_hub_year(sim_world_t *world);
int coop_siting_year(sim_world_t *world);
int coop_siting_renewal(sim_world_t *world, uint32_t cooperative);
bool coop_siting_divided(const sim_world_t *world, uint32_t cooperative);

int coop_initiative_year(sim_world_t *world);

void coop_ledger_move(sim_world_t *world, int from, int to, int64_t yen);
int coop_ledger_account(const coop_population_t *population, uint32_t donor);
int coop_ledger_setup(sim_world_t *world);
int coop_ledger_year(sim_world_t *world); /* closes the year: rows of flows and refusals */
void coop_refuse(sim_world_t *world, int mode, int reason);
/* object < 0: none */
int coop_event(sim_world_t *world, int kind, int64_t subject, int64_t object, double value);

int coop_observe(sim_world_t *world, double *metric);
int coop_summarise(sim_world_t *world, double *summary);
int coop_verify(const sim_world_t *world);
extern const sim_metric_t coop_metrics[];
extern const sim_reducer_t coop_reducers[];

#endif
