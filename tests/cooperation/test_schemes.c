/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of schemes (M25-M30): who may apply where for what, slots, ceilings, renewals, joint
 * bids, firms, and the order of awards against a slow second reading of it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/cooperation/money/projects.h"
#include "models/cooperation/money/schemes.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(schemes, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_FUNDED TINY_CALM "run.years=16 run.start_year=2010 "
#define NO_JICA "funding.jica_enabled=false "
#define NO_MOE "funding.moe_enabled=false "
#define NO_OWN "funding.own_rate=0 "

static const coop_project_t *project(void) {
    return &tiny_state(&tiny)->project;
}
static void run(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_run(&tiny);
}
static int year_of(uint32_t j) {
    return sim_schedule_year(&tiny.world.clock, project()->start[j]);
}

/* ---- who may apply where for what: every case of the table, written out once more ---- */

enum { NEW = TINY_CITY + 5 };

static bool in(uint32_t country, uint32_t a, uint32_t b, uint32_t c) {
    return country == a || country == b || country == c;
}

static bool expected(int scheme, uint32_t d, uint32_t country, int year) {
    bool aid = in(country, TINY_CN, TINY_IN, TINY_VN), government = d < TINY_GOVERNMENTS;
    bool jcm = (country == TINY_VN && year >= 2013) || (country == TINY_PW && year >= 2014);
    switch (scheme) {
    case COOP_SCHEME_JICA_LOCAL:
        return aid;
    case COOP_SCHEME_MOE_JCM:
        return jcm && government && d != NEW;
    case COOP_SCHEME_JICA_PARTNER:
        return aid && d == TINY_DESIGNATED && year >= 2014; /* Kitakyushu, first project 2012 */
    case COOP_SCHEME_JICA_SUPPORT:
        return aid && d == NEW;
    case COOP_SCHEME_CLAIR_MODEL:
        return government;
    default:
        return aid && government && year >= 2008;
    }
}

Test(schemes, every_case_of_eligibility) {
    static const uint32_t donors[] = {TINY_PREFECTURE, TINY_DESIGNATED, TINY_DESIGNATED + 1, NEW,
                                      TINY_POOL,       TINY_MIDDLE};
    int cases[COOP_SCHEME_OWN] = {0};
    tiny_begin(&tiny, "funding.moe_outside=0 funding.moe_from=2010 "
                      "relations.rupture_rate=0 ");
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        donor->record[d] = d != NEW, donor->first_project[d] = 12 * 4;
    for (int year = 2005; year < 2018; year++)
        for (size_t k = 0; k < sizeof donors / sizeof *donors; k++)
            for (uint32_t country = 0; country < TINY_COUNTRIES; country++)
                for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++) {
                    tiny.world.clock.step = (year - 2000) * 4 + 1;
                    bool may =
                        coop_funding_eligible(&tiny.world, scheme, donors[k], 5 * country + 1);
                    cr_expect_eq(may, expected(scheme, donors[k], country, year),
                                 "%s, donor %u, country %u, %d", coop_scheme_words[scheme],
                                 donors[k], country, year);
                    cases[scheme] += may;
                }
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        cr_expect_gt(cases[scheme], 10, "%s", coop_scheme_words[scheme]);
}

Test(schemes, relations_intermediaries_and_levers_open_and_close) {
    uint32_t vn = 5 * TINY_VN, d = TINY_DESIGNATED;
    tiny_begin(&tiny, "contacts.intermediaries=false funding.moe_from=2000 ");
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    tiny.world.clock.step = 20 * 4;
    donor->record[d] = 1;
    cr_expect_not(coop_funding_eligible(&tiny.world, COOP_SCHEME_JICA_PARTNER, d, vn));
    cr_expect(coop_funding_any(&tiny.world, d, vn));
    tiny_state(&tiny)->country.soured_until[TINY_VN] = 2030;
    cr_expect_not(coop_funding_any(&tiny.world, d, vn), "M32");
    static const char *const open[] = {"jica", "moe", "minor"};
    for (int which = 0; which < 3; which++) {
        char settings[300];
        snprintf(settings, sizeof settings,
                 "funding.jica_open_to_cooperatives=false funding.moe_open_to_cooperatives=false "
                 "funding.%s_open_to_cooperatives=true run.years=30 works.ladder=false ",
                 open[which]);
        tiny_begin(&tiny, settings);
        tiny.world.clock.step = 20 * 4;
        for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
            cr_expect_eq(coop_funding_eligible(&tiny.world, scheme, TINY_POOL, vn),
                         (scheme < 2 ? scheme : 2) == which && scheme != COOP_SCHEME_JICA_PARTNER,
                         "%s, open: %s", coop_scheme_words[scheme], open[which]);
    }
}

