/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regional forms of local governments (S, Table 8-2): a prefecture with municipalities of its own
 * that work with the same partner, and cities that keep together after a joint bid. They act abroad
 * in one tie: its donor leads, the others share what it costs, and one of them carries on where the
 * leader gives up. Their own ties with the partner end in it. Cooperatives are bodies of their own
 * (initiative.c). */
#include <string.h>

#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/look/columns.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/ties.h"
#include "models/cooperation/ties/upkeep.h"

/* ---- who is in it ---- */

#define TIE_MEMBER(COLUMN)                                                                         \
    COLUMN(INTEGER, "tie_id", league->tie[k], "a regional tie of local governments")               \
    COLUMN(INTEGER, "member_id", league->member[k],                                                \
           "agent that acts under the lead of the tie's donor")                                    \
    COLUMN(REAL, "onset", sim_schedule_time(&world->clock, league->since[k]), "year")              \
    COLUMN(REAL, "terminus", terminus, "year; NULL for those who were in it at the end of the run")
const sim_field_t coop_tie_member_fields[] = {TIE_MEMBER(FIELD) FIELD_END};

static int write_row(sim_world_t *world, uint32_t k, double terminus) {
    const coop_league_t *league = &coop_state(world)->league;
    const sim_cell_t cell[] = {TIE_MEMBER(CELL)};
    return sim_world_records_rows(world) ? sim_world_row(world, COOP_TABLE_TIE_MEMBER, cell) : 0;
}

int coop_forms_rows(sim_world_t *world) {
    int rc = 0;
    for (uint32_t k = 0; k < coop_state(world)->league.count && !rc; k++)
        rc = write_row(world, k, (double)NAN);
    return rc;
}

/* Takes row k out; the last one takes its place. */
static int drop(sim_world_t *world, uint32_t k) {
    coop_league_t *league = &coop_state(world)->league;
    int rc = write_row(world, k, sim_schedule_time(&world->clock, world->clock.step));
    uint32_t last = --league->count;
    league->tie[k] = league->tie[last];
    league->member[k] = league->member[last];
    league->since[k] = league->since[last];
    return rc;
}

/* The row of a member of the tie's form; the number of rows when it is in none. */
static uint32_t row_of(const sim_world_t *world, uint32_t tie, uint32_t member) {
    const coop_league_t *league = &coop_state(world)->league;
    uint32_t k = 0;
    while (k < league->count && (league->tie[k] != tie || league->member[k] != member))
        k++;
    return k;
}

int coop_forms_end(sim_world_t *world, uint32_t tie) {
    const coop_league_t *league = &coop_state(world)->league;
    int rc = 0;
    for (uint32_t k = league->count; k-- > 0 && !rc;)
        if (league->tie[k] == tie)
            rc = drop(world, k);
    return rc;
}

/* ---- how one begins, and ends ---- */

/* Ends `old`; what it has come to goes on in a tie of `donor`, and its projects with it. */
static int go_on(sim_world_t *world, uint32_t old, uint32_t donor, uint8_t form, uint8_t cause,
                 uint32_t *new) {
    uint8_t mode = form == COOP_TIE_FORM_SINGLE ? COOP_MODE_CITY_TO_CITY : COOP_MODE_REGIONAL;
    coop_ties_end(world, old, cause);
    int rc = coop_ties_continue(world, old, donor, mode, new);
    if (rc)
        return rc;
    world->ties->form[*new] = form;
    coop_projects_hand_over(world, old, *new);
    return 0;
}

/* The donor of tie `other` acts under the lead of `tie` from now on; the better of both stays. */
static int take_in(sim_world_t *world, uint32_t tie, uint32_t other) {
    coop_league_t *league = &coop_state(world)->league;
    if (league->count == COOP_MAX_LEAGUE)
        return sim_world_fail(world, SIM_ERR_LIMIT, "more than %d governments under another's lead",
                              COOP_MAX_LEAGUE);
    coop_ties_end(world, other, COOP_CAUSE_REGIONAL_FORM);
    coop_ties_join(world, other, tie);
    uint32_t k = league->count++;
    league->tie[k] = tie, league->member[k] = world->ties->from[other];
    league->since[k] = world->clock.step;
    return 0;
}

