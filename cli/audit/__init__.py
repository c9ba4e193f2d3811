"""What happened to every upload, from the listings of the bucket; with --deep from the bodies too.

judgement      what a card's objects say: a pure decision
bodies         what they add when they are read, and whether results fit their schema
recomputation  what in a result doesn't follow from its items
seals          what is there now, held against what seals name
tampering      what became of an object that seals name: a pure decision
findings       the counts and findings, for programs and for people
run            an audit, put together
"""
