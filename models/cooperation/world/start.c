/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The initial state from the observed record: who is tied to whom, since when, at which stage, with
 * what trust; works done and works that still run; mandates, managers, policies. Nothing dated at
 * or after the start is read: an end in the future is not known, and what still runs then lasts as
 * long as its scheme grants. Where the record is silent, fill.c goes on. */
#include <math.h>
#include <stdlib.h>

#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/bodies/initiative.h"
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/look/columns.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/schemes.h"
#include "models/cooperation/money/works.h"
#include "models/cooperation/people/knowhow.h"
#include "models/cooperation/people/leadership.h"
#include "models/cooperation/people/support.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/formation.h"
#include "models/cooperation/ties/sisters.h"
#include "models/cooperation/ties/ties.h"
#include "models/cooperation/world/start.h"

/* ---- what both use ---- */

double coop_start_trust(const sim_world_t *world, double trust, uint8_t stage, bool at_work) {
    const coop_projects_params_t *p = &coop_params(world)->projects;
    if (at_work)
        return trust - (1 - trust) * sim_math_expm1(-p->trust_gain);
    if (stage <= COOP_STAGE_TRAINEES)
        return trust - (0.5 - trust) * sim_math_expm1(-p->exchange_gain);
    return trust * sim_math_exp(-p->trust_fade);
}

/* A work outside the schemes is taken to last like one of JICA's. */
int32_t coop_start_term(int scheme) {
    if (scheme == COOP_SCHEME_OWN)
        return 1;
    int as = scheme == COOP_SCHEME_OTHER ? COOP_SCHEME_JICA_LOCAL : scheme;
    const coop_scheme_t *p = &coop_scheme_table[as];
    return (int32_t)coop_max(1, round((p->length_min + p->length_max) / 2));
}

int coop_start_tie(coop_start_t *start, const coop_standing_t *standing, uint32_t *tie) {
    sim_world_t *world = start->world;
    const coop_population_t *pop = coop_population(world);
    sim_network_ties_t *ties = world->ties;
    uint8_t mode = coop_mode(pop, standing->donor);
    sim_network_birth_t birth = {.kind = COOP_TIE_COOPERATION,
                                 .mode = mode,
                                 .topic = standing->sector,
                                 .stage = COOP_STAGE_EXCHANGE,
                                 .from = standing->donor,
                                 .to = pop->n_donors + standing->partner,
                                 .onset = coop_start_step(start, standing->onset),
                                 .trust = coop_clip(standing->trust),
                                 .onset_censored = standing->onset_censored};
    int rc = coop_ties_begin(world, &birth, tie); /* the step's counts are emptied at last */
    if (rc)
        return rc;
    sim_network_tie_stage(ties, *tie, standing->stage,
                          coop_start_step(start, standing->stage_since));
    ties->institutionalised[*tie] = standing->institutionalised || mode == COOP_MODE_REGIONAL;
    if (standing->last_work >= standing->onset) /* in the last step of that year */
        ties->last_activity[*tie] = coop_start_step(start, standing->last_work + 1) - 1;
    return 0;
}

int coop_start_work(coop_start_t *start, const coop_past_t *work) {
    if (start->n_works == start->most_works)
        return sim_world_fail(start->world, SIM_ERR_LIMIT, "more than %u works before the start",
                              start->most_works);
    start->work[start->n_works++] = *work;
    return 0;
}

/* ---- pairs of the record ---- */

/* All that the record says of a pair before the start: n rows. */
typedef struct {
    const coop_past_t *past;
    uint32_t n;
} known_pair_t;

/* The next pair of the list, from row *at on. Rows of the start and later are skipped. */
static bool next_pair(const coop_start_t *start, uint32_t *at, known_pair_t *pair) {
    const coop_record_t *record = &coop_population(start->world)->record;
    *pair = (known_pair_t){.past = record->past + *at};
    for (; *at < record->n_past; ++*at) {
        const coop_past_t *row = record->past + *at;
        if (row->donor != pair->past->donor || row->partner != pair->past->partner)
            break;
        pair->n += row->start < start->start_year;
    }
    return record->past + *at > pair->past;
}

/* The last JFY of a work, as far as it is known at the start. */
static int32_t known_end(const coop_start_t *start, const coop_past_t *work) {
    return work->end < start->start_year ? work->end
                                         : work->start + coop_start_term(work->scheme) - 1;
}

/* The latest row up to the year that tells how the pair stood; NULL without one. */
static const coop_past_t *state_in(const known_pair_t *pair, int32_t year) {
    for (uint32_t k = pair->n; k-- > 0;)
        if (!pair->past[k].is_work && pair->past[k].start <= year)
            return &pair->past[k];
    return NULL;
}

/* Something worked on the pair in the year: a project, a programme, or what a state of stage
 * project says of its first year. */
