"""No real-looking key, token or private key stands anywhere in the row."""

from __future__ import annotations

import re

from builder.conversation import Example
from builder.validators.context import Context

_SECRETS = {
    "an OpenAI key": r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}",
    "an AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}",
    "a Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a Google key": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{16,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20,}",
    # Bounded: "eyJ-eyJ-eyJ-…" would be looked through to its end from every eyJ.
    "a JSON web token": r"\beyJ[A-Za-z0-9_-]{10,2000}+\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in _SECRETS.items()}


def secret_in(text: str) -> str:
    """What kind of secret a text seems to hold, or nothing."""
    return next((what for what, pattern in _PATTERNS.items() if pattern.search(text)), "")


class Secrets:
    """The reason names the kind of secret, never the secret."""

    cost = 25
    stage = "row"

    def problem(self, example: Example, _context: Context) -> str | None:
        texts = [text for one in example.messages for text in (one.content, one.reasoning)]
        texts += [call.function.arguments for call in example.calls]
        texts.append(
            example.metadata.toolset
        )  # a user's own tools are named by a path or a command
        found = secret_in("\n".join(texts))
        return f"the row contains {found}" if found else None


CHECK = Secrets()