/* The donors of tie[0..n-1], all with one partner, act as one; the first leads by tie *lead. */
static int begin(sim_world_t *world, const uint32_t *tie, uint32_t n, uint8_t form,
                 uint32_t *lead) {
    uint32_t donor = world->ties->from[tie[0]];
    int rc = 0;
    *lead = tie[0];
    if (!coop_ties_of_several(world, tie[0]))
        rc = go_on(world, tie[0], donor, form, COOP_CAUSE_REGIONAL_FORM, lead);
    for (uint32_t k = 1; k < n && !rc; k++)
        rc = take_in(world, *lead, tie[k]);
    return rc ? rc : coop_event(world, COOP_EVENT_FORM_BEGUN, donor, world->ties->to[*lead], form);
}

/* All have left but `last`: the regional tie has ended, by what made them leave. Where cities may
 * have ties of their own `last` goes on alone. */
static int dissolve(sim_world_t *world, uint32_t tie, uint32_t last, uint8_t cause) {
    uint32_t new;
    int rc = coop_forms_end(world, tie);
    if (!rc)
        rc = coop_event(world, COOP_EVENT_FORM_DISSOLVED, last, world->ties->to[tie],
                        world->ties->form[tie]);
    if (rc)
        return rc;
    return coop_params(world)->formation.city_to_city
               ? go_on(world, tie, last, COOP_TIE_FORM_SINGLE, cause, &new)
               : coop_upkeep_end(world, tie, cause);
}

/* A tie that began in this step cannot end in it; what runs in another's tie stays there. */
static bool may_be_taken_in(const sim_world_t *world, uint32_t tie) {
    return world->ties->onset[tie] < world->clock.step &&
           world->ties->form[tie] == COOP_TIE_FORM_SINGLE && !coop_projects_running(world, tie);
}

static bool may_lead(const sim_world_t *world, uint32_t tie) {
    return coop_ties_of_several(world, tie) || (world->ties->onset[tie] < world->clock.step &&
                                                world->ties->form[tie] == COOP_TIE_FORM_SINGLE);
}

static bool wanted(const sim_world_t *world) {
    return coop_params(world)->forms.enabled && coop_params(world)->formation.regional;
}

/* ---- consortia ---- */

int coop_forms_after_bid(sim_world_t *world, const uint32_t *tie, uint32_t n, uint32_t *lead) {
    uint32_t in[COOP_MAX_BIDDERS], n_in = 1;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_FORM_CONSORTIUM,
                                         world->ties->from[tie[0]], world->ties->to[tie[0]]);
    *lead = in[0] = tie[0];
    if (!wanted(world) || !may_lead(world, tie[0]))
        return 0;
    for (uint32_t k = 1; k < n && n_in < COOP_MAX_BIDDERS; k++)
        if (may_be_taken_in(world, tie[k]))
            in[n_in++] = tie[k];
    if (n_in < 2 || !sim_rng_chance(&draw, coop_params(world)->forms.consortium))
        return 0;
    return begin(world, in, n_in, COOP_TIE_FORM_CONSORTIUM, lead);
}

/* ---- prefectures and their municipalities ---- */

static bool is_prefecture(const sim_world_t *world, uint32_t d) {
    return coop_population(world)->type[d] == COOP_TYPE_PREFECTURE;
}

static bool lies_in(const sim_world_t *world, uint32_t d, uint32_t prefecture) {
    const coop_population_t *pop = coop_population(world);
    return d < pop->first_cooperative && !is_prefecture(world, d) &&
           pop->prefecture_of[d] == pop->prefecture_of[prefecture];
}

/* A municipality of the prefecture by its share of the people, at a place u in [0, 1). */
static uint32_t city_of(const sim_world_t *world, uint32_t prefecture, double u) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    const coop_population_t *pop = coop_population(world);
    uint32_t named = pop->prefecture_of[prefecture], first = pop->first_municipality[named],
             end = pop->first_municipality[named + 1], last = SIM_NETWORK_NONE;
    double total = 0;
    for (uint32_t k = first; k < end; k++)
        total += donor->exists[pop->municipality[k]] ? donor->population[pop->municipality[k]] : 0;
    double place = u * total;
    for (uint32_t k = first; k < end && place >= 0; k++) {
        uint32_t d = pop->municipality[k];
        if (donor->exists[d])
            last = d, place -= donor->population[d];
    }
    return last;
}

