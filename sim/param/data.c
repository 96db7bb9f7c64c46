/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data files of a stored configuration. A resolved configuration names each by a path under
 * `data_root` and by the digest of its content in `data_files`. In another place the root is
 * another one; since the digest tells the right file from any other, it is looked for wherever it
 * may be. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/base/file.h"
#include "sim/base/list.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"

enum { DIGEST = 32, PATH = 4096 };

/* ---- reading ---- */

static void add_pin(sim_param_load_t *load, const sim_param_pin_t *pin) {
    sim_param_pin_t *larger = sim_base_grow(load->pin, load->n_pins, sizeof *larger);
    if (!larger) {
        load->report.failed = true;
        return;
    }
    load->pin = larger;
    load->pin[load->n_pins++] = *pin;
}

static const char *member(const config_setting_t *entry, const char *name) {
    const config_setting_t *found =
        config_setting_is_group(entry) ? config_setting_get_member(entry, name) : NULL;
    return found ? config_setting_get_string(found) : NULL;
}

/* One { parameter = "group.leaf"; digest = "..."; }. */
static void read_entry(sim_param_load_t *load, const sim_param_layer_t *layer,
                       const config_setting_t *entry, sim_param_pin_t *pin) {
    const char *name = member(entry, "parameter"), *digest = member(entry, "digest");
    bool good = digest && strlen(digest) == DIGEST &&
                strspn(digest, "0123456789abcdef") == DIGEST && config_setting_length(entry) == 2;
    if (!name || !good) {
        sim_param_problem(&load->report, &pin->place,
                          "an entry of data_files must be { parameter = \"group.name\"; digest = "
                          "\"%d small hexadecimal digits\"; }",
                          DIGEST);
        return;
    }
    pin->row = sim_param_row_find(load, name);
    if (pin->row == load->n_rows) {
        sim_param_unknown(load, &pin->place, name);
        return;
    }
    pin->digest = digest;
    const config_setting_t *leaf = config_lookup(&layer->tree, name);
    pin->name = leaf ? config_setting_get_string(leaf) : NULL;
    if (sim_param_row(load, pin->row)->type != SIM_PARAM_PATH || !pin->name) {
        sim_param_problem(&load->report, &pin->place,
                          "data_files: %s must be a file that is named here too", name);
        return;
    }
    pin->digest = sim_param_keep(load, strdup(digest));
    pin->name = sim_param_keep(load, strdup(pin->name));
    add_pin(load, pin);
}

void sim_param_data_apply(sim_param_load_t *load, const sim_param_layer_t *layer,
                          const config_setting_t *setting, int rank) {
    const config_setting_t *top = config_root_setting(&layer->tree);
    const char *root = member(top, "data_root");
    sim_param_pin_t pin = {.rank = rank, .dir = layer->dir};
    if (!config_setting_is_list(setting)) {
        pin.place = sim_param_place_of(load, layer, setting);
        sim_param_problem(&load->report, &pin.place, "data_files must be a list ( ... ), but is %s",
                          sim_param_type_name(config_setting_type(setting)));
        return;
    }
    pin.root = root ? sim_param_keep(load, strdup(root)) : NULL;
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *entry = config_setting_get_elem(setting, (unsigned)i);
        pin.place = sim_param_place_of(load, layer, entry);
        read_entry(load, layer, entry, &pin);
    }
}

/* ---- finding ---- */

typedef struct {
    const sim_param_pin_t *pin;
    const char *model;
    char path[PATH];  /* of the right file */
    char other[PATH]; /* of the first one of that name that has another content, "" without */
    char digest[33];  /* of that one */
} search_t;

/* Whether folder/name is the file; `name` may be absolute when folder is NULL. */
static bool try(search_t *s, const char *folder, const char *name) {
    char digest[33];
    sim_base_why_t why;
    int length = folder ? snprintf(s->path, PATH, "%s/%s", folder, name)
                        : snprintf(s->path, PATH, "%s", name);
    if (length < 0 || length >= PATH || sim_param_unreadable(s->path, &why) ||
        sim_param_hash_file(s->path, digest))
        return false;
    if (strcmp(digest, s->pin->digest) == 0)
        return true;
    if (!s->other[0]) {
        snprintf(s->other, sizeof s->other, "%s", s->path);
        snprintf(s->digest, sizeof s->digest, "%s", digest);
    }
    return false;
}

/* The name in a folder, then without the first of its folders, then without two, ... */
static bool try_in(search_t *s, const char *folder) {
    const char *name = s->pin->name + (s->pin->name[0] == '/');
    for (; name; name = strchr(name, '/') ? strchr(name, '/') + 1 : NULL)
        if (*name && try(s, folder, name))
            return true;
    return false;
}

