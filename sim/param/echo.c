/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolved configuration as text and as settings, and its digest. */
#define _GNU_SOURCE
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"
#include "sim/base/text.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"
#include "sim/param/words.h"

enum { FORMAT_BYTES = 1088, HASH_BLOCK = 65536 };

/* Bytes above 127 stay as they are when the text is UTF-8, else libconfig's \xHH. */
void sim_param_write_string(FILE *out, const char *text, size_t length) {
    int line = 0;
    bool utf8 = sim_param_not_text(text, length, &line) == NULL;
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    fputc('"', out);
    for (; at < end; at++)
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at == '\n')
            fputs("\\n", out);
        else if (*at < 0x20 || *at == 0x7F || (*at >= 0x80 && !utf8))
            fprintf(out, "\\x%02X", *at);
        else
            fputc(*at, out);
    fputc('"', out);
}

static void write_string(FILE *out, const char *text) {
    sim_param_write_string(out, text, strlen(text));
}

static void write_comment(FILE *out, const char *text) {
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        fputc(*at < 0x20 ? ' ' : *at, out);
}

/* As an array: what is "all" is left out. */
static void write_words(FILE *out, const char *words) {
    if (!*words) {
        fputs("[ ]", out);
        return;
    }
    fputs("[ \"", out);
    for (; *words; words++)
        fputs(*words == ',' ? "\", \"" : (char[]){*words, '\0'}, out);
    fputs("\" ]", out);
}

static void write_value(FILE *out, const sim_param_t *row, const void *params) {
    char buffer[FORMAT_BYTES];
    const char *text = sim_param_format(row, params, buffer, sizeof buffer);
    if (row->type == SIM_PARAM_CHOICE || row->type == SIM_PARAM_PATH) {
        write_string(out, text);
        return;
    }
    if (row->type == SIM_PARAM_WORDS) {
        write_words(out, text);
        return;
    }
    fputs(text, out);
    if (row->type == SIM_PARAM_INT) {
        int64_t value = sim_param_fetch(row, params).integer;
        fputs(value < INT32_MIN || value > INT32_MAX ? "L" : "", out);
    }
}

static bool left_out(const sim_param_load_t *load, size_t i) {
    const sim_param_t *row = sim_param_row(load, i);
    if (row->type == SIM_PARAM_WORDS) {
        const char *words = sim_param_fetch(row, sim_param_row_struct(load, i)).words;
        return strcmp(words ? words : row->text, row->text) == 0;
    }
    if (strcmp(row->name, "output.every") == 0)
        return !load->config.columns;
    return strcmp(row->name, load->steps_given ? "run.years" : "run.steps") == 0;
}

static size_t group_length(const sim_param_t *row) {
    return strcspn(row->name, ".");
}

/* Asked of all pairs of rows, most of which differ in the first letters. */
static bool same_group(const sim_param_t *a, const sim_param_t *b) {
    const char *x = a->name, *y = b->name;
    for (; *x == *y && *x && *x != '.'; x++, y++) {
    }
    return (!*x || *x == '.') && (!*y || *y == '.');
}

/* All rows of the group of row `first`, wherever they stand: libconfig refuses a group twice. */
static void write_group(FILE *out, const sim_param_load_t *load, size_t first) {
    const sim_param_t *head = sim_param_row(load, first);
    fprintf(out, "\n%.*s = {\n", (int)group_length(head), head->name);
    for (size_t i = first; i < load->n_rows; i++) {
        const sim_param_t *row = sim_param_row(load, i);
        if (same_group(row, head) && !left_out(load, i)) {
            fprintf(out, "  %s = ", row->name + group_length(row) + 1);
            if (load->slot[i].name)
                write_string(out, load->slot[i].name);
            else
                write_value(out, row, sim_param_row_struct(load, i));
            fputs(";\n", out);
        }
    }
    fputs("};\n", out);
}

