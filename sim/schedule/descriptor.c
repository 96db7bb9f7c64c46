/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a model's descriptor. All mistakes are found at once, before any hook is
 * called: an author sees them at the first start, whatever the command. */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/base/readable.h"
#include "sim/param/constraint.h"
#include "sim/param/distribution.h"
#include "sim/schedule/next.h"
#include "sim/schedule/rows.h"
#include "sim/schedule/world.h"

enum { MOST = 2048 };

typedef struct {
    const sim_model_t *model;
    const char *name; /* of the model, for messages */
    sim_base_diag_t *diag;
    size_t problems;
    uintptr_t readable[SIM_BASE_PAGES]; /* for sim_base_is_text() */
} check_t;

__attribute__((format(printf, 2, 3))) static void problem(check_t *check, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sim_base_diag_add(check->diag, NULL, 0, "model %s: %s", check->name, text);
    check->problems++;
}

/* ---- names ---- */

static bool is_text(check_t *check, const char *text) {
    return sim_base_is_text(text, check->readable);
}

/* Of a text. */
static bool is_name(const char *name) {
    if (!islower((unsigned char)name[0]))
        return false;
    for (const char *at = name; *at; at++)
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_')
            return false;
    return true;
}

/* A list whose entries of `size` bytes begin with their names; the last one has none. */
typedef struct {
    const char *what; /* it is called in messages */
    const void *first;
    size_t size, at; /* at: entries that have been read */
    sim_schedule_is_entry_t *is_entry;
    const char *const *reserved; /* names that the engine uses; NULL: none */
    bool broken;
    const char *seen[MOST + 1];
} list_t;

#define LIST(WHAT, FIRST, IS_ENTRY, RESERVED)                                                      \
    {                                                                                              \
        .what = WHAT, .first = FIRST, .size = sizeof *(FIRST), .is_entry = IS_ENTRY,               \
        .reserved = RESERVED                                                                       \
    }

/* An entry's name: good, not taken by the engine, not there before. */
static void check_name(check_t *check, list_t *list, const char *name) {
    if (!is_name(name))
        problem(check, "\"%.60s\" in its %s is no name; write small letters, digits and _", name,
                list->what);
    if (list->reserved && sim_base_among(name, list->reserved))
        problem(check, "\"%.60s\" in its %s is a name that the engine uses", name, list->what);
    if (sim_base_among(name, list->seen))
        problem(check, "\"%.60s\" stands twice in its %s", name, list->what);
    list->seen[list->at++] = name;
}

/* The next entry, whose name is looked at; NULL behind the last one. A list without its end is
 * broken where something is no entry. */
static const void *next_entry(check_t *check, list_t *list) {
    const char *name = NULL;
    if (!list->first || list->broken)
        return NULL;
    const char *entry = (const char *)list->first + list->at * list->size;
    memcpy(&name, entry, sizeof name);
    if (!name)
        return NULL;
    if (!list->is_entry(entry, check->readable) || list->at >= MOST - 1) {
        problem(check, "entry %zu of its %s is none; does the table end with an empty entry?",
                list->at, list->what);
        list->broken = true;
        return NULL;
    }
    check_name(check, list, name);
    return entry;
}

static bool is_class(const void *entry, uintptr_t *page) {
    return sim_base_is_text(((const sim_agent_class_t *)entry)->name, page);
}

static void check_text(check_t *check, const char *what, const char *name, const char *text) {
    if (!text)
        problem(check, "%s%s has no text (NULL)", name, what);
}

/* What readers are told says something, but for a unit of what has none. */
static void check_told(check_t *check, const char *name, const char *doc, const char *unit) {
    check_text(check, ": its doc", name, doc);
    if (doc && !*doc)
        problem(check, "%s: its doc is empty", name);
    check_text(check, ": its unit", name, unit);
}

/* ---- parameters ---- */

static int count_words(const char *choices) {
    int n = 1;
    for (; *choices; choices++)
        n += *choices == '|';
    return n;
}

