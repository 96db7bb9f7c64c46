/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who pays for projects. Yearly calls (M25, M27, M30): ties propose, proposals are scored, and
 * awards are made in order until money, slots or quality run out. Projects from own money (M5). The
 * schemes are in schemes.c. */
#include <stdlib.h>

#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/load.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/money/schemes.h"
#include "models/cooperation/money/works.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/upkeep.h"

static const int32_t SUPPLEMENTARY_FROM = 2013; /* JFY, F: the special framework */

/* Which ties may have a finished project: a bit for each remainder of their numbers. */
enum { REMAINDERS = 1024 };
typedef struct {
    uint64_t bit[REMAINDERS / 64];
} sieve_t;

typedef struct {
    int scheme;
    const coop_scheme_t *p;
    const sieve_t *finished;
    double left, special; /* yen: of the regular budget, of a supplementary one */
    uint32_t slots;       /* awards that may still be made */
    coop_proposal_t *proposal;
    size_t n;
} call_t;

/* Of regular grants; of a joint bid. */
static double ceiling_of(const call_t *call, bool joint) {
    return joint ? coop_max(call->p->ceiling, call->p->joint_ceiling) : call->p->ceiling;
}

/* A donor that won other awards of this call may have neither people nor money left. A firm's
 * project takes a part of the people and no money (M30). */
static bool able(const sim_world_t *world, const call_t *call, uint32_t tie, double ceiling) {
    uint32_t d = world->ties->from[tie];
    bool firm = coop_projects_by_firm(world, tie, call->scheme);
    if (coop_staff_free(world, d) < coop_load_people(world, firm))
        return false;
    double own = firm ? 0 : coop_funding_own_share(world, d, ceiling) / call->p->length_min;
    return coop_budget_affords(world, d, own);
}

/* ---- renewals ---- */

static inline bool may_be_in(const sieve_t *sieve, uint32_t tie) {
    return sieve->bit[tie % REMAINDERS / 64] >> tie % 64 & 1;
}

/* Projects with a grant that were finished since the last calls, latest start first; and their ties
 * in an empty sieve. */
static void list_finished(sim_world_t *world, sieve_t *sieve) {
    coop_state_t *s = coop_state(world);
    const coop_project_t *p = &s->project;
    int32_t year = world->clock.steps_per_year, now = world->clock.step;
    s->n_finished = 0;
    for (uint32_t j = p->count; j-- > 0 && s->n_finished < COOP_MAX_PROPOSALS;) {
        if (now - p->start[j] > (COOP_MAX_LENGTH + 1) * year)
            break;
        if (p->outcome[j] == COOP_OUTCOME_COMPLETED && now - p->finish[j] < year &&
            p->scheme[j] != COOP_SCHEME_OWN) {
            s->finished[s->n_finished++] = j;
            sieve->bit[p->tie[j] % REMAINDERS / 64] |= UINT64_C(1) << p->tie[j] % 64;
        }
    }
}

/* Which renewal a proposal would be; 0 when there is nothing to renew. */
static uint8_t renewal_of(const sim_world_t *world, const call_t *call, uint32_t tie) {
    const coop_state_t *s = coop_state(world);
    const coop_project_t *p = &s->project;
    if (!may_be_in(call->finished, tie) || !s->donor.record[world->ties->from[tie]])
        return 0; /* nearly all */
    for (uint32_t k = 0; k < s->n_finished; k++) {
        uint32_t j = s->finished[k];
        if (p->tie[j] == tie)
            return p->scheme[j] == call->scheme && p->renewed[j] < call->p->renewals
                       ? (uint8_t)(p->renewed[j] + 1)
                       : 0;
    }
    return 0;
}

/* ---- proposals ---- */

/* Work that grew out of trainees and trust; low-carbon studies ask for neither (M25, M28). */
static bool has_grown(const sim_world_t *world, const call_t *call, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    return call->p->low_carbon || (ties->trust[tie] >= coop_params(world)->funding.min_trust &&
                                   ties->stage[tie] >= COOP_STAGE_TRAINEES);
}

static bool may_propose(const sim_world_t *world, const call_t *call, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    return has_grown(world, call, tie) && coop_works_trusted(world, tie, call->p->kind) &&
           coop_funding_accepts(world, call->scheme, ties->from[tie], coop_partner_of(world, tie));
}

