"""`python -m bot …`: every command of Rootline.

    analyse "TEXT"        one message, JSON out (--jsonl: many, --pretty, --rest-normal)
    context --jsonl       negation, person and time of given spans
    check                 the clinical knowledge, all problems at once
    replay CASE.json      a recorded case under today's knowledge (--golden: all golden conversations, before and after)
    report                the clinical content as pages for review
    train                 the Rasa model, if something changed
    chat                  the whole bot in this terminal
    serve                 the server that `make run` starts
    erase CONVERSATION    delete one conversation
    channels              messaging platforms: which are on, what each lacks
    desk demo             logins for trying the agent desk, on this machine only
    audit verify          is the desk's audit log as it was written?
    unheard               phrases nobody understood, questions at which people leave (if switched on)

In: the command line. Out: text or JSON on standard output, sentences about what is going on on standard error, an exit
code (0 well, 1 with errors, 2 wrong options). Only `argparse` is imported before the command is known.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from datetime import date

from bot.errors import RootlineError

#: Commands that open the private folder (var/).
_PRIVATE = ("train", "chat", "serve", "erase", "desk", "audit", "unheard")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors raised on purpose become one sentence."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "replay" and not options.golden and (options.against or options.conversations or options.strict):
        parser.error("--against, --conversations and --strict go with --golden")
    if options.command in _PRIVATE:
        os.umask(0o077)  # whatever is written, SQLite's and Rasa's own files too, is for its owner alone
    try:
        return _run(options)
    except RootlineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("bot", "actions"):
            raise  # our own fault, not the reader's Python
        print(f"error: this Python lacks '{error.name}': run it with .venv/bin/python (make setup makes it).", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `… | head` is no error
        sys.stderr.close()
        return 0


def _run(options: argparse.Namespace) -> int:
    command = options.command
    if command in ("analyse", "context", "check"):
        # Collecting garbage while spaCy and the lexicon are built takes a tenth of the whole time, and finds none.
        gc.disable()
        from bot.cli import offline

        if command == "context":
            return offline.context()
        if command == "check":
            return offline.check(options.folder)
        return offline.analyse(
            options.text, jsonl=options.jsonl, pretty=options.pretty, rest_normal=options.rest_normal, today=options.today
        )
    if command == "replay":
        if options.golden:
            from bot.cli.golden import replay_golden

            return replay_golden(
                against=options.against, folder=options.conversations, strict=options.strict, as_json=options.json
            )
        from bot.cli.replay import replay

        return replay(options.file, as_json=options.json)
    if command == "report":
        from bot.cli.report import report

        return report(options.out, check=options.check)
    if command == "unheard":
        from bot.cli.unheard import unheard

        return unheard(at_least=options.at_least, as_json=options.json)
    if command in ("desk", "audit"):
        from bot.cli import desk

        return desk.demo(options.host) if command == "desk" else desk.verify()
    if command == "channels":
        from bot.cli.channels import channels

        return channels()
    from bot.cli import online

    if command == "train":
        return online.train(force=options.force)
    if command == "chat":
        return online.chat(locale=options.locale)
    if command == "erase":
        return online.erase(options.conversation)
    return online.serve(host=options.host, port=options.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Rootline: a symptom assistant for backs, legs and knees.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    analyse = commands.add_parser("analyse", help="analyse one message, or JSON lines from standard input")
    analyse.add_argument("text", nargs="?", help='the message, or "-" to read it from standard input')
    analyse.add_argument("--jsonl", action="store_true", help='read {"id","text"} or {"id","turns"} lines, write one line each')
    analyse.add_argument("--pretty", action="store_true", help="indent the JSON")
    analyse.add_argument("--rest-normal", action="store_true", help='treat every open question as answered "no, normal"')
    analyse.add_argument("--today", type=date.fromisoformat, help='YYYY-MM-DD, for words such as "since Sunday"')

    context = commands.add_parser("context", help="presence, person and time of given spans, JSON lines")
    context.add_argument("--jsonl", action="store_true", required=True, help='read {"id","text","spans"} lines')

    check = commands.add_parser("check", help="check the clinical knowledge")
    check.add_argument("folder", nargs="?", help="another knowledge folder")

    replay = commands.add_parser("replay", help="re-assess a recorded case, or all golden conversations")
    what = replay.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", help="a recorded case")
    what.add_argument("--golden", action="store_true", help="all golden conversations, under two knowledges")
    replay.add_argument("--json", action="store_true")
    golden = replay.add_argument_group("with --golden")
    golden.add_argument("--against", metavar="REVISION|FOLDER", help="the knowledge before (default: what the golden files hold)")
    golden.add_argument("--conversations", metavar="FOLDER", help="where they are (default tests/transcripts)")
    golden.add_argument("--strict", action="store_true", help="exit code 1 when the urgency of any turn is lowered")

    report = commands.add_parser("report", help="write the clinical content as pages for review")
    report.add_argument("--out", metavar="FOLDER", help="where to (default docs/clinical)")
    report.add_argument("--check", action="store_true", help="write nothing; exit code 1 when a page is not up to date")

    train = commands.add_parser("train", help="train the Rasa model if something changed")
    train.add_argument("--force", action="store_true", help="train in any case")

    chat = commands.add_parser("chat", help="talk to the bot in this terminal")
    chat.add_argument("--locale", help="en-GB or en-US")

    serve = commands.add_parser("serve", help="start the server")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1, or ROOTLINE_HOST)")
    serve.add_argument("--port", type=int, help="port (default 5005, or ROOTLINE_PORT)")

    erase = commands.add_parser("erase", help="delete one conversation")
    erase.add_argument("conversation")

    commands.add_parser("channels", help="list the messaging platforms: which are on, what each lacks")

    desk = commands.add_parser("desk", help="the agent desk").add_subparsers(dest="what", required=True)
    demo = desk.add_parser("demo", help="make logins for trying it, shown once; never for a server others can reach")
    demo.add_argument("--host", help="address the server will listen on (default 127.0.0.1, or ROOTLINE_HOST)")
    audit = commands.add_parser("audit", help="the desk's audit log").add_subparsers(dest="what", required=True)
    audit.add_parser("verify", help="check the whole chain; exit code 1 when it is broken")

    unheard = commands.add_parser("unheard", help="phrases nobody understood, and the questions at which people leave")
    unheard.add_argument(
        "--at-least", type=int, default=3, metavar="N", help="said in so many conversations (default 3, never under 2)"
    )
    unheard.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
