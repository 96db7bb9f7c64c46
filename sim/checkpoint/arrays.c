/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of a world: one list for saving and for restoring, so that neither can forget one. */
#include <stdlib.h>
#include <string.h>

#include "sim/checkpoint/parts.h"
#include "sim/record/replicate.h"
#include "sim/schedule/networks.h"

enum { SERIES = 1 };

typedef struct {
    sim_checkpoint_array_t *list;
    size_t n;
} list_t;

static void add(list_t *list, const char *name, sim_state_type_t type, size_t rows, void *data,
                bool fixed) {
    list->list[list->n++] =
        (sim_checkpoint_array_t){.column = {name, type, rows, data}, .fixed = fixed};
}

static void add_network(list_t *list, const sim_world_t *world,
                        const sim_world_network_t *network) {
    for (size_t i = 0; i < network->n_arrays; i++) {
        const sim_schedule_network_array_t one = sim_schedule_network_array(world, network, i);
        list->list[list->n++] = (sim_checkpoint_array_t){one.array, one.cells, one.fixed};
    }
}

static void add_record(list_t *list, const sim_model_t *model, const sim_record_t *record) {
    add(list, "record.series", SIM_STATE_F64, sim_record_series_rows(record) * record->n_metrics,
        record->series, false);
    for (size_t t = 0; t < record->n_tables; t++) {
        const sim_record_rows_t *rows = &record->table[t];
        add(list, model->tables[t].name, SIM_STATE_I64, rows->rows * rows->fields, rows->cell,
            false);
    }
}

int sim_checkpoint_arrays(const sim_world_t *world, sim_checkpoint_array_t **out, size_t *n) {
    const sim_record_t *record = world->record;
    list_t list = {0};
    size_t most = world->arrays->count + SERIES + (record ? record->n_tables : 0);
    for (size_t k = 0; k < world->n_networks; k++)
        most += world->network[k].n_arrays;
    list.list = calloc(most + 1, sizeof *list.list);
    if (!list.list)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < world->arrays->count; i++) {
        const sim_state_array_t *column = &world->arrays->array[i];
        add(&list, column->name, column->type, column->rows, column->data,
            !sim_state_grows(world->arrays, i));
    }
    for (size_t k = 0; k < world->n_networks; k++)
        add_network(&list, world, &world->network[k]);
    if (record)
        add_record(&list, world->model, record);
    *out = list.list;
    *n = list.n;
    return SIM_OK;
}

/* ---- saving ---- */

/* Bytes up to the last one that is not zero. */
static size_t without_zeros(const unsigned char *bytes, size_t size) {
    static const unsigned char zeros[256];
    while (size >= sizeof zeros && memcmp(bytes + size - sizeof zeros, zeros, sizeof zeros) == 0)
        size -= sizeof zeros;
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size;
}

/* So many cells, one row after the other; NULL when memory is out. */
static char *gather(const sim_network_cells_t *cells, size_t n) {
    char *all = malloc((n + 1) * cells->size), *at = all;
    for (uint32_t row = 0; all && row < sim_network_cells_rows(cells); row++) {
        size_t bytes;
        const void *cell = sim_network_cells_row(cells, row, &bytes);
        memcpy(at, cell, bytes);
        at += bytes;
    }
    return all;
}

int sim_checkpoint_put_array(sim_checkpoint_image_t *image, const sim_checkpoint_array_t *array) {
    const sim_state_array_t *column = &array->column;
    char *gathered = array->cells.size && column->rows ? gather(&array->cells, column->rows) : NULL;
    const void *data = gathered ? gathered : column->data;
    if (!data && column->rows)
        return SIM_ERR_MEMORY;
    size_t size = column->rows * sim_state_type_size(column->type);
    size_t kept = data ? without_zeros(data, size) : 0;
    int rc = sim_checkpoint_put_text(image, column->name);
    if (rc == 0)
        rc = sim_checkpoint_put_number(image, column->type);
    if (rc == 0)
        rc = sim_checkpoint_put_number(image, column->rows);
    if (rc == 0)
        rc = sim_checkpoint_put_number(image, kept);
    if (rc == 0)
        rc = sim_checkpoint_put(image, data, kept);
    free(gathered);
    return rc;
}

/* ---- restoring ---- */

static bool get(sim_checkpoint_reader_t *reader, sim_checkpoint_found_t *found) {
    found->name = sim_checkpoint_get_text(reader, &found->name_length);
    found->type = sim_checkpoint_get_number(reader);
    found->rows = sim_checkpoint_get_number(reader);
    found->kept = (size_t)sim_checkpoint_get_number(reader);
    found->bytes = sim_checkpoint_get(reader, found->kept);
    size_t cell = sim_state_type_size((sim_state_type_t)found->type);
    return !reader->bad && cell && found->rows <= SIZE_MAX / cell &&
           found->kept <= found->rows * cell;
}

