"""What jobs cost, at a price that the user gives: nobody else knows it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import typer

_MOST_PLACES = 12  # before and behind the point: 1e9999 is a million zeros when it is printed


def price(text: str) -> Decimal:
    """The price of one job; any currency.

    Raises:
        BadParameter: it is no amount.
    """
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and amount >= 0 and abs(amount.adjusted()) <= _MOST_PLACES):
        raise typer.BadParameter(f"{text!r} is no amount; write it like 0.05")
    return amount


def cost_text(jobs: int, each: Decimal | None) -> str:
    """A sentence on the money."""
    if each is None:
        return "What that costs is known with --price, the price of one job."
    return f"At {each} a job that is at most {jobs * each:,f}."


def cost_document(jobs: int, each: Decimal | None) -> dict[str, object]:
    """The same for programs; amounts as text, since they are exact."""
    if each is None:
        return {"price": None, "cost": None}
    return {"price": f"{each:f}", "cost": f"{jobs * each:f}"}
