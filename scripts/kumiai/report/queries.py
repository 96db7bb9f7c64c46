# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL that recomputes the report's numbers from one results file (sqlite3 R.db < query.sql).

{metric}, {scenario} and the like are filled in by the page with what it shows. Estimates are those
of the report; METHODS tells how the intervals follow from what the queries give.
"""

from kumiai import database

from .language import say
from .part import on_intervals


def interval():
    """How most intervals are made, in the language spoken."""
    return on_intervals("95 % intervals over replicates.")


def left_out():
    """How those of ties are made."""
    return on_intervals("95 % intervals by leaving out one replicate at a time; none for fewer than five with such ties.")


OF_TIES = ("survival", "at_risk", "alike", "lasting", "incidence")
# How intervals and verdicts are made, each with the parts of which one must be on the page (none: always).
METHODS = (
    ((),
     "Over replicates: mean ± t·sd/√n with Student's t of n − 1 degrees of freedom, from the n, mean "
     "and sd that a query gives; on the side of the tail drawn out by the skewness of the replicates "
     "(limits() in scripts/kumiai/intervals.py), since of rare or uneven counts the plain interval "
     "covers the truth too seldom: that end can lie beyond all replicates where they are few. It is not below 0 "
     "where no value is. Where all replicates are alike there is none, but of a count that is 0 in all of five or more: its upper limit is that of two seen."),
    ((),
     "Of shares and Gini coefficients the same on the logit scale, ln(m/(1 − m)) ± t·sd/(√n·m·(1 − m)) "
     "for a mean m, turned back into a share, or mean ± t·sd/√n where that is wider: its ends cannot "
     "lie beyond 0 % and 100 %."),
    (OF_TIES,
     "By leaving out one replicate at a time (the jackknife), since ties of one replicate "
     "depend on each other: of shares of ties Korn and Graubard's (1998), of mean durations and of "
     "differences Student's t, of one mean on the logit scale of the horizon; none for fewer than "
     "five replicates with such ties, or where none ended. scripts/survival.py gives the same."),
    (("incidence", "refusals"),
     "Which cause or reason is the first: it is compared with every other, by the difference of the "
     "two shares in the same replicates; where the 95 % interval of that difference includes 0, the "
     "two are said not to be told apart."))


def methods(parts):
    """The methods that a page with these parts uses, in the language spoken."""
    return [say(text) for needed, text in METHODS if not needed or set(needed) & set(parts)]


RUNS = """SELECT scenario.name AS scenario, config_digest, count(*) AS runs,
  sum(status = 'ok') AS ok, sum(status <> 'ok') AS failed,
  min(seed) AS first_seed, max(seed) AS last_seed
FROM run JOIN scenario USING (scenario_id) GROUP BY scenario_id;"""

_SPREAD = """count({x}) AS n, avg({x}) AS mean,
  sqrt(max(0, sum({x} * {x}) - count({x}) * avg({x}) * avg({x})) / (count({x}) - 1)) AS sd"""


def _spread(column):
    """Number, mean and standard deviation of a column as SQL."""
    return _SPREAD.replace("{x}", column)


_STAYING = """over AS (  -- a run that ended before others stays as it was, and nothing more happens in it
  SELECT scenario_id, run_id, CAST(floor(max(time) + 1e-6) AS INTEGER) AS last FROM series JOIN run USING (run_id)
  WHERE status = 'ok' GROUP BY run_id),
year AS (SELECT DISTINCT scenario_id, year FROM value),
held AS (
  SELECT scenario_id, run_id, year, x FROM value
  UNION ALL SELECT scenario_id, run_id, year, (
    SELECT {stays} FROM value WHERE value.run_id = over.run_id AND x IS NOT NULL ORDER BY value.year DESC LIMIT 1)
  FROM over JOIN year USING (scenario_id) WHERE year > last)
"""

STOCK = f"""-- the value at the end of each fiscal year; first what was before the first step (-1)
WITH step AS (
  SELECT scenario_id, run_id, CAST(floor(time + 1e-6) AS INTEGER) AS year, "{{metric}}" AS x,
    row_number() OVER (PARTITION BY run_id, CAST(floor(time + 1e-6) AS INTEGER)
                       ORDER BY step DESC) AS back
  FROM series JOIN run USING (run_id) WHERE status = 'ok' AND "{{metric}}" IS NOT NULL),
