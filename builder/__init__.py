"""Builds datasets that teach open models to call Continue's tools."""

__version__ = "0.1.0"
