"""Analysis of kumiai's results files: reading, intervals, survival, pictures.

The package knows the results-file contract (one SQLite database) and nothing of
the simulator's inside. results reads, intervals and survival compute, pictures
draw; none of them prints or exits, which is left to the scripts beside it.
"""
