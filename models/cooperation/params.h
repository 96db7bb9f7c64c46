/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed values of all parameters: one struct a group, one member a row of its .def. */
#ifndef COOPERATION_PARAMS_H
#define COOPERATION_PARAMS_H

#include "models/cooperation/words.h"

#define REAL(GROUP, NAME, ...) double NAME;
#define BOOL(GROUP, NAME, ...) bool NAME;
#define CHOICE(GROUP, NAME, ...) int NAME; /* place among the words */
#define PATH(GROUP, NAME, ...) const char *NAME;
#define OPTIONAL_PATH PATH /* "" without one */
#define ENABLED(...)
#define MAIN(...)

/* The schemes with most of the money, first in the order of all: JICA's local type, MoE's studies.
 */
enum { COOP_N_MAIN = COOP_SCHEME_MOE_JCM + 1 };
typedef struct {
    double budget, budget_factor, from_year, until_year, ceiling;
    bool cooperatives;
} coop_main_scheme_params_t;

typedef struct {
    bool enabled[COOP_SCHEME_OWN];
    coop_main_scheme_params_t main[COOP_N_MAIN];
#include "models/cooperation/money/funding.def"
} coop_funding_params_t;
typedef struct {
#include "models/cooperation/bodies/associations.def"
} coop_associations_params_t;
typedef struct {
#include "models/cooperation/money/budget.def"
} coop_budget_params_t;
typedef struct {
#include "models/cooperation/bodies/consultants.def"
} coop_consultants_params_t;
typedef struct {
#include "models/cooperation/ties/contacts.def"
} coop_contacts_params_t;
typedef struct {
#include "models/cooperation/bodies/cooperatives.def"
} coop_cooperatives_params_t;
typedef struct {
#include "models/cooperation/ties/formation.def"
} coop_formation_params_t;
typedef struct {
#include "models/cooperation/bodies/forms.def"
} coop_forms_params_t;
typedef struct {
#include "models/cooperation/bodies/hub.def"
} coop_hub_params_t;
typedef struct {
#include "models/cooperation/bodies/initiative.def"
} coop_initiative_params_t;
typedef struct {
#include "models/cooperation/bodies/joint.def"
} coop_joint_params_t;
typedef struct {
#include "models/cooperation/people/knowhow.def"
} coop_knowhow_params_t;
typedef struct {
#include "models/cooperation/ties/ladder.def"
} coop_ladder_params_t;
typedef struct {
#include "models/cooperation/people/leadership.def"
} coop_leadership_params_t;
typedef struct {
#include "models/cooperation/bodies/mergers.def"
} coop_mergers_params_t;
typedef struct {
#include "models/cooperation/ties/motives.def"
} coop_motives_params_t;
typedef struct {
#include "models/cooperation/world/population.def"
} coop_population_params_t;
typedef struct {
#include "models/cooperation/money/projects.def"
} coop_projects_params_t;
typedef struct {
#include "models/cooperation/people/recognition.def"
} coop_recognition_params_t;
typedef struct {
#include "models/cooperation/world/record.def"
} coop_record_params_t;
typedef struct {
#include "models/cooperation/ties/relations.def"
} coop_relations_params_t;
typedef struct {
#include "models/cooperation/people/staff.def"
} coop_staff_params_t;
typedef struct {
#include "models/cooperation/people/support.def"
} coop_support_params_t;
typedef struct {
#include "models/cooperation/ties/upkeep.def"
} coop_upkeep_params_t;
typedef struct {
#include "models/cooperation/money/works.def"
} coop_works_params_t;

#undef REAL
#undef BOOL
#undef CHOICE
#undef PATH
#undef OPTIONAL_PATH
#undef ENABLED
#undef MAIN

typedef struct {
    coop_associations_params_t associations;
    coop_budget_params_t budget;
    coop_consultants_params_t consultants;
    coop_contacts_params_t contacts;
    coop_cooperatives_params_t cooperatives;
    coop_formation_params_t formation;
    coop_forms_params_t forms;
    coop_funding_params_t funding;
    coop_hub_params_t hub;
    coop_initiative_params_t initiative;
    coop_joint_params_t joint;
    coop_knowhow_params_t knowhow;
    coop_ladder_params_t ladder;
    coop_leadership_params_t leadership;
    coop_mergers_params_t mergers;
    coop_motives_params_t motives;
    coop_population_params_t population;
    coop_projects_params_t projects;
    coop_recognition_params_t recognition;
    coop_record_params_t record;
    coop_relations_params_t relations;
    coop_staff_params_t staff;
    coop_support_params_t support;
    coop_upkeep_params_t upkeep;
    coop_works_params_t works;
} coop_params_t;

#endif