static void check_value(check_t *check, const sim_param_t *row) {
    bool number = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
    if (number && !(row->min <= row->max))
        problem(check, "%s: its range is from %g to %g", row->name, row->min, row->max);
    else if (number && !(row->value >= row->min && row->value <= row->max))
        problem(check, "%s: its default, %g, is outside of its range, %g to %g", row->name,
                row->value, row->min, row->max);
    if (row->type == SIM_PARAM_INT && row->value != floor(row->value))
        problem(check, "%s: its default, %g, is no whole number", row->name, row->value);
    if (row->type == SIM_PARAM_BOOL && row->value != 0 && row->value != 1)
        problem(check, "%s: its default, %g, is neither 0 nor 1", row->name, row->value);
    if (row->type == SIM_PARAM_CHOICE && (!row->choices || !*row->choices))
        problem(check, "%s: a choice without words", row->name);
    else if (row->type == SIM_PARAM_CHOICE &&
             !(row->value >= 0 && row->value < count_words(row->choices)))
        problem(check, "%s: its default is word %g of \"%.80s\"", row->name, row->value,
                row->choices);
    if (row->type == SIM_PARAM_PATH && !row->text)
        problem(check, "%s: a file without a default; write \"\" when it must be given", row->name);
}

static void check_prior(check_t *check, const sim_param_t *row) {
    const sim_distribution_t prior = sim_param_prior(row);
    sim_base_why_t why;
    const char *fault = sim_param_distribution_fault(row, &prior, &why);
    if (fault)
        problem(check, "%s: the prior %s: %s", row->name, sim_param_distributions[prior.kind],
                fault);
}

/* Both sides must be parameters: the compiler knows members and no rows. */
static void check_constraints(check_t *check) {
    const sim_constraint_t *list = check->model->constraints;
    for (size_t i = 0; list && list[i].why; i++) {
        if (i >= MOST || !is_text(check, list[i].why)) {
            problem(check,
                    "entry %zu of its constraints is none; does the list end with "
                    "SIM_CONSTRAINT_END?",
                    i);
            return;
        }
        const sim_param_t *low = sim_param_at(check->model, list[i].low),
                          *high = sim_param_at(check->model, list[i].high);
        if (!low || !high)
            problem(check, "its constraint %zu, \"%.80s\", is about a member that no parameter has",
                    i, list[i].why);
        else if (low->value > high->value || (list[i].strict && low->value == high->value))
            problem(check, "the defaults of %s and %s, %g and %g, break its constraint \"%.80s\"",
                    low->name, high->name, low->value, high->value, list[i].why);
    }
}

static void check_member(check_t *check, const sim_param_t *rows, size_t at) {
    const sim_param_t *row = &rows[at];
    size_t size = sim_param_value_size(row->type), end = row->offset + size;
    if (end > check->model->params_size)
        problem(check, "%s lies at bytes %zu to %zu of a parameter struct of params_size %zu",
                row->name, row->offset, end, check->model->params_size);
    for (size_t i = 0; i < at; i++)
        if (row->offset < rows[i].offset + sim_param_value_size(rows[i].type) &&
            rows[i].offset < end)
            problem(check, "%s and %s are read into the same member", rows[i].name, row->name);
}

static sim_state_span_t span_of_param(const void *rows, size_t i) {
    const sim_param_t *row = (const sim_param_t *)rows + i;
    size_t size = sim_param_value_size(row->type);
    return (sim_state_span_t){row->name, row->offset, row->offset + size, size};
}

/* Members without a row. A struct of a model without parameters is a matter of taste. */
static void check_all_members(check_t *check, const sim_param_t *rows, size_t n) {
    const sim_state_cover_t cover = {rows, n, span_of_param};
    const size_t size = n ? check->model->params_size : 0;
    sim_state_span_t gap = sim_state_gap(&cover, size, 0);
    for (; gap.first < gap.end; gap = sim_state_gap(&cover, size, gap.end))
        problem(check,
                "bytes %zu to %zu of its parameters, behind %s, have no row in the table: they "
                "stay zero, and nobody can set them; give each member a row",
                gap.first, gap.end - 1, gap.name);
}

static void check_param_name(check_t *check, const char *name) {
    static const char *const engine[] = {"run", "output", "model", "base", "interventions", NULL};
    char group[64], leaf[64], more;
    if (sscanf(name, "%63[a-z0-9_].%63[a-z0-9_]%c", group, leaf, &more) != 2) {
        problem(check,
                "parameter \"%.80s\" must be called group.name, in small letters, digits "
                "and _",
                name);
    } else if (sim_base_among(group, engine))
        problem(check, "parameter %s: the group %s is the engine's", name, group);
}

