# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that share a draw of the parameters (`kumiai run --draws`): they count once, as the mean of the draw.

Two runs share a draw where more replicates were asked for than the file of draws has rows, so that it begins again,
or with --draws-reps. Replicates are then no independent values, but draws are. Rows of a weighted file that a
resample takes twice are two draws of the posterior, as in `kumiai run`.
"""

import functools

import pandas as pd

from kumiai import database
from kumiai.database import query

FEW_ROWS = 20  # of a weighted file


def _once(find):
    """A function of a scenario whose answer is kept with it: a page asks for it a thousand times."""
    @functools.wraps(find)
    def found(scenario):
        kept = vars(scenario).setdefault("_drawn", {})
        if find.__name__ not in kept:
            kept[find.__name__] = find(scenario)
        return kept[find.__name__]
    return found


def of_runs(path):
    """Number of the draw by run_id; empty where the file has no draws."""
    if not database.columns(path, "run_draw"):
        return pd.Series(dtype=int)
    meta = dict(database.rows(path, "SELECT key, value FROM meta WHERE key LIKE 'draws_%'"))
    weighted = database.rows(path, "SELECT 1 FROM draw WHERE weight IS NOT NULL LIMIT 1")
    runs = query(path, "SELECT run_id, rep, draw_id FROM run JOIN run_draw USING (run_id)").set_index("run_id")
    return runs["rep"] // int(meta.get("draws_reps", 1)) + 1 if weighted else runs["draw_id"]


@_once
def _of_its_file(scenario):
    return of_runs(scenario.path)


@_once
def shared(scenario):
    """(number of draws, number of runs) of a scenario whose runs share draws, else None."""
    drawn = scenario.runs[["point"]].join(_of_its_file(scenario).rename("draw"), how="inner")
    return (len(drawn.drop_duplicates()), len(drawn)) if drawn.duplicated().any() else None


@_once
def units(scenario):
    """What is independent, by run_id in the order of (seed, rep, point): a number for each draw where runs share
    draws, else the run itself. Runs of one number count as one."""
    runs = scenario.runs.sort_values(["seed", "rep", "point"])
    itself = runs.index.to_series()
    if not shared(scenario):
        return itself
    draw = _of_its_file(scenario).reindex(runs.index).fillna(-itself)
    return runs[["point"]].assign(draw=draw).groupby(["point", "draw"], sort=False).ngroup()


def are_paired(one, other):
    """Whether two scenarios have the same runs by (seed, rep, point), of the same draws, so that units(), which has them
    in that order, matches."""
    keys = []
    for scenario in (one, other):
        runs = scenario.runs.sort_values(["seed", "rep", "point"])
        drawn = [] if _of_its_file(scenario).empty else names_of(scenario).reindex(runs.index).tolist()
        keys.append((runs[["seed", "rep", "point"]].to_numpy().tolist(), drawn))
    return keys[0] == keys[1]


def by_unit(scenario, values, axis="index"):
    """Means over each draw of values by run_id (the index or, with axis "columns", the columns), where runs of the
    scenario share draws; else the values as they are."""
    if not shared(scenario):
        return values
    if axis == "columns":
        return by_unit(scenario, values.T).T
    return values.groupby(units(scenario).reindex(values.index).to_numpy()).mean()


def note(scenarios):
    """A sentence about runs that share draws, '' where none do."""
    found = {s.label: counts for s in scenarios if (counts := shared(s))}
    if not found:
        return ""
    label, (draws, runs) = next(iter(found.items()))
    return (f"Runs that share a draw of the parameters count as one, their mean: {runs} runs of {label} are {draws} "
            "draws.")


def names_of(scenario):
    """Names of the draws by run_id; those of another file of draws are called otherwise, and make no pairs."""
    number = _of_its_file(scenario).reindex(scenario.runs.index)
    meta = dict(database.rows(scenario.path, "SELECT key, value FROM meta WHERE key = 'draws_digest'"))
    return number.map(lambda n: f"draw {int(n)} of {meta.get('draws_digest')}")


def note_few_rows(scenarios):
    """A sentence about a weighted file of few rows, whose intervals are too narrow; '' where there is none."""
    for s in scenarios:
        if rows := _weighted_rows(s.path):
            return (f"The weighted file of draws of {s.label} has few rows with a weight, {rows}. A row that comes again "
                    "counts as another draw, so that intervals are too narrow: they do not know how little so few rows "
                    f"tell of the parameters. Take {FEW_ROWS} rows or more.")
    return ""


def _weighted_rows(path):
    """Number of rows with a weight in the file of draws where it is below FEW_ROWS; 0 else, or without weights."""
    if not database.columns(path, "draw"):
        return 0
    [(rows,)] = database.rows(path, "SELECT count(*) FROM draw WHERE weight > 0")
    return rows if rows < FEW_ROWS else 0


def _means(scenario, frame):
    """Means over each draw of a frame by (seed, rep, point); the draw takes the place of the replicate."""
    names, runs = names_of(scenario).to_numpy(), scenario.runs
    key = pd.MultiIndex.from_arrays([runs["seed"], runs["rep"], runs["point"]], names=frame.index.names)
    draw_of = pd.Series(names, index=key).reindex(frame.index)
    seed, point = (frame.index.get_level_values(level) for level in (0, 2))
    return frame.groupby([seed, draw_of.to_numpy(), point]).mean().rename_axis(frame.index.names)


def independent(scenarios, frames):
    """The frames, each by (seed, rep, point) of a scenario, with one row a draw where any scenario's runs share draws.

    All drawn scenarios are then taken by draws, so that they stay matched pairs.
    """
    if not any(shared(s) for s in scenarios):
        return frames
    return [frame if _of_its_file(s).empty else _means(s, frame) for s, frame in zip(scenarios, frames)]
