/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes: metrics and reducers against the rows of the same run, closed forms and limiting cases.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/cooperation/look/observe.h"
#include "models/cooperation/money/projects.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static double now[COOP_N_METRICS];
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(outcomes, .fini = end);

#define BUSY                                                                                       \
    TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED "upkeep.partner_exit=1 funding.own_rate=1 "     \
                                                   "run.start_year=2008 run.years=12 "
/* Nothing forms, nothing ends. */
#define LEFT_ALONE TINY_RICH TINY_STILL TINY_LASTING

static double summary(const char *name) {
    for (size_t k = 0; coop_reducers[k].name; k++)
        if (strcmp(coop_reducers[k].name, name) == 0)
            return tiny.record.summary[k];
    cr_assert(false, "no reducer %s", name);
    return 0;
}
static void step(void) {
    static sim_record_t series = {.detail = SIM_DETAIL_SERIES}; /* else no network is measured */
    tiny.world.record = &series;
    memset(now, 0, sizeof now);
    cr_assert_eq(sim_world_step(&tiny.world), 0, "%s", tiny.world.note);
    cr_assert_eq(tiny.world.model->observe(&tiny.world, now), 0);
}
static bool near(double a, double b) {
    return fabs(a - b) <= 1e-9 * (1 + fabs(b));
}
static double time_of(int s) {
    return tiny.record.start_year + (double)s / tiny.record.steps_per_year;
}
static double metric_of(int s, const char *prefix, const char *word) {
    char name[64];
    snprintf(name, sizeof name, "%s%s", prefix, word);
    return tiny_metric(&tiny, s, name);
}
static bool cooperates(const sim_record_tie_t *tie) {
    return tie->kind == COOP_TIE_COOPERATION;
}

/* ---- endings and refusals ---- */

static double ended(double time, int cause) {
    double n = 0;
    for (size_t t = 0; t < tiny.record.n_ties; t++) {
        const sim_record_tie_t *tie = &tiny.record.tie[t];
        n += cooperates(tie) && !tie->terminus_censored && tie->terminus == time &&
             tie->cause == cause;
    }
    return n;
}

