/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A libconfig file that is no configuration but about one, such as a sweep: read with the same
 * checks, and its settings with the same sentences about what is wrong with them. */
#ifndef SIM_PARAM_DOCUMENT_H
#define SIM_PARAM_DOCUMENT_H

#include <libconfig.h>

#include "sim/param/config.h"

typedef struct sim_param_document sim_param_document_t;

/* Reads and parses `file`. Problems go to diag, now and later, so that diag must outlive *out;
 * SIM_ERR_CONFIG or SIM_ERR_MEMORY. The caller owns *out (sim_param_document_destroy). */
int sim_param_document_read(const char *file, sim_base_diag_t *diag, sim_param_document_t **out);
void sim_param_document_destroy(sim_param_document_t *document);

/* Whether a file can be read as one and has a setting of the name. */
bool sim_param_document_has(const char *file, const char *name);

const config_setting_t *sim_param_document_root(const sim_param_document_t *document);

/* Reports a problem at a setting. SIM_ERR_CONFIG always. */
int sim_param_document_problem(sim_param_document_t *document, const config_setting_t *setting,
                               const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Problems reported so far; and puts those of the file in the order of its lines. */
size_t sim_param_document_problems(const sim_param_document_t *document);
void sim_param_document_sort(sim_param_document_t *document);

/* The row of the model of `config` that is called `name`; NULL with a problem at the setting. */
const sim_param_t *sim_param_document_row(sim_param_document_t *document,
                                          const config_setting_t *setting, const char *name,
                                          const sim_config_t *config);

/* The same for a name that stands in another file. */
const sim_param_t *sim_param_document_row_in(sim_param_document_t *document, const char *file,
                                             int line, const char *name,
                                             const sim_config_t *config);

/* The value of a setting for a row, of checked type and range. False with a problem. */
bool sim_param_document_value(sim_param_document_t *document, const config_setting_t *setting,
                              const sim_param_t *row, const sim_config_t *config,
                              sim_param_value_t *value);

/* Whether the setting is an integer that libconfig cannot hold, which has been reported. */
bool sim_param_document_odd(sim_param_document_t *document, const config_setting_t *setting);

/* Tells of every setting of a group that is not one of `keys`; `what` has them: "a factor". */
void sim_param_document_keys(sim_param_document_t *document, const config_setting_t *group,
                             const char *what, const char *const *keys);

/* The number of a setting that is called `name` in messages; NaN after a problem. */
double sim_param_document_number(sim_param_document_t *document, const config_setting_t *setting,
                                 const char *name);

/* `name` as seen from the file's folder. Lives as long as the document; NULL without memory. */
const char *sim_param_document_path(sim_param_document_t *document, const char *name);

/* Words for messages: "an integer", "a group", ... */
const char *sim_param_document_type(const config_setting_t *setting);

#endif
