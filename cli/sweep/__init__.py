"""Sweeping from an operator's machine.

drain      sweep again and again, until nothing waits
progress   how many cards a sweep is about
step_list  a dry run: its steps are listed and not done
"""
