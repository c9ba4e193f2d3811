"""One module per command; each function's docstring is its `--help`.

alarms    make alarms in CLS of what the functions log
audit     say of every upload whether it has a result, is pending, or is missing
backfill  put in line the photos uploaded before the trigger existed
bill      count the jobs that were made, from the objects only
doctor    check a deployment from outside
export    write one row per card: its fields, its outcome and its evidence
forget    delete all that the bucket holds of one card
logs      show what the functions logged
pause     stop sending, uploads included; and resume: send again
purge     delete results that are older than a given number of days, and their photos if asked to
report    write one HTML file
rerun     have cards read once more, each as a run of its own beside the results it has
review    confirm, correct or reject what needs a person
seal      write down which objects are there, and print a SHA-256 to keep elsewhere
setup     make the roles of the functions, and have CI serve the bucket
show      show a card
status    show on one screen what is pending, why, and what needs attention
sweep     finish what is pending, as the function `sweep` does, from this machine
wait      wait until cards have a result
"""
