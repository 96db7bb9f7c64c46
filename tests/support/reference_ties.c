/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference: how ties form, climb and end (7.8, 7.11). */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/reference.h"

/* ---- what a tie is worth (7.8, table of effects) ---- */

static double motives(const ref_world_t *r, int d, int i) {
    const coop_motives_params_t *p = &r->p.motives;
    const ref_donor_t *donor = &r->donor[d];
    const ref_partner_t *partner = &r->partner[i];
    double sum = 0;
    if (partner->region == COOP_REGION_NORTHEAST_ASIA)
        sum += p->transboundary;
    sum += p->business * donor->industry * log10(fmax(partner->population, 100000) / 100000);
    sum += p->sharing * donor->industry * partner->need[COOP_SECTOR_AIR];
    if (donor->keeps && donor->junior + donor->senior > 0)
        sum += p->staff_use * donor->junior / (donor->junior + donor->senior);
    sum += p->recognition * donor->reputation;
    return sum;
}

/* What creating or keeping it is worth, both ways. */
static double evaluation(const ref_world_t *r, int d, int i, int sector, int others) {
    const coop_formation_params_t *p = &r->p.formation;
    double knowhow = r->donor[d].knowhow[sector];
    return p->match * knowhow * r->partner[i].need[sector] + p->popularity * log(1 + others) +
           p->priority * r->donor[d].priority + p->gap * fmax(0, knowhow - r->partner[i].capacity) +
           motives(r, d, i);
}

static double worth_creating(const ref_world_t *r, int d, const ref_contact_t *contact,
                             int sector) {
    const coop_formation_params_t *p = &r->p.formation;
    int i = contact->partner;
    return evaluation(r, d, i, sector, ref_count_ties(r, -1, i)) + p->trust * contact->strength +
           p->fundable * ref_fundable(r, d, i);
}

static double worth_keeping(const ref_world_t *r, const ref_tie_t *tie) {
    return evaluation(r, tie->donor, tie->partner, tie->sector,
                      ref_count_ties(r, -1, tie->partner) - 1) +
           r->p.upkeep.inertia + r->p.upkeep.bond * tie->trust;
}

/* ---- formation ---- */

typedef struct {
    ref_contact_t contact; /* partner -1: nobody */
    int sector, met, n;    /* contacts; of them, to gain from */
} ref_choice_t;

static int best_sector(const ref_world_t *r, int d, int i) {
    int best = 0;
    for (int k = 1; k < COOP_N_SECTORS; k++)
        if (r->donor[d].knowhow[k] * r->partner[i].need[k] >
            r->donor[d].knowhow[best] * r->partner[i].need[best])
            best = k;
    return best;
}

static bool remembered(const ref_world_t *r, const ref_contact_t *contact) {
    return r->step - contact->since <= r->p.contacts.memory * r->steps_per_year;
}

/* The partner what it needs, the donor what moves it (M18). */
static bool both_gain(const ref_world_t *r, int d, int i, int sector) {
    const coop_formation_params_t *p = &r->p.formation;
    return r->donor[d].knowhow[sector] * r->partner[i].need[sector] >= p->partner_least_gain &&
           (p->least_gain <= 0 || motives(r, d, i) >= p->least_gain);
}

static ref_choice_t choose(const ref_world_t *r, int d, uint32_t key) {
    sim_rng_draw_t nothing = ref_draw(r, COOP_DRAW_FORMATION_OPT_OUT, key, 0);
    double best = r->p.formation.opt_out + sim_rng_gumbel(&nothing);
    ref_choice_t choice = {.contact.partner = -1};
    for (int k = 0; k < r->donor[d].n_contacts; k++) {
        const ref_contact_t *contact = &r->donor[d].contact[k];
        int i = contact->partner, sector = best_sector(r, d, i);
        if (!remembered(r, contact) || ref_count_ties(r, d, i) > 0)
            continue;
        choice.met++;
        if (!both_gain(r, d, i, sector))
            continue;
        choice.n++;
        sim_rng_draw_t noise = ref_draw(r, COOP_DRAW_FORMATION_CHOICE, key, (uint32_t)i);
        double utility = worth_creating(r, d, contact, sector) + sim_rng_gumbel(&noise);
        if (utility > best)
            best = utility, choice.contact = *contact, choice.sector = sector;
    }
    return choice;
}

