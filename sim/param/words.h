/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of words, which the settings output.tables and output.events are: [ "tie", "event" ] in a
 * file, tie,event on the command line. They are kept as one text, "tie,event"; "all" stands for
 * every word that the model has, "" for none. */
#ifndef SIM_PARAM_WORDS_H
#define SIM_PARAM_WORDS_H

#include "sim/model.h"

/* What the results call the table of a model's spells; NULL: it has none. */
const char *sim_param_spells_table(const sim_model_t *model);

bool sim_param_words_all(const char *words); /* also of NULL */

/* Whether the list has the word. */
bool sim_param_words_have(const char *words, const char *word);

/* If `table` is of events: the place of its field `kind`, its words in *labels; or SIZE_MAX. */
size_t sim_param_kind_field(const sim_table_t *table, const char *const **labels);

/* "a, b, c", or as many as there is room for. Returns text. */
const char *sim_param_join(const char *const *words, char *text, size_t size);

#endif
