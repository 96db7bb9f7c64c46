# SPDX-License-Identifier: GPL-3.0-or-later
"""Small results files for the tests of the analysis scripts, written as the program writes them."""

import sqlite3
from contextlib import closing

import numpy as np

SCHEMA = """
CREATE TABLE meta(key, value);
CREATE TABLE scenario(scenario_id, name, file, config, config_digest);
CREATE TABLE point(point_id, scenario_id);
CREATE TABLE point_value(point_id, parameter, value);
CREATE TABLE run(run_id, scenario_id, point_id, rep, seed, status, note, steps, setup_s, step_s,
                 state_digest);
CREATE TABLE summary(run_id, ties_city_to_city, projects_active, prevalence);
CREATE TABLE series(run_id, step, time, ties_city_to_city, ties_regional);
CREATE TABLE agent(scenario_id, agent_id, kind, code, name, name_local, area, region, lat REAL, lon REAL,
                   population, estimated);
CREATE TABLE refusal(run_id, year, mode, reason, count INTEGER);
CREATE TABLE project(run_id, project_id, tie_id, donor_id, partner_id, scheme, kind, sector, region,
                     start, finish, granted_yen, own_yen, outcome);
CREATE TABLE column_doc(table_name, column_name, unit, doc);
CREATE TABLE cause_doc(model, cause, conversion);
CREATE TABLE tie(run_id, tie_id, kind TEXT, mode TEXT, form TEXT, donor_id, partner_id, sector TEXT, stage TEXT,
                 onset REAL, terminus REAL, onset_censored, terminus_censored, cause TEXT);
CREATE TABLE tie_state(run_id, tie_id, time, stage, trust, institutionalised);
"""
CAUSES = ("leader_turnover", "grant_end", "budget_shortfall", "partner_exit", "dormancy")
AGENTS = (
    (1, "municipality", "Kitakyushu", None, 33.9, 130.9), (2, "municipality", "Yokohama", None, 35.4, 139.6),
    (3, "prefecture", "Osaka", None, 34.7, 135.5), (4, "cooperative", "Clean Authority", None, 35.7, 139.7),
    (11, "partner_city", "Dalian", "northeast_asia", 38.9, 121.6),
    (12, "partner_city", "Surabaya", "southeast_asia", -7.2, 112.7),
    (13, "partner_city", "Cebu City", "southeast_asia", 10.3, 123.9),
    (14, "partner_city", "Kuala Lumpur", "southeast_asia", 3.1, 101.7),
    (15, "partner_city", "Dhaka", "south_asia", 23.8, 90.4))
SECTORS = ("waste", "water")
FORM = {"city_to_city": "single", "regional": "cooperative"}
SCHEMES = ("jica_local", "moe_jcm")
START, YEARS, STEPS = 2000.0, 40, 160


def write_agents(db, scenario):
    """Three local governments, a cooperative and five partners."""
    db.executemany("INSERT INTO agent VALUES (?,?,?,?,?,NULL,'',?,?,?,500000,0)",
                   [(scenario, i, kind, f"A{i}", name, region, lat, lon)
                    for i, kind, name, region, lat, lon in AGENTS])


def one_tie(tie, rng, hazard):
    """(mode, donor, partner, sector, onset, terminus, older than the run, censored, cause)."""
    regional = tie % 6 == 5
    old = tie < 5
    onset = START - rng.integers(1, 40) / 4 if old else START + rng.integers(0, STEPS) / 4
    rate = hazard * (0.5 if regional else 1.0)
    stop = max(onset, START) + np.floor(rng.exponential(1 / rate) * 4) / 4
    censored = bool(stop >= START + YEARS)
    cause = None if censored else str(rng.choice(CAUSES, p=(0.4, 0.3, 0.15, 0.1, 0.05)))
    donor, partner = 4 if regional else 1 + int(rng.integers(3)), 11 + int(rng.integers(5))
    return ("regional" if regional else "city_to_city", donor, partner, SECTORS[tie % 2], onset,
            START + YEARS if censored else stop, int(old), int(censored), cause)


