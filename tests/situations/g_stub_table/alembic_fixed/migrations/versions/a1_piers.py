"""piers"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "pier",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("town", sa.Text),
        sa.Column("length", sa.Float),
        sa.Column("lit", sa.Boolean),
        sa.Column("depth", sa.Float),
    )


def downgrade():
    op.drop_table("pier")