Test(outcomes, endings_by_cause_are_those_of_the_spells) {
    tiny_begin(&tiny, BUSY "upkeep.dormancy=2 upkeep.dormancy_after=1 upkeep.grant_end=1 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    double all = 0;
    for (int s = 0; s < tiny.record.steps; s++) {
        double of_step = 0;
        for (int cause = 0; cause < COOP_N_CAUSES; cause++) {
            double is = metric_of(s, "ended_by_", coop_cause_words[cause]);
            cr_assert_eq(is, ended(time_of(s), cause), "step %d, %s", s, coop_cause_words[cause]);
            of_step += is;
        }
        cr_assert_eq(of_step, tiny_metric(&tiny, s, "ended_city_to_city") +
                                  tiny_metric(&tiny, s, "ended_regional"));
        all += of_step;
    }
    cr_expect_gt(all, 50);
    cr_expect_gt(summary("ended_by_dormancy"), 0);
    cr_expect_gt(summary("ended_by_partner_exit"), 0);
    cr_expect_eq(summary("ended_by_budget_shortfall"), 0);
}

Test(outcomes, refusals_of_a_year_are_its_rows) {
    tiny_begin(&tiny, BUSY "formation.partner_base=-1 formation.opt_out=0 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_REFUSAL];
    double all = 0;
    for (int year = 0; year < 12; year++)
        for (int reason = 0; reason < COOP_N_REASONS; reason++) {
            double is = 0, rows = 0;
            for (int s = 4 * year; s < 4 * year + 4; s++)
                is += metric_of(s, "refused_", coop_reason_words[reason]);
            for (size_t k = 0; k < table->rows; k++) {
                const sim_cell_t *row = table->cell + k * table->fields;
                rows += row[0].i == 2008 + year && row[2].i == reason ? (double)row[3].i : 0;
            }
            cr_assert_eq(is, rows, "%d, %s", 2008 + year, coop_reason_words[reason]);
            all += is;
        }
    cr_expect_gt(all, 500);
    cr_expect(summary("refused_partner_declined") > 0 && summary("refused_not_chosen") > 0);
}

/* ---- survival ---- */

/* Kaplan-Meier anew, from the rows in years, age by age of those that ended. Ages are whole steps,
 * so half a step parts them safely. */
static double outlive(int mode, double age) {
    double left = 1, last = 0;
    const double half = 0.5 / tiny.record.steps_per_year;
    for (double at = 2 * half; at < age + half; at += 2 * half) {
        double gone = 0, at_risk = 0;
        for (size_t t = 0; t < tiny.record.n_ties; t++) {
            const sim_record_tie_t *tie = &tiny.record.tie[t];
            double life = tie->terminus - tie->onset;
            if (!cooperates(tie) || tie->mode != mode)
                continue;
            /* who lives at the stop was last at risk in the last step */
            double seen = tie->terminus_censored ? life - 2 * half : life;
            at_risk += seen > at - half;
            gone += fabs(life - at) < half && !tie->terminus_censored &&
                    tie->cause != COOP_CAUSE_REGIONAL_FORM;
        }
        if (at_risk > 0)
            left *= 1 - gone / at_risk, last = at;
    }
    return last > age - half || left <= 0 ? left : (double)NAN;
}

static void check_survival(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const double step_length = 1.0 / tiny.record.steps_per_year;
    for (int mode = 0; mode < COOP_N_MODES; mode++) {
        char share[64], life[64];
        double area = 0;
        snprintf(share, sizeof share, "survival_5y_%s", coop_mode_words[mode]);
        snprintf(life, sizeof life, "life_10y_%s", coop_mode_words[mode]);
        for (int k = 0; k < 10 * tiny.record.steps_per_year; k++)
            area += outlive(mode, k * step_length) * step_length;
        double five = (outlive(mode, 5 - step_length) + outlive(mode, 5)) / 2;
        cr_expect(near(summary(share), five), "%s: %g, not %g", share, summary(share), five);
        cr_expect(near(summary(life), area), "%s: %g, not %g", life, summary(life), area);
        cr_expect(summary(share) > 0.02 && summary(share) < 0.98);
    }
}

/* Of both modes some are followed for ten years. */
#define FOLLOWED BUSY "run.years=20 upkeep.partner_exit=0.3 funding.own_rate=0.5 "

Test(outcomes, survival_is_that_of_the_spells) {
    check_survival(FOLLOWED);
    check_survival(FOLLOWED "run.steps_per_year=1 ");
    check_survival(FOLLOWED "run.steps_per_year=12 ");
}

Test(outcomes, ties_not_followed_for_five_years_tell_nothing_about_them) {
    tiny_begin(&tiny, BUSY "run.years=4 ");
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect(isnan(summary("survival_5y_city_to_city")) && isnan(summary("life_10y_regional")));
    tiny_begin(&tiny, BUSY TINY_LASTING "hub.enabled=false ");
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect_eq(summary("survival_5y_city_to_city"), 1);
    cr_expect_eq(summary("life_10y_regional"), 10);
    tiny_begin(&tiny, LEFT_ALONE);
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect(isnan(summary("survival_5y_city_to_city")) &&
              isnan(summary("life_10y_city_to_city")));
}

/* ---- projects ---- */

Test(outcomes, projects_by_region_and_year_are_the_rows) {
    double region[COOP_N_REGIONS] = {0}, year[5] = {0}, all = 0, scope = 0;
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_PROJECT];
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        if (row[8].r < 2013 || row[8].r >= 2018)
            continue;
        year[(int)row[8].r - 2013]++, all++;
        /* Table 8-1 counts two schemes */
        if (row[4].i == COOP_SCHEME_JICA_LOCAL || row[4].i == COOP_SCHEME_MOE_JCM)
            region[row[7].i]++, scope++;
    }
    cr_expect_lt(scope, all);
    for (int r = 0; r < COOP_N_REGIONS; r++) {
        char name[64];
        snprintf(name, sizeof name, "projects_2013_2017_%s", coop_region_words[r]);
        cr_expect_eq(summary(name), region[r], "%s", name);
    }
    cr_expect(year[0] > 0 && region[COOP_REGION_SOUTHEAST_ASIA] > 0);
    cr_expect_eq(summary("projects_2013"), year[0]);
    cr_expect_eq(summary("projects_2017"), year[4]);
    cr_expect_eq(summary("projects_2013_2017"), all);
    cr_expect(
        near(summary("southeast_asia_2013_2017"), region[COOP_REGION_SOUTHEAST_ASIA] / scope));
    tiny_begin(&tiny, BUSY "run.years=5 ");
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect(isnan(summary("projects_2013_2017_africa")) && isnan(summary("projects_2013")));
}

/* A tie of its own age: the first project comes after two years of idleness, or after one. */
Test(outcomes, a_project_on_a_dormant_tie_revives_it) {
    for (int wait = 1; wait <= 2; wait++) {
        tiny_begin(&tiny, LEFT_ALONE "upkeep.dormancy_after=2 ");
        uint32_t tie = tiny_tie(&tiny, TINY_DESIGNATED, 3, COOP_SECTOR_AIR, 0.5);
        for (int s = 0; s < 4 * wait; s++)
            step();
        cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 0.25), 0);
        step();
        cr_expect_eq(now[COOP_M_REVIVED], wait == 2);
        step();
        cr_expect_eq(now[COOP_M_REVIVED], 0);
        cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 0.25), 0);
        step();
        cr_expect_eq(now[COOP_M_REVIVED], 0, "at work lately");
    }
}

