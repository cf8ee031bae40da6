"""Finds files by a glob as ripgrep does, in memory: syntax, matching, ignore rules, the walk."""