static bool at_work(const coop_start_t *start, const known_pair_t *pair, int32_t year) {
    const coop_past_t *state = state_in(pair, year);
    for (uint32_t k = 0; k < pair->n; k++)
        if (pair->past[k].is_work && pair->past[k].start <= year &&
            year <= known_end(start, &pair->past[k]))
            return true;
    return state && (state->stage == COOP_STAGE_PROGRAMME ||
                     (state->stage == COOP_STAGE_PROJECT && state->start == year));
}

/* The stage that the pair had reached in the year, and since when: by what is said of it, where
 * that is as high as what works say. */
static uint8_t stage_in(const known_pair_t *pair, int32_t year, int32_t *since) {
    uint8_t stage = COOP_STAGE_EXCHANGE;
    bool of_work = false;
    for (uint32_t k = 0; k < pair->n && pair->past[k].start <= year; k++) {
        const coop_past_t *row = &pair->past[k];
        if (row->stage < stage || (row->stage == stage && !(of_work && !row->is_work)))
            continue;
        stage = row->stage, *since = row->start, of_work = row->is_work;
    }
    return stage;
}

/* Nothing of the pair is known after an end that lies before the start. */
static bool has_ended(const coop_start_t *start, const known_pair_t *pair) {
    const coop_past_t *last = state_in(pair, start->start_year);
    if (!last || last->end >= start->start_year)
        return false;
    for (uint32_t k = 0; k < pair->n; k++)
        if (pair->past[k].is_work && pair->past[k].start > last->end)
            return false;
    return true;
}

/* The sector of the latest state that tells one, else of the latest work; else that of the best
 * match. */
static uint8_t sector_of(const coop_start_t *start, const known_pair_t *pair) {
    double match;
    for (int work = 0; work <= 1; work++)
        for (uint32_t k = pair->n; k-- > 0;)
            if (pair->past[k].is_work == work && pair->past[k].sector != COOP_NO_MODE)
                return pair->past[k].sector;
    return (uint8_t)coop_formation_match(start->world, pair->past->donor, pair->past->partner,
                                         &match);
}

static coop_standing_t stand(const coop_start_t *start, const known_pair_t *pair) {
    const coop_past_t *last = state_in(pair, start->start_year);
    coop_standing_t standing = {.donor = pair->past->donor,
                                .partner = pair->past->partner,
                                .onset = pair->past->start,
                                .stage_since = pair->past->start,
                                .last_work = INT32_MIN,
                                .sector = sector_of(start, pair),
                                .institutionalised = last ? last->institutionalised : 0};
    standing.trust = coop_formation_trust(coop_contacts_strength(start->world, 0.5));
    for (int32_t year = standing.onset; year < start->start_year; year++) {
        bool works = at_work(start, pair, year);
        standing.stage = stage_in(pair, year, &standing.stage_since);
        standing.trust = coop_start_trust(start->world, standing.trust, standing.stage, works);
        if (works)
            standing.last_work = year;
    }
    return standing;
}

static int recall_works(coop_start_t *start, const known_pair_t *pair, uint32_t tie,
                        uint8_t sector) {
    int rc = 0;
    for (uint32_t k = 0; k < pair->n && !rc; k++) {
        coop_past_t work = pair->past[k];
        work.tie = tie;
        work.end = known_end(start, &work);
        work.sector = work.sector == COOP_NO_MODE ? sector : work.sector;
        work.yen = work.shared ? 0 : work.yen;
        if (work.is_work)
            rc = coop_start_work(start, &work);
    }
    return rc;
}

static int recall_pair(coop_start_t *start, const known_pair_t *pair,
                       uint32_t recorded[COOP_N_CLASSES]) {
    const coop_population_t *pop = coop_population(start->world);
    uint32_t tie = SIM_NETWORK_NONE;
    int rc = 0;
    if (!pair->n)
        return 0;
    coop_standing_t standing = stand(start, pair);
    if (!has_ended(start, pair)) {
        rc = coop_start_tie(start, &standing, &tie);
        if (standing.donor < pop->first_cooperative)
            recorded[pop->searched[standing.donor] ? COOP_CLASS_SEARCHED : COOP_CLASS_OTHERS]++;
    }
    return rc ? rc : recall_works(start, pair, tie, standing.sector);
}

/* Agreements of friendship are ties of their own (M19). */
static int recall_friends(const coop_start_t *start) {
    const coop_record_t *record = &coop_population(start->world)->record;
    int rc = 0;
    for (uint32_t k = 0; k < record->n_past && !rc; k++) {
        const coop_past_t *row = &record->past[k];
        bool friends = row->bond == COOP_BOND_SISTER || row->bond == COOP_BOND_FRIENDSHIP;
        if (friends && row->start < start->start_year)
            rc = coop_sisters_recall(start->world, row->donor, row->partner,
                                     coop_start_step(start, row->start));
    }
    return rc;
}

