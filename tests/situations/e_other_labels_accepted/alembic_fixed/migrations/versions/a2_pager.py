"""the pager"""
from alembic import op

revision = "a2"
down_revision = "a1"


def upgrade():
    op.execute("ALTER TYPE channel ADD VALUE IF NOT EXISTS 'pager'")


def downgrade():
    pass
