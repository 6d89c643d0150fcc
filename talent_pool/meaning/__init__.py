"""What texts mean, as vectors: computed once in a job by the extra `meaning`, kept by content hash, read by matching."""
