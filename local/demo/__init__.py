"""`make demo`: photographs uploaded to a local cloud, and the JSON they become."""