/* ---- each scheme has its own money ---- */

static int64_t moved(int from, int to) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_LEDGER];
    int64_t sum = 0;
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        sum += row[1].i == from && row[2].i == to ? row[3].i : 0;
    }
    return sum;
}

/* Only this scheme calls, with money for all; `more` may take it away again. */
static bool used[COOP_N_ACCOUNTS]; /* held money at the end of a step */
static void only(int scheme, const char *more) {
    static const char *const prefix[] = {"jica", "moe", "partner", "support", "clair", "meti"};
    char settings[4096];
    snprintf(settings, sizeof settings,
             BUSY NO_JICA NO_MOE NO_OWN "funding.%s_enabled=true "
                                        "funding.minor_budget_factor=1000 %s",
             prefix[scheme], more);
    tiny_begin(&tiny, settings);
    if (scheme == COOP_SCHEME_JICA_PARTNER) /* has a record */
        tiny_state(&tiny)->donor.record[TINY_DESIGNATED] = 1;
    memset(used, 0, sizeof used);
    while (tiny.world.clock.step < tiny.world.clock.steps) {
        tiny_steps(&tiny, 1);
        for (int account = 0; account < COOP_N_ACCOUNTS; account++)
            used[account] |= tiny_state(&tiny)->balance[account] > 0;
    }
}

Test(schemes, each_pays_from_its_account_and_balances) {
    static const struct {
        int account;
        int64_t ceiling;
    } is[] = {[COOP_SCHEME_JICA_LOCAL] = {COOP_ACCOUNT_JICA, 30000000},
              [COOP_SCHEME_MOE_JCM] = {COOP_ACCOUNT_MOE, 20000000},
              [COOP_SCHEME_JICA_PARTNER] = {COOP_ACCOUNT_JICA, 100000000},
              [COOP_SCHEME_JICA_SUPPORT] = {COOP_ACCOUNT_JICA, 10000000},
              [COOP_SCHEME_CLAIR_MODEL] = {COOP_ACCOUNT_CLAIR, 5000000},
              [COOP_SCHEME_METI] = {COOP_ACCOUNT_METI, 15000000}};
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++) {
        int64_t largest = 0;
        only(scheme, "");
        const coop_project_t *p = project();
        cr_expect_gt(p->count, 10, "%s", coop_scheme_words[scheme]);
        for (uint32_t j = 0; j < p->count; j++) {
            cr_expect_eq(p->scheme[j], scheme);
            largest = p->granted[j] > largest ? p->granted[j] : largest;
        }
        cr_expect(largest <= is[scheme].ceiling && 10 * largest > 9 * is[scheme].ceiling,
                  "%s: %lld", coop_scheme_words[scheme], (long long)largest);
        for (int account = COOP_ACCOUNT_JICA; account <= COOP_ACCOUNT_METI; account++)
            cr_expect_eq(used[account], account == is[scheme].account, "%s",
                         coop_scheme_words[scheme]);
        only(scheme, scheme == COOP_SCHEME_JICA_LOCAL ? "funding.jica_budget_factor=0 "
                     : scheme == COOP_SCHEME_MOE_JCM  ? "funding.moe_budget_factor=0 "
                                                      : "funding.minor_budget_factor=0 ");
        cr_expect_eq(project()->count, 0, "the twin: no money");
    }
}

