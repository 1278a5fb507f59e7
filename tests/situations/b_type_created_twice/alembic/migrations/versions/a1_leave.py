"""leave"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("approval", sa.Enum("asked", "granted", "refused", name="approval")),
    )


def downgrade():
    op.drop_table("leave")
