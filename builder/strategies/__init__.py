"""How a model makes rows: one file for each way, and what they share. The model gives intentions and words, never results."""
