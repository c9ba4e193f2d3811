"""The operator's terminal: options, questions, output and files.

options       the options that commands share, and exit statuses
output        standard output and standard error
progress      how far it is, in a bar
bar           the bar itself, drawn with rich
question      the place that a command is about, and the question before it writes or deletes
wrong_call    what is wrong with a call
formats       how times, ages, prices and scores are read and written
period        the options --since and --until
masking       what is shown of a card without `--reveal`
files         files, written whole or not at all
interruption  Ctrl-C, SIGTERM and SIGHUP
"""