static bool accepts(const ref_world_t *r, int d, uint32_t key, const ref_choice_t *choice) {
    const coop_formation_params_t *p = &r->p.formation;
    const ref_partner_t *partner = &r->partner[choice->contact.partner];
    sim_rng_draw_t draw =
        ref_draw(r, COOP_DRAW_FORMATION_ACCEPTANCE, key, (uint32_t)choice->contact.partner);
    double x = p->partner_base + p->partner_need * partner->need[choice->sector] +
               p->partner_reputation * r->donor[d].reputation +
               p->partner_interest * partner->interest + p->partner_capacity * partner->capacity;
    return sim_rng_chance(&draw, 1 / (1 + exp(-x)));
}

/* Citizens, council, colleagues. */
static bool vetoed(const ref_world_t *r, int d, uint32_t key) {
    const coop_support_params_t *p = &r->p.support;
    const ref_donor_t *donor = &r->donor[d];
    sim_rng_draw_t citizens = ref_draw(r, COOP_DRAW_FORMATION_VETO, key, 0);
    sim_rng_draw_t council = ref_draw(r, COOP_DRAW_FORMATION_VETO, key, 1);
    sim_rng_draw_t colleagues = ref_draw(r, COOP_DRAW_FORMATION_VETO, key, 2);
    double relief = donor->contested ? 1 : 1 - p->uncontested_relief;
    double stress = 1 - fmin(1, donor->fiscal_strength * ref_austerity(r)), lost = 0;
    if (donor->staff_start > 0)
        lost = fmax(0, 1 - (donor->junior + donor->senior) / donor->staff_start);
    return sim_rng_chance(&citizens, p->veto * (1 - donor->support) * relief) ||
           sim_rng_chance(&council, 0.2 * p->veto * stress) ||
           sim_rng_chance(&colleagues, 0.6 * p->veto * lost);
}

/* The first reason against it, or -1 and whom the donor takes. */
static int reason_against(const ref_world_t *r, int d, uint32_t key, ref_choice_t *choice) {
    if (ref_is_cooperative(r, d) && !r->donor[d].mandate)
        return COOP_REASON_NO_MANDATE;
    if (r->p.formation.gates && !ref_affords(r, d, r->p.budget.tie_upkeep))
        return COOP_REASON_NO_MONEY;
    if (r->p.formation.gates && ref_free_staff(r, d) < r->p.staff.project_fte)
        return COOP_REASON_NO_STAFF;
    *choice = choose(r, d, key);
    if (choice->met == 0)
        return COOP_REASON_NO_CONTACT;
    if (choice->n == 0)
        return COOP_REASON_NO_GAIN;
    if (choice->contact.partner < 0)
        return COOP_REASON_NOT_CHOSEN;
    if (!accepts(r, d, key, choice))
        return COOP_REASON_PARTNER_DECLINED;
    return vetoed(r, d, key) ? COOP_REASON_VETO : -1;
}

static void take_opportunity(ref_world_t *r, int d, int round) {
    uint32_t key = (uint32_t)d + ((uint32_t)round << 24);
    ref_choice_t choice;
    int reason = reason_against(r, d, key, &choice);
    double trust = 0.1 + 0.3 * choice.contact.strength;
    if (reason >= 0) {
        r->refused[ref_is_cooperative(r, d)][reason]++;
        return;
    }
    cr_assert_lt(r->n_ties, REF_TIES);
    r->live[r->n_live++] = r->n_ties;
    r->tie[r->n_ties++] = (ref_tie_t){.donor = d,
                                      .partner = choice.contact.partner,
                                      .sector = choice.sector,
                                      .stage = COOP_STAGE_EXCHANGE,
                                      .onset = r->step,
                                      .end = REF_NEVER,
                                      .active = r->step,
                                      .trust = fmin(1, fmax(0, trust)),
                                      .institution = ref_is_cooperative(r, d)};
}

/* Arrivals of a Poisson process by inversion: as many as the least n with u >= P(N > n). */
static int arrivals(double u, double mean) {
    double chance = exp(-mean), more = 1 - chance;
    int n = 0;
    while (u < more && n < 100) {
        n++;
        chance *= mean / n;
        more -= chance;
    }
    return n;
}

/* Nothing but its mode's first refusal can come of an opportunity, nor do more come than usual. */
static bool only_counts(const ref_world_t *r, int d) {
    const ref_donor_t *donor = &r->donor[d];
    if (donor->reputation > 0 || donor->intermediary)
        return false;
    if (ref_is_cooperative(r, d))
        return !donor->mandate;
    return r->p.formation.gates &&
           (donor->voted <= 0 || (double)donor->voted < r->p.budget.tie_upkeep);
}

