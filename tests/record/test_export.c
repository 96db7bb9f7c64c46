/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The export of a small made results file: digits, quoting, what is refused, nothing left behind.
 * That other programs read what is written is shown in tests/cli/test_export.py. */
#define _XOPEN_SOURCE 700
#include <criterion/criterion.h>
#include <float.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/record/export_parts.h"
#include "sim/record/replicate.h"
#include "sim/sim.h"

/* ---- a model with two agents, which may have a tie ---- */

static const char *const words[] = {"plain", "of \"two\", words", NULL};
static const sim_network_labels_t labels = {words, words, words, words, words, words, NULL};
static const sim_metric_t metrics[] = {{"size", "heads", "How many"}, {NULL, NULL, NULL}};

static int agents(const void *shared, sim_record_sink_t *sink) {
    (void)shared;
    const sim_record_agent_t agent[] = {
        {0, "kind", "01", "a, \"b\"\nc", NULL, "", NULL, 35.1, NAN, 1000, -1},
        {1, "kind", "02", "北九州", "x", "y", "z", -7, 1.0 / 3, 2000, 1}};
    int rc = sim_record_agent(sink, &agent[0]);
    return rc ? rc : sim_record_agent(sink, &agent[1]);
}
static const sim_model_t model = {
    .name = "pair", .metrics = metrics, .labels = &labels, .agents = agents};

static char folder[] = "/tmp/kumiai_export_XXXXXX", path[64], to[64], why[1024];
static char name[] = "pair", file[] = "x.cfg", text[] = "model = \"pair\";\n";
static const sim_config_t config = {
    .model = &model,
    .name = name,
    .file = file,
    .text = text,
    .digest = "0123456789abcdef0123456789abcdef",
    .run = {.start_year = 2000, .steps = 8, .steps_per_year = 4, .seed = 7, .reps = 1}};
static const sim_config_t *configs[] = {&config};
static sim_export_ask_t ask;
static sim_export_told_t told;

static void set_up(void) {
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/r.db", folder);
    snprintf(to, sizeof to, "%s/out", folder);
    ask = (sim_export_ask_t){.results = path, .to = to, .rep = -1, .command_line = "kumiai export"};
}

static int drop(const char *entry, const struct stat *status, int type, struct FTW *ftw) {
    (void)status;
    (void)type;
    (void)ftw;
    return remove(entry);
}

static void tear_down(void) {
    nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(export, .init = set_up, .fini = tear_down, .timeout = 60);

static sim_record_store_t *open_store(void) {
    sim_record_store_t *store = NULL;
    uint64_t done = 0;
    cr_assert_eq(sim_record_store_open(path, SIM_STORE_NEW, configs, NULL, 1, SIM_DETAIL_FULL,
                                       "kumiai run x.cfg", &store, &done, why, sizeof why),
                 0, "%s", why);
    return store;
}

/* A results file with one run of two years and `ties` spells of 0 -> 1: 2000.25 to 2000.75, then
 * from 2001.25 on. */
static void write_results(size_t ties) {
    static sim_record_tie_t spell[] = {{0, 1, 2000.25, 2000.75, 0, 255, 1, 0, 1, 0, 0, 255},
                                       {0, 1, 2001.25, 2002, 0, 255, 0, 0, 255, 0, 1, 255}};
    sim_record_store_t *store = open_store();
    sim_record_t record;
    const sim_schedule_clock_t clock = {2000, 4, 8, 8};
    cr_assert_eq(sim_record_begin(&record, &model, &clock, SIM_DETAIL_FULL), 0);
    record.steps = 8;
    record.seed = UINT64_C(9007199254740993); /* no double holds it */
    record.tie = spell;
    record.n_ties = ties;
    cr_assert_eq(sim_record_store_run(store, &record), 0);
    record.tie = NULL;
    record.n_ties = 0;
    sim_record_clear(&record);
    cr_assert_eq(sim_record_store_close(store, why, sizeof why), 0);
}

static int export(sim_export_format_t format) {
    ask.format = format;
    return sim_record_export(&ask, &told, why, sizeof why);
}

/* The text of a file of the export. */
static const char *content(const char *of) {
    static char buffer[65536];
    char where[256];
    snprintf(where, sizeof where, "%s/%s", to, of);
    FILE *stream = fopen(where, "rb");
    cr_assert(stream, "%s is not there", where);
    buffer[fread(buffer, 1, sizeof buffer - 1, stream)] = '\0';
    fclose(stream);
    return buffer;
}
#define HOLDS(of, part) cr_expect(strstr(content(of), part), "%s: %s", of, content(of))

static size_t entries; /* of the folder and below */
static int count_entry(const char *entry, const struct stat *status, int type, struct FTW *ftw) {
    (void)entry;
    (void)status;
    (void)type;
    (void)ftw;
    entries++;
    return 0;
}

/* Only the results file is there. */
static bool nothing_left(void) {
    entries = 0;
    nftw(folder, count_entry, 16, FTW_PHYS);
    return entries == 2;
}

/* ---- digits ---- */

Test(export, reals_read_back_to_the_same_bits) {
    const double value[] = {0,      0.1,     1.0 / 3, 1e300,      DBL_MAX, DBL_MIN,
                            5e-324, -2.5e-7, 2013.25, 1e22 + 2e6, M_PI,    123456789012345678.0};
    char digits[40];
    for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
        sim_export_real(value[i], digits, sizeof digits);
        cr_expect_eq(strtod(digits, NULL), value[i], "%s", digits);
    }
    sim_export_real(-0.0, digits, sizeof digits);
    cr_expect_str_eq(digits, "-0");
    sim_export_real(0.1, digits, sizeof digits);
    cr_expect_str_eq(digits, "0.1"); /* not 0.10000000000000001 */
    sim_export_real(-INFINITY, digits, sizeof digits);
    cr_expect_str_eq(digits, "-Inf");
}

