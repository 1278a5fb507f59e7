"""opening"""
from alembic import op

revision = "a2"
down_revision = "a1"


def upgrade():
    op.execute("CREATE TYPE opening AS ENUM ('day', 'night')")


def downgrade():
    op.execute("DROP TYPE opening")
