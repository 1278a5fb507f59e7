"""the pager"""
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a2"
down_revision = "a1"


def upgrade():
    channel = postgresql.ENUM("mail", "letter", "pager", name="channel")
    channel.create(op.get_bind(), checkfirst=True)


def downgrade():
    pass
