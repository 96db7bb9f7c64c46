/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cooperation model: what its processes ask of each other. They are listed in processes.def,
 * and their order in a step in phases.def. M numbers are the mechanisms of ODD.md. */
#ifndef COOPERATION_COOPERATION_H
#define COOPERATION_COOPERATION_H

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
/* Cooperates in waste, with plants of its own or by one of the forms that were founded in the run.
 */
static inline bool coop_sanitation(const sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->exists[c] && (donor->plants[c] > 0 || c >= coop_population(world)->first_founded);
}
/* Nothing of it began in this step, so that everything of it may end: a spell lasts a step. */
static inline bool coop_settled(const sim_world_t *world, uint32_t d) {
    return coop_state(world)->donor.changed[d] != world->clock.step;
}
static inline uint8_t coop_mode(const coop_population_t *population, uint32_t donor) {
    return donor >= population->first_cooperative ? COOP_MODE_REGIONAL : COOP_MODE_CITY_TO_CITY;
}

extern const sim_param_t coop_param_table[];
extern const char *const coop_start_only[];
extern const uint8_t coop_conversions[]; /* causes by which a tie goes on in another */
extern const char *const coop_purpose_words[];
extern const char *const coop_rupture_countries[]; /* in the order of COOP_RUPTURES */

/* Calls the hooks one after another; the first code that is not 0. */
int coop_each(sim_world_t *world, int (*const hook[])(sim_world_t *), size_t n);

/* ---- what processes do of themselves: the rows of phases.def and processes.def ---- */

#define SETUP(FUNCTION) int FUNCTION(sim_world_t *world);
#define YEARLY(NAME, FUNCTION, DOC) int FUNCTION(sim_world_t *world);
#define EACH_STEP(NAME, FUNCTION, DOC) int FUNCTION(sim_world_t *world);
#define AT_END(FUNCTION) int FUNCTION(sim_world_t *world);
#include "models/cooperation/phases.def"
#define RENEW(FUNCTION) void FUNCTION(sim_world_t *world);
#define VERIFY(FUNCTION, PROBLEM) int FUNCTION(const sim_world_t *world);
#include "models/cooperation/processes.def"

/* ---- what processes ask of each other; they return 0 or a negative code ---- */

int coop_population_prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared);
void coop_population_release(void *shared);
extern const sim_field_t coop_agent_fields[];
int coop_population_agents(const void *shared, sim_record_sink_t *sink);

int coop_setup(sim_world_t *world);
int coop_changed(sim_world_t *world); /* parameters have changed */

/* The tie of a member with its cooperative or its association of partner cities, agents both. */
int coop_memberships_tie(sim_world_t *world, uint32_t member, uint32_t body, int32_t onset,
                         bool censored);
/* Adds member m to cooperative c. 0, SIM_ERR_ARGUMENT when it is one, SIM_ERR_LIMIT (with a note),
 * SIM_ERR_MEMORY. */
int coop_memberships_join(sim_world_t *world, uint32_t c, uint32_t m);
/* Takes member m out of cooperative c; its spell must have begun before this step. */
void coop_memberships_leave(sim_world_t *world, uint32_t c, uint32_t m, uint8_t cause);
static inline bool coop_memberships_has(const sim_world_t *world, uint32_t c, uint32_t m) {
    return sim_network_tie_find(world->ties, COOP_TIE_MEMBERSHIP, m, c) != SIM_NETWORK_NONE;
}
/* The cooperatives of m, by their place in the pool; how many. `cooperative` has room for all. */
uint32_t coop_memberships_of(const sim_world_t *world, uint32_t m, uint32_t *cooperative);
/* After a change of the members of c: its people, budget, fiscal strength. */
void coop_memberships_count(sim_world_t *world, uint32_t c);
/* Notes that the plant keeper of m, or its people too, are not what they were; settle() finds anew
 * what follows from it, for m and the cooperatives that it is in. */
void coop_memberships_stale_keeper(sim_world_t *world, uint32_t m);
void coop_memberships_stale_people(sim_world_t *world, uint32_t m);
void coop_memberships_settle(sim_world_t *world);

/* Municipality m becomes a part of `heir`, with all that it has. */
int coop_mergers_merge(sim_world_t *world, uint32_t m, uint32_t heir);

/* What the form and its members' cohesion make of the rate of exit. */
double coop_cooperatives_exit_rate(const sim_world_t *world, uint32_t c);
/* Ends c. Ties, staff, purse and contacts go over to `heir`; with SIM_NETWORK_NONE ties end, staff
 * goes to the members, the purse to the taxpayers. */
