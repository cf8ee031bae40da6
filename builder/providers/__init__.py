"""Models behind their APIs, one file for each; completion.py is what they share, the gateway what stands in front of them."""