/* A low-carbon study is judged by what the donor knows and has done, other work by the trust that
 * the partner has in it (M25). */
static double score(const sim_world_t *world, int scheme, uint32_t tie) {
    const coop_funding_params_t *p = &coop_params(world)->funding;
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    const sim_network_ties_t *ties = world->ties;
    uint32_t d = ties->from[tie], country = pop->country_of[coop_partner_of(world, tie)];
    uint8_t sector = coop_funding_sector(scheme, coop_mode(pop, d), ties->topic[tie]);
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_CALL_SCORE,
                                         coop_round_key(d, (uint32_t)scheme), ties->to[tie]);
    double of_donor = p->score_knowhow * donor->knowhow[sector][d] +
                      p->score_record * coop_log1p(world, donor->record[d]);
    return (coop_scheme_table[scheme].low_carbon ? of_donor : ties->trust[tie]) +
           p->score_country * pop->country[country].priority +
           p->score_noise * sim_rng_normal(&draw);
}

/* M28: low-carbon studies come from industry or with a firm, and gladly in JCM partners. */
static double eagerness(const sim_world_t *world, const call_t *call, uint32_t tie) {
    uint32_t country = coop_population(world)->country_of[coop_partner_of(world, tie)];
    if (!call->p->low_carbon)
        return 1;
    double industry = coop_projects_by_firm(world, tie, call->scheme)
                          ? 1
                          : coop_state(world)->donor.industry[world->ties->from[tie]];
    return industry * coop_funding_preference(world, call->scheme, country);
}

/* Whether the tie proposes, which u decides; if so what, without its score. The expensive questions
 * come last. */
static bool proposes(const sim_world_t *world, const call_t *call, uint32_t tie, double u,
                     coop_proposal_t *out) {
    const coop_funding_params_t *p = &coop_params(world)->funding;
    double awake = call->p->proposal * coop_state(world)->donor.priority[world->ties->from[tie]];
    double most = awake * coop_max(1, coop_params(world)->upkeep.revival);
    if ((u >= most && u >= p->renewal) || !may_propose(world, call, tie))
        return false;
    double rate = awake * coop_upkeep_revival(world, tie);
    bool perhaps = sim_rng_occurs(u, rate);
    if (!perhaps && u >= p->renewal)
        return false;
    uint8_t renewed = p->renewal > 0 ? renewal_of(world, call, tie) : 0;
    bool will =
        renewed ? u < p->renewal : perhaps && sim_rng_occurs(u, rate * eagerness(world, call, tie));
    *out = (coop_proposal_t){.tie = tie, .group = tie, .renewed = renewed, .first = renewed > 0};
    return will && !coop_projects_running(world, tie) &&
           able(world, call, tie, ceiling_of(call, false));
}

static int better_first(const void *a, const void *b) {
    const coop_proposal_t *x = a, *y = b;
    if ((x->group == x->tie) != (y->group == y->tie))
        return x->group == x->tie ? -1 : 1;
    if (x->first != y->first)
        return x->first > y->first ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

static int by_partner(const void *a, const void *b) {
    const coop_proposal_t *x = a, *y = b;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return better_first(a, b);
}

/* Bids for one partner become one, which the best of them leads and which comes first; the others
 * name it as their group and come last. */
static void join_bids(call_t *call) {
    coop_proposal_t *proposal = call->proposal;
    size_t best = 0;
    qsort(proposal, call->n, sizeof *proposal, by_partner);
    for (size_t k = 1; k < call->n; k++) {
        if (proposal[best].partner != proposal[k].partner) {
            best = k;
            continue;
        }
        proposal[best].joint = proposal[best].first = 1;
        proposal[k].group = proposal[best].tie;
    }
}

static void collect(sim_world_t *world, call_t *call) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION],
                   n_live = ties->n_live[COOP_TIE_COOPERATION];
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CALL_PROPOSAL);
    sim_world_tie_draws_t draws = {.kind = COOP_TIE_COOPERATION,
                                   .index = (uint32_t)call->scheme,
                                   .first_to = coop_population(world)->n_donors};
    double u[SIM_WORLD_BATCH];
    for (uint32_t k = 0; k < n_live && call->n < COOP_MAX_PROPOSALS; k++) {
        coop_proposal_t *next = &call->proposal[call->n];
        if (k % SIM_WORLD_BATCH == 0)
            sim_world_tie_uniforms(world, &rng, draws, k, u);
        if (!proposes(world, call, live[k], u[k % SIM_WORLD_BATCH], next))
            continue;
        next->score = score(world, call->scheme, live[k]);
        next->partner = ties->to[live[k]];
        call->n++;
    }
    coop_state(world)->flow_metric[COOP_M_PROPOSALS] += (double)call->n;
}

