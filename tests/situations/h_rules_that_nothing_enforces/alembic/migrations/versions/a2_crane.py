"""cranes"""
from alembic import op
import sqlalchemy as sa

revision = "a2"
down_revision = "a1"


def upgrade():
    op.create_table(
        "crane",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Enum("fixed", "mobile", name="crane_kind")),
    )


def downgrade():
    op.drop_table("crane")
