"""berths"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "berth",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Enum("dry", "wet", name="berth_kind")),
    )


def downgrade():
    op.drop_table("berth")
