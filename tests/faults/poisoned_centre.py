"""A centre whose rules fail at one kind of operation, as a release with a bug would."""

import argparse
import json
import sys

from central import serving
from central.build import Centre
from tests.syncing.simulator.centre_host import rules


def main() -> None:
    """Serve until SIGTERM, as `gridworker-central serve` does."""
    parser = argparse.ArgumentParser()
    for name in ("--database", "--blobs", "--port"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    centre = Centre.open(options.database, options.blobs, rules=rules)
    serving.run(
        centre.app,
        host="127.0.0.1",
        port=int(options.port),
        tls_cert=None,
        tls_key=None,
        on_ready=ready,
        on_end=centre.app.watch.end,
    )
    centre.close()


def ready(url: str) -> None:
    sys.stdout.write(json.dumps({"url": url}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