def simulate_ties(db, run, rng, hazard):
    """Ties of one run with constant hazard, the first five older than the run; every third
    has a project of two years. Returns (mode, onset, terminus) of each."""
    ties = [one_tie(tie, rng, hazard) for tie in range(30)]
    for i, (mode, donor, partner, sector, *rest) in enumerate(ties):
        db.execute("INSERT INTO tie VALUES (?,?,'cooperation',?,?,?,?,?,'project',?,?,?,?,?)",
                   (run, i, mode, FORM[mode], donor, partner, sector, *rest))
        start = max(START, rest[0]) + 1
        if i % 3 == 0 and start < rest[1]:
            db.execute("INSERT INTO project VALUES (?,?,?,?,?,?,'contribution',?,'',?,?,0,0,'')",
                       (run, i, i, donor, partner, SCHEMES[i % 2], sector, start,
                        min(start + 2, rest[1])))
    write_states(db, run, ties)
    return [(mode, rest[0], rest[1]) for mode, _, _, _, *rest in ties]


def write_states(db, run, ties):
    """Stage and trust of each tie when it comes under observation and every year after: trainees
    after three years, trust about 0.05 a year from a start of its own, institutions by the tie."""
    rng = np.random.default_rng([run, 9])
    for i, (*_, onset, terminus, _old, _censored, _cause) in enumerate(ties):
        first, trust = max(START, onset), rng.uniform(0.1, 0.4)
        for time in np.arange(first, terminus, 1.0):
            age = time - first
            db.execute("INSERT INTO tie_state VALUES (?,?,?,?,?,?)",
                       (run, i, time, "trainees" if age >= 3 else "exchange",
                        min(1.0, trust + 0.05 * age + rng.normal(0, 0.02)), int(age >= i % 5 + 1)))


def write_refusals(db, run, rng):
    """Two years of two reasons."""
    db.executemany("INSERT INTO refusal VALUES (?,?,?,?,?)",
                   [(run, year, mode, reason, int(rng.integers(50, 60)))
                    for year in (2000, 2001)
                    for mode, reason in (("city_to_city", "no_money"), ("regional", "no_mandate"))])


def write_series(db, run, ties, start=False):
    """Quarterly series of active ties, counted from the run's tie spells.

    start: with a row for the state before the first step, whose number no mean would hide.
    """
    if start:
        db.execute("INSERT INTO series VALUES (?,-1,?,?,NULL)", (run, START - 0.25, 1e6 + run))
    time = START + np.arange(STEPS) / 4
    live = {"city_to_city": np.zeros(STEPS, dtype=int), "regional": np.zeros(STEPS, dtype=int)}
    for mode, onset, terminus in ties:
        live[mode] += (onset <= time) & (terminus > time)
    rows = zip(time.tolist(), live["city_to_city"].tolist(), live["regional"].tolist())
    db.executemany("INSERT INTO series VALUES (?,?,?,?,?)",
                   [(run, step, *row) for step, row in enumerate(rows)])


def write_run(db, run, i, seed, rep, detail, shift, start=False):
    """One ok run: replicates share noise across scenarios, as matched seeds do."""
    shared = np.random.default_rng([seed, rep]).normal(0, 5)
    own = np.random.default_rng([seed, rep, i]).normal(0, 0.5)
    db.execute("INSERT INTO summary VALUES (?,?,?,NULL)", (run, 30 + shared - shift * i + own, 7))
    rng, ties = np.random.default_rng([seed, rep, 7]), []
    if detail == "full":
        ties = simulate_ties(db, run, rng, 0.12 * (1 + 0.3 * i))
        write_refusals(db, run, rng)
    if detail != "summary":
        write_series(db, run, ties, start)


