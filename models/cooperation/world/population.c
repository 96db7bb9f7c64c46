/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The population: five CSV files (columns in configs/cooperation/population/README.md) read once
 * into arrays that all replicates share. Every problem is named by file and line; nothing is
 * guessed. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/look/columns.h"
#include "models/cooperation/world/population.h"

static const char *const government_kinds[] = {"prefecture", "municipality", "special_ward", NULL};
/* Of the file: the two corporations, the last two of COOP_FORMS. */
static const char *const forms[] = {"partial_cooperative", "wide_area_union", NULL};
#define NAMES(ACCOUNT, WORD, ...) {__VA_ARGS__},
static const char *const funders[][3] = {COOP_FUNDERS(NAMES)};
/* Intermediaries (M21, M41), the government that they work with (B), if one, and how many JCM
 * studies up to JFY 2017 they were read to have led (D: MoE's calls, NIES jnews 13919 and 16875,
 * and the reports of the studies; one for those of which none was read). */
static const struct {
    const char *code, *name, *name_local, *home;
    double weight;
} intermediaries[] = {
    {"KITA", "Kitakyushu International Techno-cooperative Association", "北九州国際技術協力協会",
     "401005", 1},
    {"IGES", "Institute for Global Environmental Strategies", "地球環境戦略研究機関", "140007", 6},
    {"MRI", "Mitsubishi Research Institute", "三菱総合研究所", "", 4},
    {"OECC", "Overseas Environmental Cooperation Center", "海外環境協力センター", "", 3},
    {"GEC", "Global Environment Centre Foundation", "地球環境センター", "", 3},
    {"NTT-DATA", "NTT Data Institute of Management Consulting", "NTTデータ経営研究所", "", 2},
    {"NIPPON-KOEI", "Nippon Koei", "日本工営", "", 2},
    {"EX-RESEARCH", "EX Research Institute", "エックス都市研究所", "", 1},
    {"NS-ENGINEERING", "Nippon Steel Engineering", "新日鉄住金エンジニアリング", "", 1},
    {"JRI", "Japan Research Institute", "日本総合研究所", "", 1}};
/* Friendship ties that the sources date (S): the first step of the Dalian ladder of M20. */
static const struct {
    const char *donor, *partner;
    int32_t year;
} friendships[] = {{"401005", "CN-1814087", 1979}};
enum { N_FRIENDSHIPS = sizeof friendships / sizeof *friendships };
_Static_assert(sizeof friendships / sizeof *friendships <= (size_t)COOP_MAX_FRIENDSHIPS,
               "room for the known friendships");
enum { N_INTERMEDIARIES = sizeof intermediaries / sizeof *intermediaries };
_Static_assert(sizeof intermediaries / sizeof *intermediaries <= (size_t)COOP_MAX_CONSULTANTS,
               "room for all");

/* ---- reading ---- */

static int read_files(coop_reader_t *r, const coop_params_t *params) {
    const coop_population_params_t *p = &params->population;
    const coop_record_params_t *record = &params->record;
    static const char *const columns[][16] = {
        {"code", "kind", "type", "name", "name_local", "prefecture", "lat", "lon", "population",
         "fiscal_strength", "industry", "port", "estimated", NULL},
        {"country", "name", "region", "jica", "jcm", "jcm_from", "priority", "head_term_years",
         "stability", "head_max_terms", "sisters=1", NULL},
        {"code", "name", "country", "region", "lat", "lon", "population", "need_waste",
         "need_water", "need_air", "capacity", "popularity", "estimated", NULL},
        {"code", "name", "name_local", "form", "prefecture", "sanitation", "plants", "staff",
         "budget_yen", "estimated", "fixed_members=0", "cohesion=0", NULL},
        {"cooperative", "member", NULL},
        {"code", "name", "country", "cities", "founded", "source", NULL},
        {"network", "name", "lead", "member", "from", "until", "source", NULL},
        {"donor", "partner", "kind", "sector", "from", "until", "stage", "institutionalised",
         "confidence", NULL},
        {"id", "donor", "partner", "scheme", "adopted", "start", "end", "yen_million", "sector",
         "renewal_of", "part_of", "table_8_1", "confidence", NULL},
        {"body", "what", "from", "until", "value", "member", "country", "confidence", NULL}};
    const char *const file[] = {p->local_governments, p->countries,           p->partner_cities,
                                p->cooperatives,      p->cooperative_members, p->associations,
                                p->networks,          record->ties,           record->projects,
                                record->histories};
    int rc = 0;
    for (int k = 0; k < COOP_ALL_FILES; k++) {
        bool left_out = k >= COOP_N_FILES && !*file[k];
        int one = left_out ? 0 : sim_param_csv_read(file[k], columns[k], r->diag, &r->pop->csv[k]);
        rc = rc ? rc : one;
    }
    return rc;
}

