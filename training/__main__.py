"""`python -m training`: see `run`. Worker processes import `training.run`, which they could not do with this file."""

import sys

from training.run import main

if __name__ == "__main__":
    sys.exit(main())
