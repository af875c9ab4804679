"""The command line of interfaces.md 2: thin, the same commands and rules as the windows."""

import getpass
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gridworker import build
from gridworker.app import documents, grammar, logs, settle_verb, words
from gridworker.app.entry import settings_of
from gridworker.app.paths import Paths, default_home
from gridworker.app.ports import (
    Desk,
    NewPatrol,
    NewReport,
    NewResolve,
    PhotoRef,
    Queries,
    Saved,
    TicketFilter,
)
from gridworker.app.profile import Reading
from gridworker.app.startup import DeviceSuspended, Exit
from gridworker.domain.evidence import PhotoRole, PhotoSource
from gridworker.domain.lines import TicketDetail
from gridworker.domain.problem import Code, RuleBroken
from gridworker.exits import Usage, judge

log = logging.getLogger(__name__)

PASSWORD = "GRIDWORKER_PASSWORD"  # noqa: S105  (the name of a variable)
PAGE = 500
STOPPED = 128 + signal.SIGINT  # as shells say it
Answer = tuple[object, Exit]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure changes nothing."""
    given = list(sys.argv[1:] if argv is None else argv)
    chosen, as_json = grammar.glance(given)
    home = chosen or default_home()
    with _logging(home):
        arguments = Namespace(verb=None, language=_language(home))
        try:
            grammar.parser(arguments.language).parse_args(given, arguments)
            document, code = _run(arguments)
        except Exception as error:  # noqa: BLE001  (the edge: every failure has an exit code)
            return _fail(error, arguments, as_json=as_json)
        except KeyboardInterrupt:
            return _complain("stopped", {}, arguments, STOPPED, as_json=as_json)
    _answer(documents.encode(document) if as_json else documents.plain(document))
    return code


def _answer(text: str) -> None:
    try:
        print(text, flush=True)  # noqa: T201  (a command answers on stdout)
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Namespace) -> Answer:
    home = (arguments.home or default_home()).absolute()
    there = next(place for place in (home, *home.parents) if place.exists())
    if not there.is_dir():
        raise Usage("usage_file", name=there.name)
    try:
        return _VERBS.get(arguments.verb, _not_yet)(arguments)
    except Exception as error:
        if judge(error)[0] is Exit.BUG or isinstance(error, OSError):
            log.exception("a bug, or the disk")
        raise


@contextmanager
def _logging(home: Path) -> Iterator[None]:
    """Log into the profile's folder when there is one; a terminal shows sentences only."""
    handler: logging.Handler = logging.NullHandler()
    if home.is_dir():
        with suppress(OSError):  # whatever is wrong with the folder is told by the command itself
            handler = logs.start(Paths(home).logs)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logs.stop(handler)


def _language(home: Path) -> str:
    """Return the language that was set for this folder; Chinese where nothing can be read."""
    try:
        return settings_of(home).read().language
    except OSError:
        return words.CHINESE


def _fail(error: Exception, arguments: Namespace, *, as_json: bool) -> int:
    """Say in one sentence what is so and what to do: on stderr, with --json also on stdout."""
    code, name, facts = judge(error)
    if code is Exit.UNREACHABLE:  # what is safe then depends on what was tried
        facts = {**facts, "detail": arguments.verb}
    return _complain(name, facts, arguments, code, as_json=as_json)


def _complain(
    name: str, facts: Mapping[str, object], arguments: Namespace, code: int, *, as_json: bool
) -> int:
    problem = documents.problem(name, facts, arguments.language)
    print(f"{problem['sentence']}\n{problem['next']}", file=sys.stderr)  # noqa: T201  (told to people)
    if as_json:
        print(documents.encode(problem))  # noqa: T201  (a command answers on stdout)
    return code


def _enrol(arguments: Namespace) -> Answer:
    if arguments.ca:
        _read(arguments.ca)
    given = (arguments.home, arguments.centre, arguments.code, _password(), arguments.ca)
    return documents.enrolled(build.enrol(*given)), Exit.DONE


