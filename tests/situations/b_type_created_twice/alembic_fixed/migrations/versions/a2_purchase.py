"""purchases"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "a2"
down_revision = "a1"


def upgrade():
    op.create_table(
        "purchase",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("approval", postgresql.ENUM(name="approval", create_type=False)),
    )


def downgrade():
    op.drop_table("purchase")
