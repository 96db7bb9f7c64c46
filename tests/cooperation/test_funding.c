/* SPDX-License-Identifier: GPL-3.0-or-later */
/* National schemes (M25-M28): money, supplementary budgets, the bar, who may apply for what. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/cooperation/money/schemes.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(funding, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED "run.years=20 "

typedef struct {
    uint32_t donor, partner;
    int scheme, sector, year;
    int64_t granted;
} grant_t;

static size_t n_grants(void) {
    return tiny.record.table[COOP_TABLE_PROJECT].rows;
}
static grant_t grant(size_t k) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_PROJECT];
    const sim_cell_t *row = table->cell + k * table->fields;
    return (grant_t){.donor = (uint32_t)row[2].i,
                     .partner = (uint32_t)row[3].i - TINY_FIRST_PARTNER,
                     .scheme = (int)row[4].i,
                     .sector = (int)row[6].i,
                     .year = (int)floor(row[8].r),
                     .granted = row[10].i};
}
static void record(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
}
static size_t count(int scheme) {
    size_t n = 0;
    for (size_t k = 0; k < n_grants(); k++)
        n += grant(k).scheme == scheme;
    return n;
}

/* ---- money ---- */

Test(funding, a_year_s_grants_stay_within_the_budget) {
    int64_t sum[2][20] = {{0}};
    record(BUSY "funding.jica_budget=1e8 funding.jica_budget_factor=0.7 funding.moe_budget=5e7 "
                "funding.jica_ceiling=3e7 funding.moe_ceiling=2e7 ");
    for (size_t k = 0; k < n_grants(); k++)
        if (grant(k).scheme != COOP_SCHEME_OWN)
            sum[grant(k).scheme][grant(k).year - 2000] += grant(k).granted;
    for (int year = 0; year < 20; year++) {
        cr_expect_leq(sum[COOP_SCHEME_JICA_LOCAL][year], 70000000);
        cr_expect_leq(sum[COOP_SCHEME_MOE_JCM][year], 50000000);
    }
    cr_expect_gt(sum[COOP_SCHEME_JICA_LOCAL][5], 40000000, "the money is asked for");
}

Test(funding, grants_are_between_sixty_per_cent_of_the_ceiling_and_the_ceiling) {
    record(BUSY "funding.jica_ceiling=3e7 funding.moe_ceiling=2e7 ");
    cr_assert_gt(count(COOP_SCHEME_JICA_LOCAL), 50);
    for (size_t k = 0; k < n_grants(); k++) {
        int64_t ceiling = grant(k).scheme == COOP_SCHEME_JICA_LOCAL ? 30000000
                          : grant(k).scheme == COOP_SCHEME_MOE_JCM  ? 20000000
                                                                    : 0;
        cr_expect_geq(10 * grant(k).granted, 6 * ceiling);
        cr_expect_leq(grant(k).granted, ceiling);
    }
}

Test(funding, a_scheme_without_money_or_switched_off_pays_nothing) {
    record(BUSY "funding.jica_budget=0 funding.moe_enabled=false funding.own_rate=0 ");
    cr_expect_eq(n_grants(), 0);
    cr_expect_gt(tiny_metric_sum(&tiny, "proposals"), 100, "though they ask for it");
    record(BUSY "funding.jica_budget_factor=0 funding.moe_budget_factor=0 funding.own_rate=0 ");
    cr_expect_eq(n_grants(), 0);
}

/* ---- the bar: know-how is all that counts, and does not move within a step ---- */

static int awarded_below(const char *settings, double bar, int *awarded) {
    int below = 0;
    *awarded = 0;
    tiny_begin(&tiny, settings);
    const coop_project_t *p = &tiny_state(&tiny)->project;
    while (tiny.world.clock.step < tiny.world.clock.steps) {
        uint32_t before = p->count;
        tiny_steps(&tiny, 1);
        for (uint32_t j = before; j < p->count; j++) {
            if (p->scheme[j] == COOP_SCHEME_OWN)
                continue;
            ++*awarded;
            below += tiny_state(&tiny)->donor.knowhow[p->sector[j]][p->donor[j]] < bar;
        }
    }
    return below;
}