/* The ledger's rows, with all schemes at once. */
Test(schemes, what_funders_get_they_grant_or_give_back) {
    tiny_begin(&tiny, BUSY "funding.partner_enabled=true funding.support_enabled=true "
                           "funding.clair_enabled=true funding.meti_enabled=true "
                           "funding.jica_budget=1e8 funding.moe_budget=4e7 "
                           "upkeep.partner_exit=0.5 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_PROJECT];
    int64_t granted = 0, got = 0, gave = 0;
    int firms[2] = {0};
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        granted += row[10].i;
        firms[row[13].i]++;
    }
    for (int account = COOP_ACCOUNT_JICA; account <= COOP_ACCOUNT_METI; account++) {
        int64_t out =
            moved(account, COOP_ACCOUNT_PROJECTS) + moved(account, COOP_ACCOUNT_TAXPAYERS);
        cr_expect_gt(out, 0, "%s", coop_account_words[account]);
        cr_expect_geq(moved(COOP_ACCOUNT_TAXPAYERS, account), out);
        got += moved(COOP_ACCOUNT_TAXPAYERS, account), gave += out;
    }
    cr_expect_eq(got, granted);
    cr_expect_lt(gave, got, "some still run");
    cr_expect(firms[0] > 20 && firms[1] == 0);
}

/* ---- money, slots and years of a call ---- */

static int most_a_year(int first, int last) {
    int count[32] = {0}, most = 0;
    for (uint32_t j = 0; j < project()->count; j++) {
        int *n = &count[year_of(j) - 2010];
        ++*n;
        most = year_of(j) >= first && year_of(j) <= last && *n > most ? *n : most;
    }
    return most;
}

Test(schemes, slots_bound_the_awards_of_a_year) {
    only(COOP_SCHEME_METI, "funding.minor_budget_factor=3 ");
    cr_expect_eq(most_a_year(2010, 2025), 3);
    only(COOP_SCHEME_METI, "");
    cr_expect_gt(most_a_year(2010, 2025), 10, "the twin");
}

Test(schemes, a_scheme_ends_before_its_last_year) {
    run(BUSY NO_MOE NO_OWN "funding.jica_from=2012 funding.jica_until=2018 ");
    cr_expect_gt(project()->count, 50);
    for (uint32_t j = 0; j < project()->count; j++)
        cr_expect(year_of(j) >= 2012 && year_of(j) < 2018, "%d", year_of(j));
    run(BUSY NO_MOE NO_OWN "funding.jica_from=2012 funding.jica_until=3000 ");
    cr_expect_gt(most_a_year(2018, 2025), 10, "the twin");
}

Test(schemes, a_young_scheme_grows_to_its_budget) {
    double sum[16] = {0};
    run(BUSY NO_JICA NO_OWN "funding.moe_from=2014 funding.moe_budget=1e8 "
                            "funding.moe_ceiling=5e6 ");
    for (uint32_t j = 0; j < project()->count; j++)
        sum[year_of(j) - 2010] += (double)project()->granted[j];
    for (int year = 2014; year < 2026; year++) {
        double money = 1e8 * fmin(1, (year - 2013) / 4.0);
        cr_expect(sum[year - 2010] <= money && sum[year - 2010] > money - 5e6, "%d: %g", year,
                  sum[year - 2010]);
    }
}

Test(schemes, starters_get_money_only_once) {
    uint32_t given[TINY_DONORS] = {0};
    only(COOP_SCHEME_JICA_SUPPORT, "contacts.rate=0.3 formation.rate=0.3 ");
    cr_expect_gt(project()->count, 5);
    for (uint32_t j = 0; j < project()->count; j++) {
        cr_expect_geq(project()->granted[j], 6000000);
        given[project()->donor[j]] |= 1U << (year_of(j) - 2010);
    }
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        cr_expect_eq(given[d] & (given[d] - 1), 0, "in one call only");
}

