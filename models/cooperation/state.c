/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state table: what a replicate of the cooperation model consists of. */
#include "models/cooperation/cooperation.h"

#define POPULATION(NAME, ROWS, DOC)                                                                \
    static size_t NAME(const sim_world_t *world) {                                                 \
        const coop_population_t *pop = coop_population(world);                                     \
        (void)pop;                                                                                 \
        return ROWS;                                                                               \
    }
POPULATION(ties, (size_t)pop->n_members + 4096, "")
#include "models/cooperation/processes.def"

#define POPULATION(NAME, ROWS, DOC) SIM_STATE_POPULATION_OF(coop_state_t, NAME, NAME, DOC),
#define COLUMN(GROUP, TYPE, NAME, POPULATION, ...)                                                 \
    SIM_STATE_COLUMN_AS(#GROUP "." #NAME, coop_state_t, POPULATION, GROUP.NAME, __VA_ARGS__),
#define PART(GROUP, NAME, KIND, WORD, POPULATION, ...)                                             \
    SIM_STATE_COLUMN_AS(#GROUP "." #NAME "_" WORD, coop_state_t, POPULATION, GROUP.NAME[KIND], 1,  \
                        __VA_ARGS__),
#define BY_SECTOR(GROUP, TYPE, NAME, ...)                                                          \
    PART(GROUP, NAME, COOP_SECTOR_WASTE, "waste", __VA_ARGS__)                                     \
    PART(GROUP, NAME, COOP_SECTOR_WATER, "water", __VA_ARGS__)                                     \
    PART(GROUP, NAME, COOP_SECTOR_AIR, "air", __VA_ARGS__)
#define BY_WORK(GROUP, TYPE, NAME, ...)                                                            \
    PART(GROUP, NAME, COOP_WORK_CONTRIBUTION, "contribution", __VA_ARGS__)                         \
    PART(GROUP, NAME, COOP_WORK_CONSULTATION, "consultation", __VA_ARGS__)                         \
    PART(GROUP, NAME, COOP_WORK_OPERATION, "operation", __VA_ARGS__)                               \
    PART(GROUP, NAME, COOP_WORK_INVESTMENT, "investment", __VA_ARGS__)
#define COUNT(GROUP, NAME, ...)                                                                    \
    SIM_STATE_VALUE_AS(#GROUP "." #NAME, coop_state_t, GROUP.NAME, __VA_ARGS__),
#define VALUE(TYPE, NAME, ...) SIM_STATE_VALUE_AS(#NAME, coop_state_t, NAME, __VA_ARGS__),
#define VALUES(TYPE, NAME, MANY, FIRST, ...)                                                       \
    SIM_STATE_VALUES_AS(#NAME, coop_state_t, NAME, NAME FIRST, __VA_ARGS__),
#define DERIVED(TYPE, NAME, POPULATION, ...)                                                       \
    SIM_STATE_DERIVED(coop_state_t, POPULATION, NAME, __VA_ARGS__),
#define SCRATCH(TYPE, NAME, POPULATION, ...)                                                       \
    SIM_STATE_SCRATCH(coop_state_t, POPULATION, NAME, __VA_ARGS__),
#define OWN(TYPE, NAME, MANY, DOC) SIM_STATE_OWN(coop_state_t, NAME, DOC),
_Static_assert(COOP_N_SECTORS == 3 && COOP_N_WORKS == 4, "each has a part");

const sim_state_row_t coop_state_table[] = {
#include "models/cooperation/processes.def"
    SIM_STATE_TIE_TABLE(coop_state_t, ties, ties,
                        "Cooperation, sister ties, memberships, initiatives."),
    SIM_STATE_END};