/* Who works with a partner makes its prefecture, or a municipality of its own, known to it. */
static void introduce(sim_world_t *world) {
    sim_network_ties_t *ties = world->ties;
    coop_state_t *s = coop_state(world);
    double chance = coop_chance(coop_params(world)->forms.introduction);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_FORM_INTRODUCTION);
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION] && chance > 0; k++) {
        uint32_t tie = ties->live[COOP_TIE_COOPERATION][k], d = ties->from[tie];
        if (d >= coop_population(world)->first_cooperative)
            continue;
        sim_rng_block_t draw = sim_rng_block(&rng, d, ties->to[tie], 0);
        if (sim_rng_unit(draw.word[0], draw.word[1]) >= chance)
            continue;
        double u = sim_rng_unit(draw.word[2], draw.word[3]);
        uint32_t other = is_prefecture(world, d) ? city_of(world, d, u)
                                                 : coop_population(world)->prefecture_of[d];
        if (other == SIM_NETWORK_NONE)
            continue;
        s->flow_metric[COOP_M_CONTACTS]++;
        s->flow_metric[COOP_M_WAYS + COOP_SOURCE_OTHER_CITY]++;
        coop_contacts_add(world, other, coop_partner_of(world, tie), ties->trust[tie],
                          COOP_SOURCE_OTHER_CITY);
    }
}

/* The ties of the prefecture's municipalities with the partner of its tie, which stands first; in
 * order of birth. How many in all. */
static uint32_t gather(const sim_world_t *world, uint32_t prefecture, uint32_t tie,
                       uint32_t in[COOP_MAX_BIDDERS]) {
    const sim_network_ties_t *ties = world->ties;
    uint32_t n = 1;
    in[0] = tie;
    for (uint32_t at = ties->first_to[COOP_TIE_COOPERATION][ties->to[tie]];
         at && n < COOP_MAX_BIDDERS; at = ties->next_to[at - 1]) {
        if (!lies_in(world, ties->from[at - 1], prefecture) || !may_be_taken_in(world, at - 1))
            continue;
        uint32_t place = n++;
        for (; place > 1 && in[place - 1] > at - 1; place--)
            in[place] = in[place - 1];
        in[place] = at - 1;
    }
    return n;
}

static int gather_prefecture(sim_world_t *world, uint32_t d) {
    double chance = coop_chance(coop_params(world)->forms.prefecture);
    uint32_t *tie = coop_state(world)->due, in[COOP_MAX_BIDDERS], lead;
    uint32_t n = coop_ties_of(world, COOP_TIE_COOPERATION, d, tie);
    int rc = 0;
    for (uint32_t k = 0; k < n && !rc; k++) {
        uint32_t n_in = may_lead(world, tie[k]) ? gather(world, d, tie[k], in) : 1;
        sim_rng_draw_t draw =
            sim_world_draw(world, COOP_DRAW_FORM_PREFECTURE, d, world->ties->to[tie[k]]);
        if (n_in > 1 && sim_rng_chance(&draw, chance))
            rc = begin(world, in, n_in, COOP_TIE_FORM_PREFECTURE_LED, &lead);
    }
    return rc;
}

/* ---- leaving ---- */

/* What makes a member leave, per year: as a tie of its own of that trust would end, which nothing
 * institutionalises (upkeep.c); the largest of its hazards is given as the cause. */
static double leaving_rate(const sim_world_t *world, uint32_t k, uint8_t *cause) {
    const coop_upkeep_params_t *p = &coop_params(world)->upkeep;
    const coop_donor_t *donor = &coop_state(world)->donor;
    const coop_league_t *league = &coop_state(world)->league;
    uint32_t m = league->member[k];
    double loose = 1 - world->ties->trust[league->tie[k]];
    bool new_head = donor->turnover[m] > league->since[k] &&
                    donor->turnover[m] > world->clock.step - world->clock.steps_per_year;
    const struct {
        uint8_t cause;
        double rate;
    } hazard[] = {
        {COOP_CAUSE_LEADER_TURNOVER,
         new_head ? p->leader_turnover * loose * coop_max(0, donor->priority_fall[m]) : 0},
        {COOP_CAUSE_BUDGET_SHORTFALL, coop_budget_affords(world, m, 0) ? 0 : p->budget_shortfall},
        {COOP_CAUSE_STAFF_LOSS, coop_staff_free(world, m) < 0 ? p->staff_loss : 0},
        {COOP_CAUSE_SUPPORT_LOSS,
         p->support_loss * coop_max(0, p->support_floor - donor->support[m])}};
    double sum = 0, most = -1;
    for (size_t c = 0; c < sizeof hazard / sizeof *hazard; c++) {
        sum += hazard[c].rate;
        if (hazard[c].rate > most)
            most = hazard[c].rate, *cause = hazard[c].cause;
    }
    return sum;
}

