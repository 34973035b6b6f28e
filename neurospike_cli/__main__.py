"""`python -m neurospike_cli` is `neurospike`."""

import sys

from neurospike_cli.cli import main

if __name__ == "__main__":
    sys.exit(main())
