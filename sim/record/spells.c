/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/spells.h"

#include "sim/network/ties.h"
#include "sim/param/words.h"

enum { ID, KIND, MODE, FORM, FROM, TO, TOPIC, STAGE };

static const char *or_else(const char *name, const char *otherwise) {
    return name ? name : otherwise;
}

/* All fields that there may be, in the order of the columns. */
static void all_fields(const sim_network_labels_t *labels,
                       sim_field_t field[SIM_RECORD_SPELL_FIELDS]) {
    static const sim_network_names_t none = {0};
    const sim_network_names_t *names = labels->names ? labels->names : &none;
    const sim_field_t fields[SIM_RECORD_SPELL_FIELDS] = {
        {or_else(names->id, "tie_id"), SIM_FIELD_INTEGER, NULL,
         "number of the spell, from 0 in order of birth"},
        {"kind", SIM_FIELD_LABEL, labels->kinds, "kind of tie"},
        {"mode", SIM_FIELD_LABEL, labels->modes, "mode; NULL = none"},
        {"form", SIM_FIELD_LABEL, labels->forms, "form; NULL = none"},
        {or_else(names->from, "from_id"), SIM_FIELD_INTEGER, NULL,
         or_else(names->from_doc, "agent at the first end")},
        {or_else(names->to, "to_id"), SIM_FIELD_INTEGER, NULL,
         or_else(names->to_doc, "agent at the other end")},
        {or_else(names->topic, "topic"), SIM_FIELD_LABEL, labels->topics,
         or_else(names->topic_doc, "what it is about; NULL = nothing special")},
        {"stage", SIM_FIELD_LABEL, labels->stages, "stage at the end of the spell or of the run"},
        {"onset", SIM_FIELD_REAL, NULL, "time at which it began"},
        {"terminus", SIM_FIELD_REAL, NULL, "time at which it ended, or the end of the run"},
        {"onset_censored", SIM_FIELD_INTEGER, NULL,
         "1 = it began before the run, at no known time"},
        {"terminus_censored", SIM_FIELD_INTEGER, NULL, "1 = it had not ended when the run did"},
        {"cause", SIM_FIELD_LABEL, labels->causes, "cause of its end; NULL while it lasts"}};
    for (size_t f = 0; f < SIM_RECORD_SPELL_FIELDS; f++)
        field[f] = fields[f];
}

/* Whether a column says something: those that a model may do without have words. */
static bool is_wanted(size_t f, const sim_field_t *field) {
    bool optional = f == MODE || f == FORM || f == TOPIC || f == STAGE;
    return !optional || (field->labels && field->labels[0]);
}

/* What a column is, whatever its name. */
static const char *part_of(const sim_network_names_t *names, size_t f) {
    static const char *const part[SIM_RECORD_SPELL_FIELDS] = {
        "id",    "kind",  "mode",  "form",     "from",           "to",
        "topic", "stage", "onset", "terminus", "onset_censored", "terminus_censored",
        "cause"};
    bool undirected = names && names->undirected;
    if (names && names->two_modes && f == TO)
        return "to_other_set";
    if (undirected && f == FROM)
        return "end";
    return undirected && f == TO ? "other_end" : part[f];
}

bool sim_record_spells(const sim_model_t *model, sim_record_spells_t *spells) {
    sim_field_t field[SIM_RECORD_SPELL_FIELDS];
    *spells = (sim_record_spells_t){0};
    if (!model->labels)
        return false;
    const sim_network_names_t *names = model->labels->names;
    all_fields(model->labels, field);
    for (size_t f = 0; f < SIM_RECORD_SPELL_FIELDS; f++)
        if (is_wanted(f, &field[f])) {
            spells->field[spells->n] = field[f];
            spells->part[spells->n] = part_of(names, f);
            spells->cell[spells->n++] = (uint8_t)f;
        }
    spells->table = (sim_table_t){
        sim_param_spells_table(model),
        or_else(names ? names->doc : NULL, "Ties from their onset to their terminus, a row each"),
        spells->field, false, SIM_ROLE_SPELLS};
    return true;
}

void sim_record_spell_cells(const sim_record_spells_t *spells, const sim_record_tie_t *tie,
                            size_t id, sim_cell_t cell[SIM_RECORD_SPELL_FIELDS]) {
    const sim_cell_t all[SIM_RECORD_SPELL_FIELDS] = {
        {.i = (int64_t)id},   {.i = tie->kind},           {.i = tie->mode},
        {.i = tie->form},     {.i = tie->from},           {.i = tie->to},
        {.i = tie->topic},    {.i = tie->stage},          {.r = tie->onset},
        {.r = tie->terminus}, {.i = tie->onset_censored}, {.i = tie->terminus_censored},
        {.i = tie->cause}};
    for (size_t f = 0; f < spells->n; f++)
        cell[f] = all[spells->cell[f]];
}

const char *sim_record_role_name(sim_role_t role) {
    static const char *const name[SIM_N_ROLES] = {
        [SIM_ROLE_SPELLS] = "spells",     [SIM_ROLE_STATES] = "states",
        [SIM_ROLE_FLOWS] = "flows",       [SIM_ROLE_COUNTS] = "counts",
        [SIM_ROLE_EPISODES] = "episodes", [SIM_ROLE_EVENTS] = "events",
        [SIM_ROLE_ARCS] = "arcs"};
    return name[role];
}
