"""Checks that a row must pass, one file each: a file here that exposes CHECK is a validator.

A check has a `cost` (checks run from cheap to dear), `stage` ("row": sees the row alone; "dataset": compares it with the
rows that there are; "play": plays it) and `problem(example, context)`, which gives the reason for a rejection or None.
"""
