"""`card-ocr show`: all that the bucket says of one card.

history  the photo, the results of all contents and runs, what is pending; and the same as JSON
tables   the same for a person
"""
