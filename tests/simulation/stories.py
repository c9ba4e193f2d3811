"""The kinds of histories, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tests.simulation.archived import tell_archived
from tests.simulation.billed import tell_billed
from tests.simulation.denied import tell_denied
from tests.simulation.forgotten import tell_forgotten
from tests.simulation.held import tell_held
from tests.simulation.history import Outcome, tell
from tests.simulation.refused import tell_refused
from tests.simulation.replaced import tell_replaced
from tests.simulation.starved import tell_starved
from tests.simulation.twins import tell_twins

STORIES: Mapping[str, Callable[[int], Outcome]] = {
    "history": tell,
    "billed": tell_billed,
    "replaced": tell_replaced,
    "archived": tell_archived,
    "refused": tell_refused,
    "forgotten": tell_forgotten,
    "denied": tell_denied,
    "held": tell_held,
    "twins": tell_twins,
    "starved": tell_starved,
    "starved by ten thousand": partial(tell_starved, refused=10_000, hours=45),
}
EVERY: Mapping[str, int] = {
    "history": 1,
    "billed": 10,
    "replaced": 1,
    "archived": 1,
    "refused": 5,
    "forgotten": 5,
    "denied": 20,
    "held": 50,
    "twins": 10,
    "starved": 500,
    "starved by ten thousand": 10_000,
}
"""Of how many seeds one tells such a history: the last of them."""
