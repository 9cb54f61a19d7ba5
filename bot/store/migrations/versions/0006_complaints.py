"""complaints with their life"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('staff_members', schema=None) as batch_op:
        batch_op.alter_column('role', existing_type=sa.String(length=8), type_=sa.String(length=12), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('staff_members', schema=None) as batch_op:
        batch_op.alter_column('role', existing_type=sa.String(length=12), type_=sa.String(length=8), existing_nullable=False)
