"""Whether the face of the program is complete: an icon, the Chinese labels, the fonts."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from ui.translations import Labels
from ui.widgets import icons


def face() -> list[str]:
    """Load an icon and the labels and say so; raises when one of them is missing."""
    app = QApplication.instance() or QApplication(["gridworker"])
    picture = icons.pixmap("check", 24, QColor("black"))
    labels = Labels(app, "zh_CN")
    if picture.isNull() or labels.isEmpty():
        raise FileNotFoundError("icons or labels")
    return ["icons: there", "labels: zh_CN"]
