"""What the README can't hold, and what keeps both of them true: `python -m docs.generate`."""
