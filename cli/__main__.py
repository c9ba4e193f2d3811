"""What cli/card-ocr starts, and `python -m cli`.

A signal is one line from the beginning on: nothing that isn't there yet is imported before that.
"""

import _signal  # type: ignore[import-not-found]  # built in; `signal` is a file to be read
import os

from cli import INTERRUPTED, LINE


def leave_at_once(line: str = f"{LINE}\n") -> None:
    """Have a signal end the process if there is nothing to clean up: outside of a command.

    One that is ignored stays so, as by `nohup` or for a shell's background job.
    """

    def leave(*_: object) -> None:
        os.write(2, line.encode())
        os._exit(INTERRUPTED)

    for one in (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP):
        if _signal.getsignal(one) != _signal.SIG_IGN:
            _signal.signal(one, leave)


def run() -> None:
    """Run the command that was called, and exit."""
    leave_at_once()

    from cli.app import main  # noqa: PLC0415 — it takes half a second

    try:
        main()
    finally:
        leave_at_once("")


if __name__ == "__main__":
    run()
