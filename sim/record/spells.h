/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spells that the engine follows as a table of the results: its name and those of the ends are
 * the model's (sim_network_names_t), and it has the columns for which the model has words. */
#ifndef SIM_RECORD_SPELLS_H
#define SIM_RECORD_SPELLS_H

#include "sim/record/record.h"

enum { SIM_RECORD_SPELL_FIELDS = 13 }; /* at most */

/* Points into itself, so that it must not be copied. */
typedef struct {
    sim_table_t table; /* fields is `field` */
    sim_field_t field[SIM_RECORD_SPELL_FIELDS + 1];
    const char *part[SIM_RECORD_SPELL_FIELDS]; /* of each field, whatever its name: "id", "from" and
                                                  "to", or of ties without a direction "end" and
                                                  "other_end" */
    uint8_t cell[SIM_RECORD_SPELL_FIELDS];     /* of each field, among all that there may be */
    size_t n;                                  /* fields */
} sim_record_spells_t;

/* The table of a model's spells, borrowing its words. False: the model has none. */
bool sim_record_spells(const sim_model_t *model, sim_record_spells_t *spells);

/* The cells of spell `id`, spells->n of them. */
void sim_record_spell_cells(const sim_record_spells_t *spells, const sim_record_tie_t *tie,
                            size_t id, sim_cell_t cell[SIM_RECORD_SPELL_FIELDS]);

/* "spells"; NULL of SIM_ROLE_NONE. */
const char *sim_record_role_name(sim_role_t role);

#endif