static int leave(sim_world_t *world, uint32_t k, uint8_t cause) {
    const coop_league_t *league = &coop_state(world)->league;
    uint32_t tie = league->tie[k], member = league->member[k], left[COOP_MAX_LEAGUE];
    int rc = drop(world, k);
    if (!rc)
        rc = coop_event(world, COOP_EVENT_FORM_LEFT, member, world->ties->to[tie], cause);
    if (rc || coop_ties_members(world, tie, left))
        return rc;
    return dissolve(world, tie, world->ties->from[tie], cause);
}

static int leave_year(sim_world_t *world) {
    const coop_league_t *league = &coop_state(world)->league;
    int rc = 0;
    for (uint32_t k = league->count; k-- > 0 && !rc;) {
        uint8_t cause = COOP_CAUSE_LEADER_TURNOVER;
        double rate = leaving_rate(world, k, &cause);
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_FORM_LEAVING, league->member[k],
                                             world->ties->to[league->tie[k]]);
        if (world->ties->onset[league->tie[k]] < world->clock.step &&
            sim_rng_chance(&draw, coop_chance(rate)))
            rc = leave(world, k, cause);
    }
    return rc;
}

/* Mergers of members can leave a leader alone. */
static int end_empty(sim_world_t *world) {
    const sim_network_ties_t *ties = world->ties;
    uint32_t member[COOP_MAX_LEAGUE];
    int rc = 0;
    for (uint32_t k = ties->n_live[COOP_TIE_COOPERATION]; k-- > 0 && !rc;) {
        uint32_t tie = ties->live[COOP_TIE_COOPERATION][k];
        if (coop_ties_of_several(world, tie) && ties->onset[tie] < world->clock.step &&
            coop_ties_members(world, tie, member) == 0)
            rc = dissolve(world, tie, ties->from[tie], COOP_CAUSE_MERGER);
    }
    return rc;
}

/* The donor's own, not the partner's, nor what ends the work of all. */
static bool is_own(uint8_t cause) {
    return cause == COOP_CAUSE_LEADER_TURNOVER || cause == COOP_CAUSE_BUDGET_SHORTFALL ||
           cause == COOP_CAUSE_STAFF_LOSS || cause == COOP_CAUSE_SUPPORT_LOSS ||
           cause == COOP_CAUSE_GOAL_MISMATCH;
}

/* Was in it from its begin: what it did with the partner before had ended then. */
static bool is_founder(const sim_world_t *world, uint32_t tie, uint32_t member) {
    return coop_state(world)->league.since[row_of(world, tie, member)] <= world->ties->onset[tie];
}

/* The founder whose head cares most, of equals the first; without a founder any member. */
static uint32_t choose_lead(const sim_world_t *world, uint32_t tie, const uint32_t *member,
                            uint32_t n) {
    const double *priority = coop_state(world)->donor.priority;
    uint32_t best = member[0];
    for (uint32_t k = 1; k < n; k++) {
        bool founds = is_founder(world, tie, member[k]), found = is_founder(world, tie, best);
        if (founds > found || (founds == found && priority[member[k]] > priority[best]))
            best = member[k];
    }
    return best;
}

/* The spell goes on under a founder; one who came later had a spell of its own while it ran, and
 * begins a new one. Without its prefecture what is left is a consortium. */
static int pass_lead(sim_world_t *world, uint32_t tie, uint8_t cause, const uint32_t *member,
                     uint32_t n) {
    sim_network_ties_t *ties = world->ties;
    uint32_t from = ties->from[tie], to = choose_lead(world, tie, member, n), new = tie;
    bool founds = is_founder(world, tie, to);
    int rc = drop(world, row_of(world, tie, to));
    if (!rc && !founds)
        rc = go_on(world, tie, to, COOP_TIE_FORM_CONSORTIUM, cause, &new);
    if (!rc && !founds)
        rc = coop_forms_move(world, tie, new);
    if (founds) {
        coop_ties_hand_over(world, tie, to);
        coop_projects_change_hands(world, tie, from, to);
    }
    ties->form[new] = COOP_TIE_FORM_CONSORTIUM;
    return rc ? rc : coop_event(world, COOP_EVENT_LEAD_PASSED, to, ties->to[new], n - 1);
}

