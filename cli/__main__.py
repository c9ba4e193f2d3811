"""`python -m cli`: what cli/card-ocr starts."""

from cli.interruption import leave_at_once

if __name__ == "__main__":
    leave_at_once()

    from cli.app import main  # which takes half a second

    try:
        main()
    finally:
        leave_at_once("")