def share_draws(path, draws, weight=None):
    """Gives the runs of a results file draws of a parameter, which begin again after so many replicates, or, with a
    weight of the rows, come again in a resample."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE draw(draw_id, line, weight); CREATE TABLE run_draw(run_id, draw_id);"
                         "CREATE TABLE draw_value(draw_id, parameter, value);"
                         "CREATE TABLE draw_kept(scenario_id, parameter);"
                         "INSERT INTO meta VALUES ('draws_digest', 'abc'), ('draws_reps', '1');")
        db.executemany("INSERT INTO draw VALUES (?, ?, ?)", [(i + 1, i + 2, weight) for i in range(draws)])
        db.executemany("INSERT INTO draw_value VALUES (?, 'x', ?)", [(i + 1, i / draws) for i in range(draws)])
        db.execute("INSERT INTO run_draw SELECT run_id, rep % ? + 1 FROM run", (draws,))
        db.commit()
    return path


def build(path, scenarios=("baseline", "jica_half"), reps=6, seed=42, failed=(), detail="full",
          shift=2.0, version="1", first_rep=0, models=None, interleaved=False):
    """A results file; returns its path.

    models: the model of each scenario. interleaved: all scenarios of one replicate after the other,
    as batches that end by precision write them. failed: (scenario, replicate) of failed runs.
    """
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.execute("INSERT INTO meta VALUES ('schema_version', ?)", (version,))
    db.execute("INSERT INTO column_doc VALUES ('summary', 'projects_active', 'projects', 'Running')")
    db.execute("INSERT INTO column_doc VALUES ('series', 'ties_regional', 'ties', 'Live ties')")
    db.execute("INSERT INTO column_doc VALUES ('tie_state', 'trust', '0..1', 'Trust in the tie')")
    db.executemany("INSERT INTO cause_doc VALUES ('cooperation', ?, ?)",
                   [*((cause, 0) for cause in CAUSES), ("regional_form", 1)])
    for i, name in enumerate(scenarios):
        model = models[i] if models else "cooperation"
        db.execute("INSERT INTO scenario VALUES (?,?,?,?,'')",
                   (i + 1, name, name + ".cfg", f'# resolved\nmodel = "{model}";\n'))
        write_agents(db, i + 1)
    runs = [(i, rep) for i in range(len(scenarios)) for rep in range(first_rep, first_rep + reps)]
    if interleaved:
        runs.sort(key=lambda run: run[1])
    for run, (i, rep) in enumerate(runs, start=1):
        status = "failed" if (scenarios[i], rep) in failed else "ok"
        db.execute("INSERT INTO run VALUES (?,?,NULL,?,?,?,NULL,160,0,0,'')",
                   (run, i + 1, rep, seed, status))
        if status == "ok":
            write_run(db, run, i, seed, rep, detail, shift, start=int(version) >= 4)
    db.commit()
    db.close()
    return path


def add_settings(path, *settings):
    """Give each scenario of a file its settings {parameter: value}; returns the path."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE setting (scenario_id INTEGER, parameter TEXT, value, PRIMARY KEY (scenario_id, parameter))")
        db.executemany("INSERT INTO setting VALUES (?, ?, ?)",
                       [(i, *one) for i, known in enumerate(settings, start=1) for one in known.items()])
    db.close()
    return path


def foreign(path, reps=6, roles=False):
    """A results file of a model of another field; returns its path.

    Ties of the kind trade, without modes, among agents of one set that have no rows in agent. roles: the table of
    spells is the model's own, named in table_doc.
    """
    build(path, ("harbours",), reps=reps, models=("harbours",))
    with sqlite3.connect(path) as db:
        db.executescript("""
            UPDATE tie SET kind = 'trade', mode = NULL, form = NULL, stage = NULL, sector = NULL,
                           partner_id = partner_id - 10 + (partner_id - 10 = donor_id) * 5;
            DELETE FROM agent; DELETE FROM project; DELETE FROM refusal; DROP TABLE tie_state;
            ALTER TABLE summary RENAME COLUMN ties_city_to_city TO routes;
            ALTER TABLE series RENAME COLUMN ties_city_to_city TO routes;
            ALTER TABLE series RENAME COLUMN ties_regional TO berths;
            DELETE FROM column_doc WHERE table_name = 'tie_state';
            UPDATE cause_doc SET model = 'harbours'; DROP TABLE project; DROP TABLE refusal;""")
        if roles:
            db.executescript("""
                CREATE TABLE table_doc(name, role, doc);
                INSERT INTO table_doc VALUES ('berth', 'states', ''), ('route', 'spells', '');
                CREATE TABLE route(run_id, route_id, from_id, to_id, cargo TEXT, onset REAL, terminus REAL,
                                   onset_censored, terminus_censored, cause TEXT);
                INSERT INTO route SELECT run_id, tie_id, donor_id, partner_id, CASE tie_id % 2 WHEN 0 THEN 'grain' ELSE
                    'ore' END, onset, terminus, onset_censored, terminus_censored, cause FROM tie ORDER BY rowid;
                DROP TABLE tie;""")
    return path
