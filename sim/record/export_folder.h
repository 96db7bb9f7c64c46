/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that is there whole or not at all. Private to the export. */
#ifndef SIM_RECORD_EXPORT_FOLDER_H
#define SIM_RECORD_EXPORT_FOLDER_H

#include "sim/record/export_parts.h"

/* Makes x->folder beside the one that is asked for, after a look at that: SIM_ERR_EXISTS when it
 * holds files that are not to be replaced, or are not ours. */
int sim_export_folder_begin(sim_export_t *x);

/* Gives it its name. Files of an earlier export go, others that lay there stay. */
int sim_export_folder_finish(sim_export_t *x);

/* Removes what was begun and not finished. */
void sim_export_folder_drop(sim_export_t *x);

#endif
