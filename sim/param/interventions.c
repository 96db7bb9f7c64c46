/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of interventions: dated values of parameters of the model or of agents' state (about.c),
 * checked as any other input.
 * The list of the layer nearest to the scenario counts as a whole. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"

enum { MAX_INTERVENTIONS = 4096 };

static const char *const keys[] = {"at", "set", "value", NULL};
enum { KEY_AT, KEY_SET, KEY_VALUE, N_KEYS };

typedef struct {
    const config_setting_t *setting[N_KEYS];
    sim_param_place_t place[N_KEYS];
    sim_param_about_t about; /* what it says of agents */
} entry_t;

bool sim_param_is_stream(const sim_param_t *row) {
    return strcmp(row->name, "run.stream") == 0;
}

bool sim_param_of_model(const sim_param_intervention_t *what) {
    return !what->about && !sim_param_is_stream(what->row);
}

bool sim_param_start_only(const sim_model_t *model, const sim_param_t *row) {
    if (!model)
        return !sim_param_is_stream(row);
    return row->type == SIM_PARAM_PATH || sim_base_among(row->name, model->start_only);
}

/* The settings of an entry by their keys; false after a problem. */
static bool read_keys(sim_param_load_t *load, const sim_param_layer_t *layer,
                      const config_setting_t *group, const sim_param_place_t *place,
                      entry_t *entry) {
    size_t before = load->report.count;
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(setting);
        const sim_param_place_t here = sim_param_place_of(load, layer, setting);
        int key = 0;
        while (key < N_KEYS && strcmp(keys[key], name) != 0)
            key++;
        if (key < N_KEYS) {
            entry->setting[key] = setting;
            entry->place[key] = here;
        } else if (sim_param_about_key(load->config.model, name)) {
            sim_param_about_read(load, setting, &here, &entry->about);
        } else {
            sim_param_about_unknown(load, &here, name);
        }
    }
    for (int key = 0; key < N_KEYS; key++) {
        if (!entry->setting[key]) {
            sim_param_problem(&load->report, place, "the intervention does not say `%s`",
                              keys[key]);
        }
    }
    return load->report.count == before;
}

static bool read_date(sim_param_load_t *load, const sim_param_layer_t *layer, const entry_t *entry,
                      sim_param_date_t *date) {
    const config_setting_t *setting = entry->setting[KEY_AT];
    const sim_param_place_t *place = &entry->place[KEY_AT];
    sim_param_found_t found = sim_param_found_in(setting);
    bool integer = found.type == CONFIG_TYPE_INT || found.type == CONFIG_TYPE_INT64;
    sim_base_why_t why;
    double at = integer ? (double)found.integer : found.real;
    if (sim_param_odd(load, layer, setting, place))
        return false;
    if (found.type == CONFIG_TYPE_STRING) {
        bool good = sim_param_date_month(found.text, date, &why);
        if (!good)
            sim_param_problem(&load->report, place, "at %s", why.text);
        return good;
    }
    if (!integer && found.type != CONFIG_TYPE_FLOAT) {
        sim_param_problem(&load->report, place,
                          "at must be a year, a number, or a month such as \"2020-06\", but is %s",
                          sim_param_type_name(found.type));
        return false;
    }
    if (!isfinite(at)) {
        sim_param_problem(&load->report, place, "at is %s; it must be a year, a finite number",
                          isnan(at) ? "not a number" : "infinite");
        return false;
    }
    *date = (sim_param_date_t){.decimal = at};
    return true;
}

/* The row that `set` names, or NULL with a problem. */
static const sim_param_t *read_row(sim_param_load_t *load, entry_t *entry) {
    const sim_param_place_t *place = &entry->place[KEY_SET];
    sim_param_found_t found = sim_param_found_in(entry->setting[KEY_SET]);
    if (found.type != CONFIG_TYPE_STRING) {
        sim_param_problem(&load->report, place,
                          "set must be the name of a parameter in quotes, but is %s",
                          sim_param_type_name(found.type));
        return NULL;
    }
    if (sim_param_about_given(&entry->about) || sim_param_about_row(load->config.model, found.text))
        return sim_param_about_set(load, place, found.text, &entry->about);
    size_t index = sim_param_row_find(load, found.text);
    if (index == load->n_rows) {
        sim_param_unknown(load, place, found.text);
        return NULL;
    }
    const sim_param_t *row = sim_param_row(load, index);
    bool of_run = index < load->n_engine;
    if (sim_param_start_only(of_run ? NULL : load->config.model, row)) {
        sim_param_problem(&load->report, place,
                          of_run ? "%s is of the whole run; an intervention sets a parameter of "
                                   "the model, or run.stream"
                                 : "%s is read only at the start; no intervention can set it",
                          row->name);
        return NULL;
    }
    return row;
}