value AS (SELECT * FROM step WHERE back = 1),
{_STAYING.replace("{stays}", "x")}SELECT scenario.name AS scenario, year, {_spread('x')}
FROM held JOIN scenario USING (scenario_id) GROUP BY scenario_id, year;"""

FLOW = f"""-- the sum over each fiscal year
WITH value AS (
  SELECT scenario_id, run_id, CAST(floor(time + 1e-6) AS INTEGER) AS year, sum("{{metric}}") AS x
  FROM series JOIN run USING (run_id) WHERE status = 'ok' AND step >= 0 GROUP BY 1, 2, 3),
{_STAYING.replace("{stays}", "0")}SELECT scenario.name AS scenario, year, {_spread('x')}
FROM held JOIN scenario USING (scenario_id) GROUP BY scenario_id, year;"""

MEASURE = f"""SELECT scenario.name AS scenario, {_spread('"{metric}"')}
FROM summary JOIN run USING (run_id) JOIN scenario USING (scenario_id)
WHERE status = 'ok' GROUP BY scenario_id;"""

DIFFERENCE = f"""-- differences to the first scenario, in pairs of equal seed, replicate and design point
WITH value AS (
  SELECT scenario_id, name, seed, rep, coalesce(point_id, -1) AS point, "{{metric}}" AS x
  FROM summary JOIN run USING (run_id) JOIN scenario USING (scenario_id) WHERE status = 'ok'),
pair AS (
  SELECT other.scenario_id, other.name AS scenario, other.x - first.x AS d
  FROM value AS other JOIN value AS first USING (seed, rep, point)
  WHERE first.scenario_id = (SELECT min(scenario_id) FROM scenario)
    AND other.scenario_id <> first.scenario_id AND d IS NOT NULL)
SELECT scenario, {_spread('d')} FROM pair GROUP BY scenario_id;"""

# Ties of cooperation or, of a model that has none, all.
OF_KIND = ("(tie.kind = 'cooperation' OR NOT EXISTS (SELECT 1 FROM pragma_table_info('summary') "
           "WHERE name LIKE 'ties_city_to_city'))")

# What goes on as another tie (a conversion) has not ended.
ENDED = "(NOT terminus_censored AND coalesce(cause, '') NOT IN (SELECT cause FROM cause_doc WHERE conversion))"

_SPELLS = """WITH span AS (  -- the steps that each run covers
  SELECT run_id, min(time) AS start, (max(time) - min(time)) / (count(*) - 1) AS step,
    max(time) AS last
  FROM series WHERE step >= 0 GROUP BY run_id),
seen AS (  -- age at which a tie comes under observation, and at which it ends or is last at risk
  SELECT scenario.name AS scenario, mode, {ended} AS event,
    iif(terminus_censored, NULL, coalesce(cause, 'not recorded')) AS cause,
    round(max(0, start - onset), 6) AS entry,
    round(coalesce(nullif(iif(terminus_censored, last, terminus) - onset, 0), step / 2), 6) AS age{more}
  FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN span USING (run_id)
  WHERE status = 'ok' AND {of_kind} AND NOT (onset_censored AND onset >= start)),
spell AS (SELECT * FROM seen WHERE age > entry),  -- others were never at risk
{between}gone AS (
  SELECT scenario, mode, age, sum({left}) AS ended FROM {spell}
  GROUP BY scenario, mode, age HAVING sum({left}) > 0),
risk AS (
  SELECT gone.*, (SELECT {at_risk} FROM {spell} AS one WHERE one.scenario = gone.scenario
    AND one.mode = gone.mode AND entry < gone.age AND one.age >= gone.age) AS at_risk
  FROM gone),
curve AS (  -- Kaplan-Meier: the product of the shares that survive each age
  SELECT *, (1 - max(ended = at_risk) OVER past)
    * exp(sum(ln(max(1e-300, 1 - 1.0 * ended / at_risk))) OVER past) AS share
  FROM risk WINDOW past AS (PARTITION BY scenario, mode ORDER BY age))
