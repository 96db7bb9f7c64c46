/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps that grow: which points and replicates of a design a file has already, and how those that
 * it lacks become a wave of it. With common seeds a point is its values. With seeds of its own it
 * is a place in a design, as its seed is: equal values in another design are another point. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/list.h"
#include "sim/plan/order.h"
#include "sim/schedule/world.h"
#include "sim/store/parts.h"
#include "sim/store/waves.h"

/* ---- factors of all waves ---- */

/* A parameter that some wave varies, and its value where no wave does. */
typedef struct {
    char *name;
    double base;
    size_t factor; /* of the design; SIZE_MAX: the design does not vary it */
    bool stored;   /* the file varies it */
} varied_t;

typedef struct {
    const sim_store_check_t *c;
    const sim_store_design_t *design;
    sim_plan_wave_t *wave;
    varied_t *varied; /* in the order of the bytes of their names */
    size_t n_varied;
    XXH128_hash_t *key; /* of the points that the file has from earlier waves, then of new ones */
    uint32_t *slot;     /* by key: number of the point + 1; 0: empty */
    size_t mask;
    uint32_t *reps; /* of the points of earlier waves */
} mapping_t;

static int by_name(const void *a, const void *b) {
    return strcmp(((const varied_t *)a)->name, ((const varied_t *)b)->name);
}

static double base_of(const sim_config_t *config, const char *name) {
    size_t at = SIM_BASE_PLACE(config->model->params, name);
    return at == SIZE_MAX ? 0 : sim_param_number(&config->model->params[at], config->params);
}