/* SIM_PARAM_END, and not what happens to lie behind a table without it. */
static bool is_param_end(check_t *check, const sim_param_t *row) {
    return !row->name && is_text(check, row->doc) && strcmp(row->doc, "end") == 0;
}

/* Returns whether the table can be walked: then its names are in `names`. */
static bool check_params(check_t *check, const char *names[MOST + 1]) {
    const sim_param_t *rows = check->model->params;
    static const char tags[] = "SFDBA";
    const size_t before = check->problems;
    size_t n = 0;
    names[0] = NULL;
    if (!rows) {
        problem(check, "it has no table of parameters; write one with SIM_PARAM_END alone");
        return false;
    }
    for (size_t i = 0; !is_param_end(check, &rows[i]); n = ++i) {
        if (!rows[i].name || !sim_schedule_is_param(&rows[i], check->readable) || i >= MOST) {
            problem(check,
                    "row %zu of its parameters is none; does the table end with "
                    "SIM_PARAM_END?",
                    i);
            names[0] = NULL;
            return false;
        }
        check_param_name(check, rows[i].name);
        if (sim_base_among(rows[i].name, names))
            problem(check, "parameter %s stands twice in the table", rows[i].name);
        names[i] = rows[i].name;
        names[i + 1] = NULL;
        check_value(check, &rows[i]);
        check_prior(check, &rows[i]);
        check_member(check, rows, i);
        check_told(check, rows[i].name, rows[i].doc, rows[i].unit);
        check_text(check, ": its source", rows[i].name, rows[i].source);
        if (!rows[i].tag || !strchr(tags, (char)rows[i].tag))
            problem(check, "%s: its source tag is none of S, F, D, B, A", rows[i].name);
    }
    if (check->problems == before)
        check_all_members(check, rows, n);
    return true;
}

static void check_listed(check_t *check, const char *list, const char *const *listed,
                         const char *const *allowed, const char *what) {
    sim_base_hint_t hint;
    for (size_t i = 0; listed && listed[i]; i++)
        if (!is_text(check, listed[i])) {
            problem(check, "entry %zu of its list %s is none; does it end with NULL?", i, list);
            return;
        } else if (!sim_base_among(listed[i], allowed)) {
            problem(check, "its list %s names %.80s, which is %s%s", list, listed[i], what,
                    sim_base_hint(&hint, listed[i], allowed, "\"", ""));
        }
}

/* ---- metrics and reducers ---- */

static const char *const series_columns[] = {"run_id", "step", "time", NULL};
static const char *const summary_columns[] = {"run_id", NULL};

/* The names go to `list`, which is broken without the whole table. */
static void check_metrics(check_t *check, list_t *list) {
    const sim_metric_t *metric;
    list->broken = !list->first;
    if (!list->first)
        problem(check, "it has no table of metrics; write one with an empty entry alone");
    while ((metric = next_entry(check, list)))
        check_told(check, metric->name, metric->doc, metric->unit);
    if (list->broken)
        return;
    if (list->at > 0 && !check->model->n_metrics)
        problem(check, "it has metrics, but its n_metrics is 0; write .n_metrics = METRIC_COUNT");
    else if (list->at != check->model->n_metrics)
        problem(check, "entry %zu of its metrics is empty, but n_metrics says that there are %zu",
                list->at, check->model->n_metrics);
    if (list->at > SIM_SCHEDULE_MOST_METRICS)
        problem(check, "it has %zu metrics; there may be %d", list->at, SIM_SCHEDULE_MOST_METRICS);
    if (list->at > 0 && !check->model->observe)
        problem(check, "it has metrics, but no hook observe() that fills them");
}

static void check_reducer(check_t *check, const sim_reducer_t *r, const char *const *metrics) {
    sim_base_hint_t hint;
    if (r->how == SIM_REDUCE_MODEL && !check->model->summarise)
        problem(check, "%s is left to the model, which has no hook summarise()", r->name);
    else if (r->how != SIM_REDUCE_MODEL && !r->metric)
        problem(check, "%s reduces no metric (NULL)", r->name);
    else if (r->how != SIM_REDUCE_MODEL && metrics && !sim_base_among(r->metric, metrics))
        problem(check, "%s reduces the metric \"%.60s\", which there is not%s", r->name, r->metric,
                sim_base_hint(&hint, r->metric, metrics, "\"", ""));
    if (r->from > r->to)
        problem(check, "%s: its window is from %d to %d", r->name, r->from, r->to);
}

