"""Sweeping from an operator's machine.

drain      sweep again and again, until nothing waits
progress   how far a sweep is
step_list  a dry run: its steps are listed and not done
"""
