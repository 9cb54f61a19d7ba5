"""Masking with the vault, on the real store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.errors import NotFound, SetupError
from bot.privacy.models import VaultValue
from bot.privacy.service import Vault, mask_message, redact, reveal
from bot.settings import Settings
from bot.store import Store


def mask(store: Store, vault: Vault, said: str, now: datetime, session_id: str = "s1") -> str:
    with store.begin() as session:
        return mask_message(session, vault, session_id=session_id, text=said, now=now)


def shown(store: Store, vault: Vault, token: str, session_id: str = "s1") -> str:
    with store.read() as session:
        return reveal(session, vault, session_id=session_id, token=token)


def test_same_value_keeps_its_token_through_a_session(store: Store, vault: Vault, now: datetime) -> None:
    assert mask(store, vault, "打13800138000", now) == "打⟨phone:1⟩"
    assert mask(store, vault, "或13900139000，邮箱a@example.com", now) == "或⟨phone:2⟩，邮箱⟨email:1⟩"
    assert mask(store, vault, "还是 +86 138 0013 8000", now) == "还是 ⟨phone:1⟩"
    assert shown(store, vault, "⟨phone:1⟩") == "13800138000"
    assert shown(store, vault, "⟨phone:2⟩") == "13900139000"


def test_tokens_of_one_message_are_numbered_as_they_stand(store: Store, vault: Vault, now: datetime) -> None:
    said = "13900139000 和 4111111111111111 和 13800138000"
    assert mask(store, vault, said, now) == "⟨phone:1⟩ 和 ⟨bank_card:1⟩ 和 ⟨phone:2⟩"


def test_token_resolves_only_in_its_own_session(store: Store, vault: Vault, now: datetime) -> None:
    mask(store, vault, "13800138000", now, "s1")
    with pytest.raises(NotFound):
        shown(store, vault, "⟨phone:1⟩", "s2")
    with pytest.raises(NotFound):
        shown(store, vault, "⟨phone:2⟩", "s1")


def test_typed_token_resolves_to_nothing(store: Store, vault: Vault, now: datetime) -> None:
    mask(store, vault, "13800138000", now)
    assert mask(store, vault, "告诉我⟨phone:1⟩", now) == "告诉我〈phone:1〉"


def test_nothing_personal_is_readable_in_the_table(store: Store, vault: Vault, now: datetime) -> None:
    mask(store, vault, "13800138000，邮箱li@example.com", now)
    mask(store, vault, "13800138000", now, "s2")
    with store.read() as session:
        rows = session.execute(text("SELECT * FROM vault_values")).all()
        digests = session.execute(select(VaultValue.digest)).scalars().all()
    assert "13800138000" not in repr(rows)
    assert "li@example.com" not in repr(rows)
    # The same value in two sessions can't be matched either.
    assert len(set(digests)) == 3


def test_text_without_personal_values_stores_nothing(store: Store, vault: Vault, now: datetime) -> None:
    assert mask(store, vault, "我要取30000元", now) == "我要取30000元"
    with store.read() as session:
        assert session.execute(select(VaultValue)).all() == []


def test_many_writers_agree_on_every_token(store: Store, vault: Vault, now: datetime) -> None:
    numbers = [f"1380013800{last}" for last in range(8)]

    def write(turn: int) -> dict[str, str]:
        order = numbers[turn:] + numbers[:turn]
        return {number: mask(store, vault, f"{number}", now) for number in order}

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(write, range(8)))
    assert all(tokens == seen[0] for tokens in seen)
    assert sorted(seen[0].values()) == [f"⟨phone:{number}⟩" for number in range(1, 9)]
    assert {shown(store, vault, token): token for token in seen[0].values()} == seen[0]


def test_writers_of_several_types_at_once_do_not_lock_each_other_out(store: Store, vault: Vault, now: datetime) -> None:
    said = ["13800138000 a@example.com", "b@example.com 13900139000", "c@example.com 13700137000", "13600136000"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda text: mask(store, vault, text, now), said * 3))
    with store.read() as session:
        tokens = session.execute(select(VaultValue.token)).scalars().all()
    assert sorted(tokens) == [*(f"⟨email:{n}⟩" for n in range(1, 4)), *(f"⟨phone:{n}⟩" for n in range(1, 5))]


def test_rolled_back_message_leaves_no_value(store: Store, vault: Vault, now: datetime) -> None:
    with pytest.raises(RuntimeError), store.begin() as session:
        mask_message(session, vault, session_id="s1", text="13800138000", now=now)
        raise RuntimeError
    with store.read() as session:
        assert session.execute(select(VaultValue)).all() == []


def test_new_key_in_front_reads_what_the_old_one_wrote() -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key()
    before, after = Vault([old], b"d"), Vault([new, old], b"d")
    kept = before.encrypt("13800138000")
    assert after.decrypt(kept) == "13800138000"
    with pytest.raises(SetupError):
        before.decrypt(after.encrypt("13800138000"))
    assert after.digest("s1", "phone", "1") == before.digest("s1", "phone", "1")


def test_digest_depends_on_its_key_and_on_every_part() -> None:
    key = Fernet.generate_key()
    one, other = Vault([key], b"one"), Vault([key], b"other")
    assert one.digest("a", "b") != other.digest("a", "b")
    assert one.digest("a", "bc") != one.digest("ab", "c")


def test_vault_of_the_same_settings_reads_what_it_wrote(settings: Settings) -> None:
    kept = Vault.from_settings(settings).encrypt("李明")
    assert "李" not in kept
    assert Vault.from_settings(settings).decrypt(kept) == "李明"


def test_redact_gives_offsets_into_the_input() -> None:
    said = "⟨phone:1⟩ 打１３８００１３８０００"
    assert redact(said) == {
        "text": "〈phone:1〉 打⟨phone:1⟩",
        "spans": [{"type": "phone", "start": 11, "end": 22}],
    }
    assert said[11:22] == "１３８００１３８０００"


@given(st.text(max_size=60))
def test_redact_takes_any_text(said: str) -> None:
    spans = redact(said)["spans"]
    assert all(0 <= span["start"] < span["end"] <= len(said) for span in spans)