/* Governments come prefectures first, then municipalities, then wards, each in the order of the
 * file, so that ids do not depend on how the kinds are mixed in it. */
static int read_governments(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    uint32_t id = 0;
    int rc = use(r, COOP_FILE_GOVERNMENTS);
    if (rc)
        return rc;
    for (int kind = COOP_KIND_PREFECTURE; kind <= COOP_KIND_SPECIAL_WARD; kind++)
        for (size_t row = 0; row < r->csv->rows; row++) {
            if (word_at(r, row, 1, government_kinds) != kind)
                continue;
            pop->type[id] = (uint8_t)word_at(r, row, 2, coop_type_words);
            pop->fiscal_strength[id] = real_at(r, row, 9, 0, 10);
            pop->industry[id] = real_at(r, row, 10, 0, 1);
            pop->port[id] = (uint8_t)int_at(r, row, 11, 0, 1);
            pop->population[id] = real_at(r, row, 8, 1, 1e9);
            pop->plants[id] = kind != COOP_KIND_PREFECTURE;
            pop->plant_keeper[id] = id;
            if (pop->type[id] == COOP_TYPE_COOPERATIVE)
                problem(r, row, "not a type of local government:", cell(r, row, 2));
            coop_agent_t *agent = add_agent(pop, id, kind, cell(r, row, 0), cell(r, row, 3));
            agent->name_local = cell(r, row, 4);
            agent->area = cell(r, row, 5);
            agent->lat = real_at(r, row, 6, -90, 90);
            agent->lon = real_at(r, row, 7, -180, 180);
            agent->population = pop->population[id];
            agent->estimated = (int)int_at(r, row, 12, 0, 1);
            pop->n_municipalities += kind == COOP_KIND_MUNICIPALITY;
            r->government[row] = id++;
        }
    pop->first_cooperative = id;
    return 0;
}

static int read_countries(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    int rc = use(r, COOP_FILE_COUNTRIES);
    if (rc)
        return rc;
    for (size_t row = 0; row < r->csv->rows; row++) {
        coop_country_t *country = &pop->country[row];
        country->code = cell(r, row, 0);
        country->name = cell(r, row, 1);
        country->region = word_at(r, row, 2, coop_region_words);
        country->jica = int_at(r, row, 3, 0, 1) == 1;
        country->jcm = int_at(r, row, 4, 0, 1) == 1;
        country->jcm_from = country->jcm ? real_at(r, row, 5, 1900, 3000) : INFINITY;
        country->priority = real_at(r, row, 6, 0, 1);
        country->term_years = real_at(r, row, 7, 0.25, 100);
        country->stability = real_at(r, row, 8, 0, 1);
        country->max_terms = (int)int_at(r, row, 9, 0, 100);
        country->sisters = real_at(r, row, 10, 0, 1e6);
    }
    return 0;
}

