"""Small real projects and the tasks that developers bring to them; README.md says how one is written."""
