"""The entry of cli/card-ocr, and of `python -m cli`.

A signal ends the process with one line from the very beginning: so the handlers are set before
anything else is imported.
"""

import _signal  # type: ignore[import-not-found]  # built in; `signal` is a file to be read
import os

from cli import INTERRUPTED, LINE


def leave_at_once(line: str = f"{LINE}\n") -> None:
    """Let a signal end the process at once. Outside of a command there is nothing to clean up.

    A signal that is ignored stays ignored, as by `nohup` or in a shell's background job.
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

    from cli.app import main  # noqa: PLC0415 — see above

    try:
        main()
    finally:
        leave_at_once("")


if __name__ == "__main__":
    run()
