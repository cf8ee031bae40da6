"""What stands between the program and its models: cache, money, pace, admission, retries, batches."""
