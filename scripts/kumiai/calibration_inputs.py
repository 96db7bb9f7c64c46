# SPDX-License-Identifier: GPL-3.0-or-later
"""What a calibration is given: targets, and priors of parameters from the model's own table or from a file."""

import json
from pathlib import Path

import libconf
import numpy as np

from kumiai import results

from kumiai.program import ask
from kumiai.targets import read_targets

from . import calibration

INTEGRAL = ("integer", "boolean", "choice")
LEVELS = ("levels", "step")  # of a factor of a factorial design
RANGE = ("distribution", "scale", "min", "max")  # a factor without any of these has the model's prior


def _told(program, *arguments):
    """What the program says as JSON; raises ResultsError where it does not, as another program would not."""
    text = ask(program, *arguments, "--format", "json")
    try:
        return json.loads(text)
    except ValueError as error:
        raise results.ResultsError(f"{program} gave no JSON for `{arguments[0]}`; is it the program kumiai? --kumiai or "
                                   "the variable KUMIAI names another.") from error


def model_table(program, model):
    """(parameters by name, constraints) of a model, as `kumiai describe` has them."""
    found = _told(program, "describe", model)
    return {p["name"]: p for p in found["parameters"]}, found.get("constraints") or []


def read_factors(program, path):
    """[{parameter, min, max, …}] of a sweep file, after `kumiai check` has no word against it; with levels there is no
    prior. Raises ResultsError."""
    _check(program, path)
    sweep = libconf.loads(Path(path).read_text(encoding="utf-8")).get("sweep")
    if sweep is None:
        raise results.ResultsError(f"{path} is no sweep file: it has no group sweep = {{ ... }}.")
    factors = sweep.get("factors")
    if not factors:
        raise results.ResultsError(f"{path} has no sweep.factors.")
    for factor in factors:
        for key in LEVELS:
            if key in factor:
                raise results.ResultsError(f"{path}: {factor['parameter']}: {key} is no prior; give min and max, or a "
                                           "distribution, in a design such as \"lhs\".")
    return [dict(factor) for factor in factors]


def _check(program, path):
    """Refuse a file that `kumiai sweep` would not take, in the words of the program, with file and line."""
    path = Path(path)
    if not path.is_file():
        raise results.ResultsError(f"{path} is no file; --priors names a sweep file.")
    ask(program, "check", path)


def _number(path, given, key, default=None):
    """A setting of a factor as a number."""
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        what = "is missing" if value is None else f"is {value!r}, not a number"
        raise results.ResultsError(f"{path}: {given['parameter']}: {key} {what}.")
    return float(value)


def _stated(given, row):
    """A factor with the model's prior where nothing but the parameter's name is given, as `kumiai sweep` reads it."""
    silent = not any(key in given for key in RANGE)
    return (row.get("prior") or {}) | given if silent else given


def _kind(path, given, row):
    """The distribution of a factor; a uniform one of whole numbers is that of integers."""
    kind = given.get("distribution") or {"linear": "uniform"}.get(given.get("scale"), given.get("scale")) \
        or ("integer" if row["type"] in INTEGRAL else "uniform")
    if kind not in calibration.KINDS:
        raise results.ResultsError(f"{path}: {given['parameter']}: the distribution '{kind}' is none of "
                                   f"{', '.join(calibration.KINDS)}.")
    return "integer" if kind == "uniform" and row["type"] == "integer" else kind


def _words(row):
    """The words of the values of a choice or a truth value, () of a number."""
    return ("false", "true") if row["type"] == "boolean" else tuple(row.get("choices") or ())


def prior(path, given, row):
    """Prior of a factor: given as in a sweep file or in the model's table; row: the parameter there.

    It is the distribution that `kumiai sweep` draws from. Raises ResultsError.
    """
    given = _stated(given, row)
    name, kind = given["parameter"], _kind(path, given, row)
    if words := _words(row):
        if kind != "integer" or any(key in given for key in RANGE):
            raise results.ResultsError(f"{path}: {name} is one of {', '.join(words)}, each equally likely; it has no "
                                       "distribution, min or max.")
        return calibration.Prior(name, kind, 0.0, len(words) - 1.0, words=words)
    plausible = row.get("prior") or {} if kind != "normal" else {}  # a normal one is cut where the valid range ends
    bounds = [given.get(end, plausible.get(end, row.get(end))) for end in ("min", "max")]
    given = given | dict(zip(("min", "max"), bounds))
    if kind == "normal":
        valid = tuple(open_end if v is None else float(v) for v, open_end in zip(bounds, (-np.inf, np.inf)))
        return calibration.Prior(name, kind, _number(path, given, "mean"), _number(path, given, "sd"), valid=valid)
    low, high = _number(path, given, "min"), _number(path, given, "max")
    if not low < high or (kind == "log" and low <= 0):
        raise results.ResultsError(f"{path}: {name}: a prior from {low:g} to {high:g} is empty, or has no logarithm.")
    shapes = {"triangular": ("mode",), "beta": ("alpha", "beta")}.get(kind, ())
    return calibration.Prior(name, kind, low, high, tuple(_number(path, given, key) for key in shapes))


def _chosen(wanted, given, table, source):
    """The parameters wanted, each of which must be in the model's table and have a prior in source."""
    for name in results.pick(wanted, table, "There is no parameter"):
        if name not in given:
            raise results.ResultsError(f"{name} has no prior in {source}; --priors names a sweep file with a factor for it.")
    return list(dict.fromkeys(wanted))


def space(program, model, wanted=None, file=None):
    """The space of a calibration: the parameters wanted, or all that have a prior.

    Priors are those of the sweep file's factors where one is given, else those of the model's table.
    """
    table, constraints = model_table(program, model)
    given = {f["parameter"]: f for f in read_factors(program, file)} if file else \
        {name: {"parameter": name, **row["prior"]} for name, row in table.items() if row.get("prior")}
    results.pick(given, table, f"{file}: the model {model} has no parameter")
    names = _chosen(wanted, given, table, file or f"the model {model}") if wanted else list(given)
    if not names:
        raise results.ResultsError(f"The model {model} declares no priors; --priors names a sweep file whose factors "
                                   "are the parameters to calibrate.")
    ordered = tuple((c["left"], c["right"]) for c in constraints if c["left"] in names and c["right"] in names)
    return calibration.Space(tuple(prior(file or f"model {model}", given[n], table[n]) for n in names), ordered)


# ---- targets ----


def targets(path, use="fit"):
    """The targets of a use, in the order of the file."""
    return [calibration.Target(row.Index, row.value, row.sd, row.discrepancy, row.use, row.scale or "",
                               row.source or "") for row in read_targets(path, use).itertuples()]


def model_of(kumiai, path):
    """The model that a targets file is for."""
    return _told(kumiai, "targets", path)["model"]
