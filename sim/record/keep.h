/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of tables are kept, from detail full on: by detail, output.tables, output.events. */
#ifndef SIM_RECORD_KEEP_H
#define SIM_RECORD_KEEP_H

#include "sim/base/why.h"
#include "sim/record/replicate.h"

/* Keys of meta, which only a file of detail full or choices has that does not keep everything. */
#define SIM_RECORD_KEPT_TABLES "output.tables"
#define SIM_RECORD_KEPT_EVENTS "output.events"

/* From now on the record takes the rows of `detail` and of these lists (sim/param/words.h) and no
 * others. SIM_ERR_MEMORY. */
int sim_record_keep(sim_record_t *record, const sim_model_t *model, sim_detail_t detail,
                    const sim_run_params_t *run);

/* One results file tells of one selection: SIM_ERR_CONFIG and a sentence when two configurations
 * have other ones. */
int sim_record_keep_same(const sim_config_t *const *configs, size_t n, sim_base_why_t *why);

#endif
