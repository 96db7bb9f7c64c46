/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database in which outputs are measured: which tables it has, and what a query may do there.
 * SQLite asks its authorizer about everything that a statement would do, while it is prepared
 * (https://www.sqlite.org/c3ref/set_authorizer.html). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/record/replicate.h"
#include "sim/store/bulk.h"
#include "sim/store/outputs_parts.h"
#include "sim/store/parts.h"

static const char agent_table[] = SIM_STORE_AGENT_TABLE;

static void tell(sim_store_outputs_db_t *db, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void tell(sim_store_outputs_db_t *db, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(db->why.text, sizeof db->why.text, format, arguments);
    va_end(arguments);
}

/* ---- what a query may do ---- */

static sim_store_outputs_table_t *find_table(const sim_store_outputs_db_t *db, const char *name) {
    for (size_t t = 0; t < db->n_tables; t++)
        if (sqlite3_stricmp(db->table[t].name, name) == 0)
            return &db->table[t];
    return NULL;
}

/* An output may read those above it, which have been measured when its turn comes. */
static int may_read_output(sim_store_outputs_db_t *db, const sim_store_outputs_table_t *table,
                           const char *column) {
    for (size_t k = db->known; k < table->n_fields; k++)
        if (sqlite3_stricmp(table->field[k].name, column) == 0) {
            tell(db, "it reads output '%.60s', which is not above it", column);
            return SQLITE_DENY;
        }
    return SQLITE_OK;
}

static int may_read(sim_store_outputs_db_t *db, const char *name, const char *column) {
    static const char own[] = "sqlite_";
    sim_store_outputs_table_t *table = find_table(db, name);
    if (table) {
        table->read = true;
        return table->kind == SIM_STORE_OUTPUTS_OUTPUT ? may_read_output(db, table, column)
                                                       : SQLITE_OK;
    }
    for (size_t v = 0; v < db->n_views; v++)
        db->used[v] = db->used[v] || sqlite3_stricmp(name, db->outputs->view[v].name) == 0;
    db->agents = db->agents || sqlite3_stricmp(name, agent_table) == 0;
    if (sqlite3_strnicmp(name, own, sizeof own - 1) != 0)
        return SQLITE_OK; /* a view, or a table that the query itself defines */
    tell(db, "it reads %.60s, which tells of no run", name);
    return SQLITE_DENY;
}

static int may_call(sim_store_outputs_db_t *db, const char *function) {
    const char *refused = sim_store_outputs_function_refused(function);
    if (!refused)
        return SQLITE_OK;
    tell(db, "%.60s() %s", function, refused);
    return SQLITE_DENY;
}

static const char *action_name(int action) {
    switch (action) {
    case SQLITE_ATTACH:
        return "ATTACH";
    case SQLITE_DETACH:
        return "DETACH";
    case SQLITE_PRAGMA:
        return "PRAGMA";
    case SQLITE_INSERT:
        return "INSERT";
    case SQLITE_UPDATE:
        return "UPDATE";
    case SQLITE_DELETE:
        return "DELETE";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return "a transaction";
    case SQLITE_RECURSIVE:
        return "RECURSIVE";
    default:
        return "what it asks for";
    }
}

static int authorize(void *user, int action, const char *first, const char *second,
                     const char *database, const char *inner) {
    sim_store_outputs_db_t *db = user;
    (void)database, (void)inner;
    if (!db->reads || action == SQLITE_SELECT)
        return SQLITE_OK;
    if (action == SQLITE_READ)
        return may_read(db, first, second);
    if (action == SQLITE_FUNCTION)
        return may_call(db, second);
    bool inner_write = first && sqlite3_strnicmp(first, "sqlite_", 7) == 0;
    tell(db, "%s is not allowed: a query only reads the tables of one run",
         inner_write ? "what it asks for" : action_name(action));
    return SQLITE_DENY;
}

/* ---- what is wrong with a query ---- */

/* The nearest of the names that `which` finds: 't'ables, 'c'olumns, 'f'unctions. */
static const char *nearest(const sim_store_outputs_db_t *db, char which, const char *word) {
    if (which == 'f')
        return sim_base_nearest(word, sim_store_outputs_function_names);
    size_t n = 0,
           most = db->n_tables + db->outputs->n_views + SIM_STORE_AGENT_OWN + db->agent.count + 2;
    for (size_t t = 0; t < db->n_tables; t++)
        most += db->table[t].n_fields;
    const char **name = calloc(most, sizeof *name);
    if (!name)
        return NULL;
    for (size_t t = 0; t < db->n_tables; t++) {
        if (which == 't')
            name[n++] = db->table[t].name;
        for (size_t f = 0; which == 'c' && f < db->table[t].n_fields; f++)
            name[n++] = db->table[t].field[f].name;
    }
    for (size_t v = 0; which == 't' && v < db->outputs->n_views; v++)
        name[n++] = db->outputs->view[v].name;
    if (which == 't')
        name[n++] = agent_table;
    for (size_t a = 0; which == 'c' && a < SIM_STORE_AGENT_OWN; a++)
        name[n++] = sim_store_agent_own[a].name;
    for (size_t a = 0; which == 'c' && a < db->agent.count; a++)
        name[n++] = db->agent.field[a]->name;
    const char *found = sim_base_nearest(word, name);
    free(name);
    return found && strcmp(found, word) != 0 ? found : NULL; /* a view that cannot be used */
}

/* SQLite's sentence, with the nearest name where it names what there is not. */
static void tell_error(sim_store_outputs_db_t *db) {
    static const char *const head[] = {"no such table: ", "no such column: ", "no such function: "};
    const char *text = sqlite3_errmsg(db->db), *near = NULL;
    for (size_t i = 0; !near && i < sizeof head / sizeof *head; i++) {
        size_t length = strlen(head[i]);
        const char *word = text + length;
        if (strncmp(text, head[i], length) != 0)
            continue;
        const char *dot = strrchr(word, '.');
        near = nearest(db, "tcf"[i], dot ? dot + 1 : word);
    }
    tell(db, "%.400s%s%s%s", text, near ? "; did you mean " : "", near ? near : "",
         near ? "?" : "");
}

static bool only_space(const char *text) {
    return text[strspn(text, " \t\r\n;")] == '\0';
}

/* SIM_ERR_CONFIG with db->why, or SIM_ERR_MEMORY. */
static int prepare(sim_store_outputs_db_t *db, const char *sql, sqlite3_stmt **out) {
    const char *rest = "";
    db->why.text[0] = '\0';
    db->reads = true;
    int rc = sqlite3_prepare_v3(db->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, &rest);
    db->reads = false;
    if (rc == SQLITE_NOMEM)
        return SIM_ERR_MEMORY;
    if (rc && !db->why.text[0])
        tell_error(db);
    else if (rc == SQLITE_OK && !*out)
        tell(db, "it is empty");
    else if (rc == SQLITE_OK && !only_space(rest))
        tell(db, "it is more than one statement: '%.40s'", rest + strspn(rest, " \t\r\n;"));
    else if (rc == SQLITE_OK && sqlite3_stmt_isexplain(*out))
        tell(db, "it explains a query, and is none");
    else if (rc == SQLITE_OK && !sqlite3_stmt_readonly(*out))
        tell(db, "it is no SELECT that only reads");
    else if (rc == SQLITE_OK && sqlite3_bind_parameter_count(*out))
        tell(db, "it has a parameter, %.40s, which nobody fills",
             sqlite3_bind_parameter_name(*out, 1) ? sqlite3_bind_parameter_name(*out, 1) : "?");
    return db->why.text[0] ? SIM_ERR_CONFIG : 0;
}

/* "<head> <name> <tail>", prepared. SQLite's code. */
static int prepare_own(sim_store_outputs_db_t *db, const char *head, const char *name,
                       const char *tail, sqlite3_stmt **out) {
    char *sql = sqlite3_mprintf("%s \"%w\" %s", head, name, tail);
    int rc = sql ? sqlite3_prepare_v3(db->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL)
                 : SQLITE_NOMEM;
    sqlite3_free(sql);
    return rc;
}

int sim_store_outputs_view_reads(sim_store_outputs_db_t *db, size_t view) {
    sqlite3_stmt *query = NULL;
    db->known = 0; /* views are there before any output is measured */
    int rc = prepare(db, db->outputs->view[view].sql, &query);
    sqlite3_finalize(query);
    return rc;
}

int sim_store_outputs_view(sim_store_outputs_db_t *db, const sim_store_view_t *view) {
    size_t v = db->n_views;
    int rc = sim_store_outputs_view_reads(db, v);
    if (rc)
        return rc;
    char *sql = sqlite3_mprintf("CREATE TABLE \"%w\" AS %s", view->name, view->sql);
    int code = sql ? sqlite3_exec(db->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    if (code == SQLITE_OK)
        code = prepare_own(db, "DELETE FROM", view->name, "", &db->clear[v]);
    if (code == SQLITE_OK)
        code = prepare_own(db, "INSERT INTO", view->name, view->sql, &db->fill[v]);
    db->n_views++;
    if (code == SQLITE_OK)
        return 0;
    tell_error(db);
    return code == SQLITE_NOMEM ? SIM_ERR_MEMORY : SIM_ERR_CONFIG;
}

int sim_store_outputs_prepare(sim_store_outputs_db_t *db, size_t k, sqlite3_stmt **out) {
    const sim_store_output_t *output = &db->outputs->output[k];
    char *sql = output->metric ? sqlite3_mprintf("SELECT \"%w\" FROM summary", output->metric)
                               : sqlite3_mprintf("%s", output->sql);
    *out = NULL;
    if (!sql)
        return SIM_ERR_MEMORY;
    db->known = k;
    int rc = prepare(db, sql, out);
    sqlite3_free(sql);
    int columns = *out ? sqlite3_column_count(*out) : 1;
    if (rc == 0 && columns != 1) {
        tell(db, "it gives %d columns; an output is one number", columns);
        rc = SIM_ERR_CONFIG;
    }
    if (rc) {
        sqlite3_finalize(*out);
        *out = NULL;
    }
    return rc;
}

/* ---- values ---- */

static int take_value(sim_store_outputs_db_t *db, sqlite3_stmt *query, double *value) {
    static const char *const type_name[] = {"", "", "", "a text", "a blob", "NULL"};
    int type = sqlite3_column_type(query, 0);
    if (type == SQLITE_NULL)
        return 0;
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) {
        tell(db, "it gives %s, not a number", type_name[type]);
        return SIM_ERR_MODEL;
    }
    *value = sqlite3_column_double(query, 0);
    if (isfinite(*value))
        return 0;
    tell(db, "its number is infinite");
    return SIM_ERR_MODEL;
}

static int failed(sim_store_outputs_db_t *db, int code) {
    tell(db, "%.400s", sqlite3_errmsg(db->db));
    return code == SQLITE_INTERRUPT ? SIM_ERR_INTERRUPTED
           : code == SQLITE_NOMEM   ? SIM_ERR_MEMORY
                                    : SIM_ERR_MODEL;
}

int sim_store_outputs_value(sim_store_outputs_db_t *db, sqlite3_stmt *query, double *value) {
    int rc = 0, row = sqlite3_step(query);
    *value = (double)NAN;
    db->why.text[0] = '\0';
    if (row == SQLITE_ROW) {
        rc = take_value(db, query, value);
        if (rc == 0 && (row = sqlite3_step(query)) == SQLITE_ROW) {
            tell(db, "it gives more than one row");
            rc = SIM_ERR_MODEL;
        }
    }
    if (rc == 0 && row != SQLITE_DONE)
        rc = failed(db, row);
    sqlite3_reset(query);
    return rc;
}

int sim_store_outputs_fill(sim_store_outputs_db_t *db, size_t *view) {
    int rc = 0;
    db->why.text[0] = '\0';
    for (size_t v = 0; rc == 0 && v < db->n_views; v++) {
        sqlite3_stmt *const part[] = {db->clear[v], db->fill[v]};
        *view = v;
        for (size_t i = 0; rc == 0 && i < 2 && db->outputs->view_used[v]; i++) {
            int row = sqlite3_step(part[i]);
            if (row != SQLITE_DONE)
                rc = failed(db, row);
            sqlite3_reset(part[i]);
        }
    }
    return rc;
}

/* Asked now and then while a query runs. */
static int is_stopped(void *user) {
    const sim_store_outputs_db_t *db = user;
    return db->stop && *db->stop;
}

/* ---- the tables ---- */

/* Fields from a list of structs that begin with a name; the step and time of the series first. */
static int own_fields(sim_store_outputs_table_t *table, const void *list, size_t size,
                      size_t count) {
    bool series = table->kind == SIM_STORE_OUTPUTS_SERIES;
    size_t n = 0;
    table->own = calloc(count + 3, sizeof *table->own);
    if (!table->own)
        return SIM_ERR_MEMORY;
    if (series)
        table->own[n++] = (sim_field_t){.name = "step", .type = SIM_FIELD_INTEGER};
    if (series)
        table->own[n++] = (sim_field_t){.name = "time", .type = SIM_FIELD_REAL};
    for (size_t i = 0; i < count; i++) {
        const char *const *name = (const void *)((const char *)list + i * size);
        table->own[n++] = (sim_field_t){.name = *name, .type = SIM_FIELD_REAL};
    }
    table->field = table->own;
    table->n_fields = n;
    return 0;
}

static sim_store_outputs_table_t *add_table(sim_store_outputs_db_t *db,
                                            sim_store_outputs_kind_t kind, const char *name) {
    sim_store_outputs_table_t *table = &db->table[db->n_tables++];
    *table = (sim_store_outputs_table_t){.kind = kind, .name = name, .record = &db->record};
    return table;
}

static void add_spells(sim_store_outputs_db_t *db, const sim_model_t *model) {
    if (!sim_record_spells(model, &db->spells))
        return;
    sim_store_outputs_table_t *table =
        add_table(db, SIM_STORE_OUTPUTS_SPELLS, db->spells.table.name);
    table->spells = &db->spells;
    table->field = db->spells.field;
    table->n_fields = db->spells.n;
}

static void add_model_tables(sim_store_outputs_db_t *db, const sim_model_t *model) {
    for (size_t t = 0; model->tables && model->tables[t].name; t++) {
        sim_store_outputs_table_t *table =
            add_table(db, SIM_STORE_OUTPUTS_TABLE, model->tables[t].name);
        table->table = t;
        table->field = model->tables[t].fields;
        table->n_fields = SIM_BASE_COUNT(model->tables[t].fields);
    }
}

static int make_tables(sim_store_outputs_db_t *db) {
    enum { OTHERS = 4 };
    const sim_model_t *model = db->outputs->model;
    db->table = calloc(OTHERS + SIM_BASE_COUNT(model->tables), sizeof *db->table);
    if (!db->table)
        return SIM_ERR_MEMORY;
    int rc = own_fields(add_table(db, SIM_STORE_OUTPUTS_SUMMARY, "summary"), model->reducers,
                        sizeof *model->reducers, SIM_BASE_COUNT(model->reducers));
    if (rc == 0)
        rc = own_fields(add_table(db, SIM_STORE_OUTPUTS_SERIES, "series"), model->metrics,
                        sizeof *model->metrics, SIM_BASE_COUNT(model->metrics));
    if (rc == 0)
        rc = own_fields(add_table(db, SIM_STORE_OUTPUTS_OUTPUT, "output"), db->outputs->output,
                        sizeof *db->outputs->output, db->outputs->n_outputs);
    if (rc == 0) {
        add_spells(db, model);
        add_model_tables(db, model);
    }
    return rc;
}

static int make_agents(sim_store_outputs_db_t *db) {
    sqlite3_str *sql = sqlite3_str_new(db->db);
    sqlite3_str_appendall(sql, "PRAGMA journal_mode = OFF;");
    sim_store_agent_columns_sql(&db->agent, sql);
    sqlite3_str_appendall(sql, "CREATE INDEX agent_id ON agent (agent_id);"
                               "CREATE INDEX agent_code ON agent (code);");
    char *text = sqlite3_str_finish(sql);
    int code = text ? sqlite3_exec(db->db, text, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(text);
    return code;
}

/* ---- open and close ---- */

int sim_store_outputs_db_open(const sim_store_outputs_t *outputs, sim_store_outputs_db_t *db) {
    enum { OPERATIONS = 100000 }; /* of SQLite's machine between two looks at `stop` */
    *db = (sim_store_outputs_db_t){.outputs = outputs};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(":memory:", &db->db, flags, NULL);
    int rc = code == SQLITE_OK ? make_tables(db) : SIM_ERR_STORE;
    if (rc == 0) /* of one model, whose columns cannot clash */
        rc = sim_store_agent_columns_add(&db->agent, outputs->model, NULL);
    db->clear = calloc(outputs->n_views + 1, sizeof *db->clear);
    db->fill = calloc(outputs->n_views + 1, sizeof *db->fill);
    db->used = calloc(outputs->n_views + 1, sizeof *db->used);
    if (rc == 0 && !(db->clear && db->fill && db->used))
        rc = SIM_ERR_MEMORY;
    if (rc)
        return rc;
    code = make_agents(db);
    for (size_t t = 0; code == SQLITE_OK && t < db->n_tables; t++)
        code = sim_store_outputs_table_declare(db->db, &db->table[t]);
    if (code == SQLITE_OK)
        code = sim_store_outputs_functions(db->db);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(db->db, authorize, db);
    sqlite3_progress_handler(db->db, OPERATIONS, is_stopped, db);
    return code == SQLITE_OK ? 0 : code == SQLITE_NOMEM ? SIM_ERR_MEMORY : SIM_ERR_STORE;
}

void sim_store_outputs_db_close(sim_store_outputs_db_t *db) {
    for (size_t v = 0; v < db->n_views; v++) {
        sqlite3_finalize(db->clear[v]);
        sqlite3_finalize(db->fill[v]);
    }
    sqlite3_close(db->db);
    free(db->clear);
    free(db->fill);
    free(db->used);
    for (size_t t = 0; t < db->n_tables; t++)
        free(db->table[t].own);
    free(db->table);
    sim_store_agent_columns_free(&db->agent);
    *db = (sim_store_outputs_db_t){0};
}
