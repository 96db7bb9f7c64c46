/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/words.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/base/text.h"
#include "sim/network/ties.h"
#include "sim/param/columns.h"
#include "sim/param/parts.h"
#include "sim/state/arrays.h"

static const char between[] = ", \t\r\n";

bool sim_param_words_all(const char *words) {
    return !words || strcmp(words, "all") == 0;
}

bool sim_param_words_have(const char *words, const char *word) {
    size_t length = strlen(word);
    if (sim_param_words_all(words))
        return true;
    for (words += strspn(words, between); *words; words += strspn(words, between)) {
        size_t n = strcspn(words, between);
        if (n == length && strncmp(words, word, n) == 0)
            return true;
        words += n;
    }
    return false;
}

const char *sim_param_spells_table(const sim_model_t *model) {
    if (!model->labels)
        return NULL;
    const sim_network_names_t *names = model->labels->names;
    return names && names->table ? names->table : "tie";
}

/* The tables that a model fills at detail full; NULL-terminated, `word` has room for most + 1. */
static void tables_of(const sim_model_t *model, const char **word, size_t most) {
    size_t n = 0;
    if (model->labels && n < most)
        word[n++] = sim_param_spells_table(model);
    for (const sim_table_t *t = model->tables; t && t->name && n < most; t++)
        word[n++] = t->name;
    word[n] = NULL;
}

size_t sim_param_kind_field(const sim_table_t *table, const char *const **labels) {
    *labels = NULL;
    for (size_t f = 0; table->role == SIM_ROLE_EVENTS && table->fields[f].name; f++)
        if (strcmp(table->fields[f].name, "kind") == 0 &&
            table->fields[f].type == SIM_FIELD_LABEL && table->fields[f].labels) {
            *labels = table->fields[f].labels;
            return f;
        }
    return SIZE_MAX;
}

/* Its kinds of events, likewise. */
static void events_of(const sim_model_t *model, const char **word, size_t most) {
    const char *const *labels = NULL;
    size_t n = 0;
    for (const sim_table_t *t = model->tables; t && t->name && !labels; t++)
        (void)sim_param_kind_field(t, &labels);
    for (; labels && labels[n] && n < most; n++)
        word[n] = labels[n];
    word[n] = NULL;
}

/* ---- reading ---- */

void sim_param_words_in(sim_param_load_t *load, const config_setting_t *setting,
                        sim_param_found_t *found) {
    sim_base_text_t text;
    int n = config_setting_length(setting);
    if (found->type != CONFIG_TYPE_ARRAY && found->type != CONFIG_TYPE_LIST)
        return;
    for (int i = 0; i < n; i++)
        if (config_setting_type(config_setting_get_elem(setting, (unsigned)i)) !=
            CONFIG_TYPE_STRING)
            return; /* which no row accepts */
    FILE *out = sim_base_text_open(&text);
    for (int i = 0; out && i < n; i++) {
        const char *word = config_setting_get_string_elem(setting, i);
        fprintf(out, "%s%s", i ? "," : "", word ? word : "");
    }
    *found = (sim_param_found_t){.type = CONFIG_TYPE_STRING,
                                 .text = sim_param_keep_stream(load, out, &text)};
}

/* ---- what is kept of a run ---- */

static void unknown_word(sim_param_load_t *load, const sim_param_slot_t *slot, const char *what,
                         const char *word, const char *const *known) {
    char all[SIM_PARAM_WHY], allowed[SIM_PARAM_WHY + 64];
    sim_base_hint_t hint;
    sim_param_join(known, all, sizeof all);
    snprintf(allowed, sizeof allowed, "; allowed are all%s%s", *all ? ", or some of: " : "", all);
    sim_param_problem(&load->report, &slot->place, "%s: model %s has no %s \"%.80s\"%s",
                      slot->row->name, load->config.model->name, what, word,
                      sim_base_hint(&hint, word, known, "\"", allowed));
}

/* Rows of the state table that are not shown have a name, too. */
static void no_column(sim_param_load_t *load, const sim_param_slot_t *slot, const char *word,
                      const char *const *known) {
    const sim_state_row_t *row = load->config.model->state;
    while (row && row->kind != SIM_STATE_IS_END && strcmp(row->name, word) != 0)
        row++;
    if (!row || row->kind == SIM_STATE_IS_END) {
        unknown_word(load, slot, "column or network", word, known);
        return;
    }
    sim_param_problem(&load->report, &slot->place,
                      "%s: %s of model %s is no network or column of a population with one number "
                      "a row%s",
                      slot->row->name, word, load->config.model->name,
                      row->kind == SIM_STATE_IS_TIES
                          ? ", but spells; those that the model records are a results table anyway"
                          : "");
}

/* The known ones among the words, in the model's order and each once, so that two lists of the same
 * are the same text; all of them are "all". */
static void put_in_order(sim_param_load_t *load, sim_param_slot_t *slot, const char *const *known) {
    sim_base_text_t text;
    size_t kept = 0, n = 0;
    FILE *out = sim_base_text_open(&text);
    for (; out && known[n]; n++)
        if (sim_param_words_have(slot->value.words, known[n]))
            fprintf(out, "%s%s", kept++ ? "," : "", known[n]);
    slot->value.words = sim_param_keep_stream(load, out, &text);
    if (n > 0 && kept == n)
        slot->value.words = "all";
}

static void check_words(sim_param_load_t *load, sim_param_slot_t *slot, const char *what,
                        const char *const *known) {
    const bool of_state = strcmp(what, "column") == 0;
    char *rest = NULL, *copy = NULL;
    bool good = true;
    if (sim_param_words_all(slot->value.words))
        return;
    copy = strdup(slot->value.words);
    for (char *word = copy ? strtok_r(copy, between, &rest) : NULL; word;
         word = strtok_r(NULL, between, &rest))
        if (!sim_base_among(word, known)) {
            if (of_state)
                no_column(load, slot, word, known);
            else
                unknown_word(load, slot, what, word, known);
            good = false;
        }
    load->report.failed = load->report.failed || !copy;
    free(copy);
    if (good)
        put_in_order(load, slot, known);
}

/* What a model calls its table of events; NULL: it has none. */
static const char *events_table(const sim_model_t *model) {
    for (const sim_table_t *t = model->tables; t && t->name; t++)
        if (t->role == SIM_ROLE_EVENTS)
            return t->name;
    return NULL;
}

void sim_param_words_check(sim_param_load_t *load) {
    enum { MOST = 256 };
    const char *table[MOST + 1], *event[MOST + 1], *column[MOST + 1];
    sim_param_slot_t *tables = sim_param_slot(load, "output.tables");
    sim_param_slot_t *events = sim_param_slot(load, "output.events");
    sim_param_slot_t *columns = sim_param_slot(load, "output.columns");
    if (!load->config.model)
        return;
    sim_param_columns_of(load->config.model, column, MOST);
    tables_of(load->config.model, table, MOST);
    events_of(load->config.model, event, MOST);
    check_words(load, tables, "table", table);
    check_words(load, events, "kind of event", event);
    check_words(load, columns, "column", column);
    bool chosen = !sim_param_words_all(events->value.words);
    const char *dated = events_table(load->config.model);
    if (chosen && dated && !sim_param_words_have(tables->value.words, dated))
        sim_param_problem(&load->report, &events->place,
                          "output.events chooses rows of table %s, which output.tables leaves out",
                          dated);
}
