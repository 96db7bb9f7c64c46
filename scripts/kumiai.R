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
# What `kumiai-export --format spells|rsiena|goldfish` has written, with base R alone, as the arguments that
# networkDynamic, RSiena and goldfish take:
#
#   s <- read_spells("spells", run = 1)
#   library(networkDynamic)
#   net <- networkDynamic(edge.spells = s$edges[1:4], vertex.spells = s$vertices[1:3])
#
#   w <- read_waves("rsiena", "baseline_run1", "cooperation")
#   library(RSiena)
#   donors <- sienaNodeSet(nrow(w$donors), nodeSetName = "donors")
#   partners <- sienaNodeSet(nrow(w$partners), nodeSetName = "partners")
#   ties <- sienaDependent(w$waves, type = "bipartite", nodeSet = c("donors", "partners"))
#   # w holds all actors that could have a tie; with sparse = TRUE its waves are sparse matrices,
#   # which sienaDependent(w$waves, type = "bipartite", ..., sparse = TRUE) takes as well.
#   size <- coCovar(log(w$donors$population), nodeSet = "donors")
#   there <- sienaCompositionChange(w$donors_there, nodeSet = "donors")
#   # of results of detail choices: a matrix actors x waves for each covariate that changes
#   keen <- varCovar(w$donors_states$priority, nodeSet = "donors")
#   data <- sienaDataCreate(ties, size, keen, there, nodeSets = list(donors, partners))
#
#   g <- read_changes("goldfish", "baseline_run1", "cooperation")
#   library(goldfish)
#   donors <- defineNodes(g$donors) # two node sets; g$nodes holds those of all kinds in one
#   partners <- defineNodes(g$partners)
#   changes <- g$events[c("time", "sender", "receiver", "replace")] # goldfish looks it up by name
#   net <- defineNetwork(nodes = donors, nodes2 = partners, directed = TRUE)
#   net <- linkEvents(net, changeEvents = changes, nodes = donors, nodes2 = partners)
#   # of results of detail choices: how an attribute changes
#   keen <- g$donors_changes$priority
#   donors <- linkEvents(donors, changeEvents = keen, attribute = "priority")

