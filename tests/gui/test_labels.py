"""Every label of the windows has its Chinese, and the file holds no others."""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import PySide6
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QLabel

import resources
from gridworker.domain.lifecycle import ACTIONS
from ui.translations import read
from ui.views.words import action_word
from ui.widgets.status import status_word
from ui.widgets.theme import tokens

ROOT = Path(__file__).parents[2]


def test_every_label_has_its_chinese(tmp_path):
    fresh = tmp_path / "fresh.ts"
    sources = sorted(map(str, (ROOT / "ui").rglob("*.py")))
    tool = Path(PySide6.__file__).parent / "lupdate"
    options = ["-silent", "-extensions", "py", "-locations", "none"]
    subprocess.run([tool, *options, *sources, "-ts", fresh], check=True, capture_output=True)
    wanted = {
        (context.findtext("name"), message.findtext("source"))
        for context in ET.parse(fresh).iter("context")
        for message in context.iter("message")
    }
    have = read(resources.text("translations/gridworker_zh_CN.ts"))
    assert wanted
    assert wanted - have.keys() == set()


def test_placeholders_survive_translation():
    have = read(resources.text("translations/gridworker_zh_CN.ts"))
    for (_, source), chinese in have.items():
        english = {part.split("}")[0] for part in source.split("{")[1:]}
        assert {part.split("}")[0] for part in chinese.split("{")[1:]} == english, source


def test_what_the_rules_write_into_a_timeline_has_a_word_in_chinese():
    written = {
        found
        for file in (ROOT / "gridworker/domain").glob("*.py")
        for found in re.findall(r'Entry\(\s*action="(\w+)"', file.read_text("utf-8"))
    }
    assert {"report", "retract", "close"} <= written
    known = {*written, *ACTIONS, "found", "resolve", "edit", "evidence", "late_evidence", "sample"}
    assert [name for name in known if action_word(name).isascii()] == []


def test_the_dialog_for_files_speaks_chinese(qtbot):
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    told = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
    assert told
    assert [text for text in told if text.isascii()] == []


def test_an_unfinished_label_stays_english():
    text = (
        "<TS><context><name>a</name>"
        "<message><source>x</source><translation type='unfinished'>某</translation></message>"
        "<message><source>y</source><translation>好</translation></message>"
        "</context></TS>"
    )
    assert read(text) == {("a", "y"): "好"}


def test_the_application_speaks_chinese():
    assert QCoreApplication.translate("places", "Today") == "今日"
    assert QCoreApplication.translate("places", "no such label") == "no such label"


def test_every_status_has_a_word_in_chinese():
    words = {status: status_word(status) for status in tokens()["status"]}
    assert len(set(words.values())) == len(words)
    assert all(not word.isascii() for word in words.values())
