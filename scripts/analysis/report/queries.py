# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL that recomputes the report's numbers from one results file (sqlite3 R.db < query.sql).

{metric}, {scenario} and the like are filled in by the page with what it shows. Estimates are those
of the report; the intervals follow from what the queries give: mean ± t·sd/√n with Student's t of
n − 1 degrees of freedom. Where an interval is another, the note of the part says so.
"""

INTERVAL = "95 % interval: mean ± t·sd/√n, Student's t with n − 1 degrees of freedom."
LEFT_OUT = ("95 % intervals by leaving out one replicate at a time, since ties of one replicate "
            "share leaders and budgets: of shares Korn and Graubard's, of means Student's t; none "
            "for fewer than 5 replicates with such ties; scripts/survival.py gives the same.")

RUNS = """SELECT scenario.name AS scenario, config_digest, count(*) AS runs,
  sum(status = 'ok') AS ok, sum(status <> 'ok') AS failed,
  min(seed) AS first_seed, max(seed) AS last_seed
FROM run JOIN scenario USING (scenario_id) GROUP BY scenario_id;"""

_SPREAD = """count({x}) AS n, avg({x}) AS mean,
  sqrt(max(0, sum({x} * {x}) - count({x}) * avg({x}) * avg({x})) / (count({x}) - 1)) AS sd"""


def _spread(column):
    """Number, mean and standard deviation of a column as SQL."""
    return _SPREAD.replace("{x}", column)


STOCK = f"""-- the value at the end of each fiscal year
WITH value AS (
  SELECT scenario_id, run_id, CAST(time + 1e-6 AS INTEGER) AS year, "{{metric}}" AS x,
    row_number() OVER (PARTITION BY run_id, CAST(time + 1e-6 AS INTEGER)
                       ORDER BY step DESC) AS back
  FROM series JOIN run USING (run_id) WHERE status = 'ok' AND "{{metric}}" IS NOT NULL)
SELECT scenario.name AS scenario, year, {_spread('x')}
FROM value JOIN scenario USING (scenario_id) WHERE back = 1 GROUP BY scenario_id, year;"""

FLOW = f"""-- the sum over each fiscal year
WITH value AS (
  SELECT scenario_id, run_id, CAST(time + 1e-6 AS INTEGER) AS year, sum("{{metric}}") AS x
  FROM series JOIN run USING (run_id) WHERE status = 'ok' GROUP BY 1, 2, 3)
SELECT scenario.name AS scenario, year, {_spread('x')}
FROM value JOIN scenario USING (scenario_id) GROUP BY scenario_id, year;"""

MEASURE = f"""SELECT scenario.name AS scenario, {_spread('"{metric}"')}
FROM summary JOIN run USING (run_id) JOIN scenario USING (scenario_id)
WHERE status = 'ok' GROUP BY scenario_id;"""

DIFFERENCE = f"""-- differences to the first scenario, in pairs of equal seed, replicate and design point
WITH value AS (
  SELECT scenario_id, name, seed, rep, coalesce(point_id, -1) AS point, "{{metric}}" AS x
  FROM summary JOIN run USING (run_id) JOIN scenario USING (scenario_id) WHERE status = 'ok'),
pair AS (
  SELECT other.scenario_id, other.name AS scenario, other.x - first.x AS d
  FROM value AS other JOIN value AS first USING (seed, rep)
  WHERE first.scenario_id = (SELECT min(scenario_id) FROM scenario)
    AND other.scenario_id <> first.scenario_id AND d IS NOT NULL)
SELECT scenario, {_spread('d')} FROM pair GROUP BY scenario_id;"""

_SPELLS = """WITH span AS (  -- the time each run covers
  SELECT run_id, min(time) AS start, (max(time) - min(time)) / (count(*) - 1) AS step,
    max(time) + (max(time) - min(time)) / (count(*) - 1) AS end
  FROM series GROUP BY run_id),
spell AS (  -- age at which a tie comes under observation, and at which it ends or is last seen
  SELECT scenario.name AS scenario, mode, cause, terminus_censored = 0 AS event,
    round(max(0, start - onset), 6) AS entry,
    round(CASE WHEN terminus = onset AND terminus_censored = 0 THEN step / 2
          ELSE coalesce(terminus, end) - onset END, 6) AS age
  FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN span USING (run_id)
  WHERE status = 'ok' AND kind = 'cooperation' AND NOT (onset_censored AND onset >= start)),
gone AS (
  SELECT scenario, mode, age, sum(event) AS ended FROM spell
  GROUP BY scenario, mode, age HAVING sum(event) > 0),