static void check_reducers(check_t *check, const char *const *metrics) {
    list_t list =
        LIST("reducers", check->model->reducers, sim_schedule_is_reducer, summary_columns);
    const sim_reducer_t *r;
    if (!list.first)
        problem(check, "it has no table of reducers; write one with an empty entry alone");
    while ((r = next_entry(check, &list))) {
        check_told(check, r->name, r->doc, r->unit);
        check_reducer(check, r, metrics);
    }
}

/* ---- tables, labels, purposes, phases ---- */

/* Words of a list, each a `one` in messages. */
static void check_words(check_t *check, const char *one, const char *what, const char *const *words,
                        size_t most) {
    size_t n = 0;
    for (; words && words[n] && n <= most; n++) {
        if (!is_text(check, words[n]) || !*words[n]) {
            problem(check, "%s %zu of its %s is none; does the list end with NULL?", one, n, what);
            return;
        }
        for (size_t i = 0; i < n; i++)
            if (strcmp(words[i], words[n]) == 0)
                problem(check, "\"%.60s\" stands twice in its %s", words[n], what);
    }
    if (n > most)
        problem(check, "it has more than %zu %s", most, what);
}

static void check_field_words(check_t *check, const char *table, const sim_field_t *field) {
    char what[160];
    snprintf(what, sizeof what, "labels of table %.50s, %.60s", table, field->name);
    if (field->labels)
        check_words(check, "label", what, field->labels, UINT16_MAX);
    else
        problem(check, "table %s, %s: a label without words", table, field->name);
}

/* Of a table that has the columns `own` anyway; `last`: of the types that its fields may have. */
static void check_fields(check_t *check, const char *table, const sim_field_t *fields,
                         const char *const *own, sim_field_type_t last) {
    char what[80];
    list_t list = LIST(what, fields, sim_schedule_is_field, own);
    const sim_field_t *field;
    snprintf(what, sizeof what, "table %.50s", table);
    while ((field = next_entry(check, &list))) {
        if (field->type > last)
            problem(check, "table %s, %s: there is no type %d", table, field->name,
                    (int)field->type);
        if (field->type == SIM_FIELD_LABEL)
            check_field_words(check, table, field);
    }
}

/* Readers find a table by its role: of spells and of events there is one at most. */
static void check_role(check_t *check, const sim_table_t *table, int seen[SIM_N_ROLES]) {
    bool single = table->role == SIM_ROLE_SPELLS || table->role == SIM_ROLE_EVENTS;
    if (seen[table->role]++ && single)
        problem(check, "table %s has a role that another table has: there may be one of %s",
                table->name, table->role == SIM_ROLE_SPELLS ? "spells" : "events");
}

static void check_agents(check_t *check) {
    static const char *const own[] = {"scenario_id", "agent_id", "kind", "code", "name", NULL};
    const sim_field_t *fields = check->model->agent_fields;
    check_fields(check, "agent", fields, own, SIM_FIELD_TEXT);
    if (fields && !check->model->agents)
        problem(check, "it has agent_fields, but no function agents()");
}

static void check_tables(check_t *check) {
    list_t list = LIST("tables", check->model->tables, sim_schedule_is_table, NULL);
    const sim_table_t *table;
    int roles[SIM_N_ROLES] = {[SIM_ROLE_SPELLS] = check->model->labels != NULL};
    while ((table = next_entry(check, &list))) {
        check_told(check, table->name, table->doc, "");
        if (!table->fields)
            problem(check, "table %s has no fields", table->name);
        check_fields(check, table->name, table->fields, summary_columns, SIM_FIELD_LABEL);
        check_role(check, table, roles);
    }
}