static int read_partners(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    bool regions_good = !r->bad; /* else a country's own fault would be told again here */
    int rc = use(r, COOP_FILE_PARTNERS);
    if (rc)
        return rc;
    for (size_t row = 0; row < r->csv->rows; row++) {
        uint32_t id = pop->n_donors + (uint32_t)row,
                 country = find(r, COOP_FILE_COUNTRIES, cell(r, row, 2));
        bool known = country != SIM_NETWORK_NONE;
        if (!known) {
            problem(r, row, "country not in the file of countries:", cell(r, row, 2));
            country = 0;
        }
        pop->country_of[row] = (uint16_t)country;
        pop->region[row] = (uint8_t)word_at(r, row, 3, coop_region_words);
        if (known && regions_good && pop->region[row] != pop->country[country].region)
            problem(r, row, "region is not that of the country:", cell(r, row, 3));
        pop->partner_population[row] = real_at(r, row, 6, 0, 1e9);
        for (size_t k = 0; k < COOP_N_SECTORS; k++)
            pop->need[k][row] = real_at(r, row, 7 + k, 0, 1);
        pop->capacity[row] = real_at(r, row, 10, 0, 1);
        pop->popularity[row] = real_at(r, row, 11, 0, 1e6);
        coop_agent_t *agent =
            add_agent(pop, id, COOP_KIND_PARTNER_CITY, cell(r, row, 0), cell(r, row, 1));
        agent->area = cell(r, row, 2);
        agent->region = coop_region_words[pop->region[row]];
        agent->lat = real_at(r, row, 4, -90, 90);
        agent->lon = real_at(r, row, 5, -180, 180);
        agent->population = pop->partner_population[row];
        agent->estimated = (int)int_at(r, row, 12, 0, 1);
    }
    return 0;
}

static int read_cooperatives(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    int rc = use(r, COOP_FILE_COOPERATIVES);
    if (rc)
        return rc;
    for (size_t row = 0; row < r->csv->rows; row++) {
        uint32_t id = pop->first_cooperative + (uint32_t)row;
        bool sanitation = int_at(r, row, 5, 0, 1) == 1;
        pop->form[id] = (uint8_t)(COOP_FORM_PARTIAL_COOPERATIVE + word_at(r, row, 3, forms));
        pop->type[id] = COOP_TYPE_COOPERATIVE;
        pop->plants[id] = sanitation ? (uint32_t)int_at(r, row, 6, 0, 10000) : 0;
        pop->own_staff[id] = real_at(r, row, 7, 0, 1e6);
        pop->own_budget[id] = real_at(r, row, 8, 0, 1e13);
        pop->plant_keeper[id] = id;
        pop->fixed_members[id] = (uint8_t)int_at(r, row, 10, 0, 1);
        pop->cohesion[id] = real_at(r, row, 11, 0, 1);
        coop_agent_t *agent =
            add_agent(pop, id, COOP_KIND_COOPERATIVE, cell(r, row, 0), cell(r, row, 1));
        agent->name_local = cell(r, row, 2);
        agent->area = cell(r, row, 4);
        agent->estimated = (int)int_at(r, row, 9, 0, 1);
    }
    return 0;
}

/* ---- memberships ---- */

static bool find_pair(coop_reader_t *r, size_t row, coop_pair_t *pair) {
    pair->cooperative = find(r, COOP_FILE_COOPERATIVES, cell(r, row, 0));
    pair->member = find(r, COOP_FILE_GOVERNMENTS, cell(r, row, 1));
    if (pair->cooperative == SIM_NETWORK_NONE)
        problem(r, row, "cooperative not in the file of cooperatives:", cell(r, row, 0));
    if (pair->member == SIM_NETWORK_NONE)
        problem(r, row, "member not in the file of local governments:", cell(r, row, 1));
    return pair->cooperative != SIM_NETWORK_NONE && pair->member != SIM_NETWORK_NONE;
}

/* Members of each cooperative as consecutive runs; the order within is that of the file. */
static void read_members(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    uint32_t n = pop->first_founded - pop->first_cooperative;
    r->csv = &pop->csv[COOP_FILE_MEMBERS];
    for (size_t row = 0; row < r->csv->rows; row++)
        if (find_pair(r, row, &r->pair[row]))
            pop->first_member[r->pair[row].cooperative - pop->first_cooperative + 1]++;
    if (r->bad)
        return;
    for (uint32_t c = 0; c < n; c++)
        pop->first_member[c + 1] += pop->first_member[c];
    for (size_t row = 0; row < r->csv->rows; row++) {
        uint32_t local = r->pair[row].cooperative - pop->first_cooperative,
                 member = r->pair[row].member, *end = &r->filled[local];
        for (uint32_t k = pop->first_member[local]; k < pop->first_member[local] + *end; k++)
            if (pop->member[k] == member)
                problem(r, row, "member named twice:", cell(r, row, 1));
        pop->member[pop->first_member[local] + (*end)++] = member;
    }
    pop->n_members = pop->first_member[n];
}

