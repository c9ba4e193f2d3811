"""The operator's command line, `card-ocr`: for people; works on the cloud and on `make up` alike.

card-ocr  runs it from a clone, wherever it is called
app       the commands, and the exit status of each error
lazy_group  a command is imported when it is called
commands  one module per command: its options, and what it does in a few lines

What several commands need:

terminal  options, output, questions, masking, files
connect   settings, API keys, the account and the pipeline
bucket    what is in the buckets: listings, bodies, results, photos, holds
pictures  photos as pictures, and boxes on them

What one or two commands do:

enqueue   backfill and rerun: put cards in line
delete    forget and purge
sweep     sweep
audit     audit: what happened to every upload, and whether anything was changed since
bill      bill: the jobs that the objects name
seal      seal: what is there, for an audit to compare with
doctor    doctor: whether a deployment works
alarms    alarms: of what the functions log, in CLS
status    status: how a deployment is doing
show      show: one card
review    review: a person's word on results
report    report: one HTML file
viewer    what the report, review and the page of `make up` show a card with
export    export: one row per card
wait      wait: until cards have a result
"""

INTERRUPTED = 130  # the exit status
LINE = "card-ocr: interrupted; the same command goes on, or begins again"
"""What is said then. cli/__main__.py needs both before anything is imported."""
