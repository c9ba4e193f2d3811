"""Access management: which calls a role's policy allows, and a record of all that were made."""
