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

static int db_failed(const sim_store_check_t *c) {
    return sim_store_db_failed(c->db, c->plan->path, c->why);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const varied_t *)a)->name, ((const varied_t *)b)->name);
}

static double base_of(const sim_config_t *config, const char *name) {
    for (const sim_param_t *row = config->model->params; row && row->name; row++)
        if (strcmp(row->name, name) == 0)
            return sim_param_number(row, config->params);
    return 0;
}

static int add_varied(mapping_t *m, const char *name, size_t factor) {
    for (size_t i = 0; i < m->n_varied; i++)
        if (strcmp(m->varied[i].name, name) == 0) {
            m->varied[i].factor = factor;
            return 0;
        }
    if (!m->varied)
        return SIM_ERR_MEMORY;
    m->varied[m->n_varied] = (varied_t){.name = strdup(name),
                                        .base = base_of(m->c->plan->configs[0], name),
                                        .factor = factor,
                                        .stored = factor == SIZE_MAX};
    return m->varied[m->n_varied++].name ? 0 : SIM_ERR_MEMORY;
}

static int read_varied(mapping_t *m) {
    sqlite3_stmt *s = NULL;
    int64_t stored = 0;
    int row = SQLITE_DONE;
    int rc = sim_store_number(m->c->db, "SELECT count(*) FROM factor", &stored);
    if (rc || sqlite3_prepare_v2(m->c->db, "SELECT parameter FROM factor ORDER BY factor_id", -1,
                                 &s, NULL) != SQLITE_OK)
        return db_failed(m->c);
    m->varied = calloc((size_t)stored + m->design->n_factors + 1, sizeof *m->varied);
    rc = m->varied ? 0 : SIM_ERR_MEMORY;
    while (rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW)
        rc = add_varied(m, (const char *)sqlite3_column_text(s, 0), SIZE_MAX);
    if (rc == 0 && row != SQLITE_DONE)
        rc = db_failed(m->c);
    sqlite3_finalize(s);
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

/* Rows come in the order of point and name, as the table's key has it. */
static int read_points(mapping_t *m) {
    sqlite3_stmt *s = NULL;
    double *value = calloc(m->n_varied + 1, sizeof *value);
    int64_t point = 0;
    size_t at = 0;
    int row = SQLITE_DONE;
    if (!value)
        return SIM_ERR_MEMORY;
    int code = sqlite3_prepare_v2(m->c->db,
                                  "SELECT point_id, parameter, value FROM point_value WHERE "
                                  "point_id <= ? ORDER BY point_id, parameter",
                                  -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(s, 1, (int64_t)m->wave->first_point);
    while (code == SQLITE_OK && (row = sqlite3_step(s)) == SQLITE_ROW) {
        if (point != sqlite3_column_int64(s, 0)) {
            if (point)
                keep_point(m, (uint32_t)point - 1, key_of(value, m->n_varied));
            point = sqlite3_column_int64(s, 0);
            for (at = 0; at < m->n_varied; at++)
                value[at] = m->varied[at].base;
            at = 0;
        }
        const char *name = (const char *)sqlite3_column_text(s, 1);
        while (at < m->n_varied && strcmp(m->varied[at].name, name) != 0)
            at++;
        if (at < m->n_varied)
            value[at] = sqlite3_column_double(s, 2);
    }
    if (point)
        keep_point(m, (uint32_t)point - 1, key_of(value, m->n_varied));
    sqlite3_finalize(s);
    free(value);
    return code == SQLITE_OK && row == SQLITE_DONE ? 0 : db_failed(m->c);
}

/* A wave's new points are numbered in the order of their places, and all of its places are new. */
static int read_own_places(mapping_t *m) {
    static const char sql[] =
        "SELECT point_id, design_digest, point_id - first FROM point JOIN wave ON wave = wave_id"
        " JOIN (SELECT wave AS of_wave, min(point_id) AS first FROM point GROUP BY wave) ON "
        "of_wave ="
        " wave_id WHERE point_id <= ?";
    sqlite3_stmt *s = NULL;
    int row = SQLITE_DONE, code = sqlite3_prepare_v2(m->c->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(s, 1, (int64_t)m->wave->first_point);
    while (code == SQLITE_OK && (row = sqlite3_step(s)) == SQLITE_ROW) {
        const char *digest = (const char *)sqlite3_column_text(s, 1);
        keep_point(m, (uint32_t)sqlite3_column_int64(s, 0) - 1,
                   key_of_place(digest ? digest : "", (uint64_t)sqlite3_column_int64(s, 2)));
    }
    sqlite3_finalize(s);
    return code == SQLITE_OK && row == SQLITE_DONE ? 0 : db_failed(m->c);
}

/* The most replicates that an earlier wave gave each of its points. */
static int read_reps(mapping_t *m) {
    static const char sql[] =
        "SELECT point_id, max(reps) FROM (SELECT point_id, reps FROM point JOIN wave ON wave ="
        " wave_id WHERE wave_id < ?1 UNION ALL SELECT point_id, reps FROM wave_again JOIN wave"
        " USING (wave_id) WHERE wave_id < ?1) GROUP BY point_id";
    sqlite3_stmt *s = NULL;
    int row = SQLITE_DONE, code = sqlite3_prepare_v2(m->c->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(s, 1, m->wave->id);
    while (code == SQLITE_OK && (row = sqlite3_step(s)) == SQLITE_ROW) {
        uint64_t point = (uint64_t)sqlite3_column_int64(s, 0) - 1;
        if (point < m->wave->first_point)
            m->reps[point] = (uint32_t)sqlite3_column_int64(s, 1);
    }
    sqlite3_finalize(s);
    return code == SQLITE_OK && row == SQLITE_DONE ? 0 : db_failed(m->c);
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

static int run_sql(const mapping_t *m, char *sql) {
    int rc = sim_store_sql(m->c->db, sql);
    sqlite3_free(sql);
    return rc ? db_failed(m->c) : 0;
}

/* What was a range before is a list of values where two waves differ in it. */
static int merge_factor(const mapping_t *m, const sim_store_factor_t *f) {
    return run_sql(
        m, sqlite3_mprintf(
               "UPDATE factor SET scale = 'levels', levels = NULL, arguments = NULL WHERE parameter"
               " = %Q AND (scale <> %Q OR coalesce(levels, '') <> coalesce(%Q, '') OR"
               " coalesce(arguments, '') <> coalesce(%Q, '') OR (arguments IS NOT NULL AND (min <>"
               " %!.17g OR max <> %!.17g)));"
               "UPDATE factor SET min = min(min, %!.17g), max = max(max, %!.17g) WHERE parameter ="
               " %Q;",
               f->parameter, f->scale, f->levels, f->arguments, f->min, f->max, f->min, f->max,
               f->parameter));
}

/* Points of earlier waves have the scenario's own value of what they did not vary. */
static int add_factor(const mapping_t *m, const sim_store_factor_t *f, double base) {
    return run_sql(
        m, sqlite3_mprintf("INSERT INTO factor SELECT count(*) + 1, %Q, %Q, %Q, %!.17g, %!.17g, %Q,"
                           " %Q, %Q FROM factor;"
                           "INSERT INTO point_value SELECT point_id, %Q, %!.17g FROM point;",
                           f->parameter, f->type, f->scale, f->min, f->max, f->levels, f->choices,
                           f->arguments, f->parameter, base));
}

static int write_factors(const mapping_t *m) {
    int rc = 0;
    for (size_t f = 0; rc == 0 && f < m->design->n_factors; f++) {
        const sim_store_factor_t *factor = &m->design->factor[f];
        size_t at = 0;
        while (strcmp(m->varied[at].name, factor->parameter) != 0)
            at++;
        rc = m->varied[at].stored ? merge_factor(m, factor)
                                  : add_factor(m, factor, m->varied[at].base);
    }
    return rc;
}

typedef struct {
    sqlite3_stmt *point, *again, *value, *place;
    int64_t blocks; /* of earlier waves */
} inserts_t;

static int prepare_inserts(const mapping_t *m, inserts_t *to) {
    sqlite3 *db = m->c->db;
    bool good =
        sqlite3_prepare_v2(db, "INSERT INTO point VALUES (?, 1, ?)", -1, &to->point, NULL) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO wave_again VALUES (?, ?)", -1, &to->again,
                           NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "INSERT INTO point_value VALUES (?, ?, ?)", -1, &to->value, NULL) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(db, "INSERT INTO block_point VALUES (?, ?, ?, ?)", -1, &to->place,
                           NULL) == SQLITE_OK &&
        sim_store_number(db, "SELECT coalesce(max(block), 0) FROM block_point", &to->blocks) == 0;
    return good ? 0 : db_failed(m->c);
}

static int write_values(const mapping_t *m, const inserts_t *to, int64_t id, const double *value) {
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < m->n_varied; i++) {
        int bound = sqlite3_bind_int64(to->value, 1, id);
        bound |= sqlite3_bind_text(to->value, 2, m->varied[i].name, -1, SQLITE_STATIC);
        bound |= sqlite3_bind_double(to->value, 3, value[i]);
        rc = sim_store_put(to->value, bound);
    }
    return rc;
}

static int write_block(const mapping_t *m, const inserts_t *to, int64_t id, uint64_t at,
                       double *of_design) {
    sim_store_place_t place = {0};
    m->design->point(m->design->user, at, of_design, &place);
    if (!place.block)
        return SQLITE_OK;
    int bound = sqlite3_bind_int64(to->place, 1, id);
    bound |= sqlite3_bind_int64(to->place, 2, to->blocks + (int64_t)place.block);
    bound |= sqlite3_bind_text(to->place, 3, place.role, -1, SQLITE_STATIC);
    bound |= sqlite3_bind_text(to->place, 4, place.parameter, -1, SQLITE_STATIC);
    return sim_store_put(to->place, bound);
}

/* A new point, or the note that the file had it. */
static int write_place(const mapping_t *m, const inserts_t *to, uint64_t at, double *of_design,
                       double *value) {
    const sim_plan_wave_t *wave = m->wave;
    int64_t id = (int64_t)wave->point[at] + 1;
    bool old = wave->point[at] < wave->first_point;
    if (!old && wave->has[at] == UINT32_MAX)
        return SQLITE_OK; /* that of an earlier place */
    sqlite3_stmt *s = old ? to->again : to->point;
    int bound = sqlite3_bind_int64(s, old ? 2 : 1, id);
    bound |= sqlite3_bind_int64(s, old ? 1 : 2, wave->id);
    int rc = sim_store_put(s, bound);
    values_at(m, at, of_design, value);
    if (rc == SQLITE_OK && !old)
        rc = write_values(m, to, id, value);
    return rc == SQLITE_OK && !old ? write_block(m, to, id, at, of_design) : rc;
}

static int write_places(const mapping_t *m) {
    inserts_t to = {0};
    double *of_design = calloc(m->design->n_factors + 1, sizeof *of_design);
    double *value = calloc(m->n_varied + 1, sizeof *value);
    int rc = of_design && value ? prepare_inserts(m, &to) : SIM_ERR_MEMORY;
    for (uint64_t p = 0; rc == 0 && p < m->wave->points; p++)
        if (write_place(m, &to, p, of_design, value) != SQLITE_OK)
            rc = db_failed(m->c);
    sqlite3_finalize(to.point);
    sqlite3_finalize(to.again);
    sqlite3_finalize(to.value);
    sqlite3_finalize(to.place);
    free(of_design);
    free(value);
    return rc;
}

int sim_store_wave_insert(sqlite3 *db, const sim_store_design_t *design,
                          const sim_plan_wave_t *wave) {
    char *sql = sqlite3_mprintf("INSERT INTO wave VALUES (%lld, %Q, %Q, %Q, %Q, %lld, %lld, %lld)",
                                (long long)wave->id, design->kind, design->text, design->digest,
                                design->seeds, (long long)wave->reps, (long long)wave->points,
                                (long long)wave->runs);
    int rc = sim_store_sql(db, sql);
    sqlite3_free(sql);
    return rc;
}

static int write_meta(const mapping_t *m) {
    const sim_store_design_t *design = m->design;
    return run_sql(
        m, sqlite3_mprintf("UPDATE meta SET value = %Q WHERE key = 'design';"
                           "UPDATE meta SET value = %Q WHERE key = 'design_digest';"
                           "UPDATE meta SET value = '" SIM_STORE_WAVES "' WHERE key ="
                           " 'design_kind';"
                           "UPDATE meta SET value = (SELECT max(reps) FROM wave) WHERE key ="
                           " 'reps';",
                           design->text, design->digest));
}

static int write_tables(const mapping_t *m) {
    sqlite3 *db = m->c->db;
    int rc = write_factors(m);
    if (rc == 0)
        rc = write_places(m);
    if (rc == 0 && sim_store_wave_insert(db, m->design, m->wave))
        rc = db_failed(m->c);
    return rc ? rc : write_meta(m);
}

/* All in one transaction: a crash leaves the file as it was or with the whole wave. */
static int write_wave(const mapping_t *m) {
    sqlite3 *db = m->c->db;
    if (!sqlite3_get_autocommit(db)) /* the caller's transaction */
        return write_tables(m);
    int rc = sim_store_begin_write(db) ? db_failed(m->c) : 0;
    if (rc == 0)
        rc = write_tables(m);
    if (rc == 0 && (sim_store_seal(db, NULL) || sim_store_sql(db, "COMMIT")))
        rc = db_failed(m->c);
    if (rc && !sqlite3_get_autocommit(db))
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

/* ---- the wave of a command ---- */

static int refuse(const sim_store_check_t *c, const char *reason) {
    return sim_base_why_fail(c->why, SIM_ERR_CONFIG, "cannot resume %s: %s", c->plan->path, reason);
}

/* The last wave of a file. */
typedef struct {
    int64_t id, reps, runs, planned; /* planned: of all waves */
    bool same;                       /* it is of this design */
    char *text;
    bool same_text;
} last_t;

static int read_last(const sim_store_check_t *c, last_t *last) {
    static const char sql[] =
        "SELECT wave_id, reps, runs, (SELECT sum(runs) FROM wave), design, design_digest FROM wave"
        " ORDER BY wave_id DESC LIMIT 1";
    sqlite3_stmt *s = NULL;
    const sim_store_design_t *design = c->plan->design;
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 4);
        const char *digest = (const char *)sqlite3_column_text(s, 5);
        last->id = sqlite3_column_int64(s, 0);
        last->reps = sqlite3_column_int64(s, 1);
        last->runs = sqlite3_column_int64(s, 2);
        last->planned = sqlite3_column_int64(s, 3);
        last->same_text = text && strcmp(text, design->text) == 0;
        last->same = last->same_text && digest && strcmp(digest, design->digest) == 0;
        last->text = strdup(text ? text : "");
    }
    sqlite3_finalize(s);
    if (rc == SQLITE_DONE)
        return refuse(c, "it holds no sweep; `kumiai run` continues it");
    return rc != SQLITE_ROW ? db_failed(c) : last->text ? 0 : SIM_ERR_MEMORY;
}

static int check_reps(const sim_store_check_t *c, const last_t *last) {
    char reason[128];
    if (last->reps <= c->plan->design->reps)
        return 0;
    snprintf(reason, sizeof reason,
             "it was begun with %lld replicates, this command has %lld, which are fewer",
             (long long)last->reps, (long long)c->plan->design->reps);
    return refuse(c, reason);
}

/* Another design: refused unless it is to be added. */
static int check_addition(const sim_store_check_t *c, const last_t *last) {
    const sim_store_design_t *design = c->plan->design;
    if (!design->append)
        return last->same_text ? refuse(c, "the table of its points has other values now")
                               : sim_store_text_differs(c, "the sweep", last->text, design->text);
    return sim_store_check_meta(c, "seeds", "seeds", design->seeds);
}

/* Nothing is added before all runs of the last wave are there. */
static int check_finished(const sim_store_check_t *c, const last_t *last) {
    const sim_store_design_t *design = c->plan->design;
    char reason[256];
    int64_t runs = 0;
    if (sim_store_number(c->db, "SELECT count(*) FROM run", &runs))
        return db_failed(c);
    int64_t planned =
        (int64_t)sim_plan_share((uint64_t)last->planned, design->shard, design->shards);
    if (runs == planned)
        return 0;
    snprintf(reason, sizeof reason,
             "%" PRId64 " of %" PRId64
             " runs of its waves are there; finish its last wave, with the "
             "sweep file that began it, before you add another",
             runs, planned);
    return refuse(c, reason);
}

/* Which wave has the points that a design of own seeds has nothing to add to. */
static int find_own(mapping_t *m) {
    char *sql = sqlite3_mprintf("SELECT wave FROM point WHERE point_id = %lld",
                                (long long)m->wave->point[0] + 1);
    int rc = !sql || sim_store_number(m->c->db, sql, &m->wave->found) ? db_failed(m->c) : 0;
    sqlite3_free(sql);
    return rc;
}

/* Begins the wave after the last one; without any run there is nothing to begin. */
static int begin_wave(mapping_t *m, const last_t *last) {
    sim_plan_wave_t *wave = m->wave;
    int64_t points = 0;
    if (sim_store_number(m->c->db, "SELECT count(*) FROM point", &points))
        return db_failed(m->c);
    *wave = (sim_plan_wave_t){.id = last->id + 1,
                              .first_run = (uint64_t)last->planned,
                              .points = m->design->points,
                              .reps = (uint64_t)m->design->reps,
                              .first_point = (uint64_t)points};
    int rc = map(m);
    if (rc == 0 && wave->runs == 0 && has_own_seeds(m))
        return find_own(m);
    if (rc == 0 && m->design->append)
        rc = check_finished(m->c, last);
    return rc == 0 && wave->runs ? write_wave(m) : rc;
}

static int continue_wave(mapping_t *m, const last_t *last) {
    sim_plan_wave_t *wave = m->wave;
    char *sql =
        sqlite3_mprintf("SELECT count(*) FROM point WHERE wave < %lld", (long long)last->id);
    int64_t before = 0;
    int rc = !sql || sim_store_number(m->c->db, sql, &before) ? db_failed(m->c) : 0;
    sqlite3_free(sql);
    if (rc)
        return rc;
    *wave = sim_plan_wave_first(m->design->points, (uint64_t)m->design->reps);
    if (last->id == 1)
        return 0;
    *wave = (sim_plan_wave_t){.id = last->id,
                              .first_run = (uint64_t)(last->planned - last->runs),
                              .points = m->design->points,
                              .reps = (uint64_t)m->design->reps,
                              .first_point = (uint64_t)before};
    return map(m);
}

int sim_store_waves_take_up(const sim_store_check_t *c, sim_plan_wave_t *wave) {
    mapping_t m = {.c = c, .design = c->plan->design, .wave = wave};
    last_t last = {0};
    int rc = read_last(c, &last);
    if (rc == 0)
        rc = last.same ? check_reps(c, &last) : check_addition(c, &last);
    if (rc == 0)
        rc = last.same ? continue_wave(&m, &last) : begin_wave(&m, &last);
    mapping_free(&m);
    free(last.text);
    return rc;
}

int sim_store_waves_add(const sim_store_check_t *c, sim_plan_wave_t *wave) {
    mapping_t m = {.c = c, .design = c->plan->design, .wave = wave};
    last_t last = {0};
    int rc = read_last(c, &last);
    if (rc == 0)
        rc = begin_wave(&m, &last);
    mapping_free(&m);
    free(last.text);
    return rc;
}
