"""piers"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    # TODO: the other columns
    op.create_table("pier", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("pier")