int coop_cooperatives_dissolve(sim_world_t *world, uint32_t c, uint32_t heir);
int coop_cooperatives_unify(sim_world_t *world, uint32_t gone, uint32_t heir);
/* Utility of municipality m of being in a body of `people` in all, agreed with n others (M35). */
double coop_founding_utility(const sim_world_t *world, uint32_t m, double people, uint32_t n);
int coop_founding_year(sim_world_t *world);
/* Founds a cooperative of n members, who were alone, in form COOP_FORM_... */
int coop_founding_found(sim_world_t *world, const uint32_t *member, uint32_t n, uint8_t form);

/* Factor of a series from outside so many years after its last known one, of which each has a
 * declared continuation (COOP_AFTER_...): no result may hang on where it ends. Last slope, 1/year.
 */
static inline double coop_series_after(int after, double slope, double years) {
    return years > 0 && after == COOP_AFTER_TREND ? sim_math_exp(slope * years) : 1;
}

/* What goes over from one body to another (inheritance.c). */
/* The live ties of a kind of donor d, in the order in which a walk backwards through all live ones
 * meets them; returns how many. `tie` has room for all. */
uint32_t coop_ties_of(const sim_world_t *world, uint8_t kind, uint32_t d, uint32_t *tie);
/* Counts of a cooperation tie that begins (1) or ends (-1): its donor's, its partner's, by mode. */
void coop_count_tie(sim_world_t *world, uint32_t tie, int change);
/* Of two ties with a partner one goes on: what is better of the two stays. */
void coop_join_ties(sim_world_t *world, uint32_t old, uint32_t kept);
/* A tie of `donor` that goes on where `old`, which has ended, was; *new is its id. */
int coop_continue_tie(sim_world_t *world, uint32_t old, uint32_t donor, uint8_t mode,
                      uint32_t *new);
int coop_inherit_ties(sim_world_t *world, uint32_t from, uint32_t heir, uint8_t cause);
void coop_inherit_staff(sim_world_t *world, uint32_t from, uint32_t heir, double share);
void coop_inherit_belongings(sim_world_t *world, uint32_t from, uint32_t heir);
void coop_inherit_nature(sim_world_t *world, uint32_t from, uint32_t heir);
/* Empties the columns of d, which exists no more. */
void coop_retire(sim_world_t *world, uint32_t d, uint32_t heir);

/* Seats the head of `manager` as manager of c, or with SIM_NETWORK_NONE whom the members elect. */
int coop_leadership_seat(sim_world_t *world, uint32_t c, uint32_t manager);
/* A new head takes office (M2, M3). */
int coop_leadership_succeed(sim_world_t *world, uint32_t donor, double priority);
void coop_leadership_succeed_partner(sim_world_t *world, uint32_t partner, double interest);
bool coop_leadership_election_year(const sim_world_t *world, uint32_t donor); /* this JFY */

/* ..._renew: what is derived from parameters; ..._renew_donor: of one donor that has changed. */
void coop_budget_renew_donor(sim_world_t *world, uint32_t donor);
/* What would be voted for it now, yen a year. */
int64_t coop_budget_plan(const sim_world_t *world, uint32_t donor);
double coop_budget_austerity(const sim_world_t *world); /* share of the money that is left by it */
/* Yearly cost of n ties. M13: what a cooperative offers is one package of technology, service and
 * community; each further partner costs less. */
double coop_budget_upkeep(const sim_world_t *world, uint32_t donor, uint32_t n_ties);
/* Whether the year's vote covers what is promised a year plus `yen` a year: a yearly sum against a
 * yearly sum, so that the length of a step does not matter. */
bool coop_budget_affords(const sim_world_t *world, uint32_t donor, double yen);
int64_t coop_budget_pay(sim_world_t *world, uint32_t donor, int to, int64_t yen);

double coop_staff_free(const sim_world_t *world, uint32_t donor);

double coop_knowhow_steady(const coop_knowhow_params_t *p, double floor, double plants);
/* Know-how of a cooperative that begins its work. */
void coop_knowhow_found(sim_world_t *world, uint32_t cooperative);
/* Begins or ends the renewals of a donor, by whether it keeps plants now. */
void coop_knowhow_renew_donor(sim_world_t *world, uint32_t donor);
double coop_knowhow_best(const sim_world_t *world, uint32_t donor);

/* Fiscal stress, 0..1: what strength is missing, more under austerity (M14). */
double coop_support_stress(const sim_world_t *world, uint32_t donor);

