"""`python -m xbench` is the command `xbench`."""

from .cli.main import main

if __name__ == "__main__":
    main()
