"""Ways to write an example down for a model, one format for each file or package; each reads what it writes."""
