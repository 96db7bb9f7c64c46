# SPDX-License-Identifier: GPL-3.0-or-later
"""A sweep of a results file: its factors, its design points, its outputs by point and replicate.

A point is the mean of those of its runs that have a value. Blocks (of Saltelli's design) and
trajectories (of Morris') only make sense whole: one with a point of which no run has a value is
refused, or left out as a whole where the user says so. Points of the same values are one point.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumiai import database, results

ANSWER = "life_10y_regional-life_10y_city_to_city"
USUAL = ("ties_city_to_city", "ties_regional", "life_10y_city_to_city", "life_10y_regional", ANSWER,
         "people_served")
BLOCK_WORD = {"saltelli": "block", "morris": "trajectory"}
BLOCK_WORDS = {"saltelli": "blocks", "morris": "trajectories"}
LASTING = ("life_", "survival_")  # outputs that tell how long ties last, and what a reader may call them:
LASTING_WORDS = ("survival", "life", "lifetime", "duration")
MOST_NAMED = 5
SELECTED = ("A point's mean is over those of its runs that have a value; where having one depends on "
            "chance, it speaks of such runs alone.")


@dataclass(frozen=True)
class Output:
    """A summary metric, or the difference of two: minuend − subtrahend in every replicate."""

    minuend: str
    subtrahend: str = ""
    unit: str = ""

    @property
    def name(self):
        """As the user writes it and as tables name it."""
        return self.minuend + (f"-{self.subtrahend}" if self.subtrahend else "")

    @property
    def label(self):
        """For readers."""
        return self.name.replace("-", " − ")


@dataclass
class Sweep:
    """What a sweep varied and what its ok runs gave.

    factors: index parameter; columns type, scale, min, max, choices. points: index point_id, a
    column of values per factor. place: index point_id; block, role, parameter (empty for designs
    without blocks). runs: index run_id; point_id, rep. summary: the same index, outputs.
    """

    scenario: results.Scenario
    kind: str
    common_seeds: bool
    grid: int
    factors: pd.DataFrame
    points: pd.DataFrame
    place: pd.DataFrame
    runs: pd.DataFrame
    summary: pd.DataFrame
    notes: list = field(default_factory=list)

    @property
    def names(self):
        """The factors, in the order of the design."""
        return list(self.factors.index)

    @property
    def reps(self):
        """The most replicates that a point has."""
        return self.runs["rep"].nunique()

    def levels(self, factor):
        """The values of a factor that occur, ascending."""
        return np.unique(self.points[factor])

    def is_unordered(self, factor):
        """Whether the values are names in no order (a choice among three and more)."""
        return self.factors.loc[factor, "type"] == "choice" and len(self.levels(factor)) > 2

    def value_text(self, factor, value):
        """A value of a factor as a reader knows it: choices and truth values as words."""
        row = self.factors.loc[factor]
        if row["type"] == "choice":
            return str(row["choices"]).split("|")[int(value)]
        if row["type"] == "bool":
            return "true" if value else "false"
        return f"{value:.4g}".replace("-", "−")

    def unit_cube(self):
        """Points with every factor on [0, 1] of its range, in its scale."""
        low, high = self.points.min(), self.points.max()
        for name, row in self.factors.iterrows():
            if pd.notna(row["min"]) and pd.notna(row["max"]):
                low[name], high[name] = row["min"], row["max"]
        found, logs = self.points.copy(), self.factors.index[self.factors["scale"] == "log"]
        found[logs] = np.log(found[logs])
        low[logs], high[logs] = np.log(low[logs]), np.log(high[logs])
        return (found - low) / (high - low).where(high > low, 1.0)

    def independent_points(self):
        """Points that fill the space by themselves: of blocks the rows A and B alone."""
        if not len(self.place):
            return self.points.index
        return self.points.index[self.place["role"].reindex(self.points.index).isin(["A", "B"])]

    def ran(self):
        """Number of ok runs of each point."""
        return self.runs.groupby("point_id").size().reindex(self.points.index, fill_value=0)

    def values(self, output):
        """Frame of an output: a row per point, a column per replicate, NaN where there is none."""
        column = self.summary[output.minuend]
        if output.subtrahend:
            column = column - self.summary[output.subtrahend]
        wide = self.runs.assign(value=column).pivot(index="point_id", columns="rep", values="value")
        return wide.reindex(self.points.index)


# ---- outputs ----


def _refuse_vague(parts, known):
    """ResultsError, with the names there are, where an unknown part asks how long ties last."""
    lasting = [name for name in known if name.startswith(LASTING)]
    for part in parts:
        if lasting and part not in known and part in LASTING_WORDS:
            raise results.ResultsError(f"No run has a value of the output '{part}'; how long ties last is in "
                                       f"{', '.join(lasting)}.")


def parse_outputs(sweep, texts):
    """Outputs of texts 'a' or 'a-b'; an unknown name is refused with its nearest neighbour."""
    unit_of = results.units([sweep.scenario], "summary")
    found = []
    for text in texts:
        parts = [part.strip() for part in text.split("-", 1)]
        _refuse_vague(parts, list(sweep.summary.columns))
        results.pick(parts, list(sweep.summary.columns), "No run has a value of the output")
        found.append(Output(*parts, *[""] * (2 - len(parts)), unit_of.get(parts[0], "")))
    return list(dict.fromkeys(found))


def all_outputs(sweep):
    """Every quantity of the summary."""
    unit_of = results.units([sweep.scenario], "summary")
    columns = results.measurable(sweep.summary.columns, unit_of)
    return [Output(c, "", unit_of.get(c, "")) for c in columns]


def usual_outputs(sweep):
    """Ties, their life by mode and people served, as far as they have a value; of another model all."""
    known = [text for text in USUAL if set(text.split("-")) <= set(sweep.summary.columns)]
    return parse_outputs(sweep, known) if known else all_outputs(sweep)


# ---- reading ----


def _meta(path):
    """{key: value} of the file's meta."""
    return dict(results.read_plain(path, "meta").itertuples(index=False))


