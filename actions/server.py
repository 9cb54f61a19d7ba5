"""The action server: rasa-sdk's own, on loopback only, with errors that do not quote what the customer said.

`python -m actions.server [--port 5055]`. `python -m rasa_sdk --actions actions` works too, for development: it
listens on all addresses unless SANIC_HOST says otherwise, and its error answers echo the request.
"""

from __future__ import annotations

import argparse
import logging
import sys

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.edge import edge
from bot.errors import SetupError
from bot.privacy import logs

log = logging.getLogger(__name__)


def make_app() -> Sanic:
    """rasa-sdk's app with its exception handler replaced."""
    app = create_app("actions", cors_origins=None)

    async def failed(request: Request, error: Exception) -> HTTPResponse:
        log.error("an action failed: %s", type(error).__name__, exc_info=error)
        return json({"error": type(error).__name__}, status=getattr(error, "status_code", 500))

    app.error_handler.add(Exception, failed)
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description="Lobby's action server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5055)
    wanted = parser.parse_args()
    logs.install()
    try:
        edge()  # what is wrong with settings, data or database shows now, not at the first customer
    except SetupError as error:
        sys.exit(str(error))
    make_app().run(wanted.host, wanted.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
