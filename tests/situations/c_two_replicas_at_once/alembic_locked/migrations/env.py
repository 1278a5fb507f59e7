from alembic import context
from sqlalchemy import create_engine, pool, text


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        # Held until the commit: the next process finds the version that this one has written.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrations', 0))"))
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        run(connection)
