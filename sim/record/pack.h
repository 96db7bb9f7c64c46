/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as one block of bytes, for another process of the same build. */
#ifndef SIM_RECORD_PACK_H
#define SIM_RECORD_PACK_H

#include "sim/record/record.h"

/* *bytes is the caller's (free). Only what the store would write goes along: the series not at
 * detail summary. SIM_ERR_MEMORY. */
int sim_record_pack(const sim_record_t *record, unsigned char **bytes, size_t *size);

/* Makes the record again (sim_record_clear). SIM_ERR_ARGUMENT when the bytes are not a whole
 * record, SIM_ERR_MEMORY; *record is empty then. */
int sim_record_unpack(const unsigned char *bytes, size_t size, sim_record_t *record);

#endif