def _status(arguments: Namespace) -> Answer:
    with _look(arguments) as desk:
        return documents.status(desk.who, desk.queries.status()), Exit.DONE


def _catalogue(arguments: Namespace) -> Answer:
    with _look(arguments) as desk:
        return [documents.item(line) for line in desk.queries.items(arguments.search)], Exit.DONE


def _tickets(arguments: Namespace) -> Answer:
    wanted = TicketFilter(search=arguments.search, state=arguments.state, mine=arguments.mine)
    found = []
    with _records(arguments) as desk:
        ids = desk.queries.ticket_ids(wanted)
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            lines, photos = desk.queries.ticket_lines(page), desk.queries.ticket_photos(page)
            found += [documents.ticket(lines[id_], photos[id_]) for id_ in page if id_ in lines]
    return found, Exit.DONE


def _ticket(arguments: Namespace) -> Answer:
    with _records(arguments) as desk:
        return documents.ticket_detail(_find(desk.queries, arguments.number)), Exit.DONE


def _attention(arguments: Namespace) -> Answer:
    with _records(arguments) as desk:
        queries, language = desk.queries, arguments.language
        if arguments.others:
            work = queries.refused_work()
            return [documents.refused_work(line, language) for line in work], Exit.DONE
        return [documents.attention(card, language) for card in queries.attention()], Exit.DONE


def _settle(arguments: Namespace) -> Answer:
    with _desk(arguments) as desk:
        return settle_verb.settle(desk, arguments.op_id, arguments.way), Exit.DONE


def _resolve(arguments: Namespace) -> Answer:
    sides = ((PhotoRole.BEFORE, arguments.before), (PhotoRole.AFTER, arguments.after))

    def write(desk: Desk, photos: tuple[PhotoRef, ...], began: str) -> Saved:
        return desk.commands.resolve(
            NewResolve(
                item=arguments.item,
                place=arguments.place,
                note=arguments.note,
                grid=arguments.grid,
                found_at=began,
                photos=photos,
                no_photo_reason=arguments.no_photo,
            )
        )

    return _write(arguments, sides, write)


def _report(arguments: Namespace) -> Answer:
    for name in grammar.PERSON:
        if getattr(arguments, name) is not None:
            raise Usage("not_yet", what=f"report --{name}")

    def write(desk: Desk, photos: tuple[PhotoRef, ...], began: str) -> Saved:
        return desk.commands.report(
            NewReport(
                item=arguments.item,
                place=arguments.place,
                note=arguments.note,
                grid=arguments.grid,
                found_at=began,
                photos=photos,
            )
        )

    return _write(arguments, ((PhotoRole.BEFORE, arguments.photo),), write)


def _patrol(arguments: Namespace) -> Answer:
    def write(desk: Desk, photos: tuple[PhotoRef, ...], _began: str) -> Saved:
        return desk.commands.patrol(
            NewPatrol(
                place=arguments.place,
                result=arguments.result,
                note=arguments.note,
                grid=arguments.grid,
                photos=photos,
            )
        )

    return _write(arguments, ((PhotoRole.OTHER, arguments.photo),), write)


def _act(arguments: Namespace) -> Answer:
    args = {}
    for pair in arguments.pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise Usage("usage_pair", pair=pair)
        args[key] = value

    def write(desk: Desk, _photos: tuple[PhotoRef, ...], _began: str) -> Saved:
        if desk.sync.connection().suspended:
            raise DeviceSuspended
        ticket = _find(desk.queries, arguments.number).line.id
        return desk.commands.act(ticket, arguments.action, args)

    return _write(arguments, (), write)


def _sync(arguments: Namespace) -> Answer:
    with _desk(arguments) as desk:
        return _exchanged(desk)


def _enrol_again(arguments: Namespace) -> Answer:
    with _desk(arguments) as desk:
        desk.enrol_again(arguments.code)
        return _exchanged(desk)


