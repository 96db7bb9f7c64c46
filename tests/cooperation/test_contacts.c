/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts (M21) and sister ties (M19): arrivals, the address book, memory. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/cooperation/money/projects.h"
#include "models/cooperation/ties/contacts.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(contacts, .fini = end);

enum { VISIT = COOP_SOURCE_VISITOR, SISTER = COOP_SOURCE_SISTER };

/* ---- who is due ---- */

Test(contacts, those_listed_as_due_are_those_that_a_loop_finds) {
    enum { N = 133 };
    double time[N];
    uint32_t due[N];
    for (uint32_t k = 0; k < N; k++) /* some stretches have none, some one, some all */
        time[k] = k % 64 < 20 ? INFINITY : k % 64 < 40 ? 5.0 : k % 7 + 0.5;
    for (uint32_t n = 0; n <= N; n++)
        for (double end = 0; end < 8; end += 0.5) {
            uint32_t found = 0, listed = sim_schedule_due(time, n, end, due);
            for (uint32_t k = 0; k < n; k++)
                if (time[k] < end) {
                    cr_assert_lt(found, listed);
                    cr_assert_eq(due[found++], k);
                }
            cr_assert_eq(found, listed);
        }
}

/* ---- the address book ---- */

static int place_of(uint32_t donor, uint32_t partner) {
    const coop_state_t *s = tiny_state(&tiny);
    for (int k = 0; k < s->donor.n_contacts[donor]; k++)
        if (s->contact.partner[donor * COOP_MAX_CONTACTS + (uint32_t)k] == partner)
            return k;
    return -1;
}
static bool knows(uint32_t donor, uint32_t partner) {
    return place_of(donor, partner) >= 0;
}

/* A full book: partner i with strength .2 + i / 100. */
static void fill_book(uint32_t donor, uint8_t source) {
    for (uint32_t i = 0; i < COOP_MAX_CONTACTS; i++)
        coop_contacts_add(&tiny.world, donor, i, 0.2 + i / 100.0, source);
    cr_assert_eq(tiny_state(&tiny)->donor.n_contacts[donor], COOP_MAX_CONTACTS);
}

Test(contacts, a_full_book_drops_its_faintest_contact) {
    tiny_begin(&tiny, TINY_STILL);
    fill_book(TINY_CITY, VISIT);
    coop_contacts_add(&tiny.world, TINY_CITY, 20, 0.5, VISIT);
    cr_expect(knows(TINY_CITY, 20) && !knows(TINY_CITY, 0) && knows(TINY_CITY, 1));
    coop_contacts_add(&tiny.world, TINY_CITY, 21, 0.1, VISIT);
    cr_expect(!knows(TINY_CITY, 21), "the newcomer is the faintest");
    cr_expect_eq(tiny_state(&tiny)->donor.n_contacts[TINY_CITY], COOP_MAX_CONTACTS);
}

Test(contacts, a_sister_city_is_never_dropped) {
    tiny_begin(&tiny, TINY_STILL);
    fill_book(TINY_CITY, SISTER);
    coop_contacts_add(&tiny.world, TINY_CITY, 20, 1.0, VISIT);
    cr_expect(!knows(TINY_CITY, 20));
    tiny_begin(&tiny, TINY_STILL);
    fill_book(TINY_CITY, VISIT);
    coop_contacts_add(&tiny.world, TINY_CITY, 0, 0.2, SISTER); /* the faintest becomes a sister */
    coop_contacts_add(&tiny.world, TINY_CITY, 20, 0.9, VISIT);
    cr_expect(knows(TINY_CITY, 0));
    cr_expect(knows(TINY_CITY, 20) && !knows(TINY_CITY, 1), "the faintest of the others goes");
}