Test(funding, nothing_below_the_bar_is_awarded) {
#define BAR                                                                                        \
    BUSY "funding.jica_enabled=false run.years=17 "                                                \
         "knowhow.teaching=0 funding.score_knowhow=1 funding.score_record=0 "                      \
         "funding.score_country=0 funding.score_noise=0 "
    int awarded;
    cr_expect_eq(awarded_below(BAR "funding.quality_bar=0.6 ", 0.6, &awarded), 0);
    cr_expect_gt(awarded, 20);
    cr_expect_gt(awarded_below(BAR "funding.quality_bar=-20 ", 0.6, &awarded), 20, "the twin");
    cr_expect_eq(awarded_below(BAR "funding.quality_bar=1.1 ", 0.6, &awarded), 0);
    cr_expect_eq(awarded, 0);
}

/* ---- who may apply for what ---- */

static bool allowed(const grant_t *g) {
    uint32_t country = g->partner / 5;
    if (g->scheme == COOP_SCHEME_OWN)
        return true;
    if (g->scheme == COOP_SCHEME_JICA_LOCAL)
        return g->year >= 2003 && (country == TINY_CN || country == TINY_IN || country == TINY_VN);
    return g->sector == COOP_SECTOR_AIR && g->donor < TINY_GOVERNMENTS &&
           ((country == TINY_VN && g->year >= 2013) || (country == TINY_PW && g->year >= 2014));
}

Test(funding, grants_go_to_eligible_countries_sectors_and_years_only) {
    record(BUSY "funding.jica_from=2003 knowhow.size=0 knowhow.industry=0 knowhow.initial=0.5 ");
    for (size_t k = 0; k < n_grants(); k++) {
        grant_t g = grant(k);
        cr_expect(allowed(&g), "%s in %d to partner %u, sector %d", coop_scheme_words[g.scheme],
                  g.year, g.partner, g.sector);
    }
    cr_expect_gt(count(COOP_SCHEME_JICA_LOCAL), 50);
    cr_expect_gt(count(COOP_SCHEME_MOE_JCM), 20);
}

static bool eligible(int scheme, uint32_t donor, uint32_t partner, int year) {
    tiny.world.clock.step = (year - 2000) * 4;
    return coop_funding_eligible(&tiny.world, scheme, donor, partner);
}

Test(funding, eligibility_case_by_case) {
    enum { CN = 5 * TINY_CN, VN = 5 * TINY_VN, PW = 5 * TINY_PW, KE = 5 * TINY_KE };
    const int jica = COOP_SCHEME_JICA_LOCAL, moe = COOP_SCHEME_MOE_JCM;
    tiny_begin(&tiny, TINY_FUNDED "funding.jica_from=2002 funding.moe_from=2010 ");
    cr_expect_not(eligible(jica, TINY_CITY, VN, 2001));
    cr_expect(eligible(jica, TINY_CITY, VN, 2002));
    cr_expect(eligible(jica, TINY_PREFECTURE, CN, 2002));
    cr_expect_not(eligible(jica, TINY_CITY, PW, 2005));
    cr_expect_not(eligible(jica, TINY_CITY, KE, 2005));
    cr_expect_not(eligible(moe, TINY_CITY, VN, 2012), "not a partner country yet");
    cr_expect(eligible(moe, TINY_CITY, VN, 2013));
    cr_expect_not(eligible(moe, TINY_CITY, PW, 2013));
    cr_expect(eligible(moe, TINY_CITY, PW, 2014));
    cr_expect_not(eligible(moe, TINY_CITY, CN, 2015));
}

/* M26: a partial cooperative is a local government, whoever manages it, unless the type is closed
 * to it; a study needs its members' consent besides. */
Test(funding, a_cooperative_applies_as_a_local_government) {
    const int jica = COOP_SCHEME_JICA_LOCAL, moe = COOP_SCHEME_MOE_JCM;
    tiny_begin(&tiny, TINY_FUNDED);
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    donor->priority[donor->manager[TINY_POOL]] = 0;
    cr_expect(eligible(jica, TINY_POOL, 5 * TINY_VN, 2005));
    cr_expect_not(eligible(moe, TINY_POOL, 5 * TINY_VN, 2015));
    donor->scope[TINY_POOL] = COOP_WORK_CONSULTATION;
    cr_expect(eligible(moe, TINY_POOL, 5 * TINY_VN, 2015));
    tiny_begin(&tiny, TINY_FUNDED "funding.jica_open_to_cooperatives=false ");
    cr_expect_not(eligible(jica, TINY_POOL, 5 * TINY_VN, 2005));
}