Test(outcomes, people_per_yen_is_that_of_the_last_whole_year) {
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    double people = 0, yen = 0, year_people = 0, year_yen = 0, expected = (double)NAN;
    for (int s = 0; s < tiny.record.steps; s++) {
        double served = tiny_metric(&tiny, s, "people_served") / 4;
        double paid = tiny_metric(&tiny, s, "national_yen") + tiny_metric(&tiny, s, "own_yen");
        people += served, yen += paid;
        year_people += served, year_yen += paid;
        if (s % 4 == 3) {
            expected = 1e6 * year_people / year_yen;
            year_people = year_yen = 0;
        }
        double is = tiny_metric(&tiny, s, "people_per_million_yen");
        cr_assert(isnan(expected) ? isnan(is) : near(is, expected), "step %d", s);
    }
    cr_expect(near(summary("people_per_million_yen"), 1e6 * people / yen));
    tiny_begin(&tiny, LEFT_ALONE);
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    cr_expect(isnan(tiny_metric(&tiny, 20, "people_per_million_yen")), "nothing paid");
    cr_expect(isnan(summary("people_per_million_yen")));
}

/* ---- know-how ---- */

Test(outcomes, knowhow_is_kept_without_forgetting_and_lost_with_it) {
    tiny_begin(&tiny, LEFT_ALONE "knowhow.forgetting=0 knowhow.retirement_loss=0 "
                                 "knowhow.plant_gain=0 ");
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect_eq(summary("knowhow_kept"), 1);
    cr_expect_eq(summary("knowhow_kept_cooperatives"), 1);
    tiny_begin(&tiny, LEFT_ALONE "knowhow.forgetting=0.1 knowhow.floor=0 knowhow.plant_gain=0 "
                                 "knowhow.retirement_loss=0 ");
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect(near(summary("knowhow_kept"), exp(-0.1 * 7)), "seven new years: %g",
              summary("knowhow_kept"));
}

Test(outcomes, what_is_passed_on_is_what_partners_gained) {
    tiny_begin(&tiny, BUSY);
    const coop_population_t *pop = tiny_population(&tiny);
    double capacity = 0, need = 0;
    for (int s = 0; s < 33; s++) /* taken in the first step of a fiscal year */
        step();
    for (uint32_t i = 0; i < pop->n_partners; i++) {
        capacity += tiny_state(&tiny)->partner.capacity[i] - pop->capacity[i];
        for (int k = 0; k < COOP_N_SECTORS; k++)
            need += pop->need[k][i] - tiny_state(&tiny)->partner.need[k][i];
    }
    cr_expect(capacity > 0.1 && near(now[COOP_M_PASSED_ON], capacity));
    cr_expect(need > 0.1 && near(now[COOP_M_RELIEVED], need));
    tiny_begin(&tiny, BUSY "projects.capacity_gain=0 projects.need_relief=0 ");
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    cr_expect_eq(summary("knowhow_passed_on"), 0, "projects without effect");
    cr_expect_eq(summary("need_relieved"), 0);
}

/* ---- networks ---- */

Test(outcomes, without_ties_there_is_no_network) {
    tiny_begin(&tiny, LEFT_ALONE);
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    cr_expect_eq(tiny_metric(&tiny, 20, "network_nodes"), 0);
    cr_expect_eq(tiny_metric(&tiny, 20, "network_components"), 0);
    static const char *const null[] = {"degree_donors",    "giant_share", "clustering",
                                       "centralisation",   "distance",    "top_bridge_share",
                                       "top_bridge_donor", "modularity"};
    for (size_t k = 0; k < sizeof null / sizeof *null; k++)
        cr_expect(isnan(metric_of(20, "network_", null[k])), "%s", null[k]);
    cr_expect(isnan(summary("network_modularity")));
}

Test(outcomes, a_star_and_a_complete_network) {
    const double p = TINY_GOVERNMENTS, q = TINY_PARTNERS, n = p + q;
    tiny_begin(&tiny, LEFT_ALONE);
    for (uint32_t i = 0; i < TINY_PARTNERS; i++)
        tiny_tie(&tiny, TINY_CORE, i, COOP_SECTOR_AIR, 0.5);
    step();
    cr_expect_eq(now[COOP_M_CENTRALISATION], 1);
    cr_expect(now[COOP_M_TOP_DONOR] == TINY_CORE && now[COOP_M_TOP_SHARE] == 1);
    cr_expect(now[COOP_M_BRIDGES] == 1 && now[COOP_M_GIANT] == 1);
    cr_expect(now[COOP_M_DEGREE_DONORS] == q && now[COOP_M_DEGREE_PARTNERS] == 1);
    tiny_begin(&tiny, LEFT_ALONE);
    tiny_all_ties(&tiny, COOP_SECTOR_AIR, 0.5);
    step();
    cr_expect(now[COOP_M_NODES] == n && now[COOP_M_COMPONENTS] == 1);
    cr_expect(now[COOP_M_CLUSTERING] == 1 && now[COOP_M_BRIDGES] == 0);
    cr_expect(near(now[COOP_M_TOP_SHARE], 1 / p), "all alike: %g", now[COOP_M_TOP_SHARE]);
    cr_expect(near(now[COOP_M_DISTANCE], (p * q + p * (p - 1) + q * (q - 1)) / (n * (n - 1) / 2)));
}

