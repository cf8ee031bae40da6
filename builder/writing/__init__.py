"""Wants → rows, written by models: jobs for strategies, the desk that they work at, and batches of requests."""
