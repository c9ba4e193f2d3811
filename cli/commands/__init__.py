"""A module a command; each says in its docstring what `--help` shows."""