/* Partners hanging on two donors that share one: the donor with more of them is more between. */
Test(outcomes, who_bridges) {
    tiny_begin(&tiny, LEFT_ALONE);
    for (uint32_t i = 0; i < 4; i++)
        tiny_tie(&tiny, TINY_CITY, i, COOP_SECTOR_AIR, 0.5);
    for (uint32_t i = 3; i < 9; i++)
        tiny_tie(&tiny, TINY_TOWN, i, COOP_SECTOR_AIR, 0.5);
    tiny_tie(&tiny, TINY_POOL, 20, COOP_SECTOR_WASTE, 0.5);
    step();
    /* 11 nodes hang together: of the pairs of the other ten, those that a donor parts. */
    double city = 3 * 7 + 3, town = 5 * 5 + 10;
    cr_expect_eq(now[COOP_M_TOP_DONOR], TINY_TOWN);
    cr_expect(near(now[COOP_M_TOP_SHARE], town / (city + town)), "%g", now[COOP_M_TOP_SHARE]);
    cr_expect_eq(now[COOP_M_BRIDGES], 2);
    cr_expect_eq(now[COOP_M_COMPONENTS], 2);
    cr_expect(near(now[COOP_M_GIANT], 11.0 / 13));
    for (int s = 1; s < 4; s++) {
        if (s == 1)
            tiny_tie(&tiny, TINY_VILLAGE, 24, COOP_SECTOR_AIR, 0.5);
        step();
        cr_expect_eq(now[COOP_M_COMPONENTS], 2, "kept within the year");
    }
    step();
    cr_expect_eq(now[COOP_M_COMPONENTS], 3);
}

/* Nodes and degrees counted anew from the spells that live at the end of the year's first step. */
Test(outcomes, the_network_is_that_of_the_live_ties) {
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    for (int s = 0; s < tiny.record.steps; s += 4) {
        double seen[TINY_DONORS + TINY_PARTNERS + 64] = {0}, links = 0, donors = 0, partners = 0;
        const coop_population_t *pop = tiny_population(&tiny);
        for (size_t t = 0; t < tiny.record.n_ties; t++) {
            const sim_record_tie_t *tie = &tiny.record.tie[t];
            if (!cooperates(tie) || tie->onset > time_of(s) ||
                (!tie->terminus_censored && tie->terminus <= time_of(s)))
                continue;
            links++;
            donors += seen[tie->from]++ == 0;
            partners += seen[tie->to - pop->n_donors + TINY_DONORS + 32]++ == 0;
        }
        cr_assert_eq(tiny_metric(&tiny, s, "network_nodes"), donors + partners, "step %d", s);
        cr_assert(near(tiny_metric(&tiny, s, "network_degree_donors"), links / donors));
        cr_assert(near(tiny_metric(&tiny, s, "network_degree_partners"), links / partners));
    }
    double q = tiny_metric(&tiny, 8, "network_modularity"); /* first step of JFY 2010 */
    cr_expect(q > 0 && q < 1);
    cr_expect(isnan(tiny_metric(&tiny, 7, "network_modularity")));
    cr_expect(isnan(tiny_metric(&tiny, 9, "network_modularity")));
}

/* ---- who looks, and on how many threads ---- */

Test(outcomes, reducers_do_not_depend_on_detail_nor_threads) {
    double first[128];
    char digest[33];
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 1);
    size_t n = tiny.record.n_reducers;
    cr_assert_leq(n, sizeof first / sizeof *first);
    cr_assert(!isnan(summary("network_modularity")));
    memcpy(first, tiny.record.summary, n * sizeof *first);
    strcpy(digest, tiny.record.digest);
    for (int threads = 1; threads <= 3; threads++) {
        tiny_record(&tiny, threads == 2 ? SIM_DETAIL_FULL : SIM_DETAIL_SERIES, 0, threads);
        cr_expect_arr_eq(tiny.record.summary, first, n * sizeof *first, "%d threads", threads);
        cr_expect_str_eq(tiny.record.digest, digest);
    }
}
