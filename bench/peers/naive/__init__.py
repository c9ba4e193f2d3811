"""A handler in the style of the vendor's demos, and the zip in which one would deploy it."""
