# SPDX-License-Identifier: GPL-3.0-or-later
# How long do ties last, by mode? Reads what `kumiai-export --format spells` has written, and lets R's survival package
# draw the curves. Usage, from the top of the tree: Rscript scripts/kumiai/examples/spells.R DIRECTORY
source("scripts/kumiai.R")
suppressMessages(library(survival))

folder <- commandArgs(trailingOnly = TRUE)[1]
ties <- read_spells(folder)$edges
ties <- ties[ties$kind == "cooperation" & !is.na(ties$onset_true), ]

# A tie that goes on in another form has not ended: it is followed up to there.
goes_on <- ties$cause %in% c("regional_form", "other_form")
ties$ended <- !ties$terminus.censored & !goes_on
ties$enters <- ties$onset - ties$onset_true # age at which the run begins to watch it
ties$leaves <- ties$terminus - ties$onset_true
ties <- ties[ties$leaves > ties$enters, ]

# Runs, not ties, are independent: the errors are clustered by run.
curves <- survfit(Surv(enters, leaves, ended) ~ mode, data = ties, cluster = run_id)
print(summary(curves, times = c(1, 2, 5, 10))$table[, c("records", "events")])
print(summary(curves, times = c(1, 2, 5, 10)), digits = 3)
