"""The end of a project: the final report, closing or sending back, suspending, ending and settling."""