"""


def _spells(left):
    """Common part of the queries on spells; left: what counts as leaving at an age."""
    return _filled(left=left, more="", between="", spell="spell", at_risk="count(*)")


def _filled(**words):
    """The common part with its words."""
    text = _SPELLS.replace("{ended}", ENDED).replace("{of_kind}", OF_KIND)
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text


SURVIVAL = _spells("event") + """SELECT scenario, mode, age, at_risk, ended, share FROM curve
ORDER BY scenario, mode, age;"""

_LEVELS = """, level AS (
  SELECT scenario, mode, 0 AS age, 1.0 AS share FROM {spell} GROUP BY scenario, mode
  UNION ALL SELECT scenario, mode, age, share FROM curve),
piece AS (
  SELECT *, coalesce(lead(age) OVER (PARTITION BY scenario, mode ORDER BY age), 1e9) AS next,
    min(share) OVER (PARTITION BY scenario, mode) AS least
  FROM level)
, followed AS (SELECT scenario, mode, max(age) AS last FROM {spell} GROUP BY scenario, mode)
-- nothing is known beyond the age up to which ties were followed
"""
_MEAN = """sum(share * (min(next, 10) - age))
    FILTER (WHERE age < 10 AND (last >= 10 OR least = 0)) AS mean_years_within_10
FROM piece JOIN followed USING (scenario, mode) GROUP BY scenario, mode;"""

LASTING = _spells("event") + _LEVELS.replace("{spell}", "spell") + f"""SELECT scenario, mode,
  min(share) FILTER (WHERE age <= 5 AND last >= 5) AS lasting_5_years,
  min(share) FILTER (WHERE age <= 10 AND last >= 10) AS lasting_10_years,
  min(age) FILTER (WHERE share <= 0.5) AS median_years,
  {_MEAN}"""

_ALIKE = """abroad AS (  -- histories in which a cooperative works abroad
  SELECT DISTINCT run_id FROM tie JOIN run USING (run_id) JOIN agent
    ON agent.scenario_id = run.scenario_id AND agent_id = donor_id
  WHERE tie.kind = 'cooperation' AND agent.kind = 'cooperative'),
stratum AS (  -- city-to-city ties weigh together as much as the regional ones alike
  SELECT scenario, country, sector, year, sum(mode = 'regional') AS wanted,
    sum(mode = 'city_to_city') AS there
  FROM spell WHERE run_id IN abroad GROUP BY 1, 2, 3, 4 HAVING wanted > 0 AND there > 0),
alike AS (
  SELECT spell.*, iif(mode = 'regional', 1.0, 1.0 * wanted / there) AS weight
  FROM spell JOIN stratum USING (scenario, country, sector, year) WHERE run_id IN abroad),
"""
ALIKE = _filled(left="weight * event", between=_ALIKE, spell="alike", at_risk="sum(weight)", more=""",
    run_id, sector, CAST(onset AS INTEGER) AS year, coalesce((SELECT area FROM agent
      WHERE agent.scenario_id = run.scenario_id AND agent_id = partner_id), 'unknown') AS country""") \
    + _LEVELS.replace("{spell}", "alike") + f"SELECT scenario, mode, {_MEAN}"

FORMS = f"""SELECT scenario.name AS scenario, mode, form, 1.0 * count(*) / runs AS ties,
  1.0 * sum({ENDED}) / runs AS ended
FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id)
  JOIN (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY scenario_id)
  USING (scenario_id)
WHERE status = 'ok' AND kind = 'cooperation' GROUP BY scenario_id, mode, form;"""

RISK = _spells("event") + """SELECT scenario, mode, value AS years,
  count(*) FILTER (WHERE (entry < value OR (value = 0 AND entry = 0)) AND age >= value) AS at_risk
FROM spell JOIN json_each('[0,5,10,15,20,25,30,35,40]') GROUP BY scenario, mode, value;"""

INCIDENCE = _spells("cause IS NOT NULL") + """, before AS (
  SELECT *, coalesce(lag(share) OVER (PARTITION BY scenario, mode ORDER BY age), 1.0) AS alive
  FROM curve),
ended AS (
  SELECT scenario, mode, cause, age, count(*) AS n
  FROM spell WHERE cause IS NOT NULL GROUP BY 1, 2, 3, 4)
