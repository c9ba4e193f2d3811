"""`card-ocr show`: all that the bucket says of one card.

history    what lies there: the photo, results of all contents and runs, pending attempts
document   it as JSON
tables     it for a person
"""
