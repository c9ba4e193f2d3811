"""The operator's command line, `card-ocr`: for people, against the cloud as against `make up`.

card-ocr     runs it from a clone, wherever it is called
app          the commands, and what each error comes to
commands     a module a command; what is more than a few lines of one lies beside it:
  doctor, status, audit, show, report, export
  backfill   backlog, photographs, keys, sending, cost
  rerun      wishes, reruns, again
  forget     traces, input_bucket
  purge      purging
  sweep      draining
environment  the deployment's settings: `.env`, and the environment over it
operator, deployment   the context, and the services, as the operator's keys reach them
masking      what is shown of a card without `--reveal`
index        this machine's copy of results and pending objects
output, progress, question, files   the terminal, and what is written beside it
cursor       where interrupted work goes on
errors, advice   what can go wrong here, and what to do about the cloud's faults
"""
