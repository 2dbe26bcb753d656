"""Starts the Invenio instance of this folder for one review: empty tables, fresh static files, https on loopback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
PORT = int(os.environ["PORTAL_PORT"])
# The port names the folder, so that two reviews can run side by side.
DATA = HERE / "data" / str(PORT)

os.environ["INVENIO_INSTANCE_PATH"] = str(HERE)
os.environ["INVENIO_STATIC_FOLDER"] = str(DATA / "static")
os.environ["PORTAL_DATABASE"] = f"sqlite:///{DATA / 'portal.db'}"

from flask_security.utils import hash_password  # noqa: E402  (invenio-app reads its folders when it is imported)
from invenio_app.factory import create_app  # noqa: E402
from invenio_db import db  # noqa: E402
from werkzeug.serving import run_simple  # noqa: E402


def main() -> None:
    """Do what `invenio collect`, `db create` and `users create` do, then serve with a certificate made on the spot."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    app = create_app()
    with app.app_context():
        app.extensions["collect"].collect()
        # In place of the bundles that `invenio webpack buildall` makes with npm; README.md says why.
        shutil.copytree(HERE / "bundle", DATA / "static" / "dist")
        db.create_all()
        if "PORTAL_USER" in os.environ:
            users = app.extensions["invenio-accounts"].datastore
            password = hash_password(os.environ["PORTAL_PASSWORD"])
            users.create_user(email=os.environ["PORTAL_USER"], password=password, active=True)
            users.commit()
    run_simple("127.0.0.1", PORT, app, ssl_context="adhoc", threaded=True)


if __name__ == "__main__":
    main()