/* Of a new contact at a place in [0, 1) between the weakest and the strongest. */
static inline double coop_contacts_strength(const sim_world_t *world, double place) {
    const double weakest = 0.1; /* A, M21 */
    return weakest + (coop_params(world)->contacts.strength_high - weakest) * place;
}
void coop_contacts_renew_donor(sim_world_t *world, uint32_t donor);
/* To be called when a donor may have begun its first project, or got another's or its reputation.
 */
void coop_contacts_known(sim_world_t *world, uint32_t donor);
void coop_contacts_add(sim_world_t *world, uint32_t donor, uint32_t partner, double strength,
                       uint8_t source);
/* A known partner's strength follows its sister tie, unless it was met lately by another way. */
void coop_contacts_follow(sim_world_t *world, uint32_t donor, uint32_t partner, double strength);
/* The partner city at a place u in [0, 1) of cumulative weights. */
uint32_t coop_contacts_at(const sim_world_t *world, const double *weight, double u);
void coop_contacts_forget(sim_world_t *world, uint32_t donor); /* those older than the memory */

/* Of a live sister tie as a contact for the environment; 0 without one. */
double coop_sisters_strength(const sim_world_t *world, uint32_t donor, uint32_t partner);
int coop_sisters_recall(sim_world_t *world, uint32_t donor, uint32_t partner, int32_t onset);
/* Years of work are sealed by an agreement, unless there is one. */
int coop_sisters_seal(sim_world_t *world, uint32_t donor, uint32_t partner);

/* Whose opportunities are drawn one by one is listed anew after money, mandates, plants or who
 * exists have changed: coop_state_t's offers_known = false; and by this when the reputation of a
 * donor is about to rise. */
static inline void coop_formation_noticed(sim_world_t *world, uint32_t donor) {
    coop_state_t *s = coop_state(world);
    s->offers_known &= s->offered[donor];
}
/* A tie of donor d with this partner, whatever the gates; there is none yet. */
int coop_formation_found(sim_world_t *world, uint32_t d, uint32_t partner);
/* The sector in which know-how times need is largest, and that product. */
int coop_formation_match(const sim_world_t *world, uint32_t d, uint32_t i, double *match);

/* Trust of a new tie by the strength of the contact (A, M33). */
static inline double coop_formation_trust(double strength) {
    return coop_min(1, 0.1 + 0.3 * strength);
}
/* Opportunities of a donor, per year. */
double coop_formation_rate(const sim_world_t *world, uint32_t donor);

/* The terms that are constants; those of a world, with its parameters, are in its state. */
extern const coop_scheme_t coop_scheme_table[COOP_N_SCHEMES];
void coop_funding_terms(const coop_funding_params_t *p, coop_scheme_t scheme[COOP_N_SCHEMES]);

/* It calls in this year, whether or not it has money. */
bool coop_funding_open(const sim_world_t *world, int scheme);
/* It would take a proposal of this donor for this partner now. */
bool coop_funding_eligible(const sim_world_t *world, int scheme, uint32_t donor, uint32_t partner);
/* The same of a scheme that calls. */
bool coop_funding_accepts(const sim_world_t *world, int scheme, uint32_t donor, uint32_t partner);
/* How gladly a scheme pays in a country now: 1 = fully, 0 = not at all (M28). */
double coop_funding_preference(const sim_world_t *world, int scheme, uint32_t country);
bool coop_funding_any(const sim_world_t *world, uint32_t donor, uint32_t partner);
/* Sector of the work that a scheme pays for in a tie of this mode and sector: what a cooperative
 * can offer for low carbon is energy from waste, its own field. */
static inline uint8_t coop_funding_sector(int scheme, uint8_t mode, uint8_t sector) {
    bool air = coop_scheme_table[scheme].low_carbon && mode == COOP_MODE_CITY_TO_CITY;
    return air ? COOP_SECTOR_AIR : sector;
}
/* M21: funders send missions while a scheme for their countries is open; to this country too. */
bool coop_funding_sends(const sim_world_t *world);
bool coop_funding_works_in(const sim_world_t *world, uint32_t country);
/* Own money on top of a grant of so many yen. M29: the weak add less, as the root of their strength
 * (A). */
static inline double coop_funding_own_share(const sim_world_t *world, uint32_t donor,
                                            double granted) {
    double strength = coop_min(1, coop_state(world)->donor.fiscal_strength[donor]);
    return granted * coop_params(world)->budget.own_share * sqrt(strength);
}

