"""The operator's command line, `card-ocr`: for people, against the cloud as against `make up`.

card-ocr     runs it from a clone, wherever it is called
app          the commands, and what each error comes to
environment  the deployment's settings: `.env`, and the environment over it
masking      what is shown of a card without `--reveal`
output       data on standard output, everything else beside it
commands     a module a command
"""
