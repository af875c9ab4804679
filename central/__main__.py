"""`python -m central` is `gridworker-central`."""

import sys

from central.main import main

sys.exit(main())