Test(contacts, meeting_again_keeps_the_stronger_and_renews_the_date) {
    tiny_begin(&tiny, TINY_STILL);
    coop_contacts_add(&tiny.world, TINY_CITY, 3, 0.4, SISTER);
    tiny.world.clock.step = 5;
    coop_contacts_add(&tiny.world, TINY_CITY, 3, 0.2, VISIT);
    const coop_contact_t *contact = &tiny_state(&tiny)->contact;
    uint32_t at = TINY_CITY * COOP_MAX_CONTACTS;
    cr_expect_eq(tiny_state(&tiny)->donor.n_contacts[TINY_CITY], 1);
    cr_expect_eq(contact->strength[at], 0.4);
    cr_expect_eq(contact->source[at], SISTER);
    cr_expect_eq(contact->since[at], 5);
}

Test(contacts, contacts_lapse_after_the_memory_and_sisters_do_not) {
    tiny_begin(&tiny, TINY_STILL "contacts.memory=3 ");
    coop_contacts_add(&tiny.world, TINY_CITY, 1, 0.3, VISIT);
    coop_contacts_add(&tiny.world, TINY_CITY, 2, 0.3, SISTER);
    tiny.world.clock.step = 6;
    coop_contacts_add(&tiny.world, TINY_CITY, 3, 0.3, VISIT);
    tiny.world.clock.step = 12;
    coop_contacts_forget(&tiny.world, TINY_CITY);
    cr_expect(knows(TINY_CITY, 1) && knows(TINY_CITY, 2) && knows(TINY_CITY, 3));
    tiny.world.clock.step = 13;
    coop_contacts_forget(&tiny.world, TINY_CITY);
    cr_expect(!knows(TINY_CITY, 1) && knows(TINY_CITY, 2) && knows(TINY_CITY, 3));
    tiny.world.clock.step = 100;
    coop_contacts_forget(&tiny.world, TINY_CITY);
    cr_expect(knows(TINY_CITY, 2) && !knows(TINY_CITY, 3));
}

/* ---- without contacts ---- */

static void count_refusals(int64_t *of_reason, int mode) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_REFUSAL];
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        if (row[1].i == mode)
            of_reason[row[2].i] += row[3].i;
    }
}

Test(contacts, without_contacts_no_tie_and_one_reason) {
    int64_t count[COOP_N_REASONS] = {0};
    tiny_begin(&tiny,
               TINY_RICH TINY_EAGER TINY_FUNDED "contacts.rate=0 "
                                                "contacts.sister_ties=false hub.enabled=false ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    count_refusals(count, COOP_MODE_CITY_TO_CITY);
    cr_expect_eq(tiny_metric_sum(&tiny, "contacts_made"), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "formed_city_to_city"), 0);
    cr_expect_gt(count[COOP_REASON_NO_CONTACT], 1000);
    for (int reason = 0; reason < COOP_N_REASONS; reason++)
        if (reason != COOP_REASON_NO_CONTACT)
            cr_expect_eq(count[reason], 0, "%s", coop_reason_words[reason]);
}

/* Twin: sister ties alone are contacts enough. */
Test(contacts, sister_ties_alone_make_ties_possible) {
    tiny_begin(&tiny, TINY_RICH TINY_EAGER "contacts.rate=0 contacts.sister_ties=true "
                                           "contacts.sister_purpose=1 contacts.sister_share=10 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    cr_expect_gt(tiny_metric_sum(&tiny, "formed_city_to_city"), 10);
}

Test(contacts, sister_ties_are_lasting_contacts_and_never_end) {
    tiny_begin(&tiny, TINY_STILL "contacts.sister_ties=true contacts.sister_purpose=1 ");
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = ties->n_live[COOP_TIE_SISTER];
    cr_assert_gt(n, 10);
    tiny_run(&tiny);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t tie = ties->live[COOP_TIE_SISTER][k];
        cr_expect(ties->onset_censored[tie]);
        if (ties->stage[tie] == COOP_STAGE_EXCHANGE)
            cr_expect(knows(ties->from[tie], ties->to[tie] - TINY_FIRST_PARTNER));
    }
    cr_expect_geq(ties->n_live[COOP_TIE_SISTER], n);
}

