"""Python's own documentation, as it ships with the interpreter: the language reference and the library's docstrings."""
