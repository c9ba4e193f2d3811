"""Every error the deployment raises; `python -m deploy` prints its text as one sentence.

CardOcrError
└── DeployError
    └── WrongConfiguration      serverless.yml or .env; says what to write instead

No message holds a credential or the value of a secret.
"""

from __future__ import annotations

from shared.errors import CardOcrError


class DeployError(CardOcrError):
    """Anything that keeps a command of the deployment from doing what it was asked to."""


class WrongConfiguration(DeployError):
    """A value can't be deployed. `where` is its path in serverless.yml, or a variable's name."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