static void offer(ref_world_t *r, int d) {
    const coop_formation_params_t *p = &r->p.formation;
    double rate = p->rate * (1 + p->rate_reputation * r->donor[d].reputation +
                             (ref_helped(r, d) ? p->rate_intermediary : 0) +
                             (ref_dated_policy(r, d) ? p->rate_policy : 0));
    sim_rng_draw_t draw = ref_draw(r, COOP_DRAW_FORMATION_OPPORTUNITY, (uint32_t)d, 0);
    double u = sim_rng_word(&draw) / 4294967296.0;
    int n = arrivals(u, rate / r->steps_per_year);
    for (int round = 0; round < n; round++)
        take_opportunity(r, d, round);
}

void ref_formation(ref_world_t *r) {
    const coop_formation_params_t *p = &r->p.formation;
    static const int reason[] = {COOP_REASON_NO_MONEY, COOP_REASON_NO_MANDATE};
    int counted[COOP_N_MODES] = {0};
    for (int d = 0; d < TINY_DONORS; d++) {
        bool cooperative = ref_is_cooperative(r, d);
        if (!(cooperative ? p->regional : p->city_to_city) || !r->donor[d].exists ||
            (cooperative && r->donor[d].plants == 0))
            continue;
        if (only_counts(r, d))
            counted[cooperative]++;
        else
            offer(r, d);
    }
    for (int mode = 0; mode < COOP_N_MODES; mode++) {
        sim_rng_draw_t draw = ref_draw(r, COOP_DRAW_FORMATION_OPPORTUNITY, (uint32_t)mode, 1);
        double mean = counted[mode] * p->rate / r->steps_per_year;
        r->refused[mode][reason[mode]] += (int)sim_rng_poisson(&draw, mean);
    }
}

/* ---- the ladder ---- */

void ref_ladder(ref_world_t *r) {
    const coop_ladder_params_t *p = &r->p.ladder;
    for (int t = 0; t < r->n_ties; t++) {
        ref_tie_t *tie = &r->tie[t];
        bool climbs = (tie->stage == COOP_STAGE_EXCHANGE && tie->trust >= p->trainees_trust) ||
                      (tie->stage == COOP_STAGE_PROJECT && tie->trust >= p->programme_trust &&
                       r->donor[tie->donor].record >= p->programme_projects);
        sim_rng_draw_t draw =
            ref_draw(r, COOP_DRAW_LADDER, (uint32_t)tie->donor, ref_agent(tie->partner));
        if (tie->end != REF_NEVER || !climbs || !sim_rng_chance(&draw, ref_probability(r, p->rate)))
            continue;
        tie->stage++;
        if (tie->stage == COOP_STAGE_PROGRAMME)
            tie->institution = true;
    }
}

/* ---- how ties last and end ---- */

double ref_idle(const ref_world_t *r, const ref_tie_t *tie) {
    double since = tie->active == tie->onset ? tie->onset + 0.5 : tie->active + 1;
    return (r->step - since) / r->steps_per_year;
}

/* Factor of the rate at which a tie seeks projects: of a dormant one, what trust is left. */
double ref_revival(const ref_world_t *r, const ref_tie_t *tie) {
    bool dormant = ref_idle(r, tie) >= r->p.upkeep.dormancy_after;
    return dormant ? r->p.upkeep.revival * tie->trust : 1;
}

/* What a government has made lasts, or all that it does while a policy runs; what a cooperative
 * does lasts while its policy runs; a programme lasts by itself (M33). */
static bool rests_on_nobody(const ref_world_t *r, const ref_tie_t *tie) {
    bool runs = ref_policy(r, tie->donor);
    if (tie->stage == COOP_STAGE_PROGRAMME)
        return tie->institution;
    return ref_is_cooperative(r, tie->donor) ? tie->institution && runs : tie->institution || runs;
}

static void keep_up(ref_world_t *r, ref_tie_t *tie) {
    int n = ref_count_ties(r, tie->donor, -1);
    if (r->donor[tie->donor].turnover == r->step) /* a part of trust was the head's own */
        tie->trust *= 1 - 0.3 * (rests_on_nobody(r, tie) ? r->p.upkeep.institution_damping : 1);
    double due = ref_upkeep_of(r, tie->donor, n) / n / r->steps_per_year;
    ref_pay(r, tie->donor, COOP_ACCOUNT_TIE_UPKEEP, (int64_t)due);
    if (tie->active < r->step && tie->stage <= COOP_STAGE_TRAINEES)
        tie->trust += (0.5 - tie->trust) * ref_probability(r, r->p.projects.exchange_gain);
    else if (tie->active < r->step)
        tie->trust *= 1 - ref_probability(r, r->p.projects.trust_fade);
    sim_rng_draw_t draw =
        ref_draw(r, COOP_DRAW_TIE_INSTITUTION, (uint32_t)tie->donor, ref_agent(tie->partner));
    double rate = r->p.upkeep.institution_rate * (ref_helped(r, tie->donor) ? 2 : 1);
    if (tie->trust >= r->p.upkeep.institution_trust &&
        sim_rng_chance(&draw, ref_probability(r, rate)))
        tie->institution = true;
}

