"""The operator's command line, `card-ocr`: for people, against the cloud as against `make up`.

card-ocr     runs it from a clone, wherever it is called
app          the commands, and what each error comes to
environment  the deployment's settings: `.env`, and the environment over it
masking      what is shown of a card without `--reveal`
output       data on standard output, everything else beside it
progress     a bar for the person who waits
advice       what can be done about a fault of the cloud
errors       every error of the command line's own
commands     a module a command
audit        what happened to every upload
index        this machine's copy of results and pending objects
status       how a deployment is doing
"""