risk AS (
  SELECT gone.*, (SELECT count(*) FROM spell WHERE spell.scenario = gone.scenario
    AND spell.mode = gone.mode AND entry < gone.age AND spell.age >= gone.age) AS at_risk
  FROM gone),
curve AS (  -- Kaplan-Meier: the product of the shares that survive each age
  SELECT *, (1 - max(ended = at_risk) OVER past)
    * exp(sum(ln(max(1e-300, 1 - 1.0 * ended / at_risk))) OVER past) AS share
  FROM risk WINDOW past AS (PARTITION BY scenario, mode ORDER BY age))
"""

SURVIVAL = _SPELLS + """SELECT scenario, mode, age, at_risk, ended, share FROM curve
ORDER BY scenario, mode, age;"""

LASTING = _SPELLS + """, level AS (
  SELECT scenario, mode, 0 AS age, 1.0 AS share FROM spell GROUP BY scenario, mode
  UNION ALL SELECT scenario, mode, age, share FROM curve),
piece AS (
  SELECT *, coalesce(lead(age) OVER (PARTITION BY scenario, mode ORDER BY age), 1e9) AS next,
    min(share) OVER (PARTITION BY scenario, mode) AS least
  FROM level)
, followed AS (SELECT scenario, mode, max(age) AS last FROM spell GROUP BY scenario, mode)
-- nothing is known beyond the age up to which ties were followed
SELECT scenario, mode,
  min(share) FILTER (WHERE age <= 5 AND last >= 5) AS lasting_5_years,
  min(share) FILTER (WHERE age <= 10 AND last >= 10) AS lasting_10_years,
  min(age) FILTER (WHERE share <= 0.5) AS median_years,
  sum(share * (min(next, 10) - age))
    FILTER (WHERE age < 10 AND (last >= 10 OR least = 0)) AS mean_years_within_10
FROM piece JOIN followed USING (scenario, mode) GROUP BY scenario, mode;"""

RISK = _SPELLS + """SELECT scenario, mode, value AS years,
  count(*) FILTER (WHERE (entry < value OR (value = 0 AND entry = 0)) AND age >= value) AS at_risk
FROM spell JOIN json_each('[0,5,10,15,20,25,30,35,40]') GROUP BY scenario, mode, value;"""

INCIDENCE = _SPELLS + """, before AS (
  SELECT *, coalesce(lag(share) OVER (PARTITION BY scenario, mode ORDER BY age), 1.0) AS alive
  FROM curve),
ended AS (
  SELECT scenario, mode, coalesce(cause, 'not recorded') AS cause, age, count(*) AS n
  FROM spell WHERE event GROUP BY 1, 2, 3, 4)
-- Aalen-Johansen: read the last row at or below an age
SELECT scenario, mode, cause, age, sum(alive * n / at_risk)
  OVER (PARTITION BY scenario, mode, cause ORDER BY age) AS share
FROM ended JOIN before USING (scenario, mode, age) ORDER BY 1, 2, 3, 4;"""


CAUSES = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, mode, coalesce(cause, 'not recorded') AS cause,
  1.0 * count(*) / runs AS ties_per_replicate
FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
WHERE status = 'ok' AND kind = 'cooperation' AND NOT terminus_censored
GROUP BY scenario_id, mode, cause;"""

REFUSALS = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, mode, reason, 1.0 * sum(count) / runs AS per_replicate
FROM refusal JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
WHERE status = 'ok' GROUP BY scenario_id, mode, reason;"""

PROJECTS = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, region, scheme, 1.0 * count(*) / runs AS per_replicate,
  sum(granted_yen) / 1e6 / runs AS granted_million_yen, sum(own_yen) / 1e6 / runs AS own_million_yen
FROM project JOIN run USING (run_id) JOIN scenario USING (scenario_id) JOIN ok USING (scenario_id)
WHERE status = 'ok' GROUP BY scenario_id, region, scheme;"""

MEMBERS = """WITH ok AS (SELECT scenario_id, count(*) AS runs FROM run WHERE status = 'ok' GROUP BY 1)
SELECT scenario.name AS scenario, agent.name, agent.name_local, agent.kind,
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

MAP = """-- the ties that the map shows at the end of fiscal year {year}, all funders and modes
SELECT mode, count(*) AS ties
FROM tie JOIN run USING (run_id) JOIN scenario USING (scenario_id)
WHERE scenario.name = '{scenario}' AND rep = {rep} AND seed = {seed} AND tie.kind = 'cooperation'
  AND onset < {year} + 1 AND (terminus_censored OR terminus >= {year} + 1)
GROUP BY mode;"""