static void check_members(coop_reader_t *r) {
    const coop_population_t *pop = r->pop;
    r->csv = &pop->csv[COOP_FILE_COOPERATIVES];
    if (r->bad)
        return; /* members are not counted */
    for (size_t row = 0; row < r->csv->rows; row++)
        if (pop->first_member[row + 1] == pop->first_member[row])
            problem(r, row, "cooperative without a member:", cell(r, row, 0));
}

/* What follows from memberships: population, place and fiscal strength of a cooperative are those
 * of its members; the plant of a member is kept by that of its cooperatives with most plants. */
static void derive(coop_population_t *pop) {
    for (uint32_t c = pop->first_cooperative; c < pop->first_founded; c++) {
        uint32_t local = c - pop->first_cooperative, first = pop->first_member[local],
                 end = pop->first_member[local + 1];
        double people = 0, strength = 0, lat = 0, lon = 0;
        for (uint32_t k = first; k < end; k++) {
            uint32_t m = pop->member[k], keeper = pop->plant_keeper[m];
            people += pop->population[m], strength += pop->fiscal_strength[m];
            lat += pop->agent[m].lat, lon += pop->agent[m].lon;
            if (pop->plants[c] && (keeper == m || pop->plants[c] > pop->plants[keeper]))
                pop->plant_keeper[m] = c;
        }
        pop->population[c] = pop->agent[c].population = people;
        pop->fiscal_strength[c] = strength / (end - first);
        pop->agent[c].lat = lat / (end - first);
        pop->agent[c].lon = lon / (end - first);
    }
}

/* The secretariat is where the one that leads is. */
static void add_network(coop_population_t *pop, uint32_t k, uint32_t id) {
    coop_network_t *network = &pop->network[k];
    coop_agent_t *agent = add_agent(pop, id, COOP_KIND_INTERMEDIARY, network->code, network->name);
    network->agent = id;
    if (network->lead == SIM_NETWORK_NONE)
        return;
    const coop_agent_t *lead = &pop->agent[network->lead];
    agent->area = lead->code;
    agent->lat = lead->lat;
    agent->lon = lead->lon;
}

static void add_offices(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    uint32_t id = pop->n_donors + pop->n_partners;
    for (int k = 0; k < COOP_N_FUNDERS; k++, id++) {
        pop->funder[k] = id;
        add_agent(pop, id, COOP_KIND_FUNDER, funders[k][0], funders[k][1])->name_local =
            funders[k][2];
    }
    pop->first_consultant = id, pop->n_consultants = N_INTERMEDIARIES;
    for (int k = 0; k < N_INTERMEDIARIES; k++, id++) {
        pop->consultant_weight[k] = intermediaries[k].weight;
        uint32_t home = find(r, COOP_FILE_GOVERNMENTS, intermediaries[k].home);
        if (home != SIM_NETWORK_NONE)
            pop->intermediary[home] = 1;
        coop_agent_t *agent = add_agent(pop, id, COOP_KIND_INTERMEDIARY, intermediaries[k].code,
                                        intermediaries[k].name);
        agent->name_local = intermediaries[k].name_local;
        agent->area = intermediaries[k].home[0] ? intermediaries[k].home : NULL;
    }
    for (uint32_t k = 0; k < pop->n_networks; k++, id++)
        add_network(pop, k, id);
}

/* A population of one's own need not have the places of the sources. */
static int add_friendships(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    pop->has_friendship = sim_base_arena_alloc(&pop->arena, pop->n_donors, 1);
    for (int k = 0; pop->has_friendship && k < N_FRIENDSHIPS; k++) {
        uint32_t donor = find(r, COOP_FILE_GOVERNMENTS, friendships[k].donor);
        uint32_t partner = find(r, COOP_FILE_PARTNERS, friendships[k].partner);
        if (donor == SIM_NETWORK_NONE || partner == SIM_NETWORK_NONE)
            continue;
        pop->friendship[pop->n_friendships++] =
            (coop_friendship_t){donor, partner - pop->n_donors, friendships[k].year};
        pop->has_friendship[donor] = 1;
    }
    return pop->has_friendship ? 0 : SIM_ERR_MEMORY;
}