/* The value stands alone, as the only member of a struct. An agent is written as it was. */
static void write_new_value(FILE *out, const sim_param_intervention_t *what) {
    if (what->row->type == SIM_PARAM_WORDS) {
        write_string(out, what->value.words);
        return;
    }
    sim_param_t row = *what->row;
    row.offset = 0;
    write_value(out, &row, &what->value);
}

static void write_intervention(FILE *out, const sim_param_change_t *change) {
    char at[32];
    const char *quote = change->date.is_month ? "\"" : "";
    fprintf(out, "  { at = %s%s%s;", quote, sim_param_date_text(&change->date, at, sizeof at),
            quote);
    if (change->what.about)
        sim_param_about_write(out, change->what.about);
    fprintf(out, " set = \"%s\"; value = ", change->what.row->name);
    write_new_value(out, &change->what);
    fputs("; }", out);
}

static void write_interventions(FILE *out, const sim_param_load_t *load) {
    for (size_t i = 0; i < load->n_changes; i++) {
        fputs(i == 0 ? "\ninterventions = (\n" : ",\n", out);
        write_intervention(out, &load->change[i]);
    }
    fputs(load->n_changes ? "\n);\n" : "", out);
}

/* Nearly all that do not are of the group of the row before. */
static bool starts_group(const sim_param_load_t *load, size_t index) {
    for (size_t i = index; i-- > 0;)
        if (same_group(sim_param_row(load, i), sim_param_row(load, index)))
            return false;
    return true;
}

/* Where data files are and what they are, so that the text can be told from another's and run in
 * another place. Without such files there is nothing to say. */
static void write_data(FILE *out, const sim_param_load_t *load) {
    size_t written = 0;
    for (size_t i = 0; i < load->n_rows; i++) {
        const sim_param_t *row = sim_param_row(load, i);
        if (row->type != SIM_PARAM_PATH || load->slot[i].value.path[0] == '\0')
            continue;
        if (written++ == 0) {
            fputs("data_root = ", out);
            write_string(out, load->root);
            fputs(";\ndata_files = (\n", out);
        } else {
            fputs(",\n", out);
        }
        fprintf(out, "  { parameter = \"%s\"; digest = \"%s\"; }", row->name, load->slot[i].digest);
    }
    fputs(written ? "\n);\n" : "", out);
}

static void write_text(sim_param_load_t *load, FILE *out) {
    fputs("# Resolved configuration of scenario ", out);
    write_comment(out, load->config.name);
    fprintf(out, ", model %s.\nmodel = ", load->config.model->name);
    write_string(out, load->config.model->name);
    fputs(";\n", out);
    write_data(out, load);
    for (size_t i = 0; i < load->n_rows; i++)
        if (starts_group(load, i))
            write_group(out, load, i);
    write_interventions(out, load);
}

/* ---- as settings ---- */

static int give_row(const sim_param_load_t *load, size_t i,
                    int (*take)(void *user, const sim_param_setting_t *setting), void *user) {
    const sim_param_t *row = sim_param_row(load, i);
    const void *params = sim_param_row_struct(load, i);
    char buffer[FORMAT_BYTES];
    sim_param_setting_t setting = {.name = row->name, .type = row->type};
    if (left_out(load, i))
        return 0;
    if (row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT) {
        setting.number = sim_param_fetch(row, params);
    } else {
        setting.text = load->slot[i].name ? load->slot[i].name
                                          : sim_param_format(row, params, buffer, sizeof buffer);
    }
    return take(user, &setting);
}

/* All of them as one text. */
static int give_interventions(const sim_param_load_t *load,
                              int (*take)(void *user, const sim_param_setting_t *setting),
                              void *user) {
    sim_base_text_t text;
    FILE *out = load->n_changes ? sim_base_text_open(&text) : NULL;
    if (!out)
        return load->n_changes ? SIM_ERR_MEMORY : 0;
    for (size_t i = 0; i < load->n_changes; i++) {
        fputs(i == 0 ? "(" : ",", out);
        write_intervention(out, &load->change[i]);
    }
    fputs(" )", out);
    int rc = sim_base_text_close(out, &text);
    if (rc)
        return rc;
    const sim_param_setting_t setting = {
        .name = "interventions", .type = SIM_PARAM_WORDS, .text = text.bytes};
    rc = take(user, &setting);
    free(text.bytes);
    return rc;
}

