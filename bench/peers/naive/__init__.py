"""A handler in the style of the vendor's demos, and the zip somebody would deploy it in."""
