"""The windows' labels in Chinese, read from the same file translators work in.

The `.ts` file is loaded as it is: there is no compiled copy that could be older than its source.
"""

from xml.etree import ElementTree as ET

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLibraryInfo, QLocale, QTranslator

import resources

# What Qt's own Chinese leaves in English of the dialog that asks for files.
LEFT_BY_QT = (
    QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"),
    QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"),
    QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "Folder"),
)


class Labels(QTranslator):
    """Finds labels by context and English source; unfinished ones stay English."""

    def __init__(self, parent: QCoreApplication, language: str) -> None:
        super().__init__(parent)
        self._found = read(resources.text(f"translations/gridworker_{language}.ts"))

    def isEmpty(self) -> bool:  # noqa: N802  (Qt's name)
        """Return whether there is nothing to translate with."""
        return not self._found

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803  (Qt's name)
        disambiguation: str | None = None,  # noqa: ARG002  (Qt's signature)
        n: int = -1,  # noqa: ARG002  (Qt's signature)
    ) -> str | None:
        """Return the label, or None to let Qt ask the next translator."""
        return self._found.get((context, sourceText))


def read(ts: str) -> dict[tuple[str, str], str]:
    """Return finished translations by context and source from the text of a `.ts` file."""
    found: dict[tuple[str, str], str] = {}
    for context in ET.fromstring(ts).iter("context"):  # noqa: S314  (our own file)
        name = context.findtext("name", "")
        for message in context.iter("message"):
            done = message.find("translation")
            if done is not None and done.text and done.get("type") != "unfinished":
                found[name, message.findtext("source", "")] = done.text
    return found


def install(app: QCoreApplication, language: str = "zh_CN") -> None:
    """Speak a language: number and date formats, Qt's own words, then ours."""
    QLocale.setDefault(QLocale(language))
    own_of_qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if own_of_qt.load(f"qtbase_{language}", folder):
        app.installTranslator(own_of_qt)
    app.installTranslator(Labels(app, language))