/* Names for the cooperatives that a run may found; where, of whom and when differs by replicate. */
static int add_founded(coop_population_t *pop) {
    enum { ROOM = 48 };
    uint32_t n = pop->n_donors - pop->first_founded;
    char *text = sim_base_arena_alloc(&pop->arena, n ? n : 1, 2 * ROOM);
    for (uint32_t k = 0; text && k < n; k++) {
        uint32_t id = pop->first_founded + k;
        char *code = text + (size_t)k * 2 * ROOM, *name = code + ROOM;
        snprintf(code, ROOM, "FOUNDED-%03" PRIu32, k + 1);
        snprintf(name, ROOM, "Cooperative founded in the run, no. %" PRIu32, k + 1);
        pop->type[id] = COOP_TYPE_COOPERATIVE;
        pop->plant_keeper[id] = id;
        add_agent(pop, id, COOP_KIND_COOPERATIVE, code, name)->estimated = 1;
    }
    return text ? 0 : SIM_ERR_MEMORY;
}

/* ---- memory ---- */

/* Far more than 40 years bring at the defaults; a run that needs more says so. */
static uint32_t places_for_founded(uint32_t n_governments) {
    return n_governments / 4 + 8;
}

static int allocate(coop_population_t *pop) {
    sim_base_arena_t *arena = &pop->arena;
    size_t n_members = pop->csv[COOP_FILE_MEMBERS].rows,
           n_cooperatives = pop->csv[COOP_FILE_COOPERATIVES].rows;
    pop->n_countries = (uint32_t)pop->csv[COOP_FILE_COUNTRIES].rows;
    pop->n_cities = pop->n_partners = (uint32_t)pop->csv[COOP_FILE_PARTNERS].rows;
    /* Associations have two cities or more, but those that are known. */
    uint32_t n_partners =
        pop->n_cities + pop->n_cities / 2 + (uint32_t)pop->csv[COOP_FILE_ASSOCIATIONS].rows;
    uint32_t n_governments = (uint32_t)pop->csv[COOP_FILE_GOVERNMENTS].rows;
    pop->first_founded = n_governments + (uint32_t)n_cooperatives;
    pop->n_donors = pop->first_founded + places_for_founded(n_governments);
    size_t most_agents =
        pop->n_donors + n_partners + COOP_N_FUNDERS + N_INTERMEDIARIES + COOP_MAX_NETWORKS;
    bool ok = true;
#define SHARED(TYPE, NAME, ROWS)                                                                   \
    ok = ok && (pop->NAME = sim_base_arena_alloc(arena, (ROWS), sizeof(TYPE)));
#include "models/cooperation/processes.def"
    for (int k = 0; k < COOP_N_SECTORS && ok; k++)
        ok = (pop->need[k] = sim_base_arena_alloc(arena, pop->n_cities, sizeof(double)));
    return ok ? 0 : SIM_ERR_MEMORY;
}

static int allocate_reader(coop_reader_t *r) {
    sim_base_arena_t *arena = &r->pop->arena;
    const sim_param_csv_t *csv = r->pop->csv;
    r->government =
        sim_base_arena_alloc(arena, csv[COOP_FILE_GOVERNMENTS].rows, sizeof *r->government);
    r->pair = sim_base_arena_alloc(arena, csv[COOP_FILE_MEMBERS].rows, sizeof *r->pair);
    r->filled = sim_base_arena_alloc(arena, csv[COOP_FILE_COOPERATIVES].rows, sizeof *r->filled);
    return r->government && r->pair && r->filled ? 0 : SIM_ERR_MEMORY;
}

static int read_agents(coop_reader_t *r) {
    int rc = read_governments(r);
    if (!rc)
        rc = read_countries(r);
    if (!rc)
        rc = read_cooperatives(r);
    return rc ? rc : read_partners(r);
}

