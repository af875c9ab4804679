"""Where the program starts: windows, a command, its own check, or the photo child of a bundle."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from gridworker.app.process import harden

PHOTO_CHILD = "--photo-child"
SELFTEST = "--selftest"
HOME = "--home"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the windows when no verb is given, else run the command; return the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == [PHOTO_CHILD]:
        from gridworker.app import photo_child  # noqa: PLC0415  (the child imports nothing else)

        return photo_child.main()
    harden()
    if given[:1] == [SELFTEST]:
        from gridworker import selftest  # noqa: PLC0415  (brings Qt)

        return selftest.run()
    home = _only_home(given)
    if given and home is None:
        from gridworker import cli  # noqa: PLC0415  (a command needs no Qt, windows no parser)

        return cli.main(given)
    gc.disable()  # what is loaded now stays; the windows collect in a timer of their own
    from gridworker import main as windows  # noqa: PLC0415  (as above)

    return windows.run(home)


def _only_home(given: Sequence[str]) -> Path | None:
    """Return the profile's folder when nothing but that is named."""
    match given:
        case [option, folder] if option == HOME:
            return Path(folder)
        case [option] if option.startswith(f"{HOME}="):
            return Path(option.removeprefix(f"{HOME}="))
        case _:
            return None


if __name__ == "__main__":
    sys.exit(main())
