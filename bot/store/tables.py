"""Imports every table, so that `Base.metadata` is whole for migrations and tests."""

import bot.assistance.models
import bot.complaints.models
import bot.conversations.models
import bot.machines.models
import bot.privacy.models
import bot.queueing.models
import bot.rasa.models
import bot.staff.models
import bot.store.outbox
import bot.uploads.models
import bot.visits.models  # noqa: F401
from bot.store.base import Base

metadata = Base.metadata