static int add_varied(mapping_t *m, const char *name, size_t factor) {
    for (size_t i = 0; i < m->n_varied; i++)
        if (strcmp(m->varied[i].name, name) == 0) {
            m->varied[i].factor = factor;
            return 0;
        }
    varied_t *larger = sim_base_grow(m->varied, m->n_varied, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    m->varied = larger;
    larger[m->n_varied] = (varied_t){.name = strdup(name),
                                     .base = base_of(m->c->plan->configs[0], name),
                                     .factor = factor,
                                     .stored = factor == SIZE_MAX};
    return larger[m->n_varied++].name ? 0 : SIM_ERR_MEMORY;
}

static int add_stored(void *m, sqlite3_stmt *row) {
    return add_varied(m, sim_store_cell_text(row, 0), SIZE_MAX);
}

static int read_varied(mapping_t *m) {
    int rc =
        sim_store_each(m->c->db, add_stored, m, "SELECT parameter FROM factor ORDER BY factor_id");
    for (size_t f = 0; rc == 0 && f < m->design->n_factors; f++)
        rc = add_varied(m, m->design->factor[f].parameter, f);
    if (rc == 0)
        qsort(m->varied, m->n_varied, sizeof *m->varied, by_name);
    return rc;
}

/* ---- points by their values ---- */

static XXH128_hash_t key_of(double *value, size_t n) {
    for (size_t i = 0; i < n; i++)
        value[i] += 0.0; /* -0 is 0 */
    return XXH3_128bits(value, n * sizeof *value);
}

/* The slot of a key: that of its point, or an empty one. */
static uint32_t *find(const mapping_t *m, XXH128_hash_t key) {
    size_t at = (size_t)key.low64 & m->mask;
    while (m->slot[at] && !XXH128_isEqual(m->key[m->slot[at] - 1], key))
        at = (at + 1) & m->mask;
    return &m->slot[at];
}

static bool has_own_seeds(const mapping_t *m) {
    return strcmp(m->design->seeds, SIM_STORE_OWN_SEEDS) == 0;
}

static XXH128_hash_t key_of_place(const char *digest, uint64_t place) {
    return XXH3_128bits_withSeed(digest, strlen(digest), place);
}

/* Of points of one key the first one stands for all. */
static void keep_point(mapping_t *m, uint32_t point, XXH128_hash_t key) {
    uint32_t *slot = find(m, key);
    m->key[point] = key;
    if (!*slot)
        *slot = point + 1;
}

/* The point whose values are being read, 0: none yet, and which of them comes next. */
typedef struct {
    mapping_t *m;
    double *value;
    int64_t point;
    size_t at;
} reading_t;

static void end_point(const reading_t *r) {
    if (r->point)
        keep_point(r->m, (uint32_t)r->point - 1, key_of(r->value, r->m->n_varied));
}

/* Columns: point_id, parameter, value. Rows come in the order of the table's key. */
static int take_value(void *user, sqlite3_stmt *row) {
    reading_t *r = user;
    const mapping_t *m = r->m;
    if (r->point != sqlite3_column_int64(row, 0)) {
        end_point(r);
        r->point = sqlite3_column_int64(row, 0);
        for (r->at = 0; r->at < m->n_varied; r->at++)
            r->value[r->at] = m->varied[r->at].base;
        r->at = 0;
    }
    const char *name = sim_store_cell_text(row, 1);
    while (r->at < m->n_varied && strcmp(m->varied[r->at].name, name) != 0)
        r->at++;
    if (r->at < m->n_varied)
        r->value[r->at] = sqlite3_column_double(row, 2);
    return 0;
}

static int read_points(mapping_t *m) {
    reading_t r = {.m = m, .value = calloc(m->n_varied + 1, sizeof *r.value)};
    int rc = r.value ? sim_store_each(m->c->db, take_value, &r,
                                      "SELECT point_id, parameter, value FROM point_value WHERE"
                                      " point_id <= %lld ORDER BY point_id, parameter",
                                      (long long)m->wave->first_point)
                     : SIM_ERR_MEMORY;
    end_point(&r);
    free(r.value);
    return rc;
}

/* Columns: point_id, digest of the design, place there. */
static int take_place(void *m, sqlite3_stmt *row) {
    keep_point(m, (uint32_t)sqlite3_column_int64(row, 0) - 1,
               key_of_place(sim_store_cell_text(row, 1), (uint64_t)sqlite3_column_int64(row, 2)));
    return 0;
}

/* A wave's new points are numbered in the order of their places, and all of its places are new. */
static int read_own_places(mapping_t *m) {
    return sim_store_each(
        m->c->db, take_place, m,
        "SELECT point_id, design_digest, point_id - first FROM point JOIN wave ON wave = wave_id"
        " JOIN (SELECT wave AS of_wave, min(point_id) AS first FROM point GROUP BY wave) ON"
        " of_wave = wave_id WHERE point_id <= %lld",
        (long long)m->wave->first_point);
}

/* Columns: point_id, replicates. */
static int take_reps(void *user, sqlite3_stmt *row) {
    const mapping_t *m = user;
    uint64_t point = (uint64_t)sqlite3_column_int64(row, 0) - 1;
    if (point < m->wave->first_point)
        m->reps[point] = (uint32_t)sqlite3_column_int64(row, 1);
    return 0;
}

/* The most replicates that an earlier wave gave each of its points. */
static int read_reps(mapping_t *m) {
    return sim_store_each(
        m->c->db, take_reps, m,
        "SELECT point_id, max(reps) FROM (SELECT point_id, reps FROM point JOIN wave ON wave ="
        " wave_id WHERE wave_id < %lld UNION ALL SELECT point_id, reps FROM wave_again JOIN wave"
        " USING (wave_id) WHERE wave_id < %lld) GROUP BY point_id",
        (long long)m->wave->id, (long long)m->wave->id);
}

/* ---- places of the design ---- */

static void values_at(const mapping_t *m, uint64_t place, double *of_design, double *value) {
    sim_store_place_t unused = {0};
    m->design->point(m->design->user, place, of_design, &unused);
    for (size_t i = 0; i < m->n_varied; i++)
        value[i] =
            m->varied[i].factor == SIZE_MAX ? m->varied[i].base : of_design[m->varied[i].factor];
}

/* Points of blocks are compared with their own block alone: a wave of blocks has its own points. */
static void map_place(mapping_t *m, uint64_t place, XXH128_hash_t key) {
    sim_plan_wave_t *wave = m->wave;
    uint32_t next = (uint32_t)(wave->first_point + wave->added), *slot = find(m, key);
    if (*slot && (m->design->block == 0 || has_own_seeds(m))) {
        uint32_t point = *slot - 1;
        wave->point[place] = point;
        wave->has[place] = point < wave->first_point ? m->reps[point] : UINT32_MAX;
        return;
    }
    keep_point(m, next, key);
    wave->point[place] = next;
    wave->has[place] = 0;
    wave->added++;
}

static int map_places(mapping_t *m) {
    double *of_design = calloc(m->design->n_factors + 1, sizeof *of_design);
    double *value = calloc(m->n_varied + 1, sizeof *value);
    bool memory = of_design && value;
    for (uint64_t p = 0; memory && p < m->wave->points; p++) {
        values_at(m, p, of_design, value);
        map_place(m, p,
                  has_own_seeds(m) ? key_of_place(m->design->digest, p)
                                   : key_of(value, m->n_varied));
    }
    free(of_design);
    free(value);
    return memory ? sim_plan_wave_plan(m->wave) : SIM_ERR_MEMORY;
}

static int make_room(mapping_t *m) {
    size_t most = (size_t)(m->wave->first_point + m->wave->points), slots = 16;
    while (slots < 2 * most)
        slots *= 2;
    m->mask = slots - 1;
    m->slot = calloc(slots, sizeof *m->slot);
    m->key = malloc((most + 1) * sizeof *m->key);
    m->reps = calloc((size_t)m->wave->first_point + 1, sizeof *m->reps);
    m->wave->point = malloc(((size_t)m->wave->points + 1) * sizeof *m->wave->point);
    m->wave->has = malloc(((size_t)m->wave->points + 1) * sizeof *m->wave->has);
    return m->slot && m->key && m->reps && m->wave->point && m->wave->has ? 0 : SIM_ERR_MEMORY;
}

static void mapping_free(mapping_t *m) {
    for (size_t i = 0; m->varied && i < m->n_varied; i++)
        free(m->varied[i].name);
    free(m->varied);
    free(m->key);
    free(m->slot);
    free(m->reps);
}

/* Fills m->wave, whose id, first_run, first_point, points and reps are set. */
static int map(mapping_t *m) {
    int rc = make_room(m);
    if (rc == 0)
        rc = read_varied(m);
    if (rc == 0)
        rc = has_own_seeds(m) ? read_own_places(m) : read_points(m);
    if (rc == 0)
        rc = read_reps(m);
    return rc ? rc : map_places(m);
}

/* ---- writing ---- */

/* What was a range before is a list of values where two waves differ in it. */
static int merge_factor(sqlite3 *db, const sim_store_factor_t *f) {
    return sim_store_sql(
        db,
        "UPDATE factor SET scale = 'levels', levels = NULL, arguments = NULL WHERE parameter = %Q"
        " AND (scale <> %Q OR coalesce(levels, '') <> coalesce(%Q, '') OR coalesce(arguments, '')"
        " <> coalesce(%Q, '') OR (arguments IS NOT NULL AND (min <> %!.17g OR max <> %!.17g)));"
        "UPDATE factor SET min = min(min, %!.17g), max = max(max, %!.17g) WHERE parameter = %Q;",
        f->parameter, f->scale, f->levels, f->arguments, f->min, f->max, f->min, f->max,
        f->parameter);
}

/* Points of earlier waves have the scenario's own value of what they did not vary. */
static int add_factor(sqlite3 *db, const sim_store_factor_t *f, double base) {
    sqlite3_stmt *s = NULL;
    int rc = sim_store_prepare(db, &s,
                               "INSERT INTO factor SELECT count(*) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM"
                               " factor");
    if (rc == 0)
        rc = SIM_STORE_PUT(s, sim_store_word(f->parameter), sim_store_word(f->type),
                           sim_store_word(f->scale), sim_store_real(f->min), sim_store_real(f->max),
                           sim_store_word(f->levels), sim_store_word(f->choices),
                           sim_store_word(f->arguments));
    sqlite3_finalize(s);
    return rc ? rc
              : sim_store_sql(db, "INSERT INTO point_value SELECT point_id, %Q, %!.17g FROM point",
                              f->parameter, base);
}

static int write_factors(const mapping_t *m) {
    int rc = 0;
    for (size_t f = 0; rc == 0 && f < m->design->n_factors; f++) {
        const sim_store_factor_t *factor = &m->design->factor[f];
        const varied_t *varied = m->varied;
        while (strcmp(varied->name, factor->parameter) != 0)
            varied++;
        rc = varied->stored ? merge_factor(m->c->db, factor)
                            : add_factor(m->c->db, factor, varied->base);
    }
    return rc;
}

typedef struct {
    sqlite3_stmt *point, *again, *value, *place;
    int64_t blocks; /* of earlier waves */
} inserts_t;

static int prepare_inserts(sqlite3 *db, inserts_t *to) {
    int rc = sim_store_prepare(db, &to->point, "INSERT INTO point VALUES (?, 1, ?)");
    if (rc == 0)
        rc = sim_store_prepare(db, &to->again, "INSERT OR IGNORE INTO wave_again VALUES (?, ?)");
    if (rc == 0)
        rc = sim_store_prepare(db, &to->value, "INSERT INTO point_value VALUES (?, ?, ?)");
    if (rc == 0)
        rc = sim_store_prepare(db, &to->place, "INSERT INTO block_point VALUES (?, ?, ?, ?)");
    return rc ? rc
              : sim_store_number(db, &to->blocks,
                                 "SELECT coalesce(max(block), 0) FROM block_point");
}

static int write_block(const mapping_t *m, const inserts_t *to, int64_t id, uint64_t at,
                       double *of_design) {
    sim_store_place_t place = {0};
    m->design->point(m->design->user, at, of_design, &place);
    return place.block ? SIM_STORE_PUT(to->place, sim_store_int(id),
                                       sim_store_int(to->blocks + (int64_t)place.block),
                                       sim_store_word(place.role), sim_store_word(place.parameter))
                       : 0;
}

/* A new point, or the note that the file had it. */
static int write_place(const mapping_t *m, const inserts_t *to, uint64_t at, double *of_design,
                       double *value) {
    const sim_plan_wave_t *wave = m->wave;
    uint64_t point = sim_plan_wave_point(wave, at);
    int64_t id = (int64_t)point + 1;
    if (point < wave->first_point)
        return SIM_STORE_PUT(to->again, sim_store_int(wave->id), sim_store_int(id));
    if (wave->has && wave->has[at] == UINT32_MAX)
        return 0; /* that of an earlier place */
    int rc = SIM_STORE_PUT(to->point, sim_store_int(id), sim_store_int(wave->id));
    values_at(m, at, of_design, value);
    for (size_t i = 0; rc == 0 && i < m->n_varied; i++)
        rc = SIM_STORE_PUT(to->value, sim_store_int(id), sim_store_word(m->varied[i].name),
                           sim_store_real(value[i]));
    return rc ? rc : write_block(m, to, id, at, of_design);
}

static int write_places(const mapping_t *m) {
    inserts_t to = {0};
    double *of_design = calloc(m->design->n_factors + 1, sizeof *of_design);
    double *value = calloc(m->n_varied + 1, sizeof *value);
    int rc = of_design && value ? prepare_inserts(m->c->db, &to) : SIM_ERR_MEMORY;
    for (uint64_t p = 0; rc == 0 && p < m->wave->points; p++)
        rc = write_place(m, &to, p, of_design, value);
    sqlite3_finalize(to.point);
    sqlite3_finalize(to.again);
    sqlite3_finalize(to.value);
    sqlite3_finalize(to.place);
    free(of_design);
    free(value);
    return rc;
}

static int write_tables(const mapping_t *m) {
    const sim_store_design_t *design = m->design;
    const sim_plan_wave_t *wave = m->wave;
    int rc = write_factors(m);
    if (rc == 0)
        rc = write_places(m);
    return rc ? rc
              : sim_store_sql(
                    m->c->db, "INSERT INTO wave VALUES (%lld, %Q, %Q, %Q, %Q, %lld, %lld, %lld)",
                    (long long)wave->id, design->kind, design->text, design->digest, design->seeds,
                    (long long)wave->reps, (long long)wave->points, (long long)wave->runs);
}

static int write_meta(sqlite3 *db, const sim_store_design_t *design) {
    return sim_store_sql(db,
                         "UPDATE meta SET value = %Q WHERE key = 'design';"
                         "UPDATE meta SET value = %Q WHERE key = 'design_digest';"
                         "UPDATE meta SET value = '" SIM_STORE_WAVES "' WHERE key = 'design_kind';"
                         "UPDATE meta SET value = (SELECT max(reps) FROM wave) WHERE key = 'reps';",
                         design->text, design->digest);
}

/* All in one transaction, perhaps the caller's: a crash leaves the file as it was or with the whole
 * wave, and so does whoever closes the file after a failure. */
static int write_wave(const mapping_t *m) {
    sqlite3 *db = m->c->db;
    bool own = sqlite3_get_autocommit(db);
    int rc = own ? sim_store_begin_write(db) : 0;
    if (rc == 0)
        rc = write_tables(m);
    if (rc == 0)
        rc = write_meta(db, m->design);
    if (rc == 0 && own)
        rc = sim_store_seal(db, NULL);
    return rc || !own ? rc : sim_store_sql(db, "COMMIT");
}

int sim_store_write_design(const sim_store_plan_t *plan, sqlite3 *db) {
    const sim_store_design_t *design = plan->design;
    const sim_store_check_t c = {plan, db, NULL};
    sim_plan_wave_t wave = sim_plan_wave_first(design->points, (uint64_t)design->reps);
    mapping_t m = {.c = &c, .design = design, .wave = &wave};
    int rc = sim_store_sql(db,
                           "INSERT INTO meta VALUES ('design', %Q), ('design_kind', %Q),"
                           " ('design_digest', %Q), ('seeds', %Q), ('shard', '%u/%u')",
                           design->text, design->kind, design->digest, design->seeds, design->shard,
                           design->shards);
    if (rc == 0)
        rc = read_varied(&m);
    if (rc == 0)
        rc = write_tables(&m);
    mapping_free(&m);
    return rc;
}

/* ---- the wave of a command ---- */

/* The last wave of a file. */
typedef struct {
    int64_t id, reps, runs, planned; /* planned: of all waves */
    bool same;                       /* it is of this design */
    char *text;
    bool same_text;
} last_t;

static int read_last(const sim_store_check_t *c, last_t *last) {
    sqlite3_stmt *s = NULL;
    const sim_store_design_t *design = c->plan->design;
    int rc = sim_store_first(c->db, &s,
                             "SELECT wave_id, reps, runs, (SELECT sum(runs) FROM wave), design,"
                             " design_digest FROM wave ORDER BY wave_id DESC LIMIT 1");
    if (rc == 0 && !s)
        return sim_store_refuse(c, "it holds no sweep; `kumiai run` continues it");
    if (s) {
        last->id = sqlite3_column_int64(s, 0);
        last->reps = sqlite3_column_int64(s, 1);
        last->runs = sqlite3_column_int64(s, 2);
        last->planned = sqlite3_column_int64(s, 3);
        last->same_text = strcmp(sim_store_cell_text(s, 4), design->text) == 0;
        last->same = last->same_text && strcmp(sim_store_cell_text(s, 5), design->digest) == 0;
        last->text = strdup(sim_store_cell_text(s, 4));
        rc = last->text ? 0 : SIM_ERR_MEMORY;
    }
    sqlite3_finalize(s);
    return rc;
}

static int check_reps(const sim_store_check_t *c, const last_t *last) {
    if (last->reps <= c->plan->design->reps)
        return 0;
    return sim_store_refuse(
        c, "it was begun with %lld replicates, this command has %lld, which are fewer",
        (long long)last->reps, (long long)c->plan->design->reps);
}

/* Another design: refused unless it is to be added. */
static int check_addition(const sim_store_check_t *c, const last_t *last) {
    const sim_store_design_t *design = c->plan->design;
    if (!design->append)
        return last->same_text ? sim_store_refuse(c, "the table of its points has other values now")
                               : sim_store_text_differs(c, "the sweep", last->text, design->text);
    return sim_store_check_meta(c, "seeds", "seeds", design->seeds);
}

/* Nothing is added before all runs of the last wave are there. */
static int check_finished(const sim_store_check_t *c, const last_t *last) {
    const sim_store_design_t *design = c->plan->design;
    int64_t runs = 0;
    int rc = sim_store_number(c->db, &runs, "SELECT count(*) FROM run");
    int64_t planned =
        (int64_t)sim_plan_share((uint64_t)last->planned, design->shard, design->shards);
    if (rc || runs == planned)
        return rc;
    return sim_store_refuse(c,
                            "%" PRId64 " of %" PRId64
                            " runs of its waves are there; finish its last wave, with the "
                            "sweep file that began it, before you add another",
                            runs, planned);
}

/* A wave behind those that are there, or the last of them, made from the design anew. */
static int map_wave(mapping_t *m, int64_t id, int64_t first_run) {
    int64_t points = 0;
    int rc = sim_store_number(m->c->db, &points, "SELECT count(*) FROM point WHERE wave < %lld",
                              (long long)id);
    *m->wave = (sim_plan_wave_t){.id = id,
                                 .first_run = (uint64_t)first_run,
                                 .points = m->design->points,
                                 .reps = (uint64_t)m->design->reps,
                                 .first_point = (uint64_t)points};
    return rc ? rc : map(m);
}

/* Begins the wave after the last one; without any run there is nothing to begin, and of a design of
 * own seeds it is told which wave has the points. */
static int begin_wave(mapping_t *m, const last_t *last) {
    sim_plan_wave_t *wave = m->wave;
    int rc = map_wave(m, last->id + 1, last->planned);
    if (rc == 0 && wave->runs == 0 && has_own_seeds(m))
        return sim_store_number(m->c->db, &wave->found,
                                "SELECT wave FROM point WHERE point_id = %lld",
                                (long long)wave->point[0] + 1);
    if (rc == 0 && m->design->append)
        rc = check_finished(m->c, last);
    return rc == 0 && wave->runs ? write_wave(m) : rc;
}

static int continue_wave(mapping_t *m, const last_t *last) {
    if (last->id > 1)
        return map_wave(m, last->id, last->planned - last->runs);
    *m->wave = sim_plan_wave_first(m->design->points, (uint64_t)m->design->reps);
    return 0;
}

/* The design's wave, which may go on with the last one if `resumes`. */
static int find_wave(const sim_store_check_t *c, sim_plan_wave_t *wave, bool resumes) {
    mapping_t m = {.c = c, .design = c->plan->design, .wave = wave};
    last_t last = {0};
    int rc = read_last(c, &last);
    if (rc == 0 && resumes)
        rc = last.same ? check_reps(c, &last) : check_addition(c, &last);
    if (rc == 0)
        rc = resumes && last.same ? continue_wave(&m, &last) : begin_wave(&m, &last);
    mapping_free(&m);
    free(last.text);
    return rc == SIM_ERR_STORE ? sim_store_check_failed(c) : rc;
}

int sim_store_waves_take_up(const sim_store_check_t *c, sim_plan_wave_t *wave) {
    return find_wave(c, wave, true);
}

int sim_store_waves_add(const sim_store_check_t *c, sim_plan_wave_t *wave) {
    return find_wave(c, wave, false);
}