/* M27: the money of a supplementary budget pays grants of twice the size, and no more than it is.
 */
Test(schemes, the_special_framework_pays_larger_grants) {
#define SPECIAL                                                                                    \
    BUSY NO_MOE NO_OWN "funding.jica_budget=2e8 funding.jica_ceiling=30e6 "                        \
                       "funding.jica_special_ceiling=60e6 funding.supplementary_size=1 "
    int64_t special[16] = {0}, regular[16] = {0};
    run(SPECIAL "funding.jica_special_from=2013 funding.jica_special_until=2015 ");
    for (uint32_t j = 0; j < project()->count; j++) {
        int64_t yen = project()->granted[j];
        *(yen > 30000000 ? &special[year_of(j) - 2010] : &regular[year_of(j) - 2010]) += yen;
    }
    for (int year = 2010; year < 2026; year++) {
        cr_expect_leq(regular[year - 2010], 200000000);
        cr_expect_leq(special[year - 2010], 200000000);
        cr_expect_eq(special[year - 2010] > 0, year == 2013 || year == 2014, "%d", year);
    }
    run(SPECIAL "funding.jica_special_from=2013 funding.jica_special_until=2013 ");
    for (uint32_t j = 0; j < project()->count; j++)
        cr_expect_leq(project()->granted[j], 30000000, "the twin");
}

/* ---- renewals ---- */

/* Length of the longest chain of projects that are each the renewal of the one before. */
static int longest_chain(void) {
    const coop_project_t *p = project();
    int longest = 0;
    for (uint32_t j = 0; j < p->count; j++) {
        if (!p->renewed[j])
            continue;
        longest = p->renewed[j] > longest ? p->renewed[j] : longest;
        uint32_t i = j;
        while (i-- > 0 && p->tie[i] != p->tie[j])
            ;
        cr_assert(i < j && p->outcome[i] == COOP_OUTCOME_COMPLETED);
        cr_expect_eq(p->scheme[i], p->scheme[j]);
        cr_expect_eq(p->renewed[i] + 1, p->renewed[j]);
        int32_t gap = p->start[j] - p->finish[i];
        cr_expect(gap >= 0 && gap < 4, "in the first call after the end");
    }
    return longest;
}

Test(schemes, a_finished_project_is_renewed_as_often_as_allowed) {
#define RENEW BUSY TINY_LASTING NO_OWN
    run(RENEW NO_JICA "funding.renewal=1 ");
    cr_expect_eq(longest_chain(), 3);
    run(RENEW NO_MOE "funding.renewal=1 ");
    cr_expect_eq(longest_chain(), 2);
    run(RENEW NO_JICA "funding.renewal=0 ");
    cr_expect_eq(longest_chain(), 0, "the twin");
}

/* ---- the order of awards ---- */

static double slow_score(uint32_t tie, int scheme) {
    const sim_network_ties_t *ties = tiny.world.ties;
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    static const double priority[] = {0.3, 0.5, 0.9, 0.4, 0.2};
    int sector = scheme == COOP_SCHEME_MOE_JCM ? COOP_SECTOR_AIR : ties->topic[tie];
    uint32_t d = ties->from[tie];
    double of_donor = 2 * donor->knowhow[sector][d] + 0.5 * log(1.0 + donor->record[d]);
    return (scheme == COOP_SCHEME_MOE_JCM ? of_donor : ties->trust[tie]) +
           1.5 * priority[(ties->to[tie] - TINY_FIRST_PARTNER) / 5];
}

/* The best tie that has no project, may propose and whose donor has room; renewals first. */
static uint32_t slow_best(int scheme, const bool *renewal, const int *room) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t best = SIM_NETWORK_NONE;
    for (uint32_t t = 0; t < ties->count; t++) {
        uint32_t country = (ties->to[t] - TINY_FIRST_PARTNER) / 5;
        bool there = scheme == COOP_SCHEME_MOE_JCM ? in(country, TINY_VN, TINY_PW, TINY_PW)
                                                   : in(country, TINY_CN, TINY_IN, TINY_VN);
        if (ties->kind[t] != COOP_TIE_COOPERATION || !there || room[ties->from[t]] == 0 ||
            coop_projects_running(&tiny.world, t))
            continue;
        if (best == SIM_NETWORK_NONE || renewal[t] > renewal[best] ||
            (renewal[t] == renewal[best] && slow_score(t, scheme) > slow_score(best, scheme)))
            best = t;
    }
    return best;
}

