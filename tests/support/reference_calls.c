/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference: calls of the schemes and their awards (7.9). */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/support/reference.h"

/* ---- who may apply where for what ---- */

static bool pays_studies(int scheme) {
    return scheme == COOP_SCHEME_MOE_JCM || scheme == COOP_SCHEME_METI;
}

/* A cooperative enters where the scheme is open to it; for a study its members must have let it do
 * studies (7.17). */
static bool open_for_cooperative(const ref_world_t *r, int scheme, int c) {
    bool may =
        !pays_studies(scheme) || !r->p.works.ladder || r->donor[c].scope >= COOP_WORK_CONSULTATION;
    return may && r->scheme[scheme].cooperatives;
}

static bool open_for_donor(const ref_world_t *r, int scheme, int d) {
    const coop_scheme_t *p = &r->scheme[scheme];
    const ref_donor_t *donor = &r->donor[d];
    if (ref_is_cooperative(r, d) && !open_for_cooperative(r, scheme, d))
        return false;
    if (scheme == COOP_SCHEME_MOE_JCM && donor->population < p->least_people)
        return false;
    if (scheme == COOP_SCHEME_JICA_SUPPORT)
        return donor->record == 0;
    if (scheme == COOP_SCHEME_JICA_PARTNER)
        return (ref_helped(r, d) || ref_is_cooperative(r, d)) && donor->record > 0 &&
               r->step - donor->first_project >= p->record_years * r->steps_per_year;
    return true;
}

static bool in_jcm(const ref_world_t *r, int partner) {
    const ref_country_t *country = &r->country[r->partner[partner].country];
    return country->jcm && ref_year(r) >= country->jcm_from;
}

static bool open_for_country(const ref_world_t *r, int scheme, int partner) {
    if (scheme == COOP_SCHEME_CLAIR_MODEL)
        return true;
    if (scheme == COOP_SCHEME_MOE_JCM)
        return in_jcm(r, partner) || r->scheme[scheme].outside > 0;
    return r->country[r->partner[partner].country].jica;
}

static bool is_open(const ref_world_t *r, int scheme) {
    const coop_scheme_t *p = &r->scheme[scheme];
    return p->enabled && ref_year(r) >= p->from_year && ref_year(r) < p->until_year;
}

bool ref_eligible(const ref_world_t *r, int scheme, int d, int partner) {
    return is_open(r, scheme) && open_for_donor(r, scheme, d) &&
           open_for_country(r, scheme, partner) && !ref_soured(r, partner);
}

bool ref_fundable(const ref_world_t *r, int d, int partner) {
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        if (ref_eligible(r, scheme, d, partner))
            return true;
    return false;
}

/* Low carbon is air; what a cooperative can offer for it is its own field, waste. */
int ref_sector_of(const ref_world_t *r, int scheme, const ref_tie_t *tie) {
    bool air = scheme == COOP_SCHEME_MOE_JCM && !ref_is_cooperative(r, tie->donor);
    return air ? COOP_SECTOR_AIR : tie->sector;
}

bool ref_by_firm(const ref_world_t *r, int scheme, int tie) {
    uint32_t key = (uint32_t)r->tie[tie].donor + ((uint32_t)scheme << 24);
    sim_rng_draw_t draw = ref_draw(r, COOP_DRAW_FIRM_STARTED, key, ref_agent(r->tie[tie].partner));
    return (scheme == COOP_SCHEME_MOE_JCM || scheme == COOP_SCHEME_METI) &&
           sim_rng_chance(&draw, r->p.funding.firm_share);
}

/* ---- a call ---- */

typedef struct {
    int tie, renewed;
    double score;
    bool first, joint, gone; /* gone: awarded, passed over, or part of another's bid */
} ref_bid_t;

typedef struct {
    int scheme, n, slots;
    const coop_scheme_t *p;
    double left, special; /* yen of the regular and of the supplementary budget */
    ref_bid_t bid[REF_TIES];
} ref_call_t;

static double ceiling_of(const ref_call_t *call, bool joint) {
    return joint ? fmax(call->p->ceiling, call->p->joint_ceiling) : call->p->ceiling;
}

