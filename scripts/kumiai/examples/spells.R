# SPDX-License-Identifier: GPL-3.0-or-later
# How long do ties last, by scenario and mode? Reads what `kumiai-export --format spells` has written, and lets R's
# survival package draw the curves. Usage, from the top of the tree: Rscript scripts/kumiai/examples/spells.R DIRECTORY
refuse <- function(...) {
  message(...)
  quit(status = 2)
}

folder <- commandArgs(trailingOnly = TRUE)[1]
if (is.na(folder)) {
  refuse("Usage: Rscript scripts/kumiai/examples/spells.R DIRECTORY (which kumiai-export --format spells has written)")
}
if (!file.exists("scripts/kumiai.R")) refuse("scripts/kumiai.R: there is no such file; call from the top of the tree.")
if (!file.exists(file.path(folder, "edge_spells.csv"))) {
  refuse(folder, ": has no edge_spells.csv; kumiai-export --format spells writes such a folder.")
}
source("scripts/kumiai.R")
suppressMessages(library(survival))

ties <- read_spells(folder)$edges
ties <- ties[ties$kind == "cooperation" & !is.na(ties$onset_true), ]
if (!nrow(ties)) refuse(folder, ": has no cooperation ties of known age.")

# A tie that goes on in another form has not ended: it is followed up to there.
goes_on <- ties$cause %in% c("regional_form", "other_form")
ties$ended <- !ties$terminus.censored & !goes_on
ties$enters <- ties$onset - ties$onset_true # age at which the run begins to watch it
ties$leaves <- ties$terminus - ties$onset_true
ties <- ties[ties$leaves > ties$enters, ]

# Runs, not ties, are independent: the errors are clustered by run.
curves <- survfit(Surv(enters, leaves, ended) ~ scenario + mode, data = ties, cluster = run_id)
counts <- summary(curves, times = c(1, 2, 5, 10))$table
if (is.null(dim(counts))) { # of one scenario and mode: a row without a table
  counts <- t(counts)
  rownames(counts) <- paste0("scenario=", ties$scenario[1], ", mode=", ties$mode[1])
}
print(counts[, c("records", "events"), drop = FALSE])
print(summary(curves, times = c(1, 2, 5, 10)), digits = 3)
