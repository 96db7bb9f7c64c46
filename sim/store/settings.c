/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Table setting: the resolved configurations parameter by parameter, so that no reader must know
 * the syntax of configurations. */
#include "sim/store/parts.h"

typedef struct {
    sqlite3_stmt *insert;
    int64_t scenario_id;
} settings_t;

static int write_setting(void *user, const sim_param_setting_t *setting) {
    settings_t *to = user;
    int bound = sqlite3_bind_int64(to->insert, 1, to->scenario_id);
    bound |= sqlite3_bind_text(to->insert, 2, setting->name, -1, SQLITE_STATIC);
    if (setting->type == SIM_PARAM_REAL)
        bound |= sqlite3_bind_double(to->insert, 3, setting->number.real);
    else if (setting->type == SIM_PARAM_INT)
        bound |= sqlite3_bind_int64(to->insert, 3, setting->number.integer);
    else
        bound |= sqlite3_bind_text(to->insert, 3, setting->text, -1, SQLITE_STATIC);
    return sim_store_put(to->insert, bound) == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

int sim_store_write_settings(const sim_config_t *const *configs, size_t n, sqlite3 *db) {
    settings_t to = {0};
    int rc = sim_store_sql(db, "DELETE FROM setting");
    if (rc == 0 && sqlite3_prepare_v2(db, "INSERT INTO setting VALUES (?, ?, ?)", -1, &to.insert,
                                      NULL) != SQLITE_OK)
        rc = SIM_ERR_STORE;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        to.scenario_id = (int64_t)i + 1;
        rc = sim_param_settings(configs[i], write_setting, &to);
    }
    sqlite3_finalize(to.insert);
    return rc;
}

int sim_store_copy_settings(sqlite3 *from, sqlite3 *to) {
    sqlite3_stmt *rows = NULL, *insert = NULL;
    int row = SQLITE_DONE, rc = sim_store_sql(to, "DELETE FROM setting");
    if (rc == 0 &&
        (sqlite3_prepare_v2(from, "SELECT * FROM setting", -1, &rows, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(to, "INSERT INTO setting VALUES (?, ?, ?)", -1, &insert, NULL) !=
             SQLITE_OK))
        rc = SIM_ERR_STORE;
    while (rc == 0 && (row = sqlite3_step(rows)) == SQLITE_ROW) {
        int bound = SQLITE_OK;
        for (int c = 0; c < 3; c++)
            bound |= sqlite3_bind_value(insert, 1 + c, sqlite3_column_value(rows, c));
        rc = sim_store_put(insert, bound) == SQLITE_OK ? 0 : SIM_ERR_STORE;
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    return rc == 0 && row == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}
