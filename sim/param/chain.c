/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario and its bases: read, parsed one by one, in a chain. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/base/error.h"
#include "sim/base/file.h"
#include "sim/base/text.h"
#include "sim/param/parts.h"

enum { MAX_FILE_MIB = 16, MAX_CHAIN = 64 };

void sim_param_chain_free(sim_param_load_t *load) {
    for (size_t i = 0; i < load->n_layers; i++) {
        free(load->layer[i].bytes);
        if (load->layer[i].tree_made)
            config_destroy(&load->layer[i].tree);
    }
    free(load->layer);
    load->layer = NULL;
    load->n_layers = 0;
}

static sim_param_layer_t *add_layer(sim_param_load_t *load) {
    if (load->n_layers == MAX_CHAIN)
        return NULL;
    if (!load->layer)
        load->layer = calloc(MAX_CHAIN, sizeof *load->layer);
    return load->layer ? &load->layer[load->n_layers++] : NULL;
}

/* Reads a file into a new layer; NULL when it cannot be read, which is a problem at `place`, where
 * the file is named. */
static sim_param_layer_t *read_layer(sim_param_load_t *load, const char *file,
                                     const sim_param_place_t *place) {
    sim_base_why_t why;
    sim_param_layer_t new = {.has_identity = true};
    new.file = sim_param_keep(load, strdup(file));
    new.dir = sim_param_keep(load, sim_base_folder_of(file));
    int code = sim_param_slurp(file, (size_t)MAX_FILE_MIB << 20, &new.bytes, &new.size,
                               &new.identity, &why);
    if (code == SIM_ERR_IO && place) {
        sim_param_problem(&load->report, place, "cannot read the base \"%.200s\": %s", file,
                          why.text);
    } else if (code == SIM_ERR_IO) {
        sim_param_place_t self = {.file = new.file};
        sim_param_problem(&load->report, &self, "cannot read the file: %s", why.text);
    }
    sim_param_layer_t *layer = code ? NULL : add_layer(load);
    if (layer) {
        *layer = new;
    } else {
        load->report.failed = load->report.failed || code != SIM_ERR_IO;
        free(new.bytes);
    }
    return layer;
}

/* libconfig does not know the byte order mark. */
static void drop_mark(sim_param_layer_t *layer) {
    if (layer->size >= 3 && memcmp(layer->bytes, "\xEF\xBB\xBF", 3) == 0)
        memset(layer->bytes, ' ', 3);
}

static void report_syntax(sim_param_load_t *load, sim_param_layer_t *layer) {
    const char *fragment = config_error_file(&layer->tree);
    sim_param_place_t place = {.file = layer->file, .line = config_error_line(&layer->tree)};
    if (fragment)
        place.file = sim_param_keep(load, sim_param_path_join(layer->dir, fragment));
    const char *text = config_error_text(&layer->tree);
    if (text && strstr(text, "mismatched element type")) {
        sim_param_problem(&load->report, &place,
                          "an array [ ... ] takes values of one kind: write [ 0.0, 0.5, 1.0 ] and "
                          "not [ 0, 0.5, 1 ], or a list ( 0, 0.5, 1 ); of whole numbers "
                          "[ 100, 200 ] and not [ 100, 200.0 ]");
        return;
    }
    if (text && strcmp(text, "duplicate setting name") == 0)
        text = "duplicate setting name: this line sets what its group has set before";
    if (!fragment && text && strcmp(text, "syntax error") == 0)
        sim_param_syntax(&load->report, &place, layer->bytes);
    else
        sim_param_problem(&load->report, &place, "%s", text);
}

/* libconfig does not look whether its memory is there, and ends the process where it is not. So
 * that as much as a file can take is there is tried first. */
static bool memory_for(size_t size) {
    enum { EACH_BYTE = 64, IN_ANY_CASE = 1 << 17 };
    void *volatile block = malloc(size * EACH_BYTE + IN_ANY_CASE);
    free(block);
    return block != NULL;
}