def _exchanged(desk: build.OpenDesk) -> Answer:
    """Exchange all there is; raises what kept it from the end."""
    result = desk.exchange()
    if result.failure is not None:
        raise result.failure
    document = documents.synced(result.counters, desk.queries.status())
    return document, Exit.ATTENTION if document["needs_attention"] else Exit.DONE


def _parcel_write(arguments: Namespace) -> Answer:
    with _desk(arguments) as desk:
        return documents.parcel(desk.courier.write(arguments.file)), Exit.DONE


def _parcel_read(arguments: Namespace) -> Answer:
    if not arguments.file.is_file():
        raise Usage("usage_file", name=arguments.file.name)
    with _desk(arguments) as desk:
        taken = documents.parcel(desk.read_answer(arguments.file))
        document = {**taken, "needs_attention": desk.queries.status().needs_attention}
    return document, Exit.ATTENTION if document["needs_attention"] else Exit.DONE


def _not_yet(arguments: Namespace) -> Answer:
    raise Usage("not_yet", what=arguments.verb)


def _write(
    arguments: Namespace,
    sides: Sequence[tuple[PhotoRole, Sequence[Path]]],
    write: Callable[[Desk, tuple[PhotoRef, ...], str], Saved],
) -> Answer:
    """Take the photos and write; when the write is refused the photos are forgotten again."""
    files = [(role, _read(path)) for role, paths in sides for path in paths]
    with _desk(arguments) as desk:
        began = desk.now()
        photos: list[PhotoRef] = []
        try:
            for role, data in files:
                taken = desk.commands.take_photo(data, source=PhotoSource.FILE)
                photos.append(PhotoRef(taken.id, role))
            saved = write(desk, tuple(photos), began)
        except Exception:
            for photo in photos:
                desk.commands.drop_photo(photo.id)
            raise
    return documents.saved(saved), Exit.DONE


@contextmanager
def _look(arguments: Namespace) -> Iterator[Reading]:
    with build.look(arguments.home, _password()) as desk:
        _tell_of_damage(desk, arguments.language)
        yield desk


@contextmanager
def _records(arguments: Namespace) -> Iterator[Reading]:
    """Open the profile to read what is recorded; raises DeviceSuspended where that is closed."""
    with _look(arguments) as desk:
        if desk.suspended:
            raise DeviceSuspended
        yield desk


@contextmanager
def _desk(arguments: Namespace) -> Iterator[build.OpenDesk]:
    with build.open_desk(arguments.home, _password()) as desk:
        _tell_of_damage(desk, arguments.language)
        yield desk


def _tell_of_damage(desk: Reading | build.OpenDesk, language: str) -> None:
    """Say on stderr that the store was damaged and is another one now; the command goes on."""
    if (done := desk.rebuilt) is not None:
        told = documents.problem(done.code, {"operations": done.operations}, language)
        print(f"{told['sentence']}\n{told['next']}", file=sys.stderr)  # noqa: T201  (told to people)


def _find(queries: Queries, number: str) -> TicketDetail:
    found = queries.ticket(number)
    if found is None:
        raise RuleBroken(Code.INVALID, field="ticket", detail="no such ticket")
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Usage("usage_file", name=path.name) from error


def _password() -> str:
    """Return the password from the environment or the terminal."""
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Usage("usage_password", variable=PASSWORD)
    return getpass.getpass("密码 Password: ")


_VERBS: Mapping[str, Callable[[Namespace], Answer]] = {
    "enrol": _enrol,
    "enrol-again": _enrol_again,
    "status": _status,
    "catalogue": _catalogue,
    "resolve": _resolve,
    "report": _report,
    "patrol": _patrol,
    "tickets": _tickets,
    "ticket": _ticket,
    "act": _act,
    "sync": _sync,
    "attention": _attention,
    "settle": _settle,
    "parcel-write": _parcel_write,
    "parcel-read": _parcel_read,
}
