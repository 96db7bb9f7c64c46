# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: Rscript estimate.R WHAT FOLDER
# Estimates weights of the cooperation model from tables of its results, as FOLDER/<table>.csv, with
# R's package survival, knowing neither the program nor the weights. WHAT is choices, hazards or
# keeping. Leaves FOLDER/estimates.csv (run, part, term, estimate, se), run 0 being all runs in one
# fit, and FOLDER/covariance_<part>.csv of these.
suppressMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
setwd(arguments[2])
found <- list()

# Of a fit with coef() and vcov().
keep <- function(part, fit, run = 0, signs = 1) {
  value <- coef(fit)
  covariance <- vcov(fit)[names(value), names(value), drop = FALSE]
  found[[length(found) + 1]] <<- data.frame(run = run, part = part, term = names(value), estimate = signs * value,
                                            se = sqrt(diag(covariance)))
  if (run == 0) write.csv(covariance, paste0("covariance_", part, ".csv"), row.names = FALSE)
}

# A conditional logit of the donors' opportunities, a logit of the partners' answers.
choices <- function(choice, acceptance, run) {
  statistics <- names(choice)[match("nobody", names(choice)):ncol(choice)]
  formula <- reformulate(c(statistics, "strata(run_id, choice_id)"), "chosen")
  # Sets with one choice: Breslow's likelihood is the exact one.
  keep("choice", do.call(clogit, list(formula, quote(choice), method = "breslow")), run)
  statistics <- names(acceptance)[match("one", names(acceptance)):ncol(acceptance)]
  keep("acceptance", glm(reformulate(c("0", statistics), "accepted"), binomial, acceptance), run)
}
both <- function() {
  choice <- read.csv("choice.csv")
  acceptance <- read.csv("acceptance.csv")
  choices(choice, acceptance, 0)
  for (run in unique(choice$run_id))
    choices(choice[choice$run_id == run, ], acceptance[acceptance$run_id == run, ], run)
}

# The level of a hazard that is weight × x: constant within a row. A tie that ends in a step has
# lived half of it, near enough for short steps.
level <- function(risk, part, cause, x) {
  rows <- data.frame(lived = ifelse(risk$cause == "", 1, 0.5) * risk$years * x, ended = risk$cause == cause)[x > 0, ]
  fit <- survreg(Surv(lived, ended) ~ 1, rows, dist = "exponential")
  found[[length(found) + 1]] <<- data.frame(run = 0, part = part, term = cause, estimate = -coef(fit)[[1]],
                                            se = sqrt(vcov(fit)[1, 1]))
}

# A proportional hazards model of one cause with covariates that change from step to step; `x` is
# what multiplies the hazard beside them.
cox <- function(risk, part, cause, formula, x, signs = 1) {
  rows <- risk[x > 0, ]
  rows$stop <- rows$time + min(rows$years)
  rows$fixed <- log(rows$years * x[x > 0])
  rows$ended <- rows$cause == cause
  keep(part, coxph(update(formula, Surv(time, stop, ended) ~ . + offset(fixed)), rows), signs = signs)
}
hazards <- function() {
  risk <- read.csv("tie_risk.csv", na.strings = "NA")
  missing <- risk$missing <- 1 - risk$trust
  unpromised <- risk$held == 0 & risk$agreed == 0
  free <- function(x) ifelse(unpromised, x, 0)
  level(risk, "level", "leader_turnover", free(missing * risk$priority_fall))
  level(risk, "level", "grant_end", free(missing * risk$grant_over))
  level(risk, "level", "support_loss", free(risk$support_gap))
  level(risk, "level", "dormancy", free(risk$dormant))
  level(risk, "level", "partner_exit", free((1 - risk$interest) * (1 - risk$stability / 2)))
  level(risk, "level", "budget_shortfall", risk$short_of_money)
  cox(risk, "turnover", "leader_turnover", ~ held + log(missing) + log(priority_fall),
      ifelse(missing * risk$priority_fall > 0, 1, 0))
  cox(risk, "dormancy", "dormancy", ~held, risk$dormant)
  cox(risk, "grant", "grant_end", ~ held + log(missing), risk$grant_over)
  cox(risk, "exit", "partner_exit", ~ agreed + log(1 - interest), (risk$interest < 1) * (1 - risk$stability / 2))
}

# What keeping is worth: where giving up is rare, its hazard is the exponential of minus that.
keeping <- function() {
  risk <- read.csv("tie_risk.csv", na.strings = "NA")
  statistics <- setdiff(names(risk)[match("match", names(risk)):ncol(risk)], "one")
  cox(risk, "keeping", "goal_mismatch", reformulate(statistics), rep(1, nrow(risk)), signs = -1)
}

switch(arguments[1], choices = both(), hazards = hazards(), keeping = keeping())
write.csv(do.call(rbind, found), "estimates.csv", row.names = FALSE)