/* ---- awards ---- */

/* Yen granted, from the supplementary budget while it lasts, which pays up to a ceiling of its own;
 * 0 when neither is enough. */
static double take_money(const sim_world_t *world, call_t *call, const coop_proposal_t *proposal,
                         double size) {
    double regular = ceiling_of(call, proposal->joint);
    double special = coop_max(regular, call->p->special_ceiling);
    double granted = floor(special * size);
    if (granted <= call->special && able(world, call, proposal->tie, special)) {
        call->special -= granted;
        return granted;
    }
    granted = floor(regular * size);
    if (granted > call->left)
        return 0;
    call->left -= granted;
    return granted;
}

/* Those of a joint bid may act as one from now on: then *tie is theirs. */
static int keep_together(sim_world_t *world, const call_t *call, const coop_proposal_t *best,
                         uint32_t *tie) {
    uint32_t in[COOP_MAX_BIDDERS] = {best->tie}, n = 1;
    for (size_t k = 0; k < call->n && n < COOP_MAX_BIDDERS; k++)
        if (call->proposal[k].group == best->tie && call->proposal[k].tie != best->tie)
            in[n++] = call->proposal[k].tie;
    return coop_forms_after_bid(world, in, n, tie);
}

/* Length in whole fiscal years, by which states grant; size up to the ceiling. */
static int award(sim_world_t *world, call_t *call, const coop_proposal_t *proposal) {
    const sim_network_ties_t *ties = world->ties;
    uint32_t tie = proposal->tie, d = ties->from[tie];
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CALL_TERMS);
    sim_rng_block_t draw = sim_rng_block(&rng, d, ties->to[tie], (uint32_t)call->scheme);
    double low = coop_params(world)->funding.size_low;
    double granted = take_money(world, call, proposal, low + (1 - low) * (draw.word[0] * 0x1p-32));
    double years = call->p->length_min +
                   (call->p->length_max - call->p->length_min) * (draw.word[1] * 0x1p-32);
    years = coop_max(1, round(years));
    const coop_work_t work = {.scheme = call->scheme,
                              .kind = coop_scheme_table[call->scheme].kind,
                              .renewed = proposal->renewed,
                              .granted = (int64_t)granted,
                              .own = (int64_t)coop_funding_own_share(world, d, granted),
                              .years = years};
    if (granted <= 0)
        return 0;
    int rc = coop_event(world, COOP_EVENT_AWARD, d, ties->to[tie], granted);
    if (!rc && proposal->joint)
        rc = keep_together(world, call, proposal, &tie);
    if (!rc)
        rc = coop_projects_begin(world, tie, &work);
    call->slots--;
    return rc;
}

/* ---- calls ---- */

/* M27: a supplementary budget adds a special framework to a call, in some years. */
static int supplement(sim_world_t *world, call_t *call) {
    const coop_funding_params_t *p = &coop_params(world)->funding;
    const coop_scheme_t *scheme = call->p;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SUPPLEMENTARY, (uint32_t)call->scheme, 0);
    double year = sim_schedule_year(&world->clock, world->clock.step);
    bool known = year >= scheme->special_from && year < scheme->special_until;
    bool perhaps = scheme->supplementary && year >= SUPPLEMENTARY_FROM;
    if (!known && !(perhaps && sim_rng_chance(&draw, p->supplementary_chance)))
        return 0;
    double more = call->left * p->supplementary_size;
    if (scheme->special_ceiling > 0)
        call->special = more;
    else
        call->left += more;
    int funder = call->p->account - COOP_ACCOUNT_JICA;
    return coop_event(world, COOP_EVENT_SUPPLEMENTARY_BUDGET,
                      coop_population(world)->funder[funder], -1, call->left + call->special);
}

