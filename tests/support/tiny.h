/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tiny world for tests of the cooperation model: 3 prefectures, 30 municipalities of all types,
 * 3 special wards, 4 cooperatives, 5 countries, 25 partner cities. Its five files are written to a
 * folder of their own, read, and taken away again before a test goes on.
 *
 * Settings are words "group.leaf=value" between blanks; a later one wins.
 * "@2003.5:group.leaf=value" is an intervention, and so is what stands in "@{...}". TINY_... below
 * open or close whole processes, so that a test names what it is about and nothing hangs on a
 * default. */
#ifndef TESTS_SUPPORT_TINY_H
#define TESTS_SUPPORT_TINY_H

#include "models/cooperation/cooperation.h"
#include "sim/record/record.h"
#include "sim/schedule/world.h"

/* Ids of agents, in the order of the files. */
enum {
    TINY_PREFECTURE = 0,
    TINY_DESIGNATED = 3, /* 2 */
    TINY_CORE = 5,       /* 3 */
    TINY_CITY = 8,       /* 8 */
    TINY_TOWN = 16,      /* 10 */
    TINY_VILLAGE = 26,   /* 7 */
    TINY_WARD = 33,      /* 3 */
    TINY_GOVERNMENTS = 36,
    TINY_POOL = 36,     /* cooperative of the 3 wards, 10 plants */
    TINY_MIDDLE = 37,   /* 4 cities, 3 plants */
    TINY_SMALL = 38,    /* 5 towns, 1 plant */
    TINY_NO_WORKS = 39, /* 3 villages, no sanitation works */
    TINY_DONORS = 40,
    TINY_FIRST_PARTNER = 57, /* behind the places for cooperatives founded in the run */
    TINY_PARTNERS = 25,      /* five to a country */
    TINY_COUNTRIES = 5
};
/* Countries: CN jica only, IN jica only, VN jica and jcm from 2013, PW jcm from 2014 only, KE none.
 */
enum { TINY_CN, TINY_IN, TINY_VN, TINY_PW, TINY_KE };

/* Nothing merges, no cooperative begins or ends, nobody leaves. */
#define TINY_BODIES                                                                                \
    "mergers.rate=0 cooperatives.founding=0 cooperatives.exit=0 cooperatives.unification=0 "       \
    "cooperatives.dissolution=0 "
/* Of the works of a cooperative none is paid by itself or carried with members. */
#define TINY_PLAIN_WORK "works.rate=0 joint.will=0 "
/* Governments act abroad alone, and nobody leads their projects or remembers their partners. */
#define TINY_ALONE "forms.enabled=false consultants.enabled=false "
/* Countries stay friends, members agree, nobody wins a prize; bodies stay as they are. */
#define TINY_CALM                                                                                  \
    TINY_BODIES TINY_PLAIN_WORK TINY_ALONE                                                         \
        "relations.rupture_rate=0 relations.rupture_country=none "                                 \
        "recognition.rate=0 "
/* Of the schemes that pay no more than a few projects a year, none. */
#define TINY_NO_OTHER_SCHEME                                                                       \
    "funding.partner_enabled=false funding.support_enabled=false funding.clair_enabled=false "     \
    "funding.meti_enabled=false "
/* No opportunity, no contact, no sister tie, no mandate: nothing forms by itself; no event comes
 * from outside. */
#define TINY_STILL                                                                                 \
    TINY_CALM "hub.enabled=false "                                                                 \
              "formation.rate=0 contacts.rate=0 contacts.sister_ties=false initiative.rate=0 "     \
              "funding.own_rate=0 funding.jica_enabled=false "                                     \
              "funding.moe_enabled=false " TINY_NO_OTHER_SCHEME
/* Money and staff without end: no gate of M8 is closed for lack of them. */
#define TINY_RICH                                                                                  \
    "budget.international_share=0.01 budget.environment_share=1 budget.fiscal_exponent=0 "         \
    "budget.priority_gain=0 budget.austerity=0 budget.tie_upkeep=1000 budget.own_share=0.01 "      \
    "staff.per_1000=5 staff.prefecture_per_1000=5 staff.dispersion=0 "                             \
    "staff.international_share=0.2 staff.priority_gain=0 staff.trend=0 staff.project_fte=0.01 "
#define TINY_NO_VETO "support.veto=0 "
/* Everybody meets everybody and says yes, each for itself. */
#define TINY_EAGER                                                                                 \
    TINY_ALONE                                                                                     \
    "contacts.rate=20 contacts.size_exponent=0 contacts.imitation=0 contacts.memory=50 "           \
    "formation.rate=12 formation.opt_out=-20 formation.partner_base=20 formation.gap=0 "           \
    "formation.partner_least_gain=0 "                                                              \
    "formation.least_gain=0 " TINY_NO_VETO
