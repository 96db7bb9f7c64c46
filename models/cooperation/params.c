/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every parameter: unit, range, source. Source tags: S Sasaki & Kojima 2019; F a public document;
 * D derived from these; B background knowledge; A assumption.
 *
 * Plausible ranges (priors) follow from how a value is known, unless a row's source says more: from
 * half to double for A, within a factor of 1.5 for B, 1.3 for D, 1.1 for F and S; shares and
 * indices uniform from half to one and a half, within 0 and 1. Switches, dates, scales of policy
 * and what is 0 by default have none: they are questions, not unknowns. */
#include "models/cooperation/cooperation.h"

#define NAMED(MAKER, GROUP, NAME, ...)                                                             \
    SIM_PARAM_ROW_##MAKER(coop_params_t, GROUP.NAME, #GROUP "." #NAME, __VA_ARGS__),
#define REAL(GROUP, NAME, ...) NAMED(REAL_PRIOR, GROUP, NAME, __VA_ARGS__)
#define BOOL(GROUP, NAME, ...) NAMED(BOOL, GROUP, NAME, __VA_ARGS__)
#define CHOICE(GROUP, NAME, ...) NAMED(CHOICE, GROUP, NAME, __VA_ARGS__)
#define PATH(GROUP, NAME, DOC) NAMED(PATH, GROUP, NAME, "", DOC, D, "population/README.md")
#define OPTIONAL_PATH(GROUP, NAME, ...) NAMED(OPTIONAL_PATH, GROUP, NAME, __VA_ARGS__)

/* Of one scheme; one of those with most of the money has more. */
#define ENABLED(ID, NAME, ...)                                                                     \
    SIM_PARAM_ROW_BOOL(coop_params_t, funding.enabled[COOP_SCHEME_##ID],                           \
                       "funding." NAME "_enabled", 1, __VA_ARGS__),
#define OF_MAIN(MAKER, ID, NAME, MEMBER, LEAF, ...)                                                \
    SIM_PARAM_ROW_##MAKER(coop_params_t, funding.main[COOP_SCHEME_##ID].MEMBER,                    \
                          "funding." NAME LEAF, __VA_ARGS__),
#define MAIN(ID, NAME, BUDGET, BUDGET_SRC, FROM, FROM_TAG, FROM_SRC, CEILING, CEILING_SRC,         \
             COOPERATIVES_SRC)                                                                     \
    OF_MAIN(REAL, ID, NAME, budget, "_budget", BUDGET, 0, 1e11, "yen/year",                        \
            "New commitments a fiscal year", D, BUDGET_SRC)                                        \
    OF_MAIN(REAL, ID, NAME, budget_factor, "_budget_factor", 1, 0, 10, "factor",                   \
            "Multiplies the new commitments", A, "M25: policy lever")                              \
    OF_MAIN(REAL, ID, NAME, from_year, "_from", FROM, 1900, 3000, "JFY", "First call", FROM_TAG,   \
            FROM_SRC)                                                                              \
    OF_MAIN(REAL, ID, NAME, until_year, "_until", 3000, 1900, 3000, "JFY",                         \
            "First year without a call", A, "M25: policy lever")                                   \
    OF_MAIN(REAL, ID, NAME, ceiling, "_ceiling", CEILING, 0, 1e10, "yen", "Ceiling of a grant", B, \
            CEILING_SRC)                                                                           \
    OF_MAIN(BOOL, ID, NAME, cooperatives, "_open_to_cooperatives", 1, "Cooperatives may apply", S, \
            COOPERATIVES_SRC)

const sim_param_t coop_param_table[] = {
#include "models/cooperation/processes.def"
    SIM_PARAM_END};

const char *const coop_start_only[] = {
#define START_ONLY(GROUP, NAME) #GROUP "." #NAME,
#include "models/cooperation/processes.def"
    NULL};

/* ---- words ---- */

#define FIRST(WORD, ...) WORD,
#define WORD(CONSTANT, ...) FIRST(__VA_ARGS__, )
#define ARRAY(WORDS, NAME, COUNT) const char *const coop_##NAME##_words[] = {WORDS(WORD) NULL};
COOP_LISTS(ARRAY)

const uint8_t coop_conversions[] = {COOP_CAUSE_REGIONAL_FORM, SIM_NETWORK_NO_CAUSE};
const char *const coop_rupture_countries[] = {"none", "BD", "CN", "ID", "IN", "KH", "LA", "LK",
                                              "MM",   "MN", "MY", "NP", "PH", "TH", "VN", NULL};
enum {
#define PURPOSE(N, NAME) NUMBER_##N, /* two with one number do not compile */
#include "models/cooperation/processes.def"
    N_PURPOSES
};
const char *const coop_purpose_words[] = {
#define PURPOSE(N, NAME) [N] = #NAME,
#include "models/cooperation/processes.def"
    [N_PURPOSES] = NULL};
SIM_TABLE_ENDS(coop_purpose_words, N_PURPOSES); /* none is left out */
