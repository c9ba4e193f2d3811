"""The commands, and the exit status of each error.

Exit status: 0 done · 1 done, and something needs attention, or nobody read all of the output ·
2 the call or a setting is wrong · 3 the cloud refused, couldn't be reached or isn't as it must be ·
70 a bug of ours · 75 --seconds were over, the next call goes on · 130 interrupted, unless only that
ends the command.
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
from cli.lazy_group import COMMANDS, LazyGroup
from cli.terminal.interruption import interruptible
from cli.terminal.output import flush_output, say, show
from cli.terminal.wrong_call import said_of
from deploy.api.certificates import believe_certificates
from deploy.errors import AccountUnfit, DeployError, NotInTime, RequestFailed
from shared import RELEASE
from shared.errors import CardOcrError, CloudFault, ConfigurationError, UnexpectedError

_WRONG_CALL, _CLOUD, _BUG = 2, 3, 70

app = typer.Typer(
    name="card-ocr",
    cls=LazyGroup,
    help="Looks after cards on their way from a photo to a result.",
    no_args_is_help=True,
    context_settings={"max_content_width": 80, "help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name in COMMANDS:
    app.command(_name)(lambda: None)  # its options are read when it is called


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
            try:
                # What ends a command by itself gives its exit status; errors come here
                status = app(arguments, prog_name="card-ocr", standalone_mode=False)
            finally:
                flush_output()
            sys.exit(status)
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
    except (RequestFailed, AccountUnfit, NotInTime) as error:
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
