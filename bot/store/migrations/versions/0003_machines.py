"""machines

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from bot.store import UtcDateTime
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('fault_reports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('machine_id', sa.String(length=40), nullable=False),
    sa.Column('unit', sa.Integer(), nullable=True),
    sa.Column('fault', sa.String(length=16), nullable=False),
    sa.Column('session_id', sa.String(length=64), nullable=True),
    sa.Column('turn_id', sa.String(length=200), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fault_reports')),
    sa.UniqueConstraint('session_id', 'turn_id', name=op.f('uq_fault_reports_session_id_turn_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('fault_reports', schema=None) as batch_op:
        batch_op.create_index('ix_fault_reports_open', ['branch_id', 'state'], unique=False)

    op.create_table('machine_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('machine_id', sa.String(length=40), nullable=False),
    sa.Column('unit', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('event_id', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_machine_events')),
    sa.UniqueConstraint('branch_id', 'event_id', name=op.f('uq_machine_events_branch_id_event_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('machine_events', schema=None) as batch_op:
        batch_op.create_index('ix_machine_events_unit', ['branch_id', 'machine_id', 'unit'], unique=False)

    op.create_table('machine_units',
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('machine_id', sa.String(length=40), nullable=False),
    sa.Column('unit', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=True),
    sa.Column('heard_at', UtcDateTime(), nullable=True),
    sa.Column('by', sa.String(length=80), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('branch_id', 'machine_id', 'unit', name=op.f('pk_machine_units'))
    )


def downgrade() -> None:
    op.drop_table('machine_units')
    with op.batch_alter_table('machine_events', schema=None) as batch_op:
        batch_op.drop_index('ix_machine_events_unit')

    op.drop_table('machine_events')
    with op.batch_alter_table('fault_reports', schema=None) as batch_op:
        batch_op.drop_index('ix_fault_reports_open')

    op.drop_table('fault_reports')