int sim_checkpoint_match(sim_world_t *world, sim_checkpoint_reader_t *reader,
                         const sim_checkpoint_array_t *list, sim_checkpoint_found_t *found,
                         size_t n) {
    for (size_t i = 0; i < n; i++) {
        const sim_state_array_t *own = &list[i].column;
        bool whole = get(reader, &found[i]);
        if (whole && found[i].name_length == strlen(own->name) &&
            memcmp(found[i].name, own->name, found[i].name_length) == 0 &&
            found[i].type == own->type && (!list[i].fixed || found[i].rows == own->rows))
            continue;
        /* What the twin is made from has the same arrays by the table, whatever the model does. */
        return sim_world_fail(world, SIM_ERR_VERIFY,
                              "%s has array '%.*s' of %llu rows where the model has '%s' of %zu",
                              world->of_twin && world->model->state
                                  ? "memory of the engine was overwritten: the model wrote far "
                                    "outside of a column. The world"
                                  : "the checkpoint",
                              whole ? (int)found[i].name_length : 0, found[i].name,
                              (unsigned long long)found[i].rows, own->name, own->rows);
    }
    return SIM_OK;
}

static void copy(void *to, const sim_checkpoint_found_t *found) {
    size_t size = found->rows * sim_state_type_size((sim_state_type_t)found->type);
    if (found->kept)
        memcpy(to, found->bytes, found->kept);
    if (size > found->kept)
        memset((unsigned char *)to + found->kept, 0, size - found->kept);
}

static int fill_ties(sim_network_ties_t *ties, const sim_checkpoint_found_t *found) {
    enum { SPELLS = SIM_NETWORK_TIES_COLUMNS - SIM_NETWORK_KINDS };
    sim_state_array_t column[SIM_NETWORK_TIES_COLUMNS];
    uint32_t n_live[SIM_NETWORK_KINDS];
    for (size_t i = 0; i < SPELLS; i++)
        if (found[i].rows != found[0].rows || found[i].rows >= SIM_NETWORK_NONE)
            return SIM_ERR_VERIFY;
    for (size_t kind = 0; kind < SIM_NETWORK_KINDS; kind++) {
        if (found[SPELLS + kind].rows > found[0].rows)
            return SIM_ERR_VERIFY;
        n_live[kind] = (uint32_t)found[SPELLS + kind].rows;
    }
    int rc = sim_network_ties_resize(ties, (uint32_t)found[0].rows, n_live);
    if (rc)
        return rc;
    sim_network_ties_columns(ties, column);
    for (size_t i = 0; i < SIM_NETWORK_TIES_COLUMNS; i++)
        if (found[i].rows)
            copy(column[i].data, &found[i]);
    return sim_network_ties_index(ties);
}

/* The cells of an array of an image, whole; the caller's (free), NULL when memory is out. */
static void *unpack(const sim_checkpoint_found_t *found) {
    void *cells = calloc(found->rows * sim_state_type_size((sim_state_type_t)found->type) + 1, 1);
    if (cells)
        copy(cells, found);
    return cells;
}

static int fill_graph(sim_network_graph_t *graph, const sim_checkpoint_found_t *found) {
    uint64_t ends = 0;
    uint32_t *neighbours = NULL, n = (uint32_t)found[0].rows;
    uint16_t *degree = unpack(&found[0]);
    int rc = degree ? SIM_OK : SIM_ERR_MEMORY;
    for (uint32_t node = 0; node < n && rc == 0; node++)
        ends += degree[node];
    if (rc == 0 && ends != found[1].rows)
        rc = SIM_ERR_VERIFY;
    if (rc == 0)
        rc = (neighbours = unpack(&found[1])) ? SIM_OK : SIM_ERR_MEMORY;
    if (rc == 0 && n != graph->n)
        rc = sim_network_graph_reset(graph, n);
    if (rc == 0)
        rc = sim_network_graph_restore(graph, degree, neighbours, ends);
    free(degree);
    free(neighbours);
    return rc;
}

/* Beside arcs, by place: row after row, as they were saved. */
static int fill_column(const sim_network_lists_t *lists, uint32_t c,
                       const sim_checkpoint_found_t *found) {
    const size_t size = lists->beside[c].size;
    char *to = *lists->beside[c].member, *cells = unpack(found), *from = cells;
    for (uint32_t row = 0; cells && row < lists->n; row++) {
        const size_t bytes = lists->degree[row] * size;
        memcpy(to + lists->first[row] * size, from, bytes);
        from += bytes;
    }
    free(cells);
    return cells ? SIM_OK : SIM_ERR_MEMORY;
}

