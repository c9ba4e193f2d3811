"""`python -m cli`: what cli/card-ocr starts."""

from cli.app import main

if __name__ == "__main__":
    main()
