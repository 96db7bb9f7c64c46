/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The waves of one results file added to another. Private to the store room. */
#ifndef SIM_STORE_MERGE_WAVES_H
#define SIM_STORE_MERGE_WAVES_H

#include "sim/base/why.h"
#include "sim/store/parts.h"

/* Adds the waves of `from`, with those of their runs that `out` lacks, to `out`, within the
 * caller's transaction and without sealing it: as if the designs of `from` had been added by `sweep
 * --append`. Both are whole sweeps of one scenario by one program. */
int sim_store_merge_waves(sqlite3 *from, const char *from_path, sqlite3 *out, const char *out_path,
                          sim_base_why_t *why);

#endif
