/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of detail full are kept: output.tables and output.events. */
#ifndef SIM_RECORD_KEEP_H
#define SIM_RECORD_KEEP_H

#include "sim/record/replicate.h"

/* Keys of meta, which only a file of detail full has that does not keep everything. */
#define SIM_RECORD_KEPT_TABLES "output.tables"
#define SIM_RECORD_KEPT_EVENTS "output.events"

/* From now on the record takes no other rows (lists of words: sim/param/words.h).
 * SIM_ERR_MEMORY. */
int sim_record_keep(sim_record_t *record, const sim_model_t *model, const char *tables,
                    const char *events);

/* One results file tells of one selection: SIM_ERR_CONFIG and a sentence when two configurations
 * have other ones. */
int sim_record_keep_same(const sim_config_t *const *configs, size_t n, char *why, size_t why_size);

#endif
