# SPDX-License-Identifier: GPL-3.0-or-later
# Reads what `kumiai export --format spells|rsiena|goldfish` has written, with base R alone, into
# the arguments that networkDynamic, RSiena and goldfish take:
#
#   source("scripts/read_export.R")
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
#   size <- coCovar(log(w$donors$population), nodeSet = "donors")
#   there <- sienaCompositionChange(w$donors_there, nodeSet = "donors")
#   data <- sienaDataCreate(ties, size, there, nodeSets = list(donors, partners))
#
#   g <- read_changes("goldfish", "baseline_run1", "cooperation")
#   library(goldfish)
#   nodes <- defineNodes(g$nodes)
#   changes <- g$events[c("time", "sender", "receiver", "replace")] # goldfish looks it up by name
#   net <- defineNetwork(nodes = nodes, directed = TRUE)
#   net <- linkEvents(net, changeEvents = changes, nodes = nodes)

.read <- function(...) {
  # An empty cell is missing; codes keep their leading zeros.
  cells <- read.csv(file.path(...), colClasses = "character", na.strings = "", encoding = "UTF-8",
                    check.names = FALSE)
  texts <- names(cells) %in% c("code", "area", "name", "name_local")
  cells[!texts] <- lapply(cells[!texts], type.convert, as.is = TRUE)
  truths <- grep("[.]censored$", names(cells))
  cells[truths] <- lapply(cells[truths], as.logical)
  cells
}

# Spells of one run: edges (onset, terminus, tail, head, ...), vertices (onset, terminus, vertex.id, ...).
read_spells <- function(folder, run) {
  edges <- .read(folder, "edge_spells.csv")
  vertices <- .read(folder, "vertex_spells.csv")
  list(edges = edges[edges$run_id == run, ], vertices = vertices[vertices$run_id == run, ])
}

# Waves of one kind of tie: an array donors x partners x waves of 0 and 1, the actors of both sides
# with their covariates, and the waves at which they are there. Who is there at no wave is left out.
read_waves <- function(folder, label, kind) {
  part <- function(what) .read(folder, paste0(label, "_", kind, "_", what, ".csv"))
  years <- .read(folder, paste0(label, "_waves.csv"))
  donors <- part("donors")
  partners <- part("partners")
  ties <- part("ties")
  waves <- array(0L, c(nrow(donors), nrow(partners), nrow(years)),
                 dimnames = list(donors$agent_id, partners$agent_id, years$year))
  waves[cbind(ties$donor, ties$partner, ties$wave)] <- 1L
  donors_seen <- !is.na(donors$from)
  partners_seen <- !is.na(partners$from)
  waves <- waves[donors_seen, partners_seen, , drop = FALSE]
  donors <- donors[donors_seen, ]
  partners <- partners[partners_seen, ]
  there <- function(actors) unname(Map(c, actors$from, actors$to))
  list(waves = waves, donors = donors, partners = partners, donors_there = there(donors),
       partners_there = there(partners))
}

# Nodes and dated changes of one kind of tie. Changes before the run (ties that are older) are there
# too: estimation begins at the run's first year.
read_changes <- function(folder, label, kind) {
  nodes <- .read(folder, paste0(label, "_nodes.csv"))
  nodes$present <- as.logical(nodes$present)
  list(nodes = nodes, events = .read(folder, paste0(label, "_", kind, "_events.csv")))
}
