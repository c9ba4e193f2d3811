"""Whether a role, as CAM has it, is what its function needs: a pure comparison of documents."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.roles.cam import FoundPolicy, FoundRole
from deploy.roles.documents import says_the_same
from deploy.roles.wanted import WantedRole


def unfit(
    wanted: WantedRole, found: FoundRole, policies: Sequence[FoundPolicy], setup: str
) -> str | None:
    """Why the function shouldn't run in it, with what to do; None where it may.

    Args:
        wanted: the role as it is to be.
        found: the role as it is.
        policies: all that are attached to it.
        setup: the command that makes it as it is to be.
    """
    if not says_the_same(found.trust, wanted.trust):
        return f"{wanted.name} isn't SCF's alone to take on: run `{setup}`"
    if not any(says_the_same(one.document, wanted.policy) for one in policies):
        return (
            f"no policy of {wanted.name} allows just what {wanted.function} needs with these "
            f"settings: run `{setup}`"
        )
    return None


def too_much(wanted: WantedRole, policies: Sequence[FoundPolicy]) -> str | None:
    """What to detach, since it allows more than the function needs; None where nothing does."""
    others = [one.name for one in policies if not says_the_same(one.document, wanted.policy)]
    if not others:
        return None
    return f"{wanted.name} allows more than it needs: detach {', '.join(others)}"