-- Aalen-Johansen: read the last row at or below an age
SELECT scenario, mode, cause, age, sum(alive * n / at_risk)
  OVER (PARTITION BY scenario, mode, cause ORDER BY age) AS share
FROM ended JOIN before USING (scenario, mode, age) ORDER BY 1, 2, 3, 4;"""


MOST_RUNS = 100  # of a scenario that enter the rates: their rows are many

RATES = f"""-- time that ties spend in each state, and ends in it
WITH few AS (
  SELECT run_id, scenario_id, row_number() OVER (PARTITION BY scenario_id ORDER BY run_id) AS place
  FROM run WHERE status = 'ok'),
span AS (SELECT run_id, max(time) AS last FROM series GROUP BY run_id),
state AS (
  SELECT tie_state.*, lead(time) OVER (PARTITION BY run_id, tie_id ORDER BY time) AS next
  FROM tie_state WHERE run_id IN (SELECT run_id FROM few WHERE place <= {MOST_RUNS})),
piece AS (
  SELECT scenario.name AS scenario, mode, state.stage, institutionalised,
    coalesce(next, iif(terminus_censored, last, terminus)) - time AS years,
    next IS NULL AND {ENDED} AS ended
  FROM state JOIN tie USING (run_id, tie_id) JOIN few USING (run_id) JOIN span USING (run_id)
    JOIN scenario USING (scenario_id)),
level AS (
  SELECT scenario, mode, 'stage: ' || stage AS state, years, ended FROM piece
  UNION ALL SELECT scenario, mode, 'institutions: ' || CASE WHEN institutionalised
    THEN 'yes' ELSE 'not yet' END, years, ended FROM piece)
SELECT scenario, state, mode, sum(years) AS tie_years, sum(ended) AS ended,
  100.0 * sum(ended) / sum(years) AS ends_per_100_tie_years
FROM level GROUP BY scenario, state, mode;"""

CAUSES = f"""WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, mode, coalesce(cause, 'not recorded') AS cause,
  1.0 * count(*) / runs AS ties_per_replicate
FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
WHERE status = 'ok' AND {OF_KIND} AND {ENDED}
GROUP BY scenario_id, mode, cause;"""

REFUSALS = """WITH ok AS (
  SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1),
one AS (SELECT run_id, mode, reason, sum(count) AS n FROM refusal GROUP BY 1, 2, 3),
whole AS (SELECT run_id, mode, sum(n) AS n FROM one GROUP BY 1, 2 HAVING sum(n) > 0),
refusing AS (  -- runs with any refusal of the mode: in others a reason has no share
  SELECT scenario_id, mode, count(*) AS runs FROM whole JOIN run USING (run_id)
  WHERE status = 'ok' GROUP BY 1, 2)
SELECT scenario.name AS scenario, mode, reason, 1.0 * sum(one.n) / ok.runs AS per_replicate,
  sum(1.0 * one.n / whole.n) / refusing.runs AS share
FROM one JOIN whole USING (run_id, mode) JOIN run USING (run_id) JOIN scenario USING (scenario_id)
  JOIN ok USING (scenario_id) JOIN refusing USING (scenario_id, mode)
WHERE status = 'ok' GROUP BY scenario_id, mode, reason;"""

PROJECTS = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1),
row AS (SELECT scenario.name AS scenario, region, scheme, runs FROM project JOIN run USING (run_id)
  JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id) WHERE status = 'ok')
SELECT scenario, 'region' AS "by", region AS name, 1.0 * count(*) / runs AS per_replicate FROM row GROUP BY 1, 2, 3
UNION ALL SELECT scenario, 'scheme', scheme, 1.0 * count(*) / runs FROM row GROUP BY 1, 2, 3;"""

MEMBERS = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, agent.name, agent.name_local, agent.kind, agent.code,
  1.0 * count(*) / runs AS projects, 1.0 * count(DISTINCT run_id) / runs AS share_of_runs,
  sum(granted_yen) / 1e6 / runs AS granted_million_yen, sum(own_yen) / 1e6 / runs AS own_million_yen
FROM project JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
  JOIN agent ON agent.scenario_id = run.scenario_id AND agent.agent_id = project.{side}_id
