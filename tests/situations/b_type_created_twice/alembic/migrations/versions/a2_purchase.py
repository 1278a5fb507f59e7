"""purchases"""
from alembic import op
import sqlalchemy as sa

revision = "a2"
down_revision = "a1"


def upgrade():
    op.create_table(
        "purchase",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("approval", sa.Enum("asked", "granted", "refused", name="approval")),
    )


def downgrade():
    op.drop_table("purchase")