typedef struct {
    int scheme;
    uint8_t kind;         /* COOP_WORK_... */
    uint8_t renewed;      /* which renewal it is; 0: a new project */
    int64_t granted, own; /* yen in all */
    double years;
} coop_work_t;
int coop_projects_begin(sim_world_t *world, uint32_t tie, const coop_work_t *work);
/* ... of the kind that the scheme pays for. */
int coop_projects_start(sim_world_t *world, uint32_t tie, int scheme, int64_t granted, int64_t own,
                        double years);
/* Own money promised by a part of project j, yen a year: whole yen, so that sums have no dust. */
double coop_projects_own_rate(const sim_world_t *world, uint32_t j, int64_t own);
/* People bound by what donor d is loaded with. */
void coop_projects_bind(sim_world_t *world, uint32_t d);
/* A project of this scheme that began now would be started by a firm (M30). */
bool coop_projects_by_firm(const sim_world_t *world, uint32_t tie, int scheme);
double coop_projects_staff(const sim_world_t *world, bool firm); /* people it binds, FTE */
void coop_projects_cut(sim_world_t *world, uint32_t tie);
/* Running projects of a tie go on under another tie with the same partner. */
void coop_projects_hand_over(sim_world_t *world, uint32_t tie, uint32_t to);
/* The tie has another donor now, and so have its running projects. */
void coop_projects_change_hands(sim_world_t *world, uint32_t tie, uint32_t from, uint32_t heir);
bool coop_projects_running(const sim_world_t *world, uint32_t tie);
/* The first project that began in `step` or later, or the number of projects: they are in order of
 * their start. */
uint32_t coop_projects_since(const sim_world_t *world, double step);

/* The four types of work of a cooperative (M38, works.c). */
void coop_works_count(sim_world_t *world, uint32_t d, uint8_t kind); /* one begun; of others none */
bool coop_works_open(const sim_world_t *world, uint32_t d, uint8_t kind); /* the members agreed */
bool coop_works_trusted(const sim_world_t *world, uint32_t tie, uint8_t kind);
void coop_works_inherit(sim_world_t *world, uint32_t from, uint32_t heir);

/* Joint projects of a cooperative and its members (M39, joint.c). */
int coop_joint_form(sim_world_t *world, uint32_t j);   /* members join the new project */
int coop_joint_recall(sim_world_t *world, uint32_t j); /* those that the record names */
void coop_joint_close(sim_world_t *world, uint32_t j);
int64_t coop_joint_work(sim_world_t *world, uint32_t j); /* own money paid in the step, yen */
void coop_joint_inherit(sim_world_t *world, uint32_t from, uint32_t heir);

/* Regional forms of local governments (forms.c): one leads, others act under its lead. */
/* Notes mode and form of a new cooperation tie, which are those of its donor. Call it for every one
 * that is added. */
void coop_forms_mark(sim_world_t *world, uint32_t tie);
/* The tie belongs to a consortium or is led by a prefecture. */
static inline bool coop_forms_several(const sim_world_t *world, uint32_t tie) {
    uint8_t form = world->ties->form[tie];
    return form == COOP_TIE_FORM_CONSORTIUM || form == COOP_TIE_FORM_PREFECTURE_LED;
}
/* Those under the lead of the tie's donor, lowest id first; how many. Room for COOP_MAX_LEAGUE. */
uint32_t coop_forms_members(const sim_world_t *world, uint32_t tie, uint32_t *member);
/* d acts in a form of several with this partner, in the lead or not. */
bool coop_forms_has(const sim_world_t *world, uint32_t d, uint32_t partner);
/* Those of a joint bid that is won may keep together: `tie` of n, the first one's donor leads. In
 * *lead its tie, or a new one that takes its place. */
int coop_forms_after_bid(sim_world_t *world, const uint32_t *tie, uint32_t n, uint32_t *lead);
/* The donor of a tie of several leaves it for this cause: the lead passes, or the last one goes on
 * alone. False when the cause is not the donor's own, or nobody is left: then the tie ends. */
int coop_forms_succeed(sim_world_t *world, uint32_t tie, uint8_t cause, bool *goes_on);
/* Pays a part of the tie's upkeep; the donor pays the rest. Returns the donor's part. */
int64_t coop_forms_share_upkeep(sim_world_t *world, uint32_t tie, int64_t yen);
/* `old` has gone over to `new` in a merger, with those under its lead. */
int coop_forms_move(sim_world_t *world, uint32_t old, uint32_t new);
/* The heir's place under another's lead gives way to `tie`, which comes to it with that partner. */
int coop_forms_give_way(sim_world_t *world, uint32_t heir, uint32_t tie);
int coop_forms_inherit(sim_world_t *world, uint32_t from, uint32_t heir);
int coop_forms_end(sim_world_t *world, uint32_t tie); /* the tie has ended: nobody is left in it */

