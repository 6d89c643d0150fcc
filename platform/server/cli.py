"""The console script `mianshe`: its arguments, and how every mishap becomes one sentence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

from kernel.settings import SettingError
from server import commands
from server.words import ANSWER, COMMAND, OPTION

WRONG = 2


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in a sentence, with the way to the help."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG, ANSWER["usage"].format(message=message) + "\n")


def parser() -> Parser:
    top = Parser(prog="mianshe", description=OPTION["description"], formatter_class=argparse.RawDescriptionHelpFormatter)
    subcommands = top.add_subparsers(title=OPTION["commands"], dest="command", required=True, metavar="COMMAND")
    made: dict[str, Any] = {}
    for name in COMMAND:
        made[name] = subcommands.add_parser(name, help=COMMAND[name], description=COMMAND[name])
        # `import` is Python's own word.
        made[name].set_defaults(run=getattr(commands, "import_" if name == "import" else name))
        made[name].add_argument("--data-dir", help=OPTION["data-dir"])
    for name in ("up", "web"):
        made[name].add_argument("--host", help=OPTION["host"])
        made[name].add_argument("--port", help=OPTION["port"])
        made[name].add_argument("--expose", action="store_true", help=OPTION["expose"])
    made["web"].add_argument("--wait", action="store_true", help=OPTION["wait"])
    for name, size in (("proposals", 2000), ("experts", 500), ("scores", 10000), ("seed", 7)):
        made["demo"].add_argument(f"--{name}", type=int, default=size, help=OPTION[name])
    made["demo"].add_argument("--fingerprint", action="store_true", help=OPTION["fingerprint"])
    made["import"].add_argument("kind", choices=["projects"], help=OPTION["kind"])
    made["import"].add_argument("file", help=OPTION["file"])
    made["import"].add_argument("--as", dest="actor", default="coordinator", help=OPTION["actor"])
    made["audit"].add_argument("what", choices=["verify", "anchors"], help=COMMAND["audit"])
    made["admin"].add_argument("what", choices=["create"], help=COMMAND["admin"])
    made["admin"].add_argument("people", nargs=3, metavar="USERNAME=NAME", help=OPTION["people"])
    for name in ("backup", "restore"):
        made[name].add_argument("file", help=OPTION["file"])
        made[name].add_argument("--force", action="store_true", help=OPTION[f"force-{name}"])
    made["bench"].add_argument("sizes", nargs="*", type=int, help=OPTION["sizes"])
    return top


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; a wrong setting or an unreachable server is one sentence and exit code 2."""
    arguments = parser().parse_args(argv)
    for name in ("data_dir", "host", "port"):
        if getattr(arguments, name, None):
            os.environ[name.upper()] = getattr(arguments, name)
    if getattr(arguments, "expose", False):
        os.environ["EXPOSE"] = "1"
    try:
        code = arguments.run(arguments)
    except SettingError as error:
        sys.exit(_refuse(str(error)))
    except KeyboardInterrupt:
        sys.exit(_refuse(ANSWER["stopped"], 130))
    except Exception as error:
        sentence = _known(error)
        if sentence is None:
            raise
        sys.exit(_refuse(sentence))
    sys.exit(code)


def _refuse(sentence: str, code: int = WRONG) -> int:
    with suppress(BrokenPipeError):
        print(sentence, file=sys.stderr, flush=True)
    return code


def _known(error: Exception) -> str | None:
    """The sentence for what is not our mistake: a database that is away or refuses us, a rule that says no."""
    import asyncpg

    from kernel.errors import Refused

    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.UndefinedColumnError):
        return ANSWER["not-migrated"]
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError | asyncpg.InvalidCatalogNameError):
        return ANSWER["database-refused"]
    if isinstance(error, OSError | asyncpg.InterfaceError | asyncpg.PostgresConnectionError):
        return ANSWER["database-away"]
    return None


if __name__ == "__main__":
    main()
