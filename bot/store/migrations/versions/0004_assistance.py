"""assistance

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from bot.store import UtcDateTime
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('lobby_requests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('item_id', sa.String(length=40), nullable=True),
    sa.Column('zone_id', sa.String(length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('session_id', sa.String(length=64), nullable=True),
    sa.Column('turn_id', sa.String(length=200), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_by', sa.String(length=40), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('taken_by', sa.String(length=40), nullable=True),
    sa.Column('taken_name', sa.String(length=80), nullable=True),
    sa.Column('taken_at', UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(length=40), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lobby_requests')),
    sa.UniqueConstraint('session_id', 'turn_id', name=op.f('uq_lobby_requests_session_id_turn_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('lobby_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lobby_requests_session_id'), ['session_id'], unique=False)
        batch_op.create_index('ix_lobby_requests_state', ['branch_id', 'state', 'item_id'], unique=False)

    op.create_table('loans',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('branch_id', sa.String(length=40), nullable=False),
    sa.Column('item_id', sa.String(length=40), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reference', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('lent_at', UtcDateTime(), nullable=False),
    sa.Column('lent_by', sa.String(length=40), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['lobby_requests.id'], name=op.f('fk_loans_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loans')),
    sa.UniqueConstraint('request_id', name=op.f('uq_loans_request_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('loans', schema=None) as batch_op:
        batch_op.create_index('ix_loans_stock', ['branch_id', 'item_id', 'state'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('loans', schema=None) as batch_op:
        batch_op.drop_index('ix_loans_stock')

    op.drop_table('loans')
    with op.batch_alter_table('lobby_requests', schema=None) as batch_op:
        batch_op.drop_index('ix_lobby_requests_state')
        batch_op.drop_index(batch_op.f('ix_lobby_requests_session_id'))

    op.drop_table('lobby_requests')
