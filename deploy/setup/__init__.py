"""What must be there before a deployment: the run roles, and CI on the bucket.

changes     what is missing or differs; nothing is changed by looking
on_paper    the same for an administrator: documents, commands, and what to click
"""
