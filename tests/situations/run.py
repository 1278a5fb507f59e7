"""Runs the folders of situations as Alembic, or whatever applies their SQL, does, and prints what happens.

`cargo xtask alembic` runs this once for each version of SQLAlchemy, in a virtual environment of it, with the URL of a server in
`DATABASE_URL`. A line of output is a folder, a fact and what came of it, with tabs between: `ok`, or the SQLSTATE and where.

- `up`: all migrations of an empty database in one run, which for Alembic is one process and one transaction.
- `apart`: one after the other in runs of their own.
- `down`: those of `apart` taken back, one by one.
- `again`: up again after that.
- `use`: the models, or a statement of the application, on the database after `up`.
- `at once`: the last migration, while another session has run it and not committed yet.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

HERE = Path(__file__).parent

DRIVER = "postgresql+psycopg2"

# Situations in which two sessions at once are the point.
AT_ONCE = ("c_", "i_")

# How long a session may wait for another one, in seconds.
PATIENCE = 30


class Server:
    """The server, and databases on it."""

    def __init__(self, url):
        # By itself, SQLAlchemy 2.1 takes another driver than those before.
        self.url = make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername=DRIVER)
        self.count = 0

    def administer(self, statement):
        connection = psycopg2.connect(dsn(self.url))
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()

    def database(self):
        """The URL of a new database."""
        self.count += 1
        name = f"situations_{os.getpid()}_{self.count}"
        self.administer(f'CREATE DATABASE "{name}"')
        return self.url.set(database=name)

    def drop(self, url):
        self.administer(f'DROP DATABASE "{url.database}"')


def dsn(url):
    """The URL for the driver itself."""
    return text_of(url.set(drivername="postgresql"))


def text_of(url):
    return url.render_as_string(hide_password=False)


def sqlstate(error):
    """What the server said: the SQLSTATE, or the name of an error that is not the server's."""
    while error is not None:
        state = getattr(error, "pgcode", None) or getattr(getattr(error, "orig", None), "pgcode", None)
        if state:
            return state
        name = type(error).__name__
        error = error.__cause__
    return name


class Alembic:
    """A project with revisions in `migrations`, and perhaps with models."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        self.config = Config()
        self.config.set_main_option("script_location", str(folder / "migrations"))
        self.config.set_main_option("sqlalchemy.url", text_of(url).replace("%", "%%"))
        script = ScriptDirectory.from_config(self.config)
        self.names = [revision.revision for revision in reversed(list(script.walk_revisions()))]

    def up(self, name):
        command.upgrade(self.config, name)

    def down(self, name):
        command.downgrade(self.config, f"{name}-1" if name != self.names[0] else "base")

    def up_uncommitted(self):
        """A connection on which the last migration has run."""
        connection = create_engine(self.url, poolclass=pool.NullPool).connect()
        transaction = connection.begin()
        self.config.attributes["connection"] = connection
        self.up("head")
        del self.config.attributes["connection"]
        return transaction.commit, connection.close

    def use(self):
        models = self.folder / "models.py"
        if not models.is_file():
            return None
        spec = importlib.util.spec_from_file_location("models", models)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)

        def use():
            with Session(create_engine(self.url, poolclass=pool.NullPool)) as session:
                module.use(session)
                session.commit()

        return use


class Sql:
    """A folder of SQL, as Diesel has it: each file is sent in a transaction of its own."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        self.names = sorted(path.name for path in folder.iterdir())

    def send(self, file):
        connection = psycopg2.connect(dsn(self.url))
        try:
            with connection:
                connection.cursor().execute(file.read_text())
        finally:
            connection.close()

    def up(self, name):
        for name in self.names if name == "head" else [name]:
            self.send(self.folder / name / "up.sql")

    def down(self, name):
        self.send(self.folder / name / "down.sql")

    def up_uncommitted(self):
        connection = psycopg2.connect(dsn(self.url))
        connection.cursor().execute((self.folder / self.names[-1] / "up.sql").read_text())
        return connection.commit, connection.close

    def use(self):
        file = self.folder.parent / "use.sql"
        return (lambda: self.send(file)) if file.is_file() else None


def kind_of(folder):
    return Alembic if (folder / "migrations").is_dir() else Sql


def outcome(what, where=None):
    try:
        what()
    except ImportError:
        raise
    except Exception as error:
        return sqlstate(error) + (f" {where}" if where else "")
    return "ok"


def facts(source, server, scratch):
    """The facts of a folder."""
    folder = scratch / source.parent.name / source.name
    shutil.copytree(source, folder)
    for file in source.parent.glob("*.sql"):
        shutil.copy(file, folder.parent)
    revisions = folder / "migrations"
    if revisions.is_dir() and not (revisions / "env.py").is_file():
        shutil.copy(HERE / "env.py", revisions)
    kind = kind_of(folder)

    url = server.database()
    it = kind(folder, url)
    yield "up", outcome(lambda: it.up("head"))
    use = it.use()
    if use:
        yield "use", outcome(use)
    server.drop(url)

    url = server.database()
    it = kind(folder, url)
    applied, came = [], "ok"
    for name in it.names:
        came = outcome(lambda: it.up(name), name)
        if came != "ok":
            break
        applied.append(name)
    yield "apart", came
    for name in reversed(applied):
        came = outcome(lambda: it.down(name), name)
        if came != "ok":
            break
    if applied:
        yield "down", came
    if applied and came == "ok":
        yield "again", outcome(lambda: it.up("head"))
    server.drop(url)

    if source.parent.name.startswith(AT_ONCE):
        url = server.database()
        yield "at once", at_once(kind(folder, url), server)
        server.drop(url)


def at_once(it, server):
    """What comes of a session that runs the last migration while another one has run it and commits a little later."""
    for name in it.names[:-1]:
        it.up(name)
    commit, close = it.up_uncommitted()
    # Another process, with other hashes of texts.
    environment = os.environ | {"PYTHONHASHSEED": "2"}
    arguments = [sys.executable, __file__, "--last", str(it.folder), text_of(it.url)]
    second = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)
    connection = psycopg2.connect(dsn(it.url))
    connection.autocommit = True
    cursor = connection.cursor()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and second.poll() is None:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if cursor.fetchone()[0]:
            break
        time.sleep(0.05)
    connection.close()
    commit()
    close()
    return second.communicate(timeout=PATIENCE)[0].strip()


def main():
    if sys.argv[1:2] == ["--last"]:
        folder, url = Path(sys.argv[2]), make_url(sys.argv[3])
        it = kind_of(folder)(folder, url)
        print(outcome(lambda: it.up(it.names[-1])))
        return
    server = Server(os.environ["DATABASE_URL"])
    with tempfile.TemporaryDirectory() as scratch:
        for situation in sorted(path for path in HERE.iterdir() if path.is_dir()):
            for folder in sorted(path for path in situation.iterdir() if path.is_dir()):
                for fact, came in facts(folder, server, Path(scratch)):
                    print(situation.name, folder.name, fact, came, sep="\t", flush=True)


if __name__ == "__main__":
    main()
