# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: dictionary.py KUMIAI: words of configurations for the fuzzers, as `kumiai describe` names them."""

import csv
import io
import subprocess
import sys

WORDS = ["base = ", "model = ", "interventions = (", "@include ", "run.", "output.", "data_root = ", "data_files = (",
         "scenario = ", "sweep = {", "factors = (", "parameter = ", "design = ", "lhs", "sobol", "saltelli", "morris",
         "factorial", "table", "points = ", "reps = ", "levels = [", "min = ", "max = ", "scale = ", "log", "nan",
         "inf", "1e308", "9223372036854775807", "-1", "0x7fffffff", "true", "false", "%%%%", "2010-04", "at = ",
         "set = ", "value = ", "tables = [", "events = [", "tie,event", "\ufeff"]

found = set(WORDS)
for model in ("cooperation", "contagion", "none"):
    text = subprocess.run([sys.argv[1], "describe", model, "--format", "csv"], check=True, capture_output=True,
                          text=True).stdout
    for row in csv.DictReader(io.StringIO(text)):
        name = row.get("name") or ""
        found |= {name, name.partition(".")[0], name.partition(".")[2], *(row.get("choices") or "").split("|")}
for word in sorted(found - {""}):
    print('"' + "".join(c if " " <= c <= "~" and c not in '"\\' else f"\\x{b:02X}"
                        for c in word for b in c.encode()[:1]) + '"')