.query <- function(file, sql, ...) {
  if (!requireNamespace("RSQLite", quietly = TRUE)) {
    stop("R lacks the package RSQLite; install Debian's r-cran-rsqlite.", call. = FALSE)
  }
  if (!file.exists(file)) stop(file, ": there is no such file.", call. = FALSE)
  if (!identical(readBin(file, "raw", 15), charToRaw("SQLite format 3"))) {
    stop(file, ": it is not a results file.", call. = FALSE)
  }
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

# Refuses a name that is none of those known: with the nearest of them, and what there is.
.refuse <- function(what, name, known) {
  far <- utils::adist(name, known, ignore.case = TRUE)[1, ]
  near <- if (length(far) && min(far) <= nchar(name) / 2) known[which.min(far)]
  hint <- if (is.null(near)) "; it may be: " else paste0("; did you mean ", near, "? It may be: ")
  more <- if (length(known) > 12) paste(" and", length(known) - 12, "more") else ""
  stop(what, " ", name, hint, toString(utils::head(known, 12)), more, ".", call. = FALSE)
}

# Metrics of the series of every ok run (detail series or full): run_id, scenario, rep, time (years), step, metrics (by
# default all). The first row of a run, of step -1, is the state before the first step, where flows are NA; means over steps
# leave it out.
read_series <- function(file, metrics = NULL) {
  known <- .columns(file, "series")
  if (is.null(metrics)) metrics <- setdiff(known, c("run_id", "step", "time"))
  if (length(lost <- setdiff(metrics, known)))
    .refuse(paste0(file, ": the series has no"), lost[1], setdiff(known, c("run_id", "step", "time")))
  rows <- .query(file, paste0("SELECT run_id, scenario.name AS scenario, rep, time, step, ",
                              toString(sprintf('series."%s"', metrics)), " FROM series JOIN run USING (run_id) JOIN ",
                              "scenario USING (scenario_id) WHERE status = 'ok' ORDER BY run_id, step"))
  if (!nrow(rows)) stop(file, ": has no series; run with --detail series or full.", call. = FALSE)
  rows
}

.columns <- function(file, table) {
  .query(file, sprintf("SELECT name FROM pragma_table_info('%s')", table))$name
}

# The table of spells, by its role; files before schema version 3 name no roles and have the table tie.
.spells <- function(file) {
  if (!length(.columns(file, "table_doc"))) return("tie")
  found <- .query(file, "SELECT name FROM table_doc WHERE role = 'spells' ORDER BY rowid")$name
  if (!length(found)) stop(file, ": its model has no ties.", call. = FALSE)
  found[1]
}

# The kind of ties that is meant where none is named: the one divided into modes, else the most frequent.
.main_kind <- function(file) {
  spells <- .spells(file)
  mode <- if ("mode" %in% .columns(file, spells)) "mode" else "NULL"
  kinds <- .query(file, paste(sprintf('SELECT kind, count(*) AS n, count(%s) AS divided FROM "%s"', mode, spells),
                              "GROUP BY kind ORDER BY n DESC"))
  if (!nrow(kinds)) stop(file, ": no ties; run with --detail full.", call. = FALSE)
  c(kinds$kind[kinds$divided > 0], kinds$kind)[1]
}

# Ties as spells of age in years: run_id, scenario, entry, stop (entry < stop), event (1: it ended), cause, and the
# other columns of the table of spells. The rules are those of kumiai/survival.py: a tie older than its run enters at
# the age that it had when the run began; one of unknown age is left out; one that goes on as another tie is censored;
# one seen in a single step gets half a step; the living could last have ended in the last step.
read_lives <- function(file, scenario = NULL, kind = .main_kind(file)) {
  ties <- .query(file, paste("SELECT spell.*, scenario.name AS scenario FROM", sprintf('"%s"', .spells(file)),
                             "AS spell JOIN", .ok_runs, "AND spell.run_id = run.run_id AND spell.kind = ? ORDER BY",
                             "spell.rowid"), kind)
  kinds <- .query(file, sprintf('SELECT DISTINCT kind FROM "%s"', .spells(file)))$kind
  if (length(kinds) && !kind %in% kinds) .refuse(paste0(file, ": there are no ties of the kind"), kind, kinds)
  if (!"mode" %in% names(ties)) ties$mode <- rep(NA_character_, nrow(ties))
  window <- .query(file, paste("SELECT run_id, min(time) AS first, max(time) AS last, count(*) AS n FROM series",
                               "WHERE step >= 0 GROUP BY run_id"))
  window$step <- (window$last - window$first) / pmax(1, window$n - 1)
  ties <- merge(ties, window[c("run_id", "first", "last", "step")], by = "run_id", sort = FALSE)
  there <- unique(ties$scenario)
  if (length(there) && length(lost <- setdiff(scenario, there))) {
    .refuse(paste0(file, ": there are no ", kind, " ties of a scenario"), lost[1], there)
  }
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

.read <- function(...) {
  # An empty cell is missing. A text has a _ before it where it could be taken for something else.
  cells <- read.csv(file.path(...), colClasses = "character", na.strings = "", encoding = "UTF-8",
                    check.names = FALSE)
  names(cells)[1] <- sub("^\xef\xbb\xbf", "", names(cells)[1], useBytes = TRUE) # of --bom
  texts <- names(cells) %in% c("code", "area", "name", "name_local")
  cells[!texts] <- lapply(cells[!texts], type.convert, as.is = TRUE)
  words <- texts | vapply(cells, is.character, NA)
  cells[words] <- lapply(cells[words], function(text) sub("^_", "", text))
  truths <- grep("[.]censored$", names(cells))
  cells[truths] <- lapply(cells[truths], as.logical)
  cells
}

# Spells of one run or several (NULL: all): edges (onset, terminus, tail, head, ...), vertices (onset, terminus,
# vertex.id, ...).
read_spells <- function(folder, run = NULL) {
  of_runs <- function(name) {
    spells <- .read(folder, name)
    if (is.null(run)) spells else spells[spells$run_id %in% run, ]
  }
  list(edges = of_runs("edge_spells.csv"), vertices = of_runs("vertex_spells.csv"))
}

# What the model calls the two ends of a kind of tie, by the files of their actors, the first one first.
.ends <- function(folder, label, kind) {
  lines <- readLines(file.path(folder, "manifest.json"), encoding = "UTF-8")
  files <- sub('^ *"file": "(.*)",?$', "\\1", grep('^ *"file": ', lines, value = TRUE))
  begin <- paste0(label, "_", kind, "_")
  words <- sub("s[.]csv$", "", substring(grep("s[.]csv$", files[startsWith(files, begin)], value = TRUE),
                                         nchar(begin) + 1))
  c(words[1], words[!startsWith(words, paste0(words[1], "s_"))][2])
}

# Yearly states of the actors of one side: those of all tables below each other, NA for what one of
# them does not have; NULL where there is none.
.states <- function(folder, label, kind, end) {
  begin <- paste0(label, "_", kind, "_", end, "s_")
  files <- list.files(folder)
  files <- files[startsWith(files, begin) & endsWith(files, ".csv")]
  tables <- lapply(files, function(file) .read(folder, file))
  all <- unique(unlist(lapply(tables, names)))
  do.call(rbind, lapply(tables, function(table) {
    table[setdiff(all, names(table))] <- NA
    table[all]
  }))
}

# The states as matrices actors x waves, by name; NA where an actor has no state in a wave.
.state_matrices <- function(states, actors, waves, end) {
  if (is.null(states)) return(list())
  cells <- cbind(match(states$agent_id, actors$agent_id), match(states$wave, waves$wave))
  known <- !is.na(cells[, 1])
  values <- states[!names(states) %in% c("wave", end, "agent_id")]
  lapply(values, function(value) {
    of <- matrix(NA_real_, nrow(actors), nrow(waves), dimnames = list(actors$agent_id, waves$year))
    of[cells[known, , drop = FALSE]] <- as.numeric(value[known])
    of
  })
}

# Waves of one kind of tie: an array donors x partners (of another model: what it calls them; senders x
# receivers where it does not name the ends of its ties) x waves of 0 and 1, or with sparse = TRUE a list
# of sparse matrices (class dgTMatrix of Matrix), the actors of both sides in the order of rows and
# columns with their covariates, the waves at which they are there, and for results of detail choices
# their states (donors_states, partners_states: by name a matrix actors x waves). Who is there at no
# wave is left out. `absent` fills the cells of actors who are not there yet or any more: 10 is RSiena's
# structural zero, to be used in place of sienaCompositionChange.
read_waves <- function(folder, label, kind, sparse = FALSE, absent = 0L) {
  part <- function(what) .read(folder, paste0(label, "_", kind, "_", what, ".csv"))
  years <- .read(folder, paste0(label, "_waves.csv"))
  ends <- .ends(folder, label, kind)
  donors <- part(paste0(ends[1], "s"))
  partners <- part(paste0(ends[2], "s"))
  ties <- part("ties")
  donors <- donors[!is.na(donors$from), ]
  partners <- partners[!is.na(partners$from), ]
  cells <- cbind(match(ties[[ends[1]]], donors[[ends[1]]]), match(ties[[ends[2]]], partners[[ends[2]]]),
                 ties$wave)
  cells <- unique(cells[!is.na(cells[, 1]) & !is.na(cells[, 2]), , drop = FALSE])
  names <- list(donors$agent_id, partners$agent_id, years$year)
  away <- function(actors, wave) which(actors$from > wave | actors$to < wave)
  if (sparse) {
    if (absent) stop("absent needs sparse = FALSE: with structural zeros no matrix is sparse")
    waves <- lapply(years$wave, function(wave) {
      now <- cells[cells[, 3] == wave, , drop = FALSE]
      Matrix::sparseMatrix(i = now[, 1], j = now[, 2], x = 1, dims = lengths(names[1:2]),
                           dimnames = names[1:2], repr = "T")
    })
    names(waves) <- years$year
  } else {
    waves <- array(0L, lengths(names), dimnames = names)
    if (absent) for (wave in years$wave) {
      waves[away(donors, wave), , wave] <- as.integer(absent)
      waves[, away(partners, wave), wave] <- as.integer(absent)
    }
    waves[cells] <- 1L
  }
  there <- function(actors) unname(Map(c, actors$from, actors$to))
  states <- function(end, actors) .state_matrices(.states(folder, label, kind, end), actors, years, end)
  stats::setNames(list(waves, donors, partners, there(donors), there(partners), states(ends[1], donors),
                       states(ends[2], partners)),
                  c("waves", paste0(ends, "s"), paste0(ends, "s_there"), paste0(ends, "s_states")))
}

# A node set with its states as they are first known, and how each attribute changes from then on.
.node_set <- function(folder, label, kind, end) {
  nodes <- .read(folder, paste0(label, "_", kind, "_", end, "s.csv"))
  nodes$present <- as.logical(nodes$present)
  states <- .states(folder, label, kind, end)
  changes <- list()
  for (name in setdiff(names(states), c("time", "node"))) {
    first <- !duplicated(states$node)
    nodes[[name]] <- states[[name]][first][match(nodes$label, states$node[first])]
    of <- data.frame(time = states$time, node = states$node, replace = states[[name]])[!first, ]
    changes[[name]] <- of[!is.na(of$replace), ]
  }
  list(nodes = nodes, changes = changes)
}

# Nodes and dated changes of one kind of tie: all nodes of the run in one set (nodes), those of this
# kind of tie in two (donors, partners, or what the model calls them), for results of detail choices with their states as they are
# first known and, by name, how these change (donors_changes, partners_changes). Changes before the
# run (ties that are older) are there too: estimation begins at the run's first year.
read_changes <- function(folder, label, kind) {
  nodes <- .read(folder, paste0(label, "_nodes.csv"))
  nodes$present <- as.logical(nodes$present)
  ends <- .ends(folder, label, kind)
  donors <- .node_set(folder, label, kind, ends[1])
  partners <- .node_set(folder, label, kind, ends[2])
  events <- .read(folder, paste0(label, "_", kind, "_events.csv"))
  stats::setNames(list(nodes, events, donors$nodes, partners$nodes, donors$changes, partners$changes),
                  c("nodes", "events", paste0(ends, "s"), paste0(ends, "s_changes")))
}