/* A place in a network of many cities is a contact, as cheap as that of a hub programme. */
static void recall_networks(const coop_start_t *start) {
    const coop_record_t *record = &coop_population(start->world)->record;
    for (uint32_t k = 0; k < record->n_networks; k++) {
        const coop_past_t *row = &record->network[k];
        if (row->start < start->start_year && row->end >= start->start_year)
            coop_contacts_add(start->world, row->donor, row->partner, coop_contacts_network,
                              COOP_SOURCE_CONFERENCE);
    }
}

/* ---- bodies ---- */

/* The city that a country sends its visitors from: the one that attracts most. */
static uint32_t first_city(const coop_population_t *pop, uint32_t country) {
    uint32_t best = SIM_NETWORK_NONE;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        if (pop->country_of[i] == country &&
            (best == SIM_NETWORK_NONE || pop->popularity[i] > pop->popularity[best]))
            best = i;
    return best;
}

static void recall_visitors(sim_world_t *world, const coop_known_fact_t *fact) {
    uint32_t city = first_city(coop_population(world), fact->country);
    if (city != SIM_NETWORK_NONE)
        coop_contacts_add(world, fact->body, city, coop_contacts_strength(world, 0.5),
                          COOP_SOURCE_VISITOR);
}

static void recall_fact(sim_world_t *world, const coop_known_fact_t *fact) {
    uint32_t c = fact->body;
    switch (fact->what) {
    case COOP_FACT_MANAGER:
        coop_leadership_recall(world, c, fact->member);
        break;
    case COOP_FACT_MANDATE:
        coop_initiative_note(world, c, true);
        break;
    case COOP_FACT_POLICY:
        coop_policy_until(world, c, fact->from + fact->value);
        break;
    case COOP_FACT_CONTRIBUTION:
        coop_works_count(world, c, COOP_WORK_CONTRIBUTION);
        break;
    case COOP_FACT_CONSULTATION:
        coop_works_count(world, c, COOP_WORK_CONSULTATION);
        break;
    case COOP_FACT_VISITORS:
        recall_visitors(world, fact);
        break;
    default:
        break; /* of other use, or none */
    }
}

/* Who manages a cooperative with a mandate is keen (M37): of the heads that may stand there, one
 * above the bar. Who has done studies may do them. */
static void recall_commitment(sim_world_t *world, uint32_t c) {
    double keenness = coop_params(world)->initiative.keenness;
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t manager = donor->manager[c];
    if (manager == SIM_NETWORK_NONE)
        return;
    double own = donor->priority[manager];
    if (donor->mandate[c] && own < keenness)
        own = keenness + (1 - keenness) * own;
    coop_leadership_set_priority(world, manager, own);
    coop_leadership_set_priority(world, c, own);
    if (donor->mandate[c] && donor->works[COOP_WORK_CONSULTATION][c])
        coop_works_allow(world, c, COOP_WORK_CONSULTATION);
}

static void recall_bodies(const coop_start_t *start) {
    const coop_record_t *record = &coop_population(start->world)->record;
    for (uint32_t k = 0; k < record->n_facts; k++) {
        const coop_known_fact_t *fact = &record->fact[k];
        if (fact->from < start->start_year && coop_teaches(start->world, fact->body))
            recall_fact(start->world, fact);
        bool last = k + 1 == record->n_facts || record->fact[k + 1].body != fact->body;
        if (last && fact->body >= coop_population(start->world)->first_cooperative)
            recall_commitment(start->world, fact->body);
    }
}

/* ---- works ---- */

/* What a work left behind year by year, as projects.c would have: know-how of the donor that has
 * not been forgotten since (M11), the partner's relief and capacity (M18). */
static void recall_effects(const coop_start_t *start, const coop_past_t *work) {
    const coop_params_t *p = coop_params(start->world);
    double teaching = coop_chance(p->knowhow.teaching),
           relief = coop_chance(p->projects.need_relief),
           capacity = coop_chance(p->projects.capacity_gain);
    for (int32_t year = work->start; year <= work->end && year < start->start_year; year++) {
        double kept = sim_math_exp(-p->knowhow.forgetting * (start->start_year - 1 - year));
        coop_knowhow_learn(start->world, work->donor, work->sector, teaching, kept);
        coop_associations_help(start->world, work->partner, work->sector, relief, capacity);
    }
}

