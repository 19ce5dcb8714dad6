"""Keyrings: how often an issuer is asked for its keys, and what happens when it does not answer."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from gateway.edge.auth.keyrings import FixedKeys, LoadFailed, NoKeysYet, PublishedKeys
from gateway.edge.auth.public_keys import PublicKey, read_key_set
from tests.support.clock import ManualClock
from tests.support.tokens import key_set, rsa_key

ONE, TWO = read_key_set(key_set(rsa_key("one"), rsa_key("two")), lenient=False)


@dataclass
class Issuer:
    """Publishes keys, as slowly as a test wants."""

    keys: tuple[PublicKey, ...] = (ONE,)
    fails: bool = False
    asked: int = 0
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    async def load(self) -> tuple[PublicKey, ...]:
        self.asked += 1
        keys = self.keys
        await self.answers.wait()
        if self.fails:
            raise LoadFailed("the issuer is down")
        return keys


async def settled() -> None:
    """Let a fetch in the background come to its end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def known(issuer: Issuer, clock: ManualClock) -> PublishedKeys:
    """Make a keyring that has fetched its keys."""
    keyring = PublishedKeys(issuer.load, clock=clock)
    await keyring.find("one")
    return keyring


async def test_the_keys_are_fetched_when_the_first_token_comes_and_not_for_each() -> None:
    issuer = Issuer()
    keyring = PublishedKeys(issuer.load, clock=ManualClock())
    assert issuer.asked == 0
    found = await asyncio.gather(*(keyring.find("one") for _ in range(50)))
    assert (found, issuer.asked) == ([(ONE,)] * 50, 1)


async def test_a_key_without_an_id_may_have_signed_any_token() -> None:
    nameless = replace(TWO, kid=None)
    keyring = FixedKeys((ONE, nameless))
    assert await keyring.find("one") == (ONE, nameless)
    assert await keyring.find("two") == (nameless,)
    assert await keyring.find(None) == (ONE, nameless)


async def test_a_new_key_is_known_as_soon_as_a_token_names_it() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    issuer.keys = (ONE, TWO)
    found = await asyncio.gather(*(keyring.find("two") for _ in range(50)))
    assert (found, issuer.asked) == ([(TWO,)] * 50, 2)


async def test_an_unknown_id_is_asked_for_once_a_minute() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    for seconds, asked in ((0.0, 2), (1.0, 2), (58.9, 2), (0.1, 3), (59.9, 3)):
        clock.advance(seconds)
        assert await keyring.find("stranger") == ()
        assert issuer.asked == asked


async def test_made_up_ids_make_five_fetches_a_minute_and_no_more() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    for number in range(1_000):
        await keyring.find(f"stranger-{number}")
    assert issuer.asked == 6
    clock.advance(60)
    for number in range(1_000):
        await keyring.find(f"stranger-{number}")
    assert issuer.asked == 11


async def test_a_token_without_an_id_is_no_reason_to_fetch() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    issuer.keys = (ONE, TWO)
    assert await keyring.find(None) == (ONE,)
    assert issuer.asked == 1


async def test_known_keys_survive_an_outage_of_any_length() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    issuer.fails = True
    for _ in range(100):
        clock.advance(600)
        assert await keyring.find("one") == (ONE,)
        await settled()
        assert await keyring.find("stranger") == ()
    assert keyring.version == 1


async def test_after_a_failure_the_issuer_is_left_alone_for_ten_seconds() -> None:
    issuer, clock = Issuer(fails=True), ManualClock()
    keyring = PublishedKeys(issuer.load, clock=clock)
    for seconds, asked in ((0.0, 1), (5.0, 1), (4.9, 1), (0.1, 2), (9.9, 2)):
        clock.advance(seconds)
        with pytest.raises(NoKeysYet):
            await keyring.find("one")
        assert issuer.asked == asked
    issuer.fails = False
    clock.advance(0.1)
    assert await keyring.find("one") == (ONE,)


async def test_old_keys_are_fetched_anew_while_they_go_on_counting() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    issuer.keys, version = (TWO,), keyring.version
    issuer.answers.clear()
    clock.advance(900)
    assert await keyring.find("one") == (ONE,)
    issuer.answers.set()
    await settled()
    assert await keyring.find(None) == (TWO,)
    assert (issuer.asked, keyring.version) == (2, version + 1)


async def test_the_version_is_that_of_the_keys_not_of_the_fetches() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    version = keyring.version
    for _ in range(3):
        clock.advance(900)
        keyring.tend()
        await settled()
    assert (issuer.asked, keyring.version) == (4, version)


async def test_a_fetch_that_began_before_the_rotation_is_followed_by_another() -> None:
    issuer, clock = Issuer(), ManualClock()
    keyring = await known(issuer, clock)
    issuer.answers.clear()
    clock.advance(900)
    keyring.tend()
    await settled()
    issuer.keys = (ONE, TWO)
    waiting = [asyncio.create_task(keyring.find("two")) for _ in range(3)]
    await settled()
    issuer.answers.set()
    assert await asyncio.gather(*waiting) == [(TWO,)] * 3
    assert issuer.asked == 3


async def test_a_waiter_who_gives_up_leaves_the_fetch_to_the_others() -> None:
    issuer = Issuer()
    issuer.answers.clear()
    keyring = PublishedKeys(issuer.load, clock=ManualClock())
    first, second = (asyncio.create_task(keyring.find("one")) for _ in range(2))
    await settled()
    first.cancel()
    await settled()
    issuer.answers.set()
    assert await second == (ONE,)
    assert issuer.asked == 1


async def test_closing_ends_the_fetch_under_way() -> None:
    issuer = Issuer()
    issuer.answers.clear()
    keyring = PublishedKeys(issuer.load, clock=ManualClock())
    keyring.tend()
    await settled()
    await keyring.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    await keyring.aclose()
