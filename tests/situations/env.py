"""What `alembic init` writes, as far as it matters here, for the folders that have none of their own."""

from alembic import context
from sqlalchemy import create_engine, pool


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        run(connection)
