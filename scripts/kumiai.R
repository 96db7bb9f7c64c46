# SPDX-License-Identifier: GPL-3.0-or-later
# kumiai's results and exports in R.
#
#   source("scripts/kumiai.R")
#
# A results file (needs RSQLite, Debian's r-cran-rsqlite), and its ties for the package survival:
#
#   runs <- read_results("results/x.db")       # run_id, scenario, rep, seed and the summary of every ok run
#   series <- read_series("results/x.db", "ties_regional")        # run_id, scenario, rep, time and metrics
#   ties <- read_lives("results/x.db", scenario = "baseline")     # spells of age, as runs.spells() of Python has them
#   library(survival)
#   fit <- survfit(Surv(entry, stop, event) ~ mode, ties, cluster = run_id)   # replicates are the independent units
#   coxph(Surv(entry, stop, event) ~ mode + cluster(run_id), ties)
#
# What `kumiai export --format spells|rsiena|goldfish` has written is read by the functions of read_export.R, which
# stands beside this file and comes with it: read_spells, read_waves, read_changes.

.source_beside <- function(name) {
  sourced <- Filter(Negate(is.null), lapply(sys.frames(), function(frame) frame$ofile)) # the last one is this file
  if (length(sourced)) source(file.path(dirname(sourced[[length(sourced)]]), name))
}
.source_beside("read_export.R")

.query <- function(file, sql, ...) {
  if (!requireNamespace("RSQLite", quietly = TRUE)) {
    stop("R lacks the package RSQLite; install Debian's r-cran-rsqlite.", call. = FALSE)
  }
  if (!file.exists(file)) stop(file, ": there is no such file.", call. = FALSE)
  db <- RSQLite::dbConnect(RSQLite::SQLite(), file, flags = RSQLite::SQLITE_RO)
  on.exit(RSQLite::dbDisconnect(db))
  parameters <- list(...)
  if (length(parameters)) RSQLite::dbGetQuery(db, sql, params = parameters) else RSQLite::dbGetQuery(db, sql)
}

.ok_runs <- "run JOIN scenario USING (scenario_id) WHERE status = 'ok'"

# The summary of every ok run of a results file: run_id, scenario, rep, seed, and a column for every metric.
read_results <- function(file) {
  .query(file, paste("SELECT run_id, scenario.name AS scenario, rep, seed, summary.* FROM summary JOIN (SELECT * FROM",
                     "run WHERE status = 'ok') USING (run_id) JOIN scenario USING (scenario_id) ORDER BY run_id"))[
    , -5]  # the second run_id
}

# Metrics of the series of every ok run (detail series or full): run_id, scenario, rep, time (years), metrics.
read_series <- function(file, metrics) {
  known <- .query(file, "SELECT name FROM pragma_table_info('series')")$name
  if (length(lost <- setdiff(metrics, known))) stop(file, ": the series has no ", toString(lost), ".", call. = FALSE)
  .query(file, paste0("SELECT run_id, scenario.name AS scenario, rep, time, ",
                      toString(sprintf('series."%s"', metrics)), " FROM series JOIN run USING (run_id) JOIN scenario ",
                      "USING (scenario_id) WHERE status = 'ok' ORDER BY run_id, step"))
}

# The kind of ties that is meant where none is named: the one divided into modes, else the most frequent.
.main_kind <- function(file) {
  kinds <- .query(file, "SELECT kind, count(*) AS n, count(mode) AS divided FROM tie GROUP BY kind ORDER BY n DESC")
  if (!nrow(kinds)) stop(file, ": no ties; run with --detail full.", call. = FALSE)
  c(kinds$kind[kinds$divided > 0], kinds$kind)[1]
}

# Ties as spells of age in years: run_id, scenario, entry, stop (entry < stop), event (1: it ended), cause, and the
# other columns of the table tie. The rules are those of kumiai/survival.py: a tie older than its run enters at the
# age that it had when the run began; one of unknown age is left out; one that goes on as another tie is censored;
# one seen in a single step gets half a step; the living could last have ended in the last step.
read_lives <- function(file, scenario = NULL, kind = .main_kind(file)) {
  ties <- .query(file, paste("SELECT tie.*, scenario.name AS scenario FROM tie JOIN", .ok_runs,
                             "AND tie.run_id = run.run_id AND tie.kind = ? ORDER BY tie.rowid"), kind)
  window <- .query(file, paste("SELECT run_id, min(time) AS first, max(time) AS last, count(*) AS n FROM series",
                               "GROUP BY run_id"))
  window$step <- (window$last - window$first) / pmax(1, window$n - 1)
  ties <- merge(ties, window[c("run_id", "first", "last", "step")], by = "run_id", sort = FALSE)
  if (!is.null(scenario)) ties <- ties[ties$scenario %in% scenario, ]
  if (!nrow(ties)) stop(file, ": no ", kind, " ties", if (!is.null(scenario)) " in that scenario", ".", call. = FALSE)
  ties <- if (all(is.na(ties$mode))) transform(ties, mode = kind) else ties[!is.na(ties$mode), ]
  gone <- !ties$terminus_censored & !is.na(ties$terminus)
  goes_on <- .query(file, "SELECT DISTINCT cause FROM cause_doc WHERE conversion")$cause
  ties$event <- as.integer(gone & !(ties$cause %in% goes_on))
  seen <- ifelse(gone, ties$terminus, ties$last) - ties$onset
  ties$entry <- round(pmax(ties$first - ties$onset, 0), 6)
  ties$stop <- round(ifelse(seen == 0, ties$step / 2, seen), 6)
  unknown <- is.na(ties$onset) | (ties$onset_censored & ties$onset >= ties$first)
  ties <- ties[!unknown & ties$stop > ties$entry, ]
  first <- c("run_id", "scenario", "mode", "entry", "stop", "event", "cause")
  ties[c(first, setdiff(names(ties), c(first, "first", "last", "step")))]
}
