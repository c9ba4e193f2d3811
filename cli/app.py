"""The commands, and the exit status of each error.

Exit status: 0 done · 1 done, and something needs attention · 2 the call or a setting is wrong ·
3 the cloud refused or couldn't be reached · 70 a bug of ours · 75 --seconds were over, the
next call goes on · 130 interrupted, unless only that ends the command.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from cli import INTERRUPTED, LINE
from cli.connect.faults import advised
from cli.lazy_group import LazyGroup, imported_when_called
from cli.terminal.interruption import interruptible
from cli.terminal.output import say, show
from cli.terminal.wrong_call import said_of
from deploy.api.certificates import believe_certificates
from deploy.errors import DeployError, RequestFailed
from shared import RELEASE
from shared.errors import CardOcrError, CloudFault, ConfigurationError, UnexpectedError

_WRONG_CALL, _CLOUD, _BUG = 2, 3, 70

# In the order of their use. Each row has the name, the function below cli.commands, and the
# first sentence of its docstring: `card-ocr --help` shows that without importing the function.
COMMANDS = (
    ("setup", "setup:setup", "Make the roles of the functions, and set up CI for the bucket."),
    ("doctor", "doctor:doctor", "Check a deployment from outside."),
    (
        "status",
        "status:status",
        "Show on one screen which cards are pending, why, and what needs attention.",
    ),
    ("logs", "logs:logs", "Show what the functions logged, oldest first."),
    (
        "alarms",
        "alarms:alarms",
        "Make the alarms of docs/operating.md in CLS, from what the functions log.",
    ),
    (
        "audit",
        "audit:audit",
        "Say of every upload whether it has a result, is pending, or is missing.",
    ),
    (
        "seal",
        "seal:seal",
        "Write down which objects are there, and print a SHA-256 to keep elsewhere.",
    ),
    (
        "show",
        "show:show",
        "Show a card: fields, items, checks, evidence, versions, runs, pending objects.",
    ),
    (
        "review",
        "review:review",
        "Confirm, correct or reject what needs a person: on a page, or by a script.",
    ),
    (
        "report",
        "report:report",
        "Write one HTML file: totals, outcomes over time, scores, every card with boxes.",
    ),
    (
        "export",
        "export:export",
        "Write one row per card: its fields, its outcome and its evidence.",
    ),
    ("wait", "wait:wait", "Wait until cards have a result."),
    ("bill", "bill:bill", "Count the jobs that were made, from the objects of the bucket only."),
    (
        "sweep",
        "sweep:sweep",
        "Finish pending cards from this machine, as the function `sweep` does.",
    ),
    ("pause", "pause:pause_sending", "Stop sending, uploads included, until `card-ocr resume`."),
    ("resume", "pause:resume_sending", "Send again: delete every hold but the budget's."),
    (
        "backfill",
        "backfill:backfill",
        "Put in line the photos uploaded before the trigger existed.",
    ),
    (
        "rerun",
        "rerun:rerun",
        "Read cards once more.",
    ),
    (
        "forget",
        "forget:forget",
        "Delete all of one card: photo, results, reviews, pending objects.",
    ),
    (
        "purge",
        "purge:purge",
        "Delete results that are older than so many days, and their photos if asked to.",
    ),
)

app = typer.Typer(
    name="card-ocr",
    cls=LazyGroup,
    help="Looks after cards on their way from a photo to a result.",
    no_args_is_help=True,
    context_settings={"max_content_width": 80, "help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, _where, _sentence in COMMANDS:
    app.command(_name, short_help=_sentence)(imported_when_called(_where))


def _show_version(is_wanted: bool) -> None:  # noqa: FBT001 — Typer calls it so
    if is_wanted:
        show(f"card-ocr {RELEASE}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit; an error is one sentence on standard error."""
    try:
        with interruptible():
            believe_certificates()
            # What ends a command by itself gives its exit status; errors come here
            sys.exit(app(arguments, prog_name="card-ocr", standalone_mode=False))
    except SystemExit as end:
        if end.code == INTERRUPTED:
            with suppress(OSError):  # the terminal may be gone
                say(LINE)
        raise
    except TyperException as error:
        say(said_of(error))
        sys.exit(_WRONG_CALL)
    except CloudFault as error:
        _end(advised(error), _CLOUD)
    except RequestFailed as error:
        _end(error, _CLOUD)
    except (ConfigurationError, DeployError) as error:
        _end(error, _WRONG_CALL)
    except UnicodeEncodeError:  # bytes of an argument, or what is to be shown
        _end("an argument or this terminal is not in UTF-8; see LC_ALL and PYTHONUTF8", _WRONG_CALL)
    except Exception as error:  # noqa: BLE001 — its text could quote a card
        if _is_of_this_machine(error):
            _end(f"this machine: {_in_words(error)}", _WRONG_CALL)
        from shared.log import Log  # noqa: PLC0415 — only after a bug

        Log("card-ocr", {}, "ERROR", write=say).unexpected(error)
        _end(UnexpectedError(error), _BUG)


def _is_of_this_machine(error: Exception) -> bool:
    """Return whether a disk is full, or a folder can't be written."""
    from sqlite3 import Error  # noqa: PLC0415 — few commands need it

    return isinstance(error, OSError | Error)


def _in_words(error: Exception) -> str:
    """Write what this machine said, without the number of the error."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror + (f", {error.filename}" if error.filename else "")
    return str(error)


def _end(error: CardOcrError | str, status: int) -> NoReturn:
    say(f"card-ocr: {error}")
    sys.exit(status)