/* ---- arrivals ---- */

/* New contacts in 200 years of quarters are a Poisson count; only who has something to teach is
 * met. */
static double arrivals_p(const char *settings, double rate) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    double mean = 200.0 * TINY_NO_WORKS * rate, met = tiny_metric_sum(&tiny, "contacts_made");
    return stat_chi_square((met - mean) * (met - mean) / mean, 1);
}

Test(contacts, arrivals_come_at_their_rate) {
#define ONE_WAY "contacts.conference=1 contacts.other_ways=0 "
#define ARRIVALS                                                                                   \
    TINY_STILL "run.years=200 contacts.rate=0.5 contacts.size_exponent=0 contacts.knowhow=0 "      \
               "contacts.reputation=0 contacts.intermediaries=false contacts.imitation=0 " ONE_WAY
    cr_expect_gt(arrivals_p(ARRIVALS, 0.5), STAT_LEVEL);
    cr_expect_lt(arrivals_p(ARRIVALS, 0.6), STAT_LEVEL, "the twin must be found out");
    cr_expect_lt(arrivals_p(ARRIVALS "contacts.knowhow=2 ", 0.5), STAT_LEVEL, "knowledge attracts");
}

/* ---- ways (M21) ---- */

#define NO_WAY                                                                                     \
    "contacts.conference=0 contacts.knowhow=0 contacts.reputation=0 contacts.other_ways=0 "        \
    "contacts.imitation=0 "
#define MEETING                                                                                    \
    TINY_STILL "contacts.rate=5 contacts.size_exponent=0 funding.jica_enabled=true "               \
               "funding.jica_from=2004 " NO_WAY

static int64_t met(int source) {
    return tiny_state(&tiny)->met[source];
}

/* With one way open, all come by it, and with none nobody comes. */
Test(contacts, each_way_has_its_switch) {
    static const struct {
        const char *open;
        int source;
    } way[] = {{"contacts.conference=1 ", COOP_SOURCE_CONFERENCE},
               {"contacts.knowhow=1 ", COOP_SOURCE_VISITOR},
               {"contacts.conference=1 contacts.imitation=1 ", COOP_SOURCE_OTHER_CITY},
               {"", COOP_SOURCE_SISTER}};
    for (size_t k = 0; k < sizeof way / sizeof *way; k++) {
        char settings[4096];
        snprintf(settings, sizeof settings, MEETING TINY_LASTING "%s", way[k].open);
        tiny_begin(&tiny, settings);
        tiny_tie(&tiny, TINY_CITY, 12, COOP_SECTOR_WATER, 0.4);
        tiny_run(&tiny);
        for (int source = 0; source < COOP_N_SOURCES; source++)
            if (source == way[k].source && *way[k].open)
                cr_expect_gt(met(source), 10, "%s", way[k].open);
            else
                cr_expect_eq(met(source), 0, "%s: %s", way[k].open, coop_source_words[source]);
    }
}

static bool met_by(uint32_t d, uint8_t source) {
    const coop_state_t *s = tiny_state(&tiny);
    for (uint32_t k = 0; k < s->donor.n_contacts[d]; k++)
        if (s->contact.source[d * COOP_MAX_CONTACTS + k] == source)
            return true;
    return false;
}