Test(export, reals_of_all_magnitudes) {
    uint64_t bits = 1;
    char digits[40];
    for (int i = 0; i < 20000; i++) {
        double value;
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        sim_export_real(value, digits, sizeof digits);
        cr_assert_eq(strtod(digits, NULL), value, "%s", digits);
    }
}

/* ---- cells ---- */

Test(export, cells_are_quoted_as_rfc_4180_says_and_null_is_empty) {
    write_results(2);
    cr_assert_eq(export(SIM_EXPORT_CSV), 0, "%s", why);
    HOLDS("agents.csv", "1,0,kind,_01,\"a, \"\"b\"\"\nc\",,\"\",,35.1,,1000,\r\n"
                        "1,1,kind,_02,北九州,x,y,z,-7,0.3333333333333333,2000,1\r\n");
    HOLDS("ties.csv",
          "1,0,plain,,,0,1,\"of \"\"two\"\", words\",plain,2000.25,2000.75,0,0,"
          "\"of \"\"two\"\", words\"\r\n1,1,plain,,,0,1,plain,plain,2001.25,2002,0,1,\r\n");
    HOLDS("projects.csv", "run_id,project_id,tie_id,");
    HOLDS("runs.csv", ",9007199254740993,ok,");
    HOLDS("manifest.json", "\"9007199254740993\"");
    HOLDS("manifest.json", "\"unit\":\t\"heads\"");
    cr_expect_eq(told.files, 7);
}

/* ---- networks ---- */

Test(export, a_network_has_the_ties_of_the_end_of_its_year) {
    write_results(2);
    cr_assert_eq(export(SIM_EXPORT_GRAPHML), 0, "%s", why);
    cr_expect_eq(told.files, 3);
    cr_expect_null(strstr(content("pair_run1_2000.graphml"), "<edge"));
    HOLDS("pair_run1_2001.graphml", "<edge id=\"e1\" source=\"n0\" target=\"n1\">");
    HOLDS("pair_run1_2001.graphml", "<data key=\"n_name\">a, &quot;b&quot;\nc</data>");
}

Test(export, spells_of_a_pair_are_one_edge) {
    write_results(2);
    cr_assert_eq(export(SIM_EXPORT_GEXF), 0, "%s", why);
    HOLDS("pair_run1.gexf", "<spell start=\"2000.25\" end=\"2000.75\"/>");
    HOLDS("pair_run1.gexf", "<spell start=\"2001.25\" end=\"2002\"/>");
    cr_expect_null(strstr(content("pair_run1.gexf"), "id=\"e1\""));
    HOLDS("pair_run1_edges.csv",
          "n0,n1,Directed,plain,plain,\"<[2000.25, 2000.75]; [2001.25, 2002.0]>\"");
}

Test(export, dated_changes_begin_and_end) {
    write_results(2);
    cr_assert_eq(export(SIM_EXPORT_GOLDFISH), 0, "%s", why);
    HOLDS("pair_run1_plain_events.csv", "\r\n2000.25,n0,n1,1,1,");
    HOLDS("pair_run1_plain_events.csv", "\r\n2000.75,n0,n1,0,-1,");
    HOLDS("pair_run1_plain_events.csv", "\r\n2001.25,n0,n1,1,1,");
    cr_expect_null(strstr(content("pair_run1_plain_events.csv"), "2002,"));
}

