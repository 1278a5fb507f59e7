"""opening"""
from alembic import op
import sqlalchemy as sa

revision = "a2"
down_revision = "a1"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": hash("opening")})
    if bind.execute(sa.text("SELECT to_regtype('opening')")).scalar() is None:
        op.execute("CREATE TYPE opening AS ENUM ('day', 'night')")


def downgrade():
    op.execute("DROP TYPE opening")
