"""Puts cards in line. Sweep sends the cards in line; nothing here sends a job.

card       put one card in line
flow       what backfill and rerun have in common: look, say what it costs, ask, do it
cursor     where an interrupted run goes on
photos     which photos a call is about
backfill   photos that have neither a result nor a pending object
rerun      one more run of cards that have a result
selection  which cards are to run again
"""
