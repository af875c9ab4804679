"""The process that decodes photos: warm, confined, and replaced after every failure.

It reads questions from standard input and answers on standard output until that ends. It gets bytes
and gives bytes: no key, no path, no database, and the system keeps it from writing files.
"""

import os
import sys
from typing import BinaryIO, Final

from gridworker.app import photo_decode
from gridworker.app.photo_messages import (
    Answer,
    BrokenFrame,
    Done,
    Facts,
    Inspect,
    Question,
    Refused,
    receive_question,
    send,
)
from gridworker.app.process import allow_cpu, confine, harden

MEMORY: Final = 800 * 1024 * 1024
CPU_SECONDS: Final = 10


def main() -> int:
    """Serve until the program that started us is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    harden()
    photo_decode.prepare()
    confine(memory=MEMORY)
    return serve(sys.stdin.buffer, answers)


def serve(questions: BinaryIO, answers: BinaryIO) -> int:
    """Answer one question after the other; returns when there are no more."""
    send(answers, Done())
    while True:
        allow_cpu(CPU_SECONDS)
        try:
            question, data = receive_question(questions)
        except BrokenFrame:
            return 0
        answer, out = _answer(question, data)
        send(answers, answer, out)


def _answer(question: Question, data: bytes) -> tuple[Answer, bytes]:
    try:
        if isinstance(question, Inspect):
            facts, thumb = photo_decode.inspect(data, question.mime)
            return Facts(facts), thumb
        copy = photo_decode.preview(data, question.mime, question.longest, question.mark)
    except photo_decode.Undecodable as error:
        return Refused(str(error)), b""
    return Done(), copy


if __name__ == "__main__":
    sys.exit(main())