int coop_forms_succeed(sim_world_t *world, uint32_t tie, uint8_t cause, bool *goes_on) {
    uint32_t member[COOP_MAX_LEAGUE], n = 0;
    if (is_own(cause) && coop_ties_of_several(world, tie))
        n = coop_ties_members(world, tie, member);
    *goes_on = n > 0;
    if (n == 0)
        return 0;
    return n == 1 ? dissolve(world, tie, member[0], cause)
                  : pass_lead(world, tie, cause, member, n);
}

int64_t coop_forms_share_upkeep(sim_world_t *world, uint32_t tie, int64_t yen) {
    uint32_t member[COOP_MAX_LEAGUE], n = 0;
    if (coop_ties_of_several(world, tie))
        n = coop_ties_members(world, tie, member);
    for (uint32_t k = 0; k < n; k++)
        coop_budget_pay(world, member[k], COOP_ACCOUNT_TIE_UPKEEP, yen / (n + 1));
    return yen - n * (yen / (n + 1));
}

/* ---- mergers ---- */

int coop_forms_move(sim_world_t *world, uint32_t old, uint32_t new) {
    coop_league_t *league = &coop_state(world)->league;
    world->ties->form[new] = world->ties->form[old];
    for (uint32_t k = 0; k < league->count; k++)
        if (league->tie[k] == old)
            league->tie[k] = new;
    uint32_t own = row_of(world, new, world->ties->from[new]);
    return own < league->count ? drop(world, own) : 0;
}

int coop_forms_give_way(sim_world_t *world, uint32_t heir, uint32_t tie) {
    const coop_league_t *league = &coop_state(world)->league;
    int rc = 0;
    for (uint32_t k = league->count; k-- > 0 && !rc;)
        if (league->member[k] == heir && league->tie[k] != tie &&
            world->ties->to[league->tie[k]] == world->ties->to[tie])
            rc = drop(world, k);
    return rc;
}

int coop_forms_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_league_t *league = &coop_state(world)->league;
    int rc = 0;
    for (uint32_t k = league->count; k-- > 0 && !rc;) {
        if (league->member[k] != from)
            continue;
        uint32_t partner = world->ties->to[league->tie[k]];
        bool has = coop_ties_shares(world, heir, partner) ||
                   sim_network_tie_find(world->ties, COOP_TIE_COOPERATION, heir, partner) !=
                       SIM_NETWORK_NONE;
        if (has)
            rc = drop(world, k);
        else
            league->member[k] = heir;
    }
    return rc;
}

/* ---- a year ---- */

int coop_forms_year(sim_world_t *world) {
    int rc = leave_year(world);
    if (!rc)
        rc = end_empty(world);
    if (rc || !wanted(world))
        return rc;
    introduce(world);
    for (uint32_t d = 0; is_prefecture(world, d) && !rc; d++)
        if (coop_state(world)->donor.n_ties[d])
            rc = gather_prefecture(world, d);
    return rc;
}

/* ---- what must hold ---- */

/* What governments do as one: their ties are live and regional, nobody is in them twice, and nobody
 * works with their partner besides. */
static bool is_member(const sim_world_t *world, uint32_t k) {
    const coop_league_t *league = &coop_state(world)->league;
    const sim_network_ties_t *ties = world->ties;
    uint32_t tie = league->tie[k], m = league->member[k];
    bool good =
        ties->terminus[tie] == SIM_NETWORK_OPEN && coop_ties_of_several(world, tie) &&
        coop_state(world)->donor.exists[m] && m < coop_population(world)->first_cooperative &&
        sim_network_tie_find(ties, COOP_TIE_COOPERATION, m, ties->to[tie]) == SIM_NETWORK_NONE;
    for (uint32_t other = 0; other < k && good; other++)
        good = league->member[other] != m || ties->to[league->tie[other]] != ties->to[tie];
    return good;
}

/* Every live cooperation tie has the form that its mode says. */
int coop_forms_verify(const sim_world_t *world) {
    const sim_network_ties_t *ties = world->ties;
    bool good = true;
    for (uint32_t k = 0; k < coop_state(world)->league.count; k++)
        good = good && is_member(world, k);
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION]; k++) {
        uint32_t tie = ties->live[COOP_TIE_COOPERATION][k];
        bool single = ties->form[tie] == COOP_TIE_FORM_SINGLE;
        good = good && ties->form[tie] < COOP_N_TIE_FORMS &&
               single == (ties->mode[tie] == COOP_MODE_CITY_TO_CITY);
    }
    return good ? 0 : SIM_ERR_VERIFY;
}
