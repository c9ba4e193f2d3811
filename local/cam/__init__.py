"""Access management: which calls a role's policy allows."""