/* M28: partners of the JCM are preferred; others are no longer barred. */
Test(funding, a_study_outside_the_mechanism_is_rarer_and_not_barred) {
    const int moe = COOP_SCHEME_MOE_JCM;
    tiny_begin(&tiny, TINY_FUNDED "funding.moe_outside=0.25 ");
    cr_expect(eligible(moe, TINY_CITY, 5 * TINY_CN, 2015));
    cr_expect_eq(coop_funding_preference(&tiny.world, moe, TINY_CN), 0.25);
    cr_expect_eq(coop_funding_preference(&tiny.world, moe, TINY_VN), 1);
    cr_expect_eq(coop_funding_preference(&tiny.world, COOP_SCHEME_JICA_LOCAL, TINY_KE), 0);
}

/* M25, M28: MoE asks for size, and for industry or a firm, where JICA asks for trust. */
Test(funding, the_two_schemes_ask_for_different_things) {
    for (int moe = 0; moe < 2; moe++)
        for (int large = 0; large < 2; large++) {
            char settings[4096];
            snprintf(settings, sizeof settings,
                     BUSY "funding.%s_enabled=false funding.own_rate=0 funding.min_trust=1 "
                          "funding.moe_least_people=%s funding.firm_share=1 ",
                     moe ? "jica" : "moe", large ? "0" : "1e8");
            record(settings);
            double begun = tiny_metric_sum(&tiny, moe ? "projects_moe_jcm" : "projects_jica_local");
            cr_expect_eq(begun > 0, moe && large, "%d %d: %g", moe, large, begun);
        }
}

/* ---- gates of a proposal ---- */

Test(funding, without_trust_no_proposal) {
    record(BUSY "funding.moe_enabled=false funding.min_trust=1 projects.exchange_gain=0 "
                "projects.trust_gain=0 ");
    cr_expect_eq(tiny_metric_sum(&tiny, "proposals"), 0);
    cr_expect_gt(tiny_metric_sum(&tiny, "formed_city_to_city"), 100);
}

/* ---- supplementary budgets (M27) ---- */

#define SHORT BUSY "funding.own_rate=0 funding.jica_budget=1e8 funding.moe_budget=5e7 "

/* Committed by both schemes a year; returns how many supplementary budgets there were. */
static size_t committed(const char *settings, int64_t sum[2][20]) {
    size_t n = 0;
    record(settings);
    memset(sum, 0, 2 * sizeof *sum);
    for (size_t k = 0; k < n_grants(); k++)
        sum[grant(k).scheme][grant(k).year - 2000] += grant(k).granted;
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    for (size_t k = 0; k < table->rows; k++)
        n += table->cell[k * table->fields + 1].i == COOP_EVENT_SUPPLEMENTARY_BUDGET;
    return n;
}

Test(funding, a_certain_supplementary_budget_raises_every_call_from_its_first_year) {
    int64_t plain[2][20], more[2][20];
    static const int64_t budget[] = {100000000, 50000000};
    cr_expect_eq(committed(SHORT "funding.supplementary_chance=0 ", plain), 0);
    cr_expect_eq(
        committed(SHORT "funding.supplementary_chance=1 funding.supplementary_size=0.8 ", more),
        2 * 7);
    for (int scheme = 0; scheme < 2; scheme++)
        for (int year = 0; year < 20; year++) {
            cr_expect_leq(plain[scheme][year], budget[scheme]);
            cr_expect_leq(5 * more[scheme][year], (year < 13 ? 5 : 9) * budget[scheme]);
            if (year < 13)
                cr_expect_eq(more[scheme][year], plain[scheme][year], "the same until then");
        }
    cr_expect_gt(more[0][13], budget[0], "the money is asked for");
}

Test(funding, a_supplementary_budget_of_nothing_leaves_no_trace) {
    char first[33];
    tiny_begin(&tiny, SHORT "funding.supplementary_chance=0 ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest);
    tiny_begin(&tiny, SHORT "funding.supplementary_chance=1 "
                            "funding.supplementary_size=0 ");
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
    tiny_begin(&tiny, SHORT "funding.supplementary_chance=1 ");
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
}

/* A scheme and a year are a trial. */
Test(funding, supplementary_budgets_come_by_chance) {
    int64_t sum[2][20];
    double n = 0;
    for (int seed = 1; seed <= 20; seed++) {
        char settings[2048];
        snprintf(settings, sizeof settings,
                 TINY_STILL "funding.jica_enabled=true funding.moe_enabled=true run.years=20 "
                            "run.start_year=2013 funding.jica_special_from=3000 "
                            "funding.moe_from=2000 funding.jica_from=2000 run.seed=%d "
                            "funding.supplementary_chance=0.3 ",
                 seed);
        n += (double)committed(settings, sum);
    }
    cr_expect_gt(stat_chi_square(stat_binomial(n, 800, 0.3), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(n, 800, 0.5), 1), STAT_LEVEL, "the twin");
}
