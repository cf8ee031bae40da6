"""What both of Continue's clients take from its core: the edit engine, ignore rules, text and number habits, policies.

No toolkit of its own; continue_ide and continue_cli build on it.
"""
