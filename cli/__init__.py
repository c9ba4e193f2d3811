"""The operator's command line, `card-ocr`: for people, against the cloud as against `make up`.

card-ocr     runs it from a clone, wherever it is called

app                     the commands, and what each error comes to
commands                a module a command
environment             the deployment's settings: `.env`, and the environment over it
operator, deployment    the context, and the services, as the operator's keys reach them
masking                 what is shown of a card without `--reveal`
output, progress, question, files  the terminal, and what is written beside it
cursor                  where interrupted work goes on
enqueue                 one card put in line: a claim that sweep sends
errors, advice          what can go wrong here, and what to do about the cloud's faults
again                   reruns put in line
ages                    ages for people
audit                   what happened to every upload, from the listings of the bucket
backlog                 the photos that have neither a result nor anything pending, and how
                        they get in line
callback_address        where CI is to call back, for jobs that an operator's machine sends
cards                   the objects of all cards of a bucket, listed and grouped by card
card_objects            the objects of ours that belong to a card, by the names that listings show
cost                    what jobs cost, at a price that the user gives: nobody else knows it
doctor                  whether a deployment works, looked at from outside
documents               the bodies of our objects, so that no garbage breaks a command
draining                sweeping until nothing waits to be sent, or sending stopped
export                  `card-ocr export`
forgetting              deleting all that the bucket holds of one card, so that nothing of it comes
                        back
holds                   who holds sending, since when and why
in_order                bodies of many objects, read several at a time and given in order, in
                        bounded memory
input_bucket            deleting photos
interruption            Ctrl-C, SIGTERM and SIGHUP
keys                    keys in a file that an operator gives
lining_up               putting cards in line, as backfill and rerun do it
listing                 listings, page by page, and the prefixes that they can be narrowed to
looked_at               how far a sweep is
naming                  the keys that a call names
options                 the options that every command has
photos                  which photos a command is about
pictures                photos, read with the operator's own keys, and what is drawn from them
purging                 which results are old enough to go, and which photos with them
report                  `card-ocr report`
refusals                what COS refuses of one object, and how it is said
reruns                  another run of a card beside the results it has
results                 many results: those that count, read
sending                 what holds for everything that makes jobs
service                 the service as serverless.yml has it, resolved by the Serverless Framework
                        itself
show                    `card-ocr show`: all that the bucket says of one card
status                  how a deployment is doing, on one screen
step_list               a dry run of sweep: its steps, listed instead of done
times                   times as people write them in options
traces                  everything that the bucket holds of one card
versioning              whether a bucket has, or once had, versioning
wishes                  which cards are to run again
"""

INTERRUPTED = 130  # the exit status
LINE = "card-ocr: interrupted; the same command goes on, or begins again"
"""What is said then. cli/__main__.py needs both before anything is imported."""