/* A population without prefectures may name them as it likes: they tell places apart. */
static void check_prefectures(coop_reader_t *r, int file, size_t column) {
    const coop_population_t *pop = r->pop;
    r->csv = &pop->csv[file];
    for (size_t row = 0; row < r->csv->rows; row++) {
        const char *code = cell(r, row, column);
        uint32_t id = find(r, COOP_FILE_GOVERNMENTS, code);
        if (code[0] && (id == SIM_NETWORK_NONE || pop->type[id] != COOP_TYPE_PREFECTURE))
            problem(r, row, "prefecture not in the file of local governments:", code);
    }
}

static bool has_prefectures(const coop_population_t *pop) {
    return pop->first_cooperative > 0 && pop->type[0] == COOP_TYPE_PREFECTURE;
}

static int build(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    int rc = allocate(pop);
    if (!rc)
        rc = allocate_reader(r);
    if (!rc)
        rc = read_agents(r);
    if (!rc && !r->bad && has_prefectures(pop)) {
        check_prefectures(r, COOP_FILE_GOVERNMENTS, 5);
        check_prefectures(r, COOP_FILE_COOPERATIVES, 4);
    }
    if (rc || r->bad)
        return rc ? rc : SIM_ERR_CONFIG; /* codes and ids cannot be trusted */
    read_members(r);
    check_members(r);
    if (r->bad)
        return SIM_ERR_CONFIG;
    derive(pop);
    if ((rc = coop_known_build(r)))
        return rc;
    rc = add_founded(pop);
    if (!rc)
        rc = coop_groups(pop);
    if (rc)
        return rc;
    pop->n_agents =
        pop->n_donors + pop->n_partners + COOP_N_FUNDERS + N_INTERMEDIARIES + pop->n_networks;
    add_offices(r);
    rc = add_friendships(r);
    if (!rc)
        rc = coop_record_read(r);
    coop_prefectures(r);
    if (!rc)
        rc = coop_neighbours(pop);
    for (uint32_t i = 0; i < pop->n_partners; i++)
        pop->market[i] = sim_math_log10(coop_max(pop->partner_population[i], 1e5) / 1e5);
    return rc;
}

int coop_population_prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared) {
    coop_population_t *pop = calloc(1, sizeof *pop);
    *shared = NULL;
    if (!pop)
        return SIM_ERR_MEMORY;
    sim_base_arena_init(&pop->arena);
    coop_reader_t reader = {.pop = pop, .diag = diag};
    int rc = read_files(&reader, sim_param_struct(config));
    if (!rc)
        rc = build(&reader);
    for (int k = 0; k < COOP_N_FILES; k++)
        sim_param_csv_index_free(&reader.index[k]);
    if (rc)
        coop_population_release(pop);
    else
        *shared = pop;
    return rc;
}

void coop_population_release(void *shared) {
    coop_population_t *pop = shared;
    if (!pop)
        return;
    for (int k = 0; k < COOP_ALL_FILES; k++)
        sim_param_csv_free(&pop->csv[k]);
    sim_base_arena_free(&pop->arena);
    free(pop);
}

#define AGENT(COLUMN)                                                                              \
    COLUMN(TEXT, "name_local", a->name_local, "name in the local language")                        \
    COLUMN(TEXT, "area", a->area, "area that the agent belongs to: prefecture or country")         \
    COLUMN(TEXT, "region", a->region, "region of the world, of partners")                          \
    COLUMN(REAL, "lat", a->lat, "latitude, degrees north")                                         \
    COLUMN(REAL, "lon", a->lon, "longitude, degrees east")                                         \
    COLUMN(REAL, "population", a->population, "persons")                                           \
    COLUMN(INTEGER, "estimated", a->estimated,                                                     \
           "1 = parts of what is known of the agent are estimates")
const sim_field_t coop_agent_fields[] = {AGENT(FIELD) FIELD_END};

int coop_population_agents(const void *shared, sim_record_sink_t *sink) {
    const coop_population_t *pop = shared;
    int rc = 0;
    for (uint32_t id = 0; id < pop->n_agents && !rc; id++) {
        const coop_agent_t *a = &pop->agent[id];
        const sim_cell_t cell[] = {AGENT(CELL)};
        const sim_record_agent_t row = {a->agent_id, a->kind, a->code, a->name, cell};
        rc = sim_record_agent(sink, &row);
    }
    return rc;
}
