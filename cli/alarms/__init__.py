"""`alarms`: the alarms of docs/operating.md, and those of them that CLS can raise.

table   the alarms, as data
cls     CLS's alarms as they are wanted and as they are, and the requests between the two
"""
