"""What happened to every upload, from the listings of the bucket; with --deep from the bodies too.

listings   the three listings, page by page
spool      rows set aside on disk, so that no listing is ever held in memory
joined     the three listings as one stream of cards
cards      the same with hashed keys, and in an order that no card slips through
judgement  what a card's objects say: a pure decision
bodies     what they add when they are read
schema     whether a result fits docs/result.schema.json
totals     the counts
findings   the findings, for programs and for people
run        an audit, put together
"""
