# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # A notebook, executed
#
# What happens to the ties when JICA's money is halved? The cells below ran when these pages were built. To run them
# yourself, start Jupyter at the top of the tree; `scripts/` must be on the path.

# %%
import sys

sys.path.insert(0, "scripts")
import kumiai
from kumiai import colours

# %% [markdown]
# Two scenarios with the same seeds, eight replicates each:

# %%
runs = kumiai.run(["scenarios/baseline.cfg", "scenarios/jica_half.cfg"], reps=8)
shown = ["ties_city_to_city", "ties_regional", "projects_started"]
runs.summary.groupby("scenario")[shown].mean().round(1)

# %% [markdown]
# Replicate *r* of one scenario and replicate *r* of the other share their chances, so that differences are taken in pairs:

# %%
wide = runs.summary.pivot(index="rep", columns="scenario", values="ties_city_to_city")
difference = wide["jica_half"] - wide["baseline"]
difference.describe().round(2)

# %% [markdown]
# Ties over time, the mean of the replicates:

# %%
yearly = runs.series.groupby(["time", "scenario"])["ties_city_to_city"].mean().unstack()
axes = yearly.plot(xlabel="Japanese fiscal year", ylabel="city-to-city ties",
                   color=list(colours.SCENARIOS_LIGHT[:2]))
axes.set_title(f"Half of JICA's money: {difference.mean():+.0f} ties at a time");