/* All governments tied to all partners; who wins a call of ten grants of full size, when every
 * donor has people for two projects? Eight have finished a project. */
static void check_order(int scheme, const char *settings) {
    enum { MOST = 4096, GRANTS = 10, FIRST = 8 };
    static bool renewal[MOST];
    int room[TINY_DONORS];
    uint32_t winner[GRANTS];
    memset(renewal, 0, sizeof renewal);
    tiny_begin(&tiny, settings);
    tiny_all_ties(&tiny, COOP_SECTOR_WATER, 0.4);
    coop_state_t *s = tiny_state(&tiny);
    s->scheme[scheme].proposal = 12;
    sim_network_ties_t *ties = tiny.world.ties;
    cr_assert_lt(ties->count, MOST);
    for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
        s->donor.priority[d] = 1, s->donor.junior[d] = 25, s->donor.senior[d] = 0, room[d] = 2;
    for (uint32_t t = 0; t < ties->count; t++)
        ties->trust[t] = 0.3 + 0.5 * fmod(0.6180339887 * t, 1), ties->stage[t] = COOP_STAGE_PROJECT;
    tiny.world.clock.step = 15 * 4;
    cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
    for (uint32_t k = 0; k < FIRST; k++) {
        uint32_t t = ties->live[COOP_TIE_COOPERATION][k * 101 + 10];
        cr_assert_eq(coop_projects_start(&tiny.world, t, scheme, 1000, 0, 1), 0);
        renewal[t] = true;
    }
    tiny.world.clock.step += 4;
    cr_assert_eq(coop_projects_complete(&tiny.world), 0);
    uint32_t before = s->project.count;
    coop_state_t copy = *s;
    cr_assert_eq(coop_funding_calls(&tiny.world), 0);
    uint32_t after = s->project.count;
    cr_assert_eq(after - before, GRANTS);
    for (uint32_t k = 0; k < GRANTS; k++)
        winner[k] = s->project.tie[before + k];
    /* the state as it was: the reference awards one project after the other */
    s->project.count = copy.project.count, s->project.n_running = copy.project.n_running;
    for (uint32_t k = 0; k < GRANTS; k++)
        s->donor.record[ties->from[winner[k]]]--;
    uint32_t chosen[GRANTS];
    for (uint32_t k = 0; k < GRANTS; k++) {
        chosen[k] = slow_best(scheme, renewal, room);
        room[ties->from[chosen[k]]]--;
        s->project.tie[s->project.count] = chosen[k]; /* out of the running for the next */
        s->project.running[s->project.n_running++] = s->project.count++;
        cr_expect_eq(winner[k], chosen[k], "%s, award %u: %u, not %u", coop_scheme_words[scheme], k,
                     winner[k], chosen[k]);
    }
    cr_expect(renewal[chosen[0]] && !renewal[chosen[GRANTS - 1]], "both kinds are among them");
}

#define ORDER                                                                                      \
    TINY_STILL TINY_RICH TINY_FUNDED                                                               \
        "run.years=40 funding.score_noise=0 funding.size_low=1 funding.renewal=1 "                 \
        "staff.international_share=0.2 staff.project_fte=2.5 "
Test(schemes, awards_go_in_the_order_of_the_slow_way) {
    check_order(COOP_SCHEME_JICA_LOCAL,
                ORDER NO_MOE "funding.jica_budget=1e8 funding.jica_ceiling=1e7 ");
    check_order(COOP_SCHEME_MOE_JCM,
                ORDER NO_JICA "funding.moe_budget=1e8 funding.moe_ceiling=1e7 ");
}