int sim_param_settings(const sim_config_t *config,
                       int (*take)(void *user, const sim_param_setting_t *setting), void *user) {
    const sim_param_load_t *load = config->load;
    const sim_param_setting_t model = {
        .name = "model", .type = SIM_PARAM_WORDS, .text = config->model->name};
    int rc = take(user, &model);
    for (size_t i = 0; rc == 0 && load && i < load->n_rows; i++)
        rc = give_row(load, i, take, user);
    return rc == 0 && load ? give_interventions(load, take, user) : rc;
}

static void hex(XXH128_hash_t hash, char text[33]) {
    snprintf(text, 33, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
}

int sim_param_hash_file(const char *path, char text[33]) {
    int code = SIM_ERR_MEMORY;
    char *block = malloc(HASH_BLOCK);
    XXH3_state_t *state = XXH3_createState();
    FILE *file = fopen(path, "rbe");
    if (!block || !state)
        goto out;
    if (!file) {
        code = SIM_ERR_IO;
        goto out;
    }
    XXH3_128bits_reset(state);
    for (size_t got = 1; got > 0;) {
        got = fread(block, 1, HASH_BLOCK, file);
        XXH3_128bits_update(state, block, got);
    }
    hex(XXH3_128bits_digest(state), text);
    code = ferror(file) ? SIM_ERR_IO : SIM_OK;
out:
    if (file)
        fclose(file);
    XXH3_freeState(state);
    free(block);
    return code;
}

/* Whether a setting can move a result. The length counts as steps, however it was given. */
static bool in_digest(const sim_param_t *row) {
    return strncmp(row->name, "output.", 7) != 0 && strcmp(row->name, "run.reps") != 0 &&
           strcmp(row->name, "run.timeout") != 0 && strcmp(row->name, "run.years") != 0;
}

static void write_digest_line(FILE *out, const sim_param_load_t *load, size_t index) {
    const sim_param_t *row = sim_param_row(load, index);
    const void *params = sim_param_row_struct(load, index);
    if (!in_digest(row))
        return;
    fprintf(out, "%s=", row->name);
    if (row->type == SIM_PARAM_PATH) {
        fprintf(out, "%s\n", load->slot[index].digest);
        return;
    }
    write_value(out, row, params);
    fputc('\n', out);
}

static void write_digest_interventions(FILE *out, const sim_config_t *config) {
    for (size_t i = 0; i < config->n_interventions; i++) {
        char year[32];
        sim_param_format_real(config->interventions[i].at, year, sizeof year);
        fprintf(out, "%s:", year);
        if (config->interventions[i].about)
            sim_param_about_write(out, config->interventions[i].about);
        fprintf(out, "%s=", config->interventions[i].row->name);
        write_new_value(out, &config->interventions[i]);
        fputc('\n', out);
    }
}

static void write_digest(sim_param_load_t *load, FILE *out) {
    fprintf(out, "model=%s\n", load->config.model->name);
    for (size_t i = 0; i < load->n_rows; i++)
        write_digest_line(out, load, i);
    write_digest_interventions(out, &load->config);
}

/* The text that is written, which lasts as long as the configuration. */
static const char *text_by(sim_param_load_t *load,
                           void (*write)(sim_param_load_t *load, FILE *out)) {
    sim_base_text_t text;
    FILE *out = sim_base_text_open(&text);
    if (out)
        write(load, out);
    return sim_param_keep_stream(load, out, &text);
}

int sim_param_echo(sim_param_load_t *load) {
    int code = sim_param_data_names(load);
    if (!code) {
        const char *settings = text_by(load, write_digest);
        load->config.text = text_by(load, write_text);
        hex(XXH3_128bits(settings, strlen(settings)), load->config.digest);
    }
    return code;
}