/* Consultants and institutes (M41, consultants.c). */
/* Who leads project j, which has just begun: a place among them, or COOP_NO_LEAD. */
uint8_t coop_consultants_lead(const sim_world_t *world, uint32_t j);
/* Share of what a new head would lose of the tie's trust that they keep. */
double coop_consultants_keep(const sim_world_t *world, uint32_t tie);

/* Know-how of running a cooperative (M40, associations.c). */

/* Associations of partner cities (M40, associations.c); i is a place among partners. */
static inline const uint32_t *coop_associations_cities(const coop_population_t *pop, uint32_t i,
                                                       uint32_t *n) {
    uint32_t first = pop->first_city[i - pop->n_cities];
    *n = pop->first_city[i - pop->n_cities + 1] - first;
    return pop->group_city + first;
}
/* Whom a donor gets to know who meets i: its association, or i. */
uint32_t coop_associations_meet(const sim_world_t *world, uint32_t d, uint32_t round, uint32_t i);
/* A step of project of donor d meets need and builds capacity, of all members of an association. */
void coop_associations_help(sim_world_t *world, uint32_t i, int sector, double relief,
                            double capacity);
void coop_associations_pass_on(sim_world_t *world, uint32_t d, uint32_t i);

int coop_upkeep_end(sim_world_t *world, uint32_t tie, uint8_t cause); /* cuts its project */
bool coop_upkeep_dormant(const sim_world_t *world, uint32_t tie);     /* M34 */
/* Factor of the rate at which the tie seeks projects: 1 unless it is dormant. */
double coop_upkeep_revival(const sim_world_t *world, uint32_t tie);

bool coop_relations_soured(const sim_world_t *world, uint32_t country);
/* Strength of the contact that a place in a network of many cities brings (A; M24: cheap ties). */
static const double coop_hub_contact = 0.2;

/* The members give cooperative c a mandate or take it back. */
int coop_initiative_decide(sim_world_t *world, uint32_t c, bool mandate);
/* The member heads of c agree, each with 1 - exp(-consent * (1 + cohesion) * (priority + support) *
 * weight): the majority, or all. */
bool coop_initiative_consent(const sim_world_t *world, uint32_t purpose, uint32_t c, double weight);

/* Policies of years (policy.c). */
void coop_policy_set(sim_world_t *world, uint32_t d, double years); /* from now; 0 ends it */
/* That of a new mandate: without a date, unless one with a date runs already. */
void coop_policy_of_mandate(sim_world_t *world, uint32_t c);
/* A policy that has ended is renewed where a keen manager asks and the members agree. */
int coop_policy_review(sim_world_t *world, uint32_t c);
bool coop_policy_dated(const sim_world_t *world, uint32_t d);       /* one with a date runs */
bool coop_policy_keeps_money(const sim_world_t *world, uint32_t d); /* when the head changes */
/* The tie rests on no persons. */
bool coop_policy_holds(const sim_world_t *world, uint32_t tie);

/* What interventions can set on agents, and by which classes (named.c). */
extern const sim_agent_param_t coop_agent_params[];
extern const sim_agent_class_t coop_agent_classes[];

void coop_ledger_move(sim_world_t *world, int from, int to, int64_t yen);
int coop_ledger_account(const coop_population_t *population, uint32_t donor);
void coop_refuse(sim_world_t *world, int mode, int reason);
void coop_refuse_many(sim_world_t *world, int mode, int reason, uint32_t n);
/* object < 0: none */
int coop_event(sim_world_t *world, int kind, int64_t subject, int64_t object, double value);

/* What stood before the run, from the observed record (start.c). */
/* Ties that stood at the start, and their projects that ran then, by origin. */
typedef struct {
    double ties[COOP_N_ORIGINS], projects[COOP_N_ORIGINS];
} coop_start_count_t;
coop_start_count_t coop_start_count(const sim_world_t *world);
int coop_observe(sim_world_t *world, double *metric);
int coop_summarise(sim_world_t *world, double *summary);
int coop_verify(const sim_world_t *world);
extern const sim_metric_t coop_metrics[];
extern const sim_reducer_t coop_reducers[];

#endif