/* The year's money: a young scheme grows to its full budget in equal steps. */
static double regular_money(const sim_world_t *world, const coop_scheme_t *p) {
    double calls = sim_schedule_year(&world->clock, world->clock.step) - p->from_year + 1;
    return p->budget * (calls < p->ramp ? calls / p->ramp : 1);
}

static int hold_call(sim_world_t *world, int scheme, const sieve_t *finished) {
    const coop_params_t *p = coop_params(world);
    const coop_scheme_t *row = &coop_state(world)->scheme[scheme];
    call_t call = {
        .scheme = scheme, .p = row, .finished = finished, .proposal = coop_state(world)->proposal};
    if (!coop_funding_open(world, scheme))
        return 0;
    call.left = regular_money(world, call.p);
    call.slots = call.p->slots >= 1 ? (uint32_t)call.p->slots : UINT32_MAX;
    collect(world, &call);
    int rc = coop_event(world, COOP_EVENT_CALL,
                        coop_population(world)->funder[row->account - COOP_ACCOUNT_JICA], -1,
                        (double)call.n);
    if (!rc)
        rc = supplement(world, &call);
    if (row->joint)
        join_bids(&call);
    qsort(call.proposal, call.n, sizeof *call.proposal, better_first);
    for (size_t k = 0; k < call.n && call.slots && !rc; k++) {
        const coop_proposal_t *one = &call.proposal[k];
        if (one->group != one->tie)
            break; /* these and all others are part of a bid before */
        bool good = !row->low_carbon || one->score >= p->funding.quality_bar;
        if (good && able(world, &call, one->tie, ceiling_of(&call, one->joint)))
            rc = award(world, &call, one);
    }
    return rc;
}

int coop_funding_calls(sim_world_t *world) {
    sieve_t finished = {0};
    int rc = 0;
    list_finished(world, &finished);
    for (int scheme = 0; scheme < COOP_SCHEME_OWN && !rc; scheme++)
        rc = hold_call(world, scheme, &finished);
    return rc;
}

/* ---- own money ---- */

/* Small projects from own money, mostly of the few that have it (M5). */
int coop_funding_own(sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION],
                   n_live = ties->n_live[COOP_TIE_COOPERATION];
    /* above the chance of any */
    double most =
        p->funding.own_rate * coop_max(1, p->upkeep.revival) / world->clock.steps_per_year;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_OWN_PROJECT);
    double u[SIM_WORLD_BATCH];
    for (uint32_t k = 0; k < n_live; k++) {
        if (k % SIM_WORLD_BATCH == 0)
            sim_world_tie_uniforms(world, &rng,
                                   (sim_world_tie_draws_t){.kind = COOP_TIE_COOPERATION}, k, u);
        uint32_t tie = live[k], d = ties->from[tie];
        if (u[k % SIM_WORLD_BATCH] >= most)
            continue;
        double rate = p->funding.own_rate * coop_state(world)->donor.priority[d] *
                      coop_upkeep_revival(world, tie);
        if (!sim_rng_occurs(u[k % SIM_WORLD_BATCH], rate / world->clock.steps_per_year) ||
            coop_projects_running(world, tie))
            continue;
        if (!coop_budget_affords(world, d, p->funding.own_cost))
            continue;
        if (coop_staff_free(world, d) < p->staff.project_fte)
            continue;
        int rc =
            coop_projects_start(world, tie, COOP_SCHEME_OWN, 0, (int64_t)p->funding.own_cost, 1);
        if (rc)
            return rc;
    }
    return 0;
}

/* Studies, operation and investment of cooperatives (M38). */
int coop_funding_own_works(sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION];
    int rc = 0;
    if (!p->works.ladder || !coop_state(world)->abroad)
        return 0;
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION] && !rc; k++) {
        uint32_t tie = live[k], c = ties->from[tie];
        if (donor->scope[c] == COOP_WORK_CONTRIBUTION || coop_projects_running(world, tie))
            continue;
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_OWN_WORK, c, ties->to[tie]);
        coop_work_t work;
        uint8_t kind = coop_works_offer(world, tie, &work);
        double chance = coop_step_probability(world, p->works.rate * donor->priority[c]);
        if (kind > COOP_WORK_CONTRIBUTION && coop_staff_free(world, c) >= p->staff.project_fte &&
            sim_rng_chance(&draw, chance))
            rc = coop_projects_begin(world, tie, &work);
    }
    return rc;
}