Test(export, a_run_without_ties_is_an_empty_network) {
    write_results(0);
    ask.all_agents = true;
    for (int format = SIM_EXPORT_GRAPHML; format <= SIM_EXPORT_GOLDFISH; format++) {
        snprintf(to, sizeof to, "%s/out%d", folder, format);
        cr_assert_eq(export((sim_export_format_t)format), 0, "%s", why);
        HOLDS("manifest.json", "\"files\"");
    }
    snprintf(to, sizeof to, "%s/out%d", folder, SIM_EXPORT_GRAPHML);
    HOLDS("pair_run1_2001.graphml", "<node id=\"n1\">");
}

/* ---- refusals ---- */

Test(export, a_file_that_is_being_written_is_left_alone) {
    sim_record_store_t *store = open_store();
    cr_expect_eq(export(SIM_EXPORT_CSV), SIM_ERR_CONFIG);
    cr_expect(strstr(why, "is being written"), "%s", why);
    cr_assert_eq(sim_record_store_close(store, why, sizeof why), 0);
    cr_expect(nothing_left());
}

Test(export, an_interrupted_one_leaves_nothing) {
    static const volatile sig_atomic_t stop = 1;
    write_results(2);
    ask.stop = &stop;
    for (int format = SIM_EXPORT_CSV; format <= SIM_EXPORT_GOLDFISH; format++) {
        cr_expect_eq(export((sim_export_format_t)format), SIM_ERR_INTERRUPTED, "%s", why);
        cr_expect(nothing_left());
    }
}

Test(export, parts_of_names_keep_letters_and_digits_of_any_script) {
    static const struct {
        const char *text, *kept;
    } in[] = {{"基準", "基準"},
              {"전주시", "전주시"},
              {"Ünïcode+x (2)", "Ünïcode+x_(2)"},
              {"か\xE3\x82\x99ほ\xE3\x82\x9Aッヴ", "がぽッヴ"}, /* as macOS writes が and ぽ */
              {"カ\xE3\x82\x99あ\xE3\x82\x99", "ガあ\xE3\x82\x99"},
              {"a/b:c*?", "a_b_c__"},
              {".-x", "_-x"},
              {"-x", "_x"},
              {"a\xE2\x80\x8B"
               "b\xE3\x80\x80"
               "c\xE2\x80\xAE",
               "a_b_c_"}, /* not seen, blank */
              {"\xC3\xA9\xF0\x9F\x98\x80", "\xC3\xA9\xF0\x9F\x98\x80"},
              {"\xFF\xC3", "__"},
              {"", ""}};
    char part[61];
    for (size_t i = 0; i < sizeof in / sizeof in[0]; i++) {
        bool same = sim_export_file_part(in[i].text, part, sizeof part);
        cr_expect_str_eq(part, in[i].kept, "%s", part);
        cr_expect(same ? strcmp(part, in[i].text) == 0 || i == 3 || i == 4 : i > 1, "%s", part);
    }
    cr_expect_not(sim_export_file_part("ああああ", part, 11)); /* cut between two characters */
    cr_expect_str_eq(part, "あああ");
}

Test(export, words_that_differ_are_files_that_differ) {
    char one[61], other[61];
    sim_export_file_word("cooperation", one, sizeof one);
    cr_expect_str_eq(one, "cooperation");
    sim_export_file_word("a/b", one, sizeof one);
    sim_export_file_word("a:b", other, sizeof other);
    cr_expect(strncmp(one, "a_b~", 4) == 0 && strcmp(one, other) != 0, "%s %s", one, other);
}

Test(export, texts_that_readers_take_for_something_else) {
    static const char *const odd[] = {
        "NA",   "nan",       "01",      "1E5",   "1d5",   "0x1A", "-inf", "TRUE", "t",
        "MAR1", "1-Sept-20", "2020-06", "12:30", "1,000", "=A1",  "@x",   "#N/A", "1.#IND",
        "3i",   "6月1日",    "_x",      " 7 ",   ".",     "5%",   NULL};
    static const char *const plain[] = {
        "C0001",  "AE-12042053", "may", "marx1",       "1st", "a1", "é",
        "北九州", "12 trees",    "e5",  "2020_policy", "",    " ",  NULL};
    for (int i = 0; odd[i]; i++)
        cr_expect(sim_export_is_odd(odd[i]), "%s", odd[i]);
    for (int i = 0; plain[i]; i++)
        cr_expect_not(sim_export_is_odd(plain[i]), "%s", plain[i]);
}

Test(export, names_of_runs_are_safe_as_names_of_files) {
    static char bad[] = "../a b/\xC3";
    sim_config_t odd = config;
    const sim_config_t *only = &odd;
    odd.name = bad;
    configs[0] = only;
    write_results(1);
    cr_assert_eq(export(SIM_EXPORT_GRAPHML), 0, "%s", why);
    HOLDS("_._a_b___run1_2000.graphml", "</graphml>");
}
