"""Copies of workspaces and isolated processes: the world in which tools act."""