static void check_conversions(check_t *check, const sim_network_labels_t *labels) {
    size_t causes = 0;
    while (labels->causes && labels->causes[causes] && causes < UINT8_MAX)
        causes++;
    const uint8_t *c = labels->conversions;
    for (size_t n = 0; c && c[n] != SIM_NETWORK_NO_CAUSE; n++)
        if (c[n] >= causes) {
            problem(check,
                    "conversion %zu of its ties is cause %u, but it has %zu causes; does the list "
                    "end with SIM_NETWORK_NO_CAUSE?",
                    n, c[n], causes);
            return;
        }
}

static void check_labels(check_t *check) {
    const sim_network_labels_t *labels = check->model->labels;
    if (!labels)
        return;
    if (!labels->kinds || !labels->kinds[0])
        problem(check, "its labels name no kind of ties");
    check_words(check, "label", "kinds of ties", labels->kinds, SIM_NETWORK_KINDS);
    check_words(check, "label", "modes of ties", labels->modes, UINT8_MAX);
    check_words(check, "label", "forms of ties", labels->forms, UINT8_MAX);
    check_words(check, "label", "topics of ties", labels->topics, UINT8_MAX);
    check_words(check, "label", "stages of ties", labels->stages, UINT8_MAX);
    check_words(check, "label", "causes of ties", labels->causes, UINT8_MAX);
    check_conversions(check, labels);
    const sim_network_names_t *names = labels->names;
    if (names && names->two_modes && (names->undirected || check->model->agents))
        problem(check,
                "its ties have two modes: they need a direction, and no agents(), where each "
                "number is one agent");
}

static void check_purposes(check_t *check) {
    if (!check->model->purposes)
        problem(check, "it has no list of purposes; write one with NULL alone");
    check_words(check, "entry", "purposes", check->model->purposes, UINT16_MAX);
}

/* Whether the state table has a queue at this offset: its events grow, and have a time. */
static bool is_queue(const sim_model_t *model, size_t queue) {
    size_t events = queue + offsetof(sim_state_queue_t, events);
    size_t time = queue + offsetof(sim_state_queue_t, time), found = 0;
    for (const sim_state_row_t *row = model->state; row && row->kind != SIM_STATE_IS_END; row++)
        found += (row->kind == SIM_STATE_IS_POPULATION && row->offset == events && row->grows) ||
                 (row->kind == SIM_STATE_IS_COLUMN && row->offset == time);
    return found == 2;
}

static void check_phase(check_t *check, const sim_phase_t *phase) {
    int ways = (phase->decide != NULL) + (phase->each != NULL) + (phase->ask != NULL);
    const char *does = phase->decide ? "decides" : phase->each ? "acts on each" : "asks", *wrong;
    if (ways && !phase->items)
        problem(check, "phase %s %s, but does not say over how many items", phase->name, does);
    if (!ways && phase->items)
        problem(check, "phase %s has items, but no decide(), each() or ask() for them",
                phase->name);
    if (ways > 1)
        problem(check, "phase %s has more than one of decide(), each() and ask()", phase->name);
    if (phase->ask && phase->commit)
        problem(check, "phase %s asks, so that it has nothing to commit", phase->name);
    if (phase->event && !is_queue(check->model, phase->queue))
        problem(check, "phase %s has events of a queue that the state table does not have",
                phase->name);
    if (!ways && !phase->event && !phase->commit)
        problem(check,
                "phase %s does nothing: it has no decide(), each(), ask(), event() or commit()",
                phase->name);
    if (phase->order == SIM_ORDER_RANDOM && !phase->ask)
        problem(check, "phase %s has an order, but asks nobody", phase->name);
    if (phase->every < SIM_EVERY_STEP)
        problem(check, "phase %s: there is no frequency %d", phase->name, phase->every);
    for (size_t k = 0; k < SIM_MOST_NEXT; k++)
        if ((wrong = sim_schedule_next_problem(check->model, phase, k)))
            problem(check, "phase %s %s", phase->name, wrong);
}

static void check_phases(check_t *check) {
    list_t list = LIST("phases", check->model->phases, sim_schedule_is_phase, NULL);
    const sim_phase_t *phase;
    if (!list.first)
        problem(check, "it has no table of phases; write one with an empty entry alone");
    while ((phase = next_entry(check, &list))) {
        check_told(check, phase->name, phase->doc, "");
        check_phase(check, phase);
    }
}

/* ---- what interventions set ---- */

