"""The commands, and the exit status of each error.

Exit status: 0 done · 1 done, and something needs attention · 2 the call or a setting is wrong ·
3 the cloud refused or couldn't be reached · 70 a bug of ours · 75 --seconds were over, the
next call goes on · 130 interrupted.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from cli import INTERRUPTED, LINE
from cli.commands.audit import audit
from cli.commands.backfill import backfill
from cli.commands.doctor import doctor
from cli.commands.export import export
from cli.commands.forget import forget
from cli.commands.pause import pause_sending, resume_sending
from cli.commands.purge import purge
from cli.commands.report import report
from cli.commands.rerun import rerun
from cli.commands.setup import setup
from cli.commands.show import show
from cli.commands.status import status
from cli.commands.sweep import sweep
from cli.connect.faults import advised
from cli.terminal.interruption import interruptible
from cli.terminal.output import say
from deploy.api.connection import believe_certificates
from deploy.errors import DeployError, RequestFailed
from shared.errors import CardOcrError, CloudFault, ConfigurationError, UnexpectedError
from shared.log import Log

_WRONG_CALL, _CLOUD, _BUG = 2, 3, 70

app = typer.Typer(
    name="card-ocr",
    help="Looks after cards on their way from a photo to a result.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"max_content_width": 98},  # each command's first sentence, whole
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# In the order in which an operator needs them.
app.command()(setup)
app.command()(doctor)
app.command()(status)
app.command()(audit)
app.command()(show)
app.command()(report)
app.command()(export)
app.command()(sweep)
app.command("pause")(pause_sending)
app.command("resume")(resume_sending)
app.command()(backfill)
app.command()(rerun)
app.command()(forget)
app.command()(purge)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit; an error is one sentence on standard error."""
    try:
        with interruptible():
            believe_certificates()
            app(arguments, prog_name="card-ocr")
    except SystemExit as end:
        if end.code == INTERRUPTED:
            with suppress(OSError):  # the terminal may be gone
                say(LINE)
        raise
    except CloudFault as error:
        _end(advised(error), _CLOUD)
    except RequestFailed as error:
        _end(error, _CLOUD)
    except (ConfigurationError, DeployError) as error:
        _end(error, _WRONG_CALL)
    except (OSError, sqlite3.Error) as error:  # a full disk, a folder that can't be written
        _end(f"this machine: {error}", _WRONG_CALL)
    except UnicodeEncodeError:  # bytes of an argument, or what is to be shown
        _end("an argument or this terminal is not in UTF-8; see LC_ALL and PYTHONUTF8", _WRONG_CALL)
    except Exception as error:  # noqa: BLE001 — its text could quote a card
        Log("card-ocr", {}, "ERROR", write=say).unexpected(error)
        _end(UnexpectedError(error), _BUG)


def _end(error: CardOcrError | str, status: int) -> None:
    say(f"card-ocr: {error}")
    sys.exit(status)