/* Cooperatives get their mandate in the first year and keep it. */
#define TINY_MANDATED                                                                              \
    "initiative.rate=12 initiative.keenness=0 initiative.knowhow=0 "                               \
    "initiative.consent=10 support.mean=1 support.noise=0 support.stress=0 "
/* Ties never end, nor do they suffer from a new head. */
#define TINY_LASTING                                                                               \
    TINY_BODIES TINY_ALONE "upkeep.leader_turnover=0 upkeep.grant_end=0 "                          \
                           "upkeep.budget_shortfall=0 upkeep.staff_loss=0 "                        \
                           "upkeep.support_loss=0 upkeep.goal_mismatch=0 upkeep.partner_exit=0 "   \
                           "upkeep.goal_reached=0 "                                                \
                           "upkeep.dormancy=0 relations.end=0 "
/* No motive beyond need, know-how and money, and none is asked for. */
#define TINY_MOTIVELESS                                                                            \
    "motives.transboundary=0 motives.business=0 motives.sharing=0 "                                \
    "motives.staff_use=0 motives.recognition=0 formation.least_gain=0 "
/* JICA's type for local governments and MoE's studies pay for whatever is proposed, from the first
 * year; nobody else does, and nothing is renewed. */
#define TINY_FUNDED                                                                                \
    TINY_NO_OTHER_SCHEME TINY_PLAIN_WORK                                                           \
        "funding.jica_enabled=true funding.jica_budget=1e10 funding.jica_budget_factor=1 "         \
        "funding.jica_from=1900 funding.moe_enabled=true "                                         \
        "funding.moe_budget=1e10 funding.moe_budget_factor=1 funding.moe_from=1900 "               \
        "funding.min_trust=0 funding.quality_bar=-20 "                                             \
        "funding.supplementary_chance=0 funding.jica_special_from=3000 funding.firm_share=0 "      \
        "funding.moe_outside=0 funding.moe_least_people=0 "                                        \
        "funding.renewal=0 "                                                                       \
        "ladder.trainees_trust=0 ladder.rate=12 "

typedef struct {
    sim_base_diag_t diag;
    sim_config_t *config;
    void *shared;
    sim_world_t world;
    sim_base_arena_t arena; /* of tiny_record */
    sim_record_t record;
} tiny_t;

/* The text of population file COOP_FILE_...; the caller frees it. */
char *tiny_text(int file);

/* Loads the population with file `file` replaced by `text` (text NULL: nothing is replaced).
 * Returns the code of loading; problems are in tiny->diag. */
int tiny_load(tiny_t *tiny, const char *settings, int file, const char *text);

/* tiny_load that must succeed, then the world of replicate 0 (8 years of quarters from JFY 2000
 * unless the settings say otherwise), verified. */
void tiny_begin(tiny_t *tiny, const char *settings);
void tiny_replicate(tiny_t *tiny, uint32_t replicate, int threads); /* the world anew */
void tiny_end(tiny_t *tiny); /* safe on a zeroed struct, and twice */

void tiny_steps(tiny_t *tiny, int steps); /* each one observed and verified */
void tiny_run(tiny_t *tiny);              /* to the end of the horizon */

/* A whole replicate into tiny->record, verified at each step. Needs tiny_load or tiny_begin. */
const sim_record_t *tiny_record(tiny_t *tiny, sim_detail_t detail, uint32_t replicate, int threads);
double tiny_metric(const tiny_t *tiny, int step, const char *metric); /* of tiny->record */
double tiny_metric_sum(const tiny_t *tiny, const char *metric);       /* over its steps */

/* The text of a problem in file and line (file name without folder), or NULL. */
const char *tiny_problem(const tiny_t *tiny, const char *file, int line);

/* Seeds a live cooperation tie, partner 0..TINY_PARTNERS-1, with all counts. */
uint32_t tiny_tie(tiny_t *tiny, uint32_t donor, uint32_t partner, int sector, double trust);
void tiny_all_ties(tiny_t *tiny, int sector,
                   double trust); /* every government with every partner */

static inline const coop_population_t *tiny_population(const tiny_t *tiny) {
    return coop_population(&tiny->world);
}
static inline coop_state_t *tiny_state(tiny_t *tiny) {
    return coop_state(&tiny->world);
}
static inline uint32_t tiny_live(const tiny_t *tiny) {
    return tiny->world.ties->n_live[COOP_TIE_COOPERATION];
}

#endif
