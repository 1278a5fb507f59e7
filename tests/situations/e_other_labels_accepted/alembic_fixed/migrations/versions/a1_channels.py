"""channels"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "message",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", postgresql.ENUM("mail", "letter", name="channel"), nullable=False),
    )


def downgrade():
    op.drop_table("message")
    op.execute("DROP TYPE channel")
