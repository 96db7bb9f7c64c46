/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inline versions of what hooks call, sim/model.h, and what few of them need. */
#ifndef SIM_SCHEDULE_HOOKS_H
#define SIM_SCHEDULE_HOOKS_H

#include "sim/base/inline.h"
#include "sim/rng/rng.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef SIM_SCHEDULE_INLINE
#define SIM_SCHEDULE_INLINE SIM_INLINE
#endif

SIM_SCHEDULE_INLINE double sim_schedule_time(const sim_schedule_clock_t *clock, int32_t step) {
    return clock->start_year + (double)step / clock->steps_per_year;
}
SIM_SCHEDULE_INLINE int32_t sim_schedule_year(const sim_schedule_clock_t *clock, int32_t step) {
    int32_t spy = clock->steps_per_year;
    return clock->start_year + (step >= 0 ? step / spy : -((-step + spy - 1) / spy));
}

void sim_world_bad_purpose(const sim_world_t *world, uint32_t purpose); /* fails the step */
SIM_SCHEDULE_INLINE sim_rng_t sim_world_rng(const sim_world_t *world, uint32_t purpose) {
    if (purpose - SIM_RNG_PURPOSE_MODEL >= world->n_purposes)
        sim_world_bad_purpose(world, purpose);
    sim_rng_t rng = {world->step_key, purpose, (uint32_t)world->clock.step, world->faults};
    if (__builtin_expect(world->watch != NULL, 0)) {
        rng.watch = world->watch;
        rng.purpose |= SIM_RNG_CHECKED;
    }
    return rng;
}
SIM_SCHEDULE_INLINE sim_rng_t sim_world_rng_once(const sim_world_t *world, uint32_t purpose) {
    if (purpose - SIM_RNG_PURPOSE_MODEL >= world->n_purposes)
        sim_world_bad_purpose(world, purpose);
    sim_rng_t rng = {world->key, purpose | (world->watch ? SIM_RNG_CHECKED : 0), 0, world->faults};
    return rng;
}
SIM_SCHEDULE_INLINE sim_rng_draw_t sim_world_draw(const sim_world_t *world, uint32_t purpose,
                                                  uint32_t a, uint32_t b) {
    sim_rng_t rng = sim_world_rng(world, purpose);
    if (__builtin_expect(world->watch != NULL, 0))
        sim_rng_note(&rng, a, b, 0);
    return sim_rng_cursor(rng, a, b);
}
SIM_SCHEDULE_INLINE sim_rng_draw_t sim_world_draw_again(const sim_world_t *world, uint32_t purpose,
                                                        uint32_t a, uint32_t b) {
    return sim_rng_cursor(sim_world_rng(world, purpose), a, b);
}

/* Whether rows of tables, or the series, are kept. A costly metric may be left NaN where the series
 * is not, if no reducer and no state depends on it. */
bool sim_world_records_rows(const sim_world_t *world);
bool sim_world_records_series(const sim_world_t *world);

/* A zeroed, registered column of a replicate whose model has no state table, or NULL. */
void *sim_world_column(sim_world_t *world, const char *name, sim_state_type_t type, size_t rows);

/* A commit that takes long may share its work among the threads of the run: part(world, 0 ..
 * parts-1, worker), each once, in any order, several at the same time; worker, below
 * world->threads, is another one for each of these. A part writes what no other part touches, so
 * that the threads cannot be seen in the results. Returns the lowest code. */
typedef int sim_part_t(sim_world_t *world, size_t part, int worker);
int sim_world_share(sim_world_t *world, size_t parts, sim_part_t *part);
/* Whether that would be on several threads now: not where the run has one, nor while the machine
 * has no processor to spare. For a commit that has a cheaper way, to the same bits, where it is
 * alone. */
bool sim_world_shares(const sim_world_t *world);

/* ---- many at a time ---- */

/* Lists those of 0 .. n - 1 whose time comes before `end`; returns how many. Room for n. */
uint32_t sim_schedule_due(const double *time, uint32_t n, double end, uint32_t *due);

/* Uniforms of the live ties k .. k + SIM_WORLD_BATCH - 1 of a kind, as far as there are so many:
 * those of the blocks of `index` keyed by from and to, which counts from first_to. */
enum { SIM_WORLD_BATCH = 64 };
typedef struct {
    uint8_t kind;
    uint32_t index, first_to;
} sim_world_tie_draws_t;
void sim_world_tie_uniforms(const sim_world_t *world, const sim_rng_t *rng,
                            sim_world_tie_draws_t of, uint32_t k, double u[SIM_WORLD_BATCH]);

/* ---- copies of columns ---- */

/* For .next of a phase: its agents read COLUMN, as it was before the phase, and write COPY, a
 * scratch of the same population, type and cells. It begins as the column; when all have acted the
 * two change places, so that no pointer to either outlives the phase but the members of S. */
#define SIM_NEXT(S, COLUMN, COPY)                                                                  \
    {                                                                                              \
        offsetof(S, COLUMN),                                                                       \
            offsetof(S, COPY) +                                                                    \
                0 * sizeof(struct {                                                                \
                    char unused;                                                                   \
                    _Static_assert(SIM_STATE_TYPE(&SIM_STATE_MEMBER(S, COLUMN), **) ==             \
                                       SIM_STATE_TYPE(&SIM_STATE_MEMBER(S, COPY), **),             \
                                   #S "." #COPY " must be of the type of " #COLUMN);               \
                }),                                                                                \
            sizeof *SIM_STATE_MEMBER(S, COLUMN)                                                    \
    }

/* ---- named agents ---- */

/* Where models hand over their agents, one call each (table `agent`). NULL text = NULL. Kind, code
 * and name must last as long as what prepare() made. */
typedef struct {
    uint32_t agent_id;
    const char *kind, *code, *name;
    const sim_cell_t *cell; /* one for each of the model's agent_fields; NULL: all are NULL */
} sim_record_agent_t;
/* The results file is one; interventions that name agents have another. */
typedef struct sim_record_sink {
    int (*take)(struct sim_record_sink *sink, const sim_record_agent_t *agent);
} sim_record_sink_t;
static inline int sim_record_agent(sim_record_sink_t *sink, const sim_record_agent_t *agent) {
    return sink->take(sink, agent);
}

#ifdef __cplusplus
}
#endif

#endif