/* People and money for a project with a grant of so many yen. */
static bool able(const ref_world_t *r, const ref_call_t *call, int tie, double grant) {
    int d = r->tie[tie].donor;
    bool firm = ref_by_firm(r, call->scheme, tie);
    double own = firm ? 0 : ref_own_money(r, d, grant) / call->p->length_min;
    return ref_free_staff(r, d) >= ref_project_staff(r, firm) && ref_affords(r, d, own);
}

/* The so-manieth renewal a proposal would be, 0: none. */
static int renewal_of(const ref_world_t *r, const ref_call_t *call, int tie) {
    const ref_project_t *last = NULL;
    for (int j = 0; j < r->n_projects; j++) {
        const ref_project_t *project = &r->project[j];
        if (project->tie == tie && project->scheme != COOP_SCHEME_OWN &&
            project->outcome == COOP_OUTCOME_COMPLETED &&
            r->step - project->finish < r->steps_per_year)
            last = project;
    }
    return last && last->scheme == call->scheme && last->renewed < call->p->renewals &&
                   r->p.funding.renewal > 0
               ? last->renewed + 1
               : 0;
}

static bool proposes(const ref_world_t *r, const ref_call_t *call, int t, int renewed) {
    const ref_tie_t *tie = &r->tie[t];
    const sim_rng_draw_t of =
        ref_draw(r, COOP_DRAW_CALL_PROPOSAL, (uint32_t)tie->donor, (uint32_t)tie->partner);
    sim_rng_block_t draw = sim_rng_block(&of.rng, of.a, of.b, (uint32_t)call->scheme);
    double rate = call->p->proposal * r->donor[tie->donor].priority * ref_revival(r, tie);
    bool moe = call->scheme == COOP_SCHEME_MOE_JCM;
    if (moe && !ref_by_firm(r, call->scheme, t))
        rate *= r->donor[tie->donor].industry;
    if (moe && !in_jcm(r, tie->partner))
        rate *= call->p->outside;
    double chance = renewed ? r->p.funding.renewal : 1 - exp(-rate);
    bool study = pays_studies(call->scheme) && ref_is_cooperative(r, tie->donor);
    double needed = study && r->p.works.ladder ? 0.3 - 0.15 * r->p.works.guarantee : 0;
    bool grown = tie->stage >= COOP_STAGE_TRAINEES && tie->trust >= r->p.funding.min_trust;
    return (moe || grown) && tie->trust >= needed &&
           ref_eligible(r, call->scheme, tie->donor, tie->partner) && !ref_has_project(r, t) &&
           able(r, call, t, ceiling_of(call, false)) &&
           sim_rng_unit(draw.word[0], draw.word[1]) < chance;
}

static double score(const ref_world_t *r, int scheme, const ref_tie_t *tie) {
    const coop_funding_params_t *p = &r->p.funding;
    const ref_donor_t *donor = &r->donor[tie->donor];
    int sector = ref_sector_of(r, scheme, tie);
    uint32_t key = (uint32_t)tie->donor + ((uint32_t)scheme << 24);
    sim_rng_draw_t draw = ref_draw(r, COOP_DRAW_CALL_SCORE, key, ref_agent(tie->partner));
    double of_donor =
        p->score_knowhow * donor->knowhow[sector] + p->score_record * log(1 + donor->record);
    return (scheme == COOP_SCHEME_MOE_JCM ? of_donor : tie->trust) +
           p->score_country * r->country[r->partner[tie->partner].country].priority +
           p->score_noise * sim_rng_normal(&draw);
}

static void collect(const ref_world_t *r, ref_call_t *call) {
    for (int t = 0; t < r->n_ties; t++) {
        int renewed = renewal_of(r, call, t);
        if (r->tie[t].end == REF_NEVER && proposes(r, call, t, renewed))
            call->bid[call->n++] = (ref_bid_t){.tie = t,
                                               .renewed = renewed,
                                               .score = score(r, call->scheme, &r->tie[t]),
                                               .first = renewed > 0};
    }
}

