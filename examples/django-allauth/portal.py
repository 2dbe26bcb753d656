"""Starts the site of this folder for one review: empty tables, https on loopback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from werkzeug.serving import run_simple

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Do what `manage.py migrate` does, then serve with a certificate made on the spot."""
    shutil.rmtree(HERE / "data", ignore_errors=True)
    (HERE / "data").mkdir()
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    call_command("migrate", verbosity=0)
    port = int(os.environ["PORTAL_PORT"])
    run_simple("127.0.0.1", port, get_wsgi_application(), ssl_context="adhoc", threaded=True)


if __name__ == "__main__":
    main()
