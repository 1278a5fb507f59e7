"""tiers"""
from alembic import op

revision = "a2"
down_revision = "a1"


def upgrade():
    op.execute(
        """
        DO $$ BEGIN
            CREATE TYPE tier AS ENUM ('free', 'paid');
        EXCEPTION WHEN duplicate_object THEN NULL;
        END $$
        """
    )


def downgrade():
    op.execute("DROP TYPE tier")