void sim_param_interventions_append(sim_param_load_t *load, const sim_param_change_t *change) {
    sim_param_change_t *larger = sim_base_grow(load->change, load->n_changes, sizeof *larger);
    if (!larger) {
        load->report.failed = true;
        return;
    }
    load->change = larger;
    load->change[load->n_changes++] = *change;
}

static bool read_value(sim_param_load_t *load, const sim_param_layer_t *layer, entry_t *entry,
                       const sim_param_t *row, sim_param_value_t *value) {
    const config_setting_t *setting = entry->setting[KEY_VALUE];
    const sim_param_place_t *place = &entry->place[KEY_VALUE];
    sim_param_found_t found = sim_param_found_in(setting);
    if (entry->about.param && row->type == SIM_PARAM_WORDS)
        return sim_param_about_value(load, &found, place, &entry->about, value);
    sim_param_date_value(load->config.model, row, &found);
    return !sim_param_odd(load, layer, setting, place) &&
           sim_param_accept(row, &found, place, &load->report, value);
}

/* Keeps an entry that is whole. */
static void keep_entry(sim_param_load_t *load, const entry_t *entry, sim_param_change_t *change) {
    change->place = entry->place[KEY_AT];
    change->what.file = change->place.file;
    change->what.line = change->place.line;
    if (entry->about.param)
        sim_param_about_keep(load, &entry->about, &change->what);
    sim_param_interventions_append(load, change);
}

/* Everything that is wrong with an entry is said; one that is not whole is not kept. */
static void read_entry(sim_param_load_t *load, const sim_param_layer_t *layer,
                       const config_setting_t *setting) {
    sim_param_change_t change = {.place = sim_param_place_of(load, layer, setting)};
    entry_t entry = {0};
    if (!config_setting_is_group(setting)) {
        sim_param_problem(&load->report, &change.place,
                          "an intervention must be a group { at; set; value; }, but is %s",
                          sim_param_type_name(config_setting_type(setting)));
        return;
    }
    bool good = read_keys(load, layer, setting, &change.place, &entry);
    if (entry.setting[KEY_AT])
        good = read_date(load, layer, &entry, &change.date) && good;
    const sim_param_t *row = entry.setting[KEY_SET] ? read_row(load, &entry) : NULL;
    if (row && entry.setting[KEY_VALUE])
        good = read_value(load, layer, &entry, row, &change.what.value) && good;
    change.what.row = row;
    if (good && row)
        keep_entry(load, &entry, &change);
}

void sim_param_interventions_apply(sim_param_load_t *load, const sim_param_layer_t *layer,
                                   const config_setting_t *setting,
                                   const sim_param_place_t *place) {
    int n = config_setting_length(setting);
    if (!config_setting_is_list(setting)) {
        sim_param_problem(&load->report, place, "interventions must be a list ( ... ), but is %s",
                          sim_param_type_name(config_setting_type(setting)));
        return;
    }
    free(load->change);
    load->change = NULL;
    load->n_changes = 0;
    if (n > MAX_INTERVENTIONS) {
        sim_param_problem(&load->report, place, "there are %d interventions; there may be %d", n,
                          MAX_INTERVENTIONS);
        return;
    }
    for (int i = 0; i < n; i++)
        read_entry(load, layer, config_setting_get_elem(setting, (unsigned)i));
}

/* By their dates as they are written, else in the order of the file: insertion is stable, and the
 * lists are short. */
