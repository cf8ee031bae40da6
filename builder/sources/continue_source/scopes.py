"""Names and what they stand for inside a function or a file.

Holds names only: functions.py binds them, evaluator.py computes their values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from builder.sources.continue_source.module_syntax import Module
from builder.sources.continue_source.values import Thunk


@dataclass(slots=True)
class Scope:
    """The names of one block. A scope without a parent is that of the file itself."""

    module: Module
    parent: Scope | None = None
    names: dict[str, Thunk] = field(default_factory=dict)

    def inner(self) -> Scope:
        """A scope for a block inside this one."""
        return Scope(self.module, self)

    def find(self, name: str) -> Thunk | None:
        """What a name stands for, unless the file itself declares or imports it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None
