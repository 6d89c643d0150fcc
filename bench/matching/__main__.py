"""`python -m bench.matching`."""

import sys

from bench.matching.main import main

sys.exit(main())