def _points(path, names):
    """Values by point and factor, in the order of the points."""
    frame = results.read_plain(path, "point_value")
    wide = frame.pivot(index="point_id", columns="parameter", values="value").sort_index()
    return wide[names].astype(float)


def _refuse_what_is_no_sweep(path, meta):
    """ResultsError unless the file holds one whole sweep."""
    if "design_kind" not in meta or results.read_plain(path, "factor").empty:
        raise results.ResultsError(f"{path} holds no sweep: its runs are not the points of a design "
                                   "(kumiai sweep makes one).")
    if meta.get("shard", "1/1") != "1/1":
        raise results.ResultsError(f"{path} is shard {meta['shard']} of a sweep; put the shards "
                                   "together with kumiai merge first.")


def read(path, drop_incomplete=False, verify=False):
    """The sweep of a results file; raises ResultsError with a sentence.

    drop_incomplete: leave out, as wholes, the blocks and trajectories of which a run is missing
    or failed, in place of refusing them. verify: compare all rows with their digests first,
    of a large file, too.
    """
    with results.loading(path):
        return _read(path, drop_incomplete, verify)


def _read(path, drop_incomplete, verify):
    unseen = results.check_file(path, verify)
    meta = _meta(path)
    _refuse_what_is_no_sweep(path, meta)
    scenario = results.load([path])[0][0]
    progress = database.progress(path)
    factors = results.read_plain(path, "factor").set_index("parameter")
    points = _points(path, list(factors.index))
    if len(points) < 2:
        raise results.ResultsError(f"{path} is a sweep of one point: nothing varies.")
    runs = results.read_plain(path, "run").set_index("run_id")[["point_id", "rep", "seed"]]
    grid = re.search(r"^levels = (\d+);", meta.get("design") or "", re.MULTILINE)
    sweep = Sweep(scenario, meta["design_kind"], meta.get("seeds", "common") == "common",
                  int(grid[1]) if grid else 0, factors, points, pd.DataFrame(),
                  runs.loc[scenario.runs.index], scenario.summary.set_axis(scenario.runs.index))
    if sweep.kind in BLOCK_WORD:
        sweep.place = results.read_plain(path, "block_point").set_index("point_id").sort_index()
        _whole_blocks(sweep, drop_incomplete)
    sweep.notes += [unseen] if unseen else []
    _tell_what_lacks(sweep, progress)
    if sweep.kind not in BLOCK_WORD:
        merge_equal_points(sweep)
        if len(sweep.points) < 2:
            raise results.ResultsError(f"{path} is a sweep of one point, again and again: nothing varies.")
    return sweep


def _tell_what_lacks(sweep, progress):
    """Notes on failed runs and on runs of an interrupted sweep."""
    failed = sweep.scenario.failed
    if failed:
        sweep.notes.append(f"{failed} failed runs are left out, and a point counts with those it has "
                           "left; where failure depends on the factors, what is left is not all of "
                           "their ranges.")
    if progress:
        sweep.notes.append(progress)


# ---- equal points ----


def merge_equal_points(sweep):
    """Make points of the same values one point, in place, with a note.

    Their runs are further replicates where each point has seeds of its own; with the same seed and
    replicate they are the same run made twice, and count once.
    """
    first = sweep.points.groupby(sweep.names, sort=False)[sweep.names[0]].transform(
        lambda values: values.index[0])
    if (again := int((first != first.index).sum())) == 0:
        return
    runs = sweep.runs.assign(point_id=sweep.runs["point_id"].map(first))
    runs = runs[~runs.duplicated(["point_id", "rep", "seed"])]
    same, twice = len(sweep.runs) - len(runs), runs.duplicated(["point_id", "rep"])
    if twice.any():  # replicates of equal points are counted on
        runs = runs.assign(rep=runs.groupby("point_id").cumcount())
    named = "; ".join(f"point {i} = point {first[i]}"
                      for i in first.index[first != first.index][:MOST_NAMED])
    more = "; ..." if again > MOST_NAMED else ""
    sweep.notes.append(
        f"{again} of {len(first)} points have the values of another ({named}{more}) and count with it "
        f"as one point: {len(first) - again} distinct points. " + (
            f"{same} of their runs have the same seed too, so they are the same runs, and count once."
            if same else "Their runs are further replicates of it."))
    sweep.points = sweep.points.loc[first.unique()]
    sweep.runs, sweep.summary = runs, sweep.summary.loc[runs.index]


