"""Kinds of scenario, one file each: a file here that exposes RECIPE is a recipe."""
