"""the queue

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from bot.store import JsonText, UtcDateTime
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

AT_WINDOW = sa.text("state IN ('called', 'serving')")
CALLED = sa.text("state = 'called'")


def upgrade() -> None:
    op.create_table('window_states',
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('window_id', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=6), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('branch_id', 'window_id', name=op.f('pk_window_states'))
    )
    op.create_table('forecasts',
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('content', JsonText(), nullable=False),
    sa.PrimaryKeyConstraint('branch_id', 'kind', name=op.f('pk_forecasts'))
    )
    op.drop_index('uq_tickets_window', table_name='tickets')
    op.drop_index('ix_tickets_line', table_name='tickets')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_class', sa.String(length=20), server_default='individual', nullable=False))
        batch_op.add_column(sa.Column('wants_window', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('further', JsonText(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('calls', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('waits_since', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('held_until', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('started_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('est_low', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('est_point', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('est_high', sa.Float(), nullable=True))
    op.execute('UPDATE tickets SET waits_since = taken_at')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index('ix_tickets_line', ['branch_id', 'day', 'state', 'rank', 'id'], unique=False)
        batch_op.create_index('ix_tickets_calls', ['branch_id', 'day', 'called_at'], unique=False)
    op.create_index('uq_tickets_window', 'tickets', ['branch_id', 'window_id', 'day'], unique=True, sqlite_where=AT_WINDOW, postgresql_where=AT_WINDOW)
    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('service_id', sa.String(length=40), nullable=True))


def downgrade() -> None:
    # States that 0001 does not know; its index allows a window one called ticket over all days.
    op.execute("UPDATE tickets SET state = 'done' WHERE state IN ('called', 'serving')")
    op.execute("UPDATE tickets SET state = 'waiting' WHERE state = 'parked'")
    op.drop_column('ticket_events', 'service_id')
    op.drop_index('uq_tickets_window', table_name='tickets')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index('ix_tickets_calls')
        batch_op.drop_index('ix_tickets_line')
    # Not in a batch: that rebuilds the table on SQLite, which the events that refer to it forbid.
    for column in ('est_high', 'est_point', 'est_low', 'ended_at', 'started_at', 'held_until', 'waits_since', 'calls', 'further', 'wants_window', 'customer_class'):
        op.drop_column('tickets', column)
    op.create_index('ix_tickets_line', 'tickets', ['branch_id', 'day', 'state', 'rank'], unique=False)
    op.create_index('uq_tickets_window', 'tickets', ['branch_id', 'window_id'], unique=True, sqlite_where=CALLED, postgresql_where=CALLED)
    op.drop_table('forecasts')
    op.drop_table('window_states')