/* Yearly hazard of each cause (7.11, table). */
static void find_hazards(const ref_world_t *r, const ref_tie_t *tie, double *hazard) {
    const coop_upkeep_params_t *p = &r->p.upkeep;
    const ref_donor_t *donor = &r->donor[tie->donor];
    const ref_partner_t *partner = &r->partner[tie->partner];
    double damping = rests_on_nobody(r, tie) ? p->institution_damping : 1;
    double idle = ref_idle(r, tie);
    double dormant = fmin(1, fmax(0, (idle - p->dormancy_after) * r->steps_per_year + 1));
    double since_turnover = ((double)r->step - donor->turnover) / r->steps_per_year;
    double keeping = worth_keeping(r, tie);
    if (since_turnover < 1 && tie->onset < donor->turnover && !ref_dated_policy(r, tie->donor))
        hazard[COOP_CAUSE_LEADER_TURNOVER] =
            p->leader_turnover * damping * (1 - tie->trust) * fmax(0, donor->priority_fall);
    if (tie->stage >= COOP_STAGE_PROJECT && idle >= 0)
        hazard[COOP_CAUSE_GRANT_END] = p->grant_end * damping * (1 - tie->trust) * (1 - dormant);
    if (!ref_affords(r, tie->donor, 0))
        hazard[COOP_CAUSE_BUDGET_SHORTFALL] = p->budget_shortfall;
    if (ref_free_staff(r, tie->donor) < 0)
        hazard[COOP_CAUSE_STAFF_LOSS] = p->staff_loss;
    hazard[COOP_CAUSE_SUPPORT_LOSS] =
        p->support_loss * damping * fmax(0, p->support_floor - donor->support);
    hazard[COOP_CAUSE_GOAL_MISMATCH] =
        p->goal_mismatch / (1 + exp(keeping - r->p.formation.opt_out));
    bool agreed = tie->institution && !ref_is_cooperative(r, tie->donor);
    hazard[COOP_CAUSE_PARTNER_EXIT] = p->partner_exit * (agreed ? p->institution_damping : 1) *
                                      (1 - partner->interest) *
                                      (1 - r->country[partner->country].stability / 2);
    if (partner->need[tie->sector] < 0.15)
        hazard[COOP_CAUSE_GOAL_REACHED] = p->goal_reached;
    if (ref_soured(r, tie->partner))
        hazard[COOP_CAUSE_NATIONAL_RELATIONS] = r->p.relations.end * (1 - donor->priority);
    hazard[COOP_CAUSE_DORMANCY] = p->dormancy * damping * dormant;
}

/* The cause by which it ends in the step, or -1: one uniform number whether, one by which. */
static int ending(const ref_world_t *r, const ref_tie_t *tie) {
    double hazard[COOP_N_CAUSES] = {0}, all = 0, years = 1.0 / r->steps_per_year;
    const sim_rng_draw_t of =
        ref_draw(r, COOP_DRAW_TIE_ENDING, (uint32_t)tie->donor, ref_agent(tie->partner));
    const sim_rng_block_t whether = sim_rng_block(&of.rng, of.a, of.b, 0),
                          which = sim_rng_block(&of.rng, of.a, of.b, 1);
    if (tie->onset == r->step - 1)
        years *= 1.5;
    find_hazards(r, tie, hazard);
    for (int cause = 0; cause < COOP_N_CAUSES; cause++)
        all += hazard[cause];
    if (sim_rng_unit(whether.word[0], whether.word[1]) >= 1 - exp(-all * years))
        return -1;
    double place = all * sim_rng_unit(which.word[0], which.word[1]);
    int cause = 0;
    while (place >= hazard[cause])
        place -= hazard[cause++];
    return cause;
}

static void end_tie(ref_world_t *r, int place, int cause) {
    int t = r->live[place];
    for (int k = r->n_running - 1; k >= 0; k--)
        if (r->project[r->running[k]].tie == t)
            ref_stop(r, k, COOP_OUTCOME_CUT);
    r->tie[t].end = r->step, r->tie[t].cause = cause;
    r->live[place] = r->live[--r->n_live];
}

void ref_upkeep(ref_world_t *r) {
    for (int k = r->n_live - 1; k >= 0; k--) {
        ref_tie_t *tie = &r->tie[r->live[k]];
        if (tie->onset == r->step)
            continue;
        keep_up(r, tie);
        int cause = ending(r, tie);
        if (cause >= 0)
            end_tie(r, k, cause);
    }
}
