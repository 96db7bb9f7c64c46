/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs in results files. Private to the store room. */
#ifndef SIM_STORE_OUTPUTS_STORE_H
#define SIM_STORE_OUTPUTS_STORE_H

#include "sim/store/outputs.h"
#include "sim/store/parts.h"

/* Keys of meta, which only a file with targets has. */
#define SIM_STORE_TARGETS_DIGEST "targets_digest"
#define SIM_STORE_TARGETS_UNTIL "targets_fit_until"

/* The CREATE TABLE statements of a file with targets. */
extern const char sim_store_targets_sql[];

/* Fills `target` and `target_view` and the keys of meta. 0 or SIM_ERR_STORE. */
int sim_store_write_targets(const sim_store_outputs_t *outputs, sqlite3 *db);

/* That a file was begun with the targets of this command. SIM_ERR_CONFIG with a sentence. */
int sim_store_check_targets(const sim_store_check_t *r);

#endif
