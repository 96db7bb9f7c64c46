/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Agent state is columns: flat arrays, registered once by name. Digest, inspection and
 * checkpoints walk the registration, so no state is forgotten. */
#ifndef SIM_AGENTS_COLUMNS_H
#define SIM_AGENTS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"

enum { SIM_AGENTS_MAX_COLUMNS = 192 };

/* The numbers are part of checkpoints and digests: new types go to the end. */
typedef enum {
    SIM_AGENTS_F64,
    SIM_AGENTS_I64,
    SIM_AGENTS_I32,
    SIM_AGENTS_U32,
    SIM_AGENTS_U8,
    SIM_AGENTS_U16
} sim_agents_type_t;

/* Of the elements that `array` points to; other types do not compile. */
#define SIM_AGENTS_TYPE_OF(ARRAY)                                                                  \
    _Generic(*(ARRAY), double                                                                      \
             : SIM_AGENTS_F64, int64_t                                                             \
             : SIM_AGENTS_I64, int32_t                                                             \
             : SIM_AGENTS_I32, uint32_t                                                            \
             : SIM_AGENTS_U32, uint8_t                                                             \
             : SIM_AGENTS_U8, uint16_t                                                             \
             : SIM_AGENTS_U16)

typedef struct {
    const char *name; /* "donor.knowhow_waste"; borrowed, a literal */
    sim_agents_type_t type;
    size_t rows;
    void *data;
} sim_agents_column_t;

typedef struct {
    sim_agents_column_t column[SIM_AGENTS_MAX_COLUMNS];
    size_t count;
    bool guarded[SIM_AGENTS_MAX_COLUMNS]; /* between bytes that nobody may write */
    bool of_twin;                         /* whose bytes are others */
} sim_agents_columns_t;

/* Allocates rows zeroed cells from the arena and registers them under `name`.
 * Returns the array, or NULL when memory or the table is full (the world then fails its set-up). */
void *sim_agents_column(sim_agents_columns_t *columns, sim_base_arena_t *arena, const char *name,
                        sim_agents_type_t type, size_t rows);

/* Registers memory that something else allocated (ties, graphs). SIM_ERR_ARGUMENT when the name is
 * taken, SIM_ERR_LIMIT when the table is full. */
int sim_agents_register(sim_agents_columns_t *columns, const char *name, sim_agents_type_t type,
                        size_t rows, void *data);

/* The first column that was written behind its end, NULL when there is none. Under the address
 * sanitizer, which stops at the write itself, always NULL. */
const sim_agents_column_t *sim_agents_overrun(const sim_agents_columns_t *columns);

const sim_agents_column_t *sim_agents_find(const sim_agents_columns_t *columns, const char *name);
size_t sim_agents_type_size(sim_agents_type_t type);

#endif
