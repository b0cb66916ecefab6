from __future__ import annotations

import pytest

from bot.core.query import parse, unparse
from bot.core.suggest import Vocabulary, nearest

SEEN = {"nvidia": 9, "huawei": 5, "export": 7, "exports": 3, "licence": 2, "deepseek": 4}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nvida", "nvidia"),
        ("nvidiaa", "nvidia"),
        ("nvodia", "nvidia"),
        ("nvdiia", "nvidia"),
        ("hauwei", "huawei"),
        ("expart", "export"),
        ("deapsaek", "deepseek"),
        ("zzzzzz", ""),
        ("nv", ""),
        ("芯片", ""),
    ],
)
def test_the_nearest_spelling(typed: str, meant: str) -> None:
    assert nearest(typed, SEEN) == meant


def test_a_query_is_respelled_where_a_word_was_never_seen() -> None:
    vocabulary = Vocabulary()
    for _ in range(3):
        vocabulary.learn("Nvidia exports: a licence for chips of Huawei")
    query = 'title:(nvida OR "hauwei export") licnce NEAR/3 chips -exportz 芯片 lic* lang:en'
    found = vocabulary.suggest(parse(query))
    assert found is not None
    assert unparse(found) == ('title:(nvidia OR "huawei exports") licence NEAR/3 chips -exports 芯片 lic* lang:en')
    assert vocabulary.suggest(parse("nvidia")) is None


def test_the_vocabulary_forgets_the_rare_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.core.suggest._MOST_WORDS", 4)
    vocabulary = Vocabulary()
    vocabulary.learn("nvidia nvidia huawei huawei")
    vocabulary.learn("alpha beta gamma")
    assert vocabulary.suggest(parse("alphaa")) is None
    assert vocabulary.suggest(parse("nvida")) == parse("nvidia")
