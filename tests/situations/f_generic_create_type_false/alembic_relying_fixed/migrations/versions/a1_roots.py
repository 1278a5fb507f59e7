"""roots"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "root",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("depth", sa.Enum("flat", "deep", name="depth"), nullable=False),
    )


def downgrade():
    op.drop_table("root")
    op.execute("DROP TYPE depth")