/* Best of the bids that are still there, of a partner's or of all (-1); NULL without any. */
static ref_bid_t *best_bid(const ref_world_t *r, ref_call_t *call, int partner) {
    ref_bid_t *best = NULL;
    for (int k = 0; k < call->n; k++) {
        ref_bid_t *bid = &call->bid[k];
        if (bid->gone || (partner >= 0 && r->tie[bid->tie].partner != partner))
            continue;
        if (!best || (bid->first && !best->first) ||
            (bid->first == best->first && bid->score > best->score))
            best = bid;
    }
    return best;
}

/* Bids for one partner are one bid, which the best leads and which comes first. */
static void join_bids(const ref_world_t *r, ref_call_t *call) {
    for (int i = 0; i < TINY_PARTNERS; i++) {
        ref_bid_t *leader = best_bid(r, call, i);
        int others = 0;
        for (int k = 0; k < call->n; k++)
            if (&call->bid[k] != leader && r->tie[call->bid[k].tie].partner == i)
                call->bid[k].gone = true, others++;
        if (others > 0)
            leader->joint = leader->first = true;
    }
}

static void give_award(ref_world_t *r, ref_call_t *call, const ref_bid_t *bid) {
    const ref_tie_t *tie = &r->tie[bid->tie];
    const sim_rng_draw_t of =
        ref_draw(r, COOP_DRAW_CALL_TERMS, (uint32_t)tie->donor, ref_agent(tie->partner));
    sim_rng_block_t draw = sim_rng_block(&of.rng, of.a, of.b, (uint32_t)call->scheme);
    double low = r->p.funding.size_low, size = low + (1 - low) * draw.word[0] / 4294967296.0;
    double years = call->p->length_min +
                   (call->p->length_max - call->p->length_min) * draw.word[1] / 4294967296.0;
    years = fmax(1, round(years));
    double regular = ceiling_of(call, bid->joint);
    double special = fmax(regular, call->p->special_ceiling), grant = floor(special * size);
    if (grant <= call->special && able(r, call, bid->tie, special)) {
        call->special -= grant;
    } else {
        grant = floor(regular * size);
        if (grant > call->left)
            return;
        call->left -= grant;
    }
    if (grant <= 0)
        return;
    ref_start(r, call->scheme, bid->tie, (int64_t)grant,
              (int64_t)ref_own_money(r, tie->donor, grant), years, bid->renewed);
    call->slots--;
}

/* The regular money of the year, and what a supplementary budget adds. */
static void find_money(const ref_world_t *r, ref_call_t *call) {
    const coop_funding_params_t *p = &r->p.funding;
    const coop_scheme_t *s = call->p;
    double k = ref_year(r) - s->from_year + 1;
    call->left = s->budget * (k < s->ramp ? k / s->ramp : 1);
    sim_rng_draw_t draw = ref_draw(r, COOP_DRAW_SUPPLEMENTARY, (uint32_t)call->scheme, 0);
    bool certain = ref_year(r) >= s->special_from && ref_year(r) < s->special_until;
    double chance = ref_year(r) >= 2013 && s->supplementary ? p->supplementary_chance : 0;
    if (!certain && !sim_rng_chance(&draw, chance))
        return;
    double more = call->left * p->supplementary_size;
    if (s->special_ceiling > 0)
        call->special = more;
    else
        call->left += more;
}

static void hold_call(ref_world_t *r, int scheme) {
    static ref_call_t call; /* too large for a stack */
    call = (ref_call_t){.scheme = scheme, .p = &r->scheme[scheme]};
    call.slots = call.p->slots >= 1 ? (int)call.p->slots : INT32_MAX;
    collect(r, &call);
    find_money(r, &call);
    if (scheme == COOP_SCHEME_CLAIR_MODEL)
        join_bids(r, &call);
    for (ref_bid_t *bid; call.slots > 0 && (bid = best_bid(r, &call, -1)); bid->gone = true)
        if ((scheme != COOP_SCHEME_MOE_JCM || bid->score >= r->p.funding.quality_bar) &&
            able(r, &call, bid->tie, ceiling_of(&call, bid->joint)))
            give_award(r, &call, bid);
}

void ref_calls(ref_world_t *r) {
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        if (is_open(r, scheme))
            hold_call(r, scheme);
}