/* ---- joint bids ---- */

#define JOINT                                                                                      \
    TINY_STILL TINY_RICH TINY_FUNDED NO_JICA NO_MOE                                                \
        "funding.clair_enabled=true funding.score_noise=0 funding.size_low=1 "

/* Four bids; the two weakest are for one partner, or each for its own. Projects as granted. */
static void bid(bool together, int slots) {
    tiny_begin(&tiny, JOINT);
    coop_scheme_t *clair = &tiny_state(&tiny)->scheme[COOP_SCHEME_CLAIR_MODEL];
    clair->budget = 1e8, clair->slots = slots, clair->proposal = 12;
    static const double trust[] = {0.9, 0.8, 0.4, 0.3};
    for (uint32_t k = 0; k < 4; k++) {
        uint32_t d = TINY_CITY + k;
        uint32_t t =
            tiny_tie(&tiny, d, together && k == 3 ? 12 : 10 + k, COOP_SECTOR_WASTE, trust[k]);
        tiny.world.ties->stage[t] = COOP_STAGE_TRAINEES;
        tiny_state(&tiny)->donor.priority[d] = 1;
        tiny_state(&tiny)->donor.knowhow[COOP_SECTOR_WASTE][d] = 0.5;
    }
    cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
    cr_assert_eq(coop_funding_calls(&tiny.world), 0);
}

Test(schemes, bids_for_one_partner_are_one_and_come_first) {
    bid(true, 0);
    const coop_project_t *p = project();
    cr_assert_eq(p->count, 3);
    cr_expect_eq(p->donor[0], TINY_CITY + 2, "the better of the two leads");
    cr_expect_eq(p->granted[0], 5000000);
    for (uint32_t j = 1; j < 3; j++)
        cr_expect(p->donor[j] == TINY_CITY + j - 1 && p->granted[j] == 3000000);
    bid(true, 1);
    cr_expect(project()->count == 1 && project()->donor[0] == TINY_CITY + 2);
    bid(false, 0);
    cr_assert_eq(project()->count, 4, "the twin: nobody joins");
    for (uint32_t j = 0; j < 4; j++)
        cr_expect(project()->donor[j] == TINY_CITY + j && project()->granted[j] == 3000000);
}

/* ---- firms (M30) ---- */

/* Free staff is a fifth of what a project takes. */
Test(schemes, a_firm_s_study_needs_a_fifth_of_the_people) {
    for (uint32_t firm = 0; firm < 2; firm++) {
        tiny_begin(&tiny, firm ? ORDER NO_JICA "funding.firm_share=1 " : ORDER NO_JICA);
        uint32_t t = tiny_tie(&tiny, TINY_CITY, 5 * TINY_VN, COOP_SECTOR_AIR, 0.9);
        coop_donor_t *donor = &tiny_state(&tiny)->donor;
        tiny.world.ties->stage[t] = COOP_STAGE_TRAINEES;
        tiny.world.clock.step = 15 * 4;
        donor->priority[TINY_CITY] = 1;
        donor->junior[TINY_CITY] = 2.5, donor->senior[TINY_CITY] = 0.001;
        cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
        cr_assert_eq(coop_funding_calls(&tiny.world), 0);
        cr_expect_eq(project()->count, firm);
        cr_expect_eq(tiny_state(&tiny)->flow_metric[COOP_M_PROPOSALS], firm);
    }
}

/* ---- nothing hangs on threads ---- */

Test(schemes, any_number_of_threads_gives_the_same_bits) {
    char first[33];
    tiny_begin(&tiny, BUSY "funding.partner_enabled=true funding.clair_enabled=true "
                           "funding.meti_enabled=true funding.renewal=0.7 funding.firm_share=0.4 "
                           "contacts.sister_purpose=0.5 ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest);
    for (int threads = 2; threads <= 3; threads++)
        cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, threads)->digest, first);
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_SERIES, 1, 1)->digest, first);
}
