"""The decisions about cards, and one place that acts on them.

context      what the other modules work with: settings, COS, CI, the log and the clocks
submit       an upload becomes a claim and a job
callback     an authenticated callback becomes a result
sweep        finishes what is left pending
reconcile    finds what never became pending
decide       decides what to do next about a pending card, and when to try again; pure
attempt      decides what becomes of one attempt, and makes the result; pure
steps        what can be done about a card
perform      does one step: the only place that sends jobs and writes results
claim        one claim, one POST: create-once, look for the result, release
gate         whether a job may go out now
budget       the jobs of a day, and the hold that closes the gate when they are used up
scan         goes through all pending cards once
job_lookup   CI's list as proof that a job was or wasn't made
state        the objects that sweep and operators keep for themselves
status       what a sweep saw

These modules know COS and CI only as two small protocols. So the same decisions run on the official
SDK and on stand-ins in memory.
"""