/* What follows from parameters follows when these change. */
static void check_derived(check_t *check) {
    const sim_model_t *model = check->model;
    const sim_param_t *free = model->params;
    const sim_state_row_t *row = model->state;
    while (free->name && sim_param_start_only(model, free))
        free++;
    while (row && row->kind != SIM_STATE_IS_END && row->kind != SIM_STATE_IS_DERIVED)
        row++;
    if (row && row->kind == SIM_STATE_IS_DERIVED && free->name && !model->changed)
        problem(check,
                "%s of its state is derived, but there is no hook changed() that derives it again "
                "when an intervention sets %s; write one, or list parameters in start_only",
                row->name, free->name);
}

static void check_agent_classes(check_t *check) {
    static const char *const engine[] = {"at", "set", "value", "agent", "with", "kind", NULL};
    list_t list = LIST("agent_classes", check->model->agent_classes, is_class, engine);
    const sim_agent_class_t *row;
    while ((row = next_entry(check, &list))) {
        check_told(check, row->name, row->doc, "");
        if (!row->of)
            problem(check, "class %s of agents has no function of()", row->name);
    }
    if (list.at >= SIM_PARAM_CONDITIONS)
        problem(check, "it has %zu classes of agents; there may be %d", list.at,
                SIM_PARAM_CONDITIONS - 1);
}

static void check_agent_params(check_t *check) {
    const sim_agent_param_t *param = check->model->agent_params;
    /* Each begins with its row, and that with its name. */
    list_t list = LIST("agent_params", param, sim_schedule_is_param, NULL);
    if (param && param->row.name && !check->model->agents)
        problem(check, "its agent_params are set on agents, which it does not name: agents()");
    while ((param = next_entry(check, &list))) {
        const sim_param_t *row = &param->row;
        check_told(check, row->name, row->doc, row->unit);
        check_text(check, ": its source", row->name, row->source);
        check_text(check, ": its kinds of agents", row->name, param->kinds);
        check_value(check, row);
        if (row->type == SIM_PARAM_PATH)
            problem(check, "%s: what is set on an agent is no file", row->name);
        if (row->type == SIM_PARAM_WORDS && !param->with)
            problem(check, "%s: its value is an agent, but it does not say `with` which kinds",
                    row->name);
        if (!param->apply)
            problem(check, "%s has no function apply()", row->name);
    }
}

/* ---- the whole ---- */

int sim_model_check(const sim_model_t *model, sim_base_diag_t *diag) {
    check_t check = {.model = model, .name = "(no name)", .diag = diag};
    const char *params[MOST + 1];
    list_t metrics = LIST("metrics", model->metrics, sim_schedule_is_metric, series_columns);
    bool named = is_text(&check, model->name);
    check.name = named ? model->name : check.name;
    if (!named || !is_name(model->name))
        problem(&check, "\"%.60s\" is no name of a model; write small letters, digits and _",
                check.name);
    check_text(&check, "its title", "", model->title);
    check_text(&check, "its doc", "", model->doc);
    if (model->doc && model->title && !(*model->doc && *model->title))
        problem(&check, "its title or its doc is empty");
    if (!model->setup && !model->state)
        problem(&check, "it has neither a state table nor a hook setup()");
    if (model->release && !model->prepare)
        problem(&check, "it has a hook release(), but none that prepares what is released");
    if (check_params(&check, params)) {
        check_constraints(&check);
        check_listed(&check, "start_only", model->start_only, params, "no parameter of it");
    }
    if (model->start_only)
        check_listed(&check, "prepare_reads", model->prepare_reads, model->start_only,
                     "not in its list start_only");
    else if (model->prepare_reads && model->prepare_reads[0])
        problem(&check, "its list prepare_reads names what its list start_only does not");
    check_metrics(&check, &metrics);
    check_reducers(&check, metrics.broken ? NULL : metrics.seen);
    check_tables(&check);
    check_labels(&check);
    check_purposes(&check);
    check_phases(&check);
    check.problems += sim_state_check(model->state, model->state_size, check.name, diag);
    if (!check.problems)
        check_derived(&check);
    check_agents(&check);
    check_agent_classes(&check);
    check_agent_params(&check);
    return check.problems ? SIM_ERR_CONFIG : SIM_OK;
}
