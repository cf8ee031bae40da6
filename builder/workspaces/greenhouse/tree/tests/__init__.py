"""Tests of the domain modules; run them with `python3 -m unittest`."""
