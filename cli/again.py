"""Reruns put in line: gone through twice, to count before anybody is asked, and to do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cli.cursor import Cursor, CursorPlace
from cli.enqueue import Enqueued, enqueue
from cli.lining_up import EnqueuePlan
from cli.output import counted, listed_counts
from cli.progress import Advance
from cli.reruns import LeftOut, NoRerun, Rerun, Wish, plan
from cli.wishes import Wishes
from shared.card import CardType
from shared.pipeline.context import Context
from shared.workers import Workers, batches


class Again:
    """Wishes as `Cards`."""

    def __init__(
        self, context: Context, wishes: Wishes, workers: Workers, card_type: CardType | None
    ) -> None:
        self._context = context
        self._wishes = wishes
        self._workers = workers
        self._card_type = card_type

    def look(self, place: CursorPlace, heard: Advance) -> EnqueuePlan:
        """How many can run again, and why the others can't; see `Cards`."""
        jobs, left = 0, Counter[NoRerun]()
        codes, left_out = Counter[str](), Counter[str]()
        for batch in self._wishes.batches(place.after):
            plans = self._plans(batch.wishes, place)
            left.update(one for one in plans if isinstance(one, NoRerun))
            left_out.update(one.code for one in plans if isinstance(one, LeftOut))
            reruns = [one for one in plans if isinstance(one, Rerun)]
            codes.update(one.code for one in reruns if one.code)
            jobs += len(reruns)
            heard(len(batch.wishes))
        document = {
            "left": {one.name.lower(): left[one] for one in NoRerun},
            "codes": dict(codes.most_common()),
            "left_out": dict(left_out.most_common()),
        }
        return EnqueuePlan(jobs, jobs, _lines(jobs, left, codes, left_out), document)

    def put_in_line(
        self, place: CursorPlace, most: int, cursor: Cursor, heard: Advance
    ) -> Iterator[Enqueued]:
        """See `Cards`."""
        left = most
        for batch in self._wishes.batches(place.after):
            cursor.keep(place)
            for wishes in batches(batch.wishes, self._workers.count):
                plans = self._plans(wishes, place)
                reruns = [one for one in plans if isinstance(one, Rerun)][:left]
                came = self._workers.map(self._enqueue, reruns)
                yield from came
                heard(len(came))
                left -= len(came)
            if left == 0:
                break
            place = place._replace(after=batch.after)
        cursor.forget()

    def _plans(self, wishes: Sequence[Wish], place: CursorPlace) -> list[Rerun | NoRerun | LeftOut]:
        failures = self._wishes.failures
        return self._workers.map(
            lambda wish: plan(self._context, wish, place.began, failures), wishes
        )

    def _enqueue(self, rerun: Rerun) -> Enqueued:
        return enqueue(self._context, rerun.photo, run=rerun.run, card_type=self._card_type)


def _lines(
    jobs: int, left: Counter[NoRerun], codes: Counter[str], left_out: Counter[str]
) -> list[str]:
    """What is said before anybody is asked."""
    why = ", ".join(f"{left[one]:,} {one.value}" for one in NoRerun if left[one])
    lines = [f"{counted(jobs, 'card')} can run again.", f"Left as they are: {why or 'none'}."]
    if codes:
        lines.insert(1, f"They failed with: {listed_counts(dict(codes.most_common()))}.")
    if left_out:
        refused = listed_counts(dict(left_out.most_common()))
        lines.append(
            f"CI refuses these for good, so they are left out: {refused}. --code takes them."
        )
    return lines
