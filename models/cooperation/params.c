/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every parameter: unit, range, source. Source tags: S Sasaki & Kojima 2019; F a public document;
 * D derived from these; B background knowledge; A assumption.
 *
 * Plausible ranges (priors) follow from how a value is known, unless a row's source says more: from
 * half to double for A, within a factor of 1.5 for B, 1.3 for D, 1.1 for F and S; shares and
 * indices uniform from half to one and a half, within 0 and 1. Switches, dates, scales of policy
 * and what is 0 by default have none: they are questions, not unknowns. */
#include "models/cooperation/cooperation.h"

#define REAL(M, NAME, DEF, MIN, MAX, UNIT, DOC, TAG, SRC)                                          \
    SIM_PARAM_ROW_REAL(coop_params_t, M, NAME, DEF, MIN, MAX, UNIT, DOC, TAG, SRC)
#define REAL_PRIOR(M, NAME, DEF, MIN, MAX, PRIOR, UNIT, DOC, TAG, SRC)                             \
    SIM_PARAM_ROW_REAL_PRIOR(coop_params_t, M, NAME, DEF, MIN, MAX, PRIOR, UNIT, DOC, TAG, SRC)
#define BOOL(M, NAME, DEF, DOC, TAG, SRC)                                                          \
    SIM_PARAM_ROW_BOOL(coop_params_t, M, NAME, DEF, DOC, TAG, SRC)
#define CHOICE(M, NAME, DEF, WORDS, DOC, TAG, SRC)                                                 \
    SIM_PARAM_ROW_CHOICE(coop_params_t, M, NAME, DEF, WORDS, DOC, TAG, SRC)
#define PATH(M, NAME, DOC)                                                                         \
    SIM_PARAM_ROW_PATH(coop_params_t, M, NAME, "", DOC, D, "population/README.md")
#define OPTIONAL_PATH(M, NAME, DOC, SRC)                                                           \
    SIM_PARAM_ROW_OPTIONAL_PATH(coop_params_t, M, NAME, DOC, F, SRC)

const sim_param_t coop_param_table[] = {
#include "models/cooperation/params/associations.def"
#include "models/cooperation/params/budget.def"
#include "models/cooperation/params/consultants.def"
#include "models/cooperation/params/contacts.def"
#include "models/cooperation/params/cooperatives.def"
#include "models/cooperation/params/formation.def"
#include "models/cooperation/params/forms.def"
#include "models/cooperation/params/funding.def"
#include "models/cooperation/params/hub.def"
#include "models/cooperation/params/initiative.def"
#include "models/cooperation/params/joint.def"
#include "models/cooperation/params/knowhow.def"
#include "models/cooperation/params/ladder.def"
#include "models/cooperation/params/leadership.def"
#include "models/cooperation/params/mergers.def"
#include "models/cooperation/params/motives.def"
#include "models/cooperation/params/population.def"
#include "models/cooperation/params/projects.def"
#include "models/cooperation/params/recognition.def"
#include "models/cooperation/params/record.def"
#include "models/cooperation/params/relations.def"
#include "models/cooperation/params/staff.def"
#include "models/cooperation/params/support.def"
#include "models/cooperation/params/upkeep.def"
#include "models/cooperation/params/works.def"
    SIM_PARAM_END};

/* Read by set-up alone. */
const char *const coop_start_only[] = {"staff.per_1000",
                                       "staff.prefecture_per_1000",
                                       "staff.dispersion",
                                       "staff.senior_share",
                                       "knowhow.initial",
                                       "knowhow.industry",
                                       "knowhow.size",
                                       "knowhow.floor",
                                       "contacts.sister_ties",
                                       "cooperatives.pooled_plants",
                                       "record.fill",
                                       "record.coverage_searched",
                                       "record.coverage_others",
                                       "record.project_rate",
                                       NULL};