# ---- blocks ----


def _what_is_wrong(counts):
    """'1 failed, 2 missing' of the runs of a point or block."""
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _lacking(sweep):
    """What each point lacks: block, failed and missing runs, and whether it has an ok one."""
    path = sweep.scenario.path
    runs, reps = results.read_plain(path, "run"), int(_meta(path)["reps"])
    counts = runs.assign(ok=runs["status"] == "ok").groupby("point_id")["ok"].agg(["sum", "size"])
    counts = counts.reindex(sweep.place.index, fill_value=0)
    return pd.DataFrame({"block": sweep.place["block"], "failed": counts["size"] - counts["sum"],
                         "missing": reps - counts["size"], "empty": counts["sum"] == 0})


def _whole_blocks(sweep, drop_incomplete):
    """Refuse blocks with a point without an ok run, or leave them out of the sweep with a note."""
    points = _lacking(sweep)
    broken = points.groupby("block")[["failed", "missing"]].sum()[points.groupby("block")["empty"].any()]
    if broken.empty:
        return
    word, path, number = BLOCK_WORDS[sweep.kind], sweep.scenario.path, points["block"].nunique()
    named = "; ".join(f"{BLOCK_WORD[sweep.kind]} {block}: {_what_is_wrong(row)}"
                      for block, row in broken.head(MOST_NAMED).iterrows())
    more = f"; and {len(broken) - MOST_NAMED} more" if len(broken) > MOST_NAMED else ""
    told = f"{len(broken)} of {number} {word} have a point without a single ok run ({named}{more})"
    if not drop_incomplete:
        raise results.ResultsError(
            f"{path}: {told}, and indices from them would be wrong; finish the sweep with kumiai "
            f"sweep ... --out {path} --resume --retry-failed, or leave whole {word} out with "
            "--drop-incomplete.")
    _keep_blocks(sweep, points.loc[~points["block"].isin(broken.index), "block"].unique())
    sweep.notes.append(f"{told}; they are left out as wholes. If runs fail more often in one part "
                       "of the factors' ranges, the indices are of the rest.")


def _keep_blocks(sweep, blocks):
    """The sweep without the points of other blocks."""
    if not len(blocks):
        raise results.ResultsError(f"{sweep.scenario.path} has no {BLOCK_WORD[sweep.kind]} of which "
                                   "every point has an ok run.")
    sweep.place = sweep.place[sweep.place["block"].isin(blocks)]
    sweep.points = sweep.points.loc[sweep.place.index]
    sweep.runs = sweep.runs[sweep.runs["point_id"].isin(sweep.points.index)]
    sweep.summary = sweep.summary.loc[sweep.runs.index]


def point_means(cube):
    """Means over the last axis, the replicates, of those that have a value; NaN where none has."""
    known = np.isfinite(cube)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, cube, 0).sum(axis=-1) / known.sum(axis=-1)


def nothing_left(sweep, outputs, drop_incomplete):
    """The sentence where no output can be analysed, with the option that may help."""
    told = "No output is left to analyse"
    gaps = any(sweep.values(output).loc[sweep.place.index].isna().all(axis=1).any() for output in outputs)
    if drop_incomplete or not gaps:
        return f"{told}."
    return (f"{told}; --drop-incomplete (drop_incomplete=True in Python) leaves out the {BLOCK_WORDS[sweep.kind]} with a "
            "point that has no value, and analyses the rest.")


def by_block(sweep, output, drop_incomplete):
    """Values of an output as an array blocks × points of a block × replicates, and their points.

    Points of a block in the order of their ids; the second array holds the ids. A block counts
    where each of its points has a run with a value: Absent if some have not, unless drop_incomplete.
    """
    size = sweep.place.groupby("block").size().iloc[0]
    wide = sweep.values(output).loc[sweep.place.index]
    cube = wide.to_numpy().reshape(-1, size, wide.shape[1])
    ids = sweep.place.index.to_numpy().reshape(-1, size)
    whole = np.isfinite(cube).any(axis=2).all(axis=1)
    ran = int(sweep.ran().loc[sweep.place.index].sum())
    if lacking := ran - int(np.isfinite(cube).sum()):
        sweep.notes.append(f"{output.name} has no value in {lacking} of {ran} runs. {SELECTED}")
    if not whole.all():
        word = BLOCK_WORDS[sweep.kind]
        told = (f"{output.name} has no value in any run of {int((~np.isfinite(cube).any(axis=2)).sum())} "
                f"of {len(wide)} points, which are in {int((~whole).sum())} of {len(whole)} {word}")
        if not drop_incomplete or not whole.any():
            raise results.Absent(f"{told}; it is left out" + (
                "" if drop_incomplete else f" (--drop-incomplete leaves out those {word} instead)"))
        sweep.notes.append(f"{told}: without these its indices are of the rest, where it has values, "
                           "and the factors are no longer independent there.")
    return cube[whole], ids[whole]