/* The rows of one side of arcs, for whom two arrays were found; both are the caller's (free), also
 * after a failure. */
static int unpack_rows(const sim_checkpoint_found_t found[2], sim_network_rows_of_t *rows) {
    uint32_t *degree = unpack(&found[0]);
    uint64_t ends = 0;
    *rows = (sim_network_rows_of_t){.n = (uint32_t)found[0].rows, .degree = degree};
    if (!degree)
        return SIM_ERR_MEMORY;
    for (uint32_t row = 0; row < rows->n; row++)
        ends += degree[row];
    if (ends != found[1].rows)
        return SIM_ERR_VERIFY;
    rows->n_cells = ends;
    rows->cell = unpack(&found[1]);
    return rows->cell ? SIM_OK : SIM_ERR_MEMORY;
}

static int fill_arcs(sim_network_arcs_t *arcs, const sim_checkpoint_found_t *found) {
    sim_network_rows_of_t out = {0}, in = {0};
    int rc = unpack_rows(&found[SIM_SCHEDULE_OUT], &out);
    if (rc == 0)
        rc = unpack_rows(&found[SIM_SCHEDULE_IN], &in);
    if (rc == 0)
        rc = sim_network_arcs_restore(arcs, &out, &in);
    for (uint32_t c = 0; c < arcs->out.n_beside && rc == 0; c++) {
        const sim_checkpoint_found_t *column = &found[SIM_SCHEDULE_OF_ARCS + c];
        rc = column->rows == arcs->count ? fill_column(&arcs->out, c, column) : SIM_ERR_VERIFY;
    }
    free((void *)out.degree);
    free((void *)out.cell);
    free((void *)in.degree);
    free((void *)in.cell);
    return rc;
}

/* Of a network whose populations are filled already: its rows are theirs. */
static int fill_network(const sim_world_t *world, const sim_world_network_t *network,
                        const sim_checkpoint_found_t *found) {
    const sim_state_row_t *row = network->row;
    if (network->ties)
        return fill_ties(network->ties, found);
    if (!row) /* a graph that the model made itself */
        return fill_graph(network->graph, found);
    if (found[0].rows != sim_state_count_at(world->arrays, row->population))
        return SIM_ERR_VERIFY;
    if (network->graph)
        return fill_graph(network->graph, found);
    if (found[SIM_SCHEDULE_IN].rows != sim_state_count_at(world->arrays, row->other))
        return SIM_ERR_VERIFY;
    return fill_arcs(network->arcs, found);
}

static int fill_record(sim_record_t *record, const sim_schedule_clock_t *clock,
                       const sim_checkpoint_found_t *found) {
    record->steps = clock->step;
    if (clock->step > clock->steps ||
        found[0].rows != sim_record_series_rows(record) * record->n_metrics)
        return SIM_ERR_VERIFY;
    copy(record->series, &found[0]);
    record->begun = true;
    for (size_t t = 0; t < record->n_tables; t++) {
        sim_record_rows_t *rows = &record->table[t];
        size_t cells = found[1 + t].rows, wanted = rows->fields ? cells / rows->fields : 0;
        int rc =
            wanted * rows->fields == cells ? sim_record_rows_reserve(rows, wanted) : SIM_ERR_VERIFY;
        if (rc)
            return rc;
        if (cells)
            copy(rows->cell, &found[1 + t]);
        rows->rows = wanted;
    }
    return SIM_OK;
}

/* All sizes first: the columns of a population that grows have the same. */
static int fill_arrays(sim_state_arrays_t *arrays, const sim_checkpoint_found_t *found) {
    int rc = SIM_OK;
    for (size_t i = 0; i < arrays->count && rc == 0; i++)
        rc = sim_state_fit(arrays, i, found[i].rows);
    for (size_t i = 0; i < arrays->count && rc == 0; i++)
        rc = arrays->array[i].rows == found[i].rows ? SIM_OK : SIM_ERR_VERIFY;
    for (size_t i = 0; i < arrays->count && rc == 0; i++)
        if (found[i].rows)
            copy(arrays->array[i].data, &found[i]);
    return rc;
}

int sim_checkpoint_fill(sim_world_t *world, const sim_checkpoint_found_t *found, size_t n) {
    const sim_checkpoint_found_t *end = found + n;
    int rc = fill_arrays(world->arrays, found);
    found += world->arrays->count;
    for (size_t k = 0; k < world->n_networks && rc == 0; k++) {
        rc = fill_network(world, &world->network[k], found);
        found += world->network[k].n_arrays;
    }
    if (rc == 0 && world->record && found < end)
        rc = fill_record(world->record, &world->clock, found);
    return rc;
}
