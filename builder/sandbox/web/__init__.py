"""The web as far as a workspace knows it: its pages, served over real HTTP to our own client and to nobody else."""