WHERE status = 'ok' GROUP BY run.scenario_id, agent.agent_id
ORDER BY run.scenario_id, projects DESC;"""

FLOWS = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, from_account, to_account, sum(yen) / 1e6 / runs AS million_yen
FROM ledger JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
WHERE status = 'ok' GROUP BY scenario_id, from_account, to_account;"""

_DEGREES = """WITH RECURSIVE pair AS (  -- who is tied with whom at the end of the run
  SELECT DISTINCT run_id, donor_id, partner_id FROM tie JOIN run USING (run_id)
  WHERE status = 'ok' AND kind = 'cooperation' AND terminus_censored),
degree AS (
  SELECT run_id, 'donors' AS side, count(*) AS k FROM pair GROUP BY run_id, donor_id
  UNION ALL SELECT run_id, 'partner cities', count(*) FROM pair GROUP BY run_id, partner_id),
exact AS MATERIALIZED (SELECT run_id, side, k, count(*) AS n FROM degree GROUP BY 1, 2, 3),
at_least AS (
  SELECT scenario_id, side, 1 AS partners, max(k) AS most FROM exact JOIN run USING (run_id)
  GROUP BY scenario_id, side
  UNION ALL SELECT scenario_id, side, partners + 1, most FROM at_least WHERE partners < most),
value AS (
  SELECT scenario_id, at_least.side, partners, run.run_id, coalesce(sum(n), 0) AS x
  FROM at_least JOIN run USING (scenario_id)
    LEFT JOIN exact ON exact.run_id = run.run_id AND exact.side = at_least.side AND k >= partners
  WHERE status = 'ok' GROUP BY 1, 2, 3, 4)
"""

DEGREES = _DEGREES + f"""SELECT scenario.name AS scenario, side, partners, {_spread('x')}
FROM value JOIN scenario USING (scenario_id) GROUP BY scenario_id, side, partners;"""

POINTS = """-- the points of the sweep: value of each factor, mean over the replicates
WITH value AS (
  SELECT point_id, count("{metric}") AS n, avg("{metric}") AS mean
  FROM summary JOIN run USING (run_id) WHERE status = 'ok' GROUP BY point_id)
SELECT point_id, parameter, point_value.value, n, mean
FROM point_value JOIN value USING (point_id) ORDER BY point_id, parameter;"""

MAP = """-- the ties that the map shows at the end of fiscal year {year}, all funders and modes
SELECT mode, count(*) AS ties
FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id)
WHERE scenario.name = '{scenario}' AND rep = {rep} AND seed = {seed} AND tie.kind = 'cooperation'
  AND onset < {year} + 1 AND (terminus_censored OR terminus >= {year} + 1)
GROUP BY mode;"""

ALIVE = """-- ties alive at the end of each year, by mode (of ties without one: by kind)
WITH RECURSIVE span AS (SELECT CAST(min(time) + 1e-6 AS INTEGER) AS year, CAST(max(time) + 1e-6 AS INTEGER) AS last FROM series
  WHERE step >= 0),
year AS (SELECT year, last FROM span UNION ALL SELECT year + 1, last FROM year WHERE year < last),
ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, coalesce(nullif(mode, ''), tie.kind) AS measure, year, 1.0 * count(*) / runs AS mean
FROM year JOIN tie ON onset < year + 1 AND (terminus_censored OR terminus >= year + 1)
  JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
WHERE status = 'ok' GROUP BY scenario_id, measure, year;"""

def alive(path):
    """ALIVE of a file, whose ties need not have a mode."""
    return ALIVE if "mode" in database.columns(path, "tie") else \
        ALIVE.replace("coalesce(nullif(mode, ''), tie.kind)", "tie.kind").replace(", by mode (of ties without one: by kind)", ", by kind")


TARGETS = """-- what was observed, and the mean of the runs
SELECT scenario.name AS scenario, target.name AS target, target.value AS observed, target.use,
  count(target_value.value) AS runs, avg(target_value.value) AS simulated
FROM target JOIN target_value USING (target_id) JOIN run USING (run_id) JOIN scenario USING (scenario_id)
WHERE run.status = 'ok' AND target.value IS NOT NULL GROUP BY scenario_id, target_id;"""