static void sort(sim_param_change_t *change, size_t n, int year_begins) {
    for (size_t i = 1; i < n; i++) {
        sim_param_change_t moved = change[i];
        double year = sim_param_date_year(&moved.date, year_begins);
        size_t at = i;
        for (; at > 0 && sim_param_date_year(&change[at - 1].date, year_begins) > year; at--)
            change[at] = change[at - 1];
        change[at] = moved;
    }
}

static void check_date(sim_param_load_t *load, const sim_param_change_t *change,
                       const sim_param_calendar_t *calendar) {
    sim_base_why_t why;
    int64_t step = 0;
    if (!sim_param_date_step(&change->date, calendar, &step, &why))
        sim_param_problem(&load->report, &change->place, "at %s", why.text);
}

/* Of two dates that mean one step the later one wins; twice the same is a mistake. What is set on
 * agents is compared when they are known: sim/schedule/targets.c. */
static void check_doubles(sim_param_load_t *load, int year_begins) {
    for (size_t i = 1; i < load->n_changes; i++) {
        const sim_param_change_t *change = &load->change[i], *other = change - 1;
        double year = sim_param_date_year(&change->date, year_begins);
        for (; other >= load->change && sim_param_date_year(&other->date, year_begins) >= year;
             other--) {
            if (other->what.row == change->what.row && !change->what.about) {
                char at[32];
                sim_param_problem(
                    &load->report, &change->place,
                    "%s is set twice at %s; it is in line %d already", change->what.row->name,
                    sim_param_date_text(&change->date, at, sizeof at), other->place.line);
                break;
            }
        }
    }
}

/* Nothing is said about years of a run whose own length is refused. */
static bool horizon_good(const sim_param_load_t *load) {
    static const char *const names[] = {"run.start_year", "run.years", "run.steps",
                                        "run.steps_per_year", NULL};
    for (size_t i = 0; names[i]; i++) {
        const sim_param_slot_t *slot = sim_param_slot(load, names[i]);
        if (slot->rank > 0 && sim_param_reported(&load->report, &slot->place))
            return false;
    }
    return true;
}

sim_param_calendar_t sim_param_load_calendar(const sim_param_load_t *load) {
    const sim_param_slot_t *years = sim_param_slot(load, "run.years");
    const sim_param_slot_t *steps = sim_param_slot(load, "run.steps");
    int64_t per_year = sim_param_slot(load, "run.steps_per_year")->value.integer;
    bool by_steps = steps->rank > years->rank;
    return (sim_param_calendar_t){
        .start_year = sim_param_slot(load, "run.start_year")->value.integer,
        .steps_per_year = per_year > 0 ? per_year : 1, /* else refused */
        .steps = by_steps ? steps->value.integer : years->value.integer * per_year,
        .year_begins = load->config.model ? load->config.model->year_begins : 0};
}

void sim_param_interventions_settle(sim_param_change_t *change, size_t n,
                                    const sim_param_calendar_t *calendar) {
    sim_base_why_t why;
    int64_t step = 0;
    for (size_t i = 0; i < n; i++) {
        const sim_param_date_t *date = &change[i].date;
        change[i].what.written = sim_param_date_year(date, calendar->year_begins);
        change[i].what.at = sim_param_date_step(date, calendar, &step, &why)
                                ? sim_param_step_begin(calendar, step)
                                : change[i].what.written;
    }
}

void sim_param_interventions_check(sim_param_load_t *load) {
    const sim_param_calendar_t calendar = sim_param_load_calendar(load);
    sim_param_interventions_settle(load->change, load->n_changes, &calendar);
    sort(load->change, load->n_changes, calendar.year_begins);
    for (size_t i = 0; i < load->n_changes && horizon_good(load); i++)
        check_date(load, &load->change[i], &calendar);
    check_doubles(load, calendar.year_begins);
}

void sim_param_interventions_fill(sim_param_load_t *load) {
    size_t n = load->n_changes;
    sim_param_intervention_t *what = n ? sim_param_keep_block(load, n, sizeof *what) : NULL;
    for (size_t i = 0; what && i < n; i++)
        what[i] = load->change[i].what;
    load->config.interventions = what;
    load->config.n_interventions = what ? n : 0;
}
