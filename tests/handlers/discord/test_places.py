"""What is learnt of channels and people is remembered, within bounds."""

from __future__ import annotations

from typing import Any

from handlers.discord.places import Places


class FewAnswers:
    """As `Rest` for two questions: what a channel is, and where the direct messages with a person are."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def call(self, method: str, path: str, *, json: Any = None, once: bool = True) -> dict[str, Any]:
        self.asked.append(json["recipient_id"] if json else path)
        return {"id": f"9{json['recipient_id']}"} if json else {"id": path.rpartition("/")[2], "type": 0}


async def test_people_are_looked_up_once_and_the_first_is_forgotten_for_one_too_many() -> None:
    rest = FewAnswers()
    places = Places(rest, size=2)  # type: ignore[arg-type]
    assert [await places.direct(user) for user in "121331"] == ["91", "92", "91", "93", "93", "91"]
    assert rest.asked == ["1", "2", "3", "1"]


async def test_channels_likewise_and_a_second_look_takes_no_other_ones_place() -> None:
    places = Places(FewAnswers(), size=2)  # type: ignore[arg-type]
    for ref in ("1", "2", "2"):
        await places.look(ref)
    assert places.known("1") is not None
    await places.look("3")
    assert [ref for ref in ("1", "2", "3") if places.known(ref)] == ["2", "3"]
