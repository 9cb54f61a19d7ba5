"""visits

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from bot.store import JsonText, UtcDateTime
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('visit_attempts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_attempts'))
    )
    with op.batch_alter_table('visit_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_attempts_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_attempts_source'), ['source'], unique=False)

    op.create_table('visit_slots',
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('letter', sa.String(length=1), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('branch_id', 'letter', 'at', name=op.f('pk_visit_slots'))
    )
    op.create_table('visits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('service_id', sa.String(length=40), nullable=False),
    sa.Column('letter', sa.String(length=1), nullable=False),
    sa.Column('held', JsonText(), nullable=False),
    sa.Column('fields', JsonText(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('slot_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('valid_until', UtcDateTime(), nullable=False),
    sa.Column('cancelled_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visits')),
    sa.UniqueConstraint('code', name=op.f('uq_visits_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('visits', schema=None) as batch_op:
        batch_op.create_index('ix_visits_branch_id_slot_at', ['branch_id', 'slot_at'], unique=False)

    op.create_table('visit_tickets',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('visit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_code', sa.String(length=32), nullable=False),
    sa.Column('ticket_number', sa.String(length=12), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_visit_tickets_ticket_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_visit_tickets_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_tickets')),
    sa.UniqueConstraint('ticket_id', name=op.f('uq_visit_tickets_ticket_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('visit_tickets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_tickets_visit_id'), ['visit_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('visit_tickets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_tickets_visit_id'))

    op.drop_table('visit_tickets')
    with op.batch_alter_table('visits', schema=None) as batch_op:
        batch_op.drop_index('ix_visits_branch_id_slot_at')

    op.drop_table('visits')
    op.drop_table('visit_slots')
    with op.batch_alter_table('visit_attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_attempts_source'))
        batch_op.drop_index(batch_op.f('ix_visit_attempts_at'))

    op.drop_table('visit_attempts')