/* Reputation rises with works and fades (M15). */
static void recall_reputation(const coop_start_t *start, int32_t first) {
    const coop_projects_params_t *p = &coop_params(start->world)->projects;
    double gain = coop_chance(p->reputation_gain), fade = sim_math_exp(-p->reputation_fade);
    for (int32_t year = first; year < start->start_year; year++) {
        coop_support_fade(start->world, fade);
        for (uint32_t k = 0; k < start->n_works; k++)
            if (start->work[k].start <= year && year <= start->work[k].end)
                coop_support_notice(start->world, start->work[k].donor, gain);
    }
}

static int compare_works(const void *a, const void *b) {
    const coop_past_t *x = a, *y = b;
    const int64_t of_x[] = {x->start, x->donor, x->partner, x->scheme, x->end},
                  of_y[] = {y->start, y->donor, y->partner, y->scheme, y->end};
    return coop_compare(of_x, of_y, 5);
}

/* Projects are numbered in the order of their start, as the model expects. */
static int apply_works(coop_start_t *start) {
    int rc = 0;
    qsort(start->work, start->n_works, sizeof *start->work, compare_works);
    for (uint32_t k = 0; k < start->n_works && !rc; k++) {
        const coop_past_t *work = &start->work[k];
        recall_effects(start, work);
        rc = coop_projects_recall(start, work);
    }
    if (start->n_works)
        recall_reputation(start, start->work[0].start);
    return rc;
}

/* ---- all of it ---- */

static int origin_of(const coop_state_t *s, uint32_t tie) {
    return tie < s->first_filled ? COOP_ORIGIN_RECORDED : COOP_ORIGIN_FILLED;
}

static int recall_pairs(coop_start_t *start, uint32_t recorded[COOP_N_CLASSES]) {
    uint32_t at = 0;
    known_pair_t pair;
    int rc = 0;
    while (!rc && next_pair(start, &at, &pair))
        rc = recall_pair(start, &pair, recorded);
    return rc;
}

/* A government that has kept n ties has a head who cares for them (M2) and the money for them (M5):
 * the head is as keen as the keenest of n + 1, the vote covers one tie more (A: that they have
 * these ties shows that they could, and no source tells by how much). */
static void recall_governments(sim_world_t *world) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t d = 0; d < coop_population(world)->first_cooperative; d++) {
        uint32_t n = donor->n_ties[d];
        if (!n)
            continue;
        coop_leadership_set_priority(world, d, 1 - sim_math_pow(1 - donor->priority[d], n + 1));
        double planned = (double)coop_budget_plan(world, d);
        double needed = coop_budget_upkeep(world, d, n + 1);
        if (planned > 0 && planned < needed)
            coop_budget_set_factor(world, d, needed / planned);
    }
}

int coop_start(sim_world_t *world) {
    enum { MOST_WORKS = 4096 };
    coop_state_t *s = coop_state(world);
    const coop_record_t *record = &coop_population(world)->record;
    coop_start_t start = {
        .world = world, .start_year = world->clock.start_year, .most_works = MOST_WORKS};
    uint32_t recorded[COOP_N_CLASSES] = {0};
    s->first_standing = s->first_filled = s->first_formed = world->ties->count;
    if (!record->n_past && !record->n_facts)
        return 0;
    start.work = sim_base_arena_alloc(&world->arena, MOST_WORKS, sizeof *start.work);
    if (!start.work)
        return SIM_ERR_MEMORY;
    recall_bodies(&start);
    recall_networks(&start);
    int rc = recall_friends(&start);
    s->first_standing = world->ties->count;
    if (!rc)
        rc = recall_pairs(&start, recorded);
    recall_governments(world);
    s->first_filled = world->ties->count;
    if (!rc && coop_params(world)->record.fill)
        rc = coop_fill(&start, recorded);
    s->first_formed = world->ties->count;
    if (!rc)
        rc = apply_works(&start);
    for (uint32_t d = 0; d < s->n_donors; d++)
        coop_contacts_known(world, d);
    for (uint32_t k = 0; k < s->project.n_running; k++)
        s->standing_projects[origin_of(s, s->project.tie[s->project.running[k]])]++;
    for (int k = 0; k < COOP_N_METRICS; k++)
        s->flow_metric[k] = 0; /* nothing of it happens in the run */
    return rc;
}

/* ---- what is told of it ---- */

#define START(COLUMN)                                                                              \
    COLUMN(INTEGER, "tie_id", tie, "a cooperation tie that stood when the run began")              \
    COLUMN(                                                                                        \
        LABEL(coop_origin_words), "origin", origin_of(s, tie),                                     \
        "recorded: the observed record has it; filled: drawn for what the record does not hold")
const sim_field_t coop_start_fields[] = {START(FIELD) FIELD_END};

int coop_start_rows(sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    int rc = 0;
    for (uint32_t tie = s->first_standing; tie < s->first_formed && !rc; tie++) {
        const sim_cell_t cell[] = {START(CELL)};
        rc = sim_world_row(world, COOP_TABLE_START, cell);
    }
    return rc;
}
