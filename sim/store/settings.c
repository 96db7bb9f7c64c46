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
    sim_store_value_t value = setting->type == SIM_PARAM_REAL ? sim_store_real(setting->number.real)
                              : setting->type == SIM_PARAM_INT
                                  ? sim_store_int(setting->number.integer)
                                  : sim_store_word(setting->text);
    return SIM_STORE_PUT(to->insert, sim_store_int(to->scenario_id), sim_store_word(setting->name),
                         value);
}

int sim_store_write_settings(const sim_config_t *const *configs, size_t n, sqlite3 *db) {
    settings_t to = {0};
    int rc = sim_store_sql(db, "DELETE FROM setting");
    if (rc == 0)
        rc = sim_store_prepare(db, &to.insert, "INSERT INTO setting VALUES (?, ?, ?)");
    for (size_t i = 0; rc == 0 && i < n; i++) {
        to.scenario_id = (int64_t)i + 1;
        rc = sim_param_settings(configs[i], write_setting, &to);
    }
    sqlite3_finalize(to.insert);
    return rc;
}

int sim_store_renew_settings(const sim_config_t *const *configs, size_t n, sqlite3 *db) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = sim_store_sql(db, "UPDATE scenario SET config = %Q WHERE scenario_id = %llu",
                           configs[i]->text, (unsigned long long)i + 1);
    return rc ? rc : sim_store_write_settings(configs, n, db);
}

static int copy_row(void *insert, sqlite3_stmt *row) {
    return sim_store_put_like(insert, row, NULL);
}

int sim_store_copy_settings(sqlite3 *from, sqlite3 *to) {
    sqlite3_stmt *insert = NULL;
    int rc = sim_store_sql(to, "DELETE FROM setting");
    if (rc == 0)
        rc = sim_store_prepare(to, &insert, "INSERT INTO setting VALUES (?, ?, ?)");
    if (rc == 0)
        rc = sim_store_each(from, copy_row, insert, "SELECT * FROM setting");
    sqlite3_finalize(insert);
    return rc;
}