/* A folder, and in it configs/MODEL; both also below share/kumiai, where they are installed. */
static bool try_tree(search_t *s, const char *folder) {
    static const char *const trees[] = {"", "/share/kumiai"};
    char tree[PATH + 16], configs[PATH + 160];
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
        snprintf(tree, sizeof tree, "%s%s", folder, trees[i]);
        snprintf(configs, sizeof configs, "%s/configs/%s", tree, s->model);
        if (try(s, tree, s->pin->name) || try(s, configs, s->pin->name))
            return true;
    }
    return false;
}

/* A folder and all above it. */
static bool try_above(search_t *s, const char *start) {
    char folder[PATH];
    char *real = realpath(start, NULL);
    snprintf(folder, sizeof folder, "%s", real ? real : "");
    free(real);
    for (char *slash = strchr(folder, '\0'); slash && *folder; slash = strrchr(folder, '/')) {
        *slash = '\0'; /* the last one leaves "", the root of all */
        if (try_tree(s, folder))
            return true;
    }
    return false;
}

/* Where it was, where the configuration lies, where we are, where the program is. */
static bool search(search_t *s) {
    const sim_param_pin_t *pin = s->pin;
    char program[PATH] = "";
    if (pin->name[0] == '/' && try(s, NULL, pin->name))
        return true;
    if (pin->root && try(s, pin->root, pin->name))
        return true;
    if (try_in(s, pin->dir) || try_above(s, pin->dir) || try_above(s, "."))
        return true;
    return readlink("/proc/self/exe", program, sizeof program - 1) > 0 && try_above(s, program);
}

static void take(sim_param_load_t *load, sim_param_slot_t *slot, const search_t *s) {
    size_t length = strlen(s->path), name = strlen(s->pin->name);
    slot->value.path = sim_param_keep(load, strdup(s->path));
    if (s->pin->name[0] != '/' && length > name + 1 &&
        strcmp(s->path + length - name, s->pin->name) == 0) {
        slot->name = s->pin->name;
        load->root = sim_param_keep(load, strndup(s->path, length - name - 1));
    }
}

void sim_param_data_find(sim_param_load_t *load, size_t row) {
    sim_param_slot_t *slot = &load->slot[row];
    search_t s = {.model = load->config.model ? load->config.model->name : ""};
    for (size_t i = 0; i < load->n_pins; i++)
        if (load->pin[i].row == row && load->pin[i].rank == slot->rank)
            s.pin = &load->pin[i];
    if (!s.pin)
        return;
    if (load->data_root ? try_in(&s, load->data_root) : search(&s)) {
        take(load, slot, &s);
        return;
    }
    const char *name = sim_param_row(load, row)->name;
    if (s.other[0]) {
        sim_param_problem(
            &load->report, &slot->place,
            "%s: \"%.300s\" has digest %s; this configuration was stored with a file of "
            "digest %s",
            name, s.other, s.digest, s.pin->digest);
    } else {
        sim_param_problem(
            &load->report, &slot->place,
            "%s: there is no file \"%.200s\" in \"%.200s\"; --set data_root=FOLDER says "
            "where it is",
            name, s.pin->name,
            load->data_root ? load->data_root
            : s.pin->root   ? s.pin->root
                            : s.pin->dir);
    }
    slot->value.path = "";
}

/* ---- writing ---- */

/* Names a file from the root, or by itself where it lies elsewhere. */
static int name_file(sim_param_load_t *load, sim_param_slot_t *slot) {
    char *path = NULL;
    size_t length = strlen(load->root);
    if (slot->value.path[0] == '\0') {
        slot->digest[0] = '\0';
        return SIM_OK; /* an optional one that is left out */
    }
    if (!slot->name && strncmp(slot->value.path, load->root, length) == 0 &&
        slot->value.path[length] == '/')
        slot->name = slot->value.path + length + 1;
    if (slot->name && asprintf(&path, "%s/%s", load->root, slot->name) < 0)
        return SIM_ERR_MEMORY;
    if (!path || !sim_base_same_file(path, slot->value.path))
        slot->name = NULL;
    free(path);
    return sim_param_hash_file(slot->value.path, slot->digest);
}

int sim_param_data_names(sim_param_load_t *load) {
    int code = SIM_OK;
    if (!load->root) {
        char *root = realpath(load->layer[load->n_layers - 1].dir, NULL);
        code = root ? SIM_OK : errno == ENOMEM ? SIM_ERR_MEMORY : SIM_ERR_IO;
        load->root = sim_param_keep(load, root);
    }
    for (size_t i = 0; i < load->n_rows && !code; i++)
        if (sim_param_row(load, i)->type == SIM_PARAM_PATH)
            code = name_file(load, &load->slot[i]);
    return code;
}