static void parse_layer(sim_param_load_t *load, sim_param_layer_t *layer) {
    sim_param_place_t place = {.file = layer->file};
    drop_mark(layer);
    const char *wrong = sim_param_not_text(layer->bytes, layer->size, &place.line);
    if (!wrong && strspn(layer->bytes, " \t\r\n") == layer->size) {
        wrong = "the file is empty";
        place.line = 0;
    }
    if (wrong) {
        sim_param_problem(&load->report, &place, "%s", wrong);
        return;
    }
    if (!sim_param_scan(layer, &load->report))
        return;
    if (!memory_for(layer->size)) {
        load->report.failed = true;
        return;
    }
    config_init(&layer->tree);
    layer->tree_made = true;
    config_set_include_dir(&layer->tree, layer->dir);
    layer->parsed = config_read_string(&layer->tree, layer->bytes) == CONFIG_TRUE;
    if (!layer->parsed)
        report_syntax(load, layer);
}

/* Whether one of the layers [first, end) is this file. */
static bool among(const sim_param_load_t *load, size_t first, size_t end,
                  const sim_param_identity_t *identity) {
    for (size_t i = first; i < end; i++) {
        const sim_param_layer_t *layer = &load->layer[i];
        if (layer->has_identity && layer->identity.device == identity->device &&
            layer->identity.inode == identity->inode)
            return true;
    }
    return false;
}

static bool in_chain(const sim_param_load_t *load, const sim_param_identity_t *identity) {
    return among(load, load->chain_first, load->n_layers - 1, identity);
}

/* The last layer came back to one of the chain: says "a.cfg -> b.cfg -> a.cfg" and takes it off. */
static void report_circle(sim_param_load_t *load, const sim_param_place_t *place) {
    sim_param_layer_t *last = &load->layer[--load->n_layers];
    sim_base_text_t text;
    FILE *stream = sim_base_text_open(&text);
    for (size_t i = load->chain_first; stream && i < load->n_layers; i++)
        fprintf(stream, "%s -> ", load->layer[i].file);
    const char *chain = sim_param_keep_stream(load, stream, &text);
    sim_param_problem(&load->report, place, "the bases run in a circle: %s%s", chain, last->file);
    free(last->bytes);
    *last = (sim_param_layer_t){0};
}

/* The file that a layer names as its base, NULL when it names none (or badly). */
static const char *base_of(sim_param_load_t *load, const sim_param_layer_t *layer,
                           sim_param_place_t *place) {
    const config_setting_t *setting =
        config_setting_get_member(config_root_setting(&layer->tree), "base");
    if (!setting)
        return NULL;
    const char *name = config_setting_get_string(setting);
    *place = sim_param_place_of(load, layer, setting);
    if (!name || !*name) {
        sim_param_problem(&load->report, place,
                          "base must be the name of a file in quotes, but is %s",
                          config_setting_type(setting) == CONFIG_TYPE_STRING
                              ? "empty"
                              : sim_param_type_name(config_setting_type(setting)));
        return NULL;
    }
    return sim_param_path_from(load, layer, place, name);
}

/* Parses the layer and everything below it. */
static void follow(sim_param_load_t *load, sim_param_layer_t *layer) {
    while (layer && !load->report.failed) {
        sim_param_place_t place = {0};
        parse_layer(load, layer);
        const char *base = layer->parsed ? base_of(load, layer, &place) : NULL;
        layer = NULL;
        if (base && load->n_layers == MAX_CHAIN) {
            sim_param_problem(&load->report, &place, "the chain of bases is longer than %d files",
                              MAX_CHAIN);
        } else if (base) {
            layer = read_layer(load, base, &place);
        }
        if (layer && in_chain(load, &layer->identity)) {
            report_circle(load, &place);
            layer = NULL;
        }
    }
}

void sim_param_chain_file(sim_param_load_t *load, const char *file) {
    follow(load, read_layer(load, file, NULL));
}

void sim_param_chain_policy(sim_param_load_t *load, const char *policy, const char *scenario) {
    sim_param_chain_file(load, policy);
    load->n_over = load->chain_first = load->n_layers;
    sim_param_chain_file(load, scenario);
    for (size_t i = 0; i < load->n_over; i++)
        if (among(load, load->n_over, load->n_layers, &load->layer[i].identity))
            load->layer[i].parsed = false; /* it is not laid a second time */
}

void sim_param_chain_text(sim_param_load_t *load, const char *text, const char *name,
                          const char *dir) {
    sim_param_layer_t *layer = add_layer(load);
    char *bytes = strdup(text);
    if (!layer || !bytes) {
        free(bytes);
        load->report.failed = true;
        return;
    }
    *layer = (sim_param_layer_t){.size = strlen(text),
                                 .bytes = bytes,
                                 .file = sim_param_keep(load, strdup(name)),
                                 .dir = sim_param_keep(load, strdup(dir))};
    follow(load, layer);
}
