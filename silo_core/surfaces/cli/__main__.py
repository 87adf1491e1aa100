"""``python -m silo_core.surfaces.cli``."""

import sys

from silo_core.surfaces.cli import main

sys.exit(main())