/* Trainees, intermediaries, missions and firms: who meets somebody by each. */
Test(contacts, the_other_ways_are_open_to_those_who_have_them) {
    tiny_begin(&tiny, MEETING "contacts.other_ways=1 contacts.memory=50 run.years=60 ");
    uint32_t tie = tiny_tie(&tiny, TINY_CITY + 1, 12, COOP_SECTOR_WATER, 0.4);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 8), 0);
    for (int years = 0; years < 60; years++) {
        tiny_steps(&tiny, 4);
        for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++) {
            if (met_by(d, COOP_SOURCE_FIRM))
                cr_expect(d % 5 > 0 || d % 2 == 1, "industry or port of %u", d);
            if (met_by(d, COOP_SOURCE_INTERMEDIARY))
                cr_expect_eq(d, TINY_DESIGNATED);
            if (met_by(d, COOP_SOURCE_TRAINEE))
                cr_expect_eq(d, TINY_CITY + 1);
        }
    }
    cr_expect(met(COOP_SOURCE_FIRM) > 50 && met(COOP_SOURCE_INTERMEDIARY) > 50);
    cr_expect(met(COOP_SOURCE_MISSION) > 50 && met(COOP_SOURCE_TRAINEE) > 0);
    cr_expect_eq(met(COOP_SOURCE_CONFERENCE) + met(COOP_SOURCE_VISITOR), 0);
}

Test(contacts, missions_come_while_a_scheme_is_open_and_from_its_countries) {
    tiny_begin(&tiny, MEETING "contacts.other_ways=1 funding.jica_until=2006 ");
    tiny_steps(&tiny, 4 * 4);
    cr_expect_eq(met(COOP_SOURCE_MISSION), 0, "not open yet");
    tiny_steps(&tiny, 2 * 4);
    int64_t while_open = met(COOP_SOURCE_MISSION);
    cr_expect_gt(while_open, 20);
    const coop_state_t *s = tiny_state(&tiny);
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        for (uint32_t k = 0; k < s->donor.n_contacts[d]; k++)
            if (s->contact.source[d * COOP_MAX_CONTACTS + k] == COOP_SOURCE_MISSION)
                cr_expect_leq(s->contact.partner[d * COOP_MAX_CONTACTS + k] / 5, TINY_VN);
    tiny_run(&tiny);
    cr_expect_eq(met(COOP_SOURCE_MISSION), while_open, "open no more");
}

/* Where two ways are open, their weights share the arrivals. */
static double share_p(double weight) {
    const coop_population_t *pop;
    double firms = 0;
    tiny_begin(&tiny, MEETING "contacts.conference=1 contacts.other_ways=1 run.years=100 ");
    pop = tiny_population(&tiny);
    for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
        firms += 0.5 * pop->industry[d] + 0.3 * pop->port[d];
    tiny_run(&tiny);
    double others = (double)met(COOP_SOURCE_CONFERENCE), mine = (double)met(COOP_SOURCE_FIRM);
    double share = weight * firms / (weight * firms + TINY_NO_WORKS);
    return stat_chi_square(stat_binomial(mine, mine + others, share), 1);
}

Test(contacts, weights_share_the_arrivals) {
    cr_expect_gt(share_p(1), STAT_LEVEL);
    cr_expect_lt(share_p(1.5), STAT_LEVEL, "the twin");
}

/* ---- slow twin ---- */

/* Who is known for work is kept from the first project on; found anew in each step it is the same.
 */
Test(contacts, those_known_for_their_work_are_those_found_anew) {
    static const char settings[] = "run.years=12 mergers.rate=0.2 formation.rate=6 "
                                   "contacts.rate=2 contacts.other_ways=10 "
                                   "funding.own_rate=2 cooperatives.exit=0.1 ";
    tiny_t other = {0};
    char kept[33], anew[33];
    tiny_begin(&tiny, settings);
    tiny_begin(&other, settings);
    for (int step = 0; step < 48; step++) {
        coop_state_t *s = tiny_state(&other);
        s->n_known = 0;
        memset(s->is_known, 0, s->n_donors);
        coop_contacts_renew(&other.world);
        tiny_steps(&tiny, 1);
        tiny_steps(&other, 1);
        sim_world_digest(&tiny.world, kept);
        sim_world_digest(&other.world, anew);
        cr_assert_str_eq(kept, anew, "step %d", step);
    }
    cr_expect_gt(tiny_state(&other)->n_known, 5);
    cr_expect_gt(tiny_state(&other)->met[COOP_SOURCE_TRAINEE], 10);
    tiny_end(&other);
}
