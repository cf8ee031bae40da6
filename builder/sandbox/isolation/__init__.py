"""The levels of isolation for commands, best first; the program says which one it has.

bubblewrap.py, landlock.py, limits.py: one file for each level, which says what it stops and what it does not.
level.py is what a level is, choice.py picks one, start.py starts what it prepared.
"""

from builder.sandbox.isolation.bounds import FILE_BYTES
from builder.sandbox.isolation.bubblewrap import Bubblewrap
from builder.sandbox.isolation.choice import (
    best_isolation,
    describe_isolation,
    isolation_level,
    require_strong_isolation,
)
from builder.sandbox.isolation.environment import secret_free_environment
from builder.sandbox.isolation.landlock import Landlock
from builder.sandbox.isolation.level import Command, Isolation, Prepared, Shown
from builder.sandbox.isolation.limits import ResourceLimits

__all__ = [
    "FILE_BYTES",
    "Bubblewrap",
    "Command",
    "Isolation",
    "Landlock",
    "Prepared",
    "ResourceLimits",
    "Shown",
    "best_isolation",
    "describe_isolation",
    "isolation_level",
    "require_strong_isolation",
    "secret_free_environment",
]
