"""Continue's tools, read from Continue's own TypeScript at any ref, without running any of it.

`discover` is the way in. In reading order:

- discovery: the whole way; layout: where Continue keeps what
- repository, remote, git_environment: files out of git
- typescript, module_syntax, modules: syntax, and names from file to file
- definitions, offers, conditions, gates: which tools there are, and when they are offered
- evaluator, with literals, operators, functions, statements, patterns, methods, text_methods, machine, values
  and scopes: what an expression comes to
- tools, system_messages: the result
- findings, checklist: the report
"""

from builder.sources.continue_source.discovery import discover

__all__ = ["discover"]
