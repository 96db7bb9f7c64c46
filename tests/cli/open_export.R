# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: Rscript open_export.R READ_EXPORT.R FOLDER LABEL RUN YEAR
# Opens the exports in FOLDER/<format> with R and its packages network, sna and igraph, and tells
# what is in them: a line a thing, its name and its values with tabs between them.
arguments <- commandArgs(trailingOnly = TRUE)
source(arguments[1])
setwd(arguments[2])
label <- arguments[3]
run <- as.integer(arguments[4])
year <- as.integer(arguments[5])

tell <- function(...) cat(paste(c(...), collapse = "\t"), "\n", sep = "")
tell_pairs <- function(name, from, to) tell(name, paste(from, to, sep = ">"))
exact <- function(x) sprintf("%.17g", x)

# ---- tidy tables ----

for (file in list.files("csv", "[.]csv$"))
  tell(paste("rows", file), nrow(.read("csv", file)))
ties <- .read("csv", "ties.csv")
tell("years of ties", exact(sum(ties$terminus - ties$onset)))
ends <- table(ties$cause)
tell("causes", paste(names(ends), ends))

# ---- spells: a network with an edge for each ----

s <- read_spells("spells", run)
tell("columns of edge spells", names(s$edges))
tell("columns of vertex spells", names(s$vertices))
edges <- s$edges[c("tail", "head", "onset", "terminus", "onset.censored", "terminus.censored",
                   "kind", "funder")]
vertices <- s$vertices[c("vertex.id", "agent_id", "code", "name")]
net <- network::as.network(edges, vertices = vertices, directed = TRUE, multiple = TRUE)
of <- function(attribute) network::get.edge.attribute(net, attribute)
tell("spells", network::network.edgecount(net), network::network.size(net))
now <- of("onset") <= year & year < of("terminus") & of("kind") == "cooperation"
tell("active spells", sum(now))
tell("censored", class(s$edges$onset.censored), sum(of("onset.censored")),
     sum(of("terminus.censored")))
tell("funders", sum(!is.na(s$edges$funder)))
tell("first code", network::get.vertex.attribute(net, "code")[1])

# ---- waves: donors and partners in one square matrix ----

square <- function(wave) {
  n <- dim(wave)
  matrix <- matrix(0L, sum(n), sum(n))
  matrix[seq_len(n[1]), n[1] + seq_len(n[2])] <- wave
  matrix
}
for (kind in c("cooperation", "sister")) {
  w <- read_waves("rsiena", label, kind)
  rows <- apply(w$waves, 1, any)
  columns <- apply(w$waves, 2, any)
  squares <- lapply(seq_len(dim(w$waves)[3]), function(i) square(w$waves[rows, columns, i]))
  tell(paste("sums of", kind), sapply(squares, sum))
  tell(paste("out-degrees of", kind),
       sapply(squares, function(m) max(sna::degree(m, gmode = "digraph", cmode = "outdegree"))))
  last <- which(w$waves[, , dim(w$waves)[3]] == 1, arr.ind = TRUE)
  tell_pairs(paste("last wave of", kind), w$donors$agent_id[last[, 1]],
             w$partners$agent_id[last[, 2]])
  there <- do.call(rbind, c(w$donors_there, w$partners_there))
  tell(paste("presence of", kind), range(there))
}
for (kind in c("cooperation", "initiative")) { # all actors, in the order of rows and columns
  w <- read_waves("rsiena", label, kind)
  s <- read_waves("rsiena", label, kind, sparse = TRUE)
  same <- vapply(seq_along(s$waves), function(i) all(as.matrix(s$waves[[i]]) == w$waves[, , i]), NA)
  tell(paste("sparse waves of", kind), all(same), unique(vapply(s$waves, function(m) class(m)[1], "")),
       length(same))
  tell(paste("sides of", kind), dim(w$waves), sum(apply(w$waves, 1, sum) == 0),
       identical(rownames(w$waves), as.character(w$donors$agent_id)),
       identical(colnames(w$waves), as.character(w$partners$agent_id)))
  tell(paste("covariates of", kind), exact(sum(w$donors$population)), exact(sum(w$partners$lat)),
       exact(sum(w$partners$lon)), anyNA(w$donors$population))
  tell(paste("codes of", kind), w$donors$code[1], is.character(w$partners$code))
}
z <- read_waves("entering", label, "membership", absent = 10L)
w <- read_waves("entering", label, "membership")
away <- function(actors) outer(seq_len(nrow(actors)), seq_len(dim(w$waves)[3]), function(i, wave)
  actors$from[i] > wave | actors$to[i] < wave)
outside <- array(FALSE, dim(w$waves))
for (wave in seq_len(dim(w$waves)[3])) {
  outside[away(w$donors)[, wave], , wave] <- TRUE
  outside[, away(w$partners)[, wave], wave] <- TRUE
}
tell("structural zeros", sum(outside) > 0, all(z$waves[outside & w$waves == 0] == 10L),
     all(z$waves[!outside] == w$waves[!outside]), sum(w$waves[outside]))
w <- read_waves("at_one_wave", label, "membership")
tell("partners at one wave", dim(w$waves)[2], nrow(w$partners), length(w$partners_there),
     sum(w$waves), anyNA(unlist(w$partners_there)))

# ---- dated changes: played back ----

for (kind in c("cooperation", "sister")) {
  g <- read_changes("goldfish", label, kind)
  events <- g$events
  tell(paste("columns of changes of", kind), names(events)[1:5])
  tell(paste("changes of", kind), nrow(events))
  tell(paste("sound changes of", kind), !is.unsorted(events$time),
       all(c(events$sender, events$receiver) %in% g$nodes$label),
       range(ave(events$increment, events$sender, events$receiver, FUN = cumsum)))
  before <- events[events$time < year + 1, ]
  before <- before[!duplicated(before[c("sender", "receiver")], fromLast = TRUE), ]
  before <- before[before$replace == 1, ]
  tell_pairs(paste("tied after changes of", kind), sub("n", "", before$sender),
             sub("n", "", before$receiver))
}
tell("nodes", anyDuplicated(g$nodes$label), class(g$nodes$present), sum(g$nodes$present))

# ---- GraphML and Gephi's tables ----

graph <- igraph::read_graph(file.path("graphml", paste0(label, "_", year, ".graphml")), "graphml")
tell("graph", igraph::vcount(graph), igraph::ecount(graph), igraph::is_directed(graph))
ends <- igraph::as_edgelist(graph, names = FALSE)
agent <- igraph::V(graph)$agent_id
tell_pairs("edges", agent[ends[, 1]], agent[ends[, 2]])
tell("edge onsets", exact(sum(igraph::E(graph)$onset)))
tell("first local name", utf8ToInt(igraph::V(graph)$name_local[1]))
tell("year of the graph", igraph::graph_attr(graph, "year"))
gephi <- igraph::graph_from_data_frame(.read("gexf", paste0(label, "_edges.csv")),
                                       vertices = .read("gexf", paste0(label, "_nodes.csv")))
tell("gephi", igraph::vcount(gephi), igraph::ecount(gephi), sum(igraph::E(gephi)$spells))
