"""plots"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "plot",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("stage", sa.Enum("bare_land", "walls_up", name="stage"), nullable=False),
    )


def downgrade():
    op.drop_table("plot")
    op.execute("DROP TYPE stage")
