"""What stands in front of every provider: cache, budget, pace, admission, retries, batches, and the ledger of it all."""
