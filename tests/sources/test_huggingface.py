"""Hugging Face: `_id` as identity, copies as noise, licences as news, the hub's own refusals."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import FetchError, NotAFeed
from tests.fakes.recorded import Recorded, said
from tests.process import process_key
from tests.shared import SHARED, needs_shared
from tests.sources.kit import entries, facts, poll

URL = "https://huggingface.co/api/models?author=acme&sort=createdAt&direction=-1&limit=50&full=true"


def model(number: int, name: str, *tags: str, **fields: object) -> dict[str, object]:
    return {
        "_id": f"id{number}",
        "id": name,
        "author": name.partition("/")[0],
        "private": False,
        "gated": False,
        "tags": ["transformers", *tags],
        "pipeline_tag": "text-generation",
        "createdAt": "2026-11-24T10:00:00.000Z",
        "lastModified": "2026-11-25T10:00:00.000Z",
    } | fields


async def read(*models: object, memo: str = ""):
    return await poll("huggingface", Recorded({URL: said(list(models))}), URL, memo=memo)


async def test_a_model_is_told_with_task_and_licence():
    polled = await read(model(1, "acme/Robot-V9", "license:mit"))
    (entry,) = entries(polled)
    assert entry.title == "acme published the model Robot-V9 on Hugging Face"
    assert entry.summary == "text generation · licence mit"
    assert (entry.id, entry.link) == ("huggingface:id1", "https://huggingface.co/acme/Robot-V9")
    assert entry.published == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert facts(entry, "licence", "task") == ["mit", "text-generation"]
    assert polled.notes == ()


async def test_a_renamed_model_keeps_its_id():
    before = entries(await read(model(1, "acme/Robot-V9")))[0]
    after = entries(await read(model(1, "acme/Robot-V9-Preview")))[0]
    assert before.id == after.id
    assert before.link != after.link


@pytest.mark.parametrize(
    "copy",
    [
        "Robot-V9-GGUF",
        "Robot-V9-FP8",
        "Robot-V9-AWQ",
        "Robot-V9-GPTQ-Int4",
        "Robot-V9-8B-MLX-4bit",
        "Robot-V9-Instruct-w8a8int8",
    ],
)
async def test_copies_in_other_number_formats_are_noise_beside_the_model(copy):
    found = entries(await read(model(2, f"acme/{copy}"), model(1, "acme/Robot-V9")))
    assert [entry.id for entry in found] == ["huggingface:id1"]
    assert len(entries(await read(model(2, f"acme/{copy}")))) == 1


async def test_a_name_that_only_looks_like_a_format_is_kept():
    found = entries(await read(model(1, "acme/Robot"), model(2, "acme/Quiet-Q"), model(3, "acme/Bitter")))
    assert len(found) == 3


async def test_copies_of_other_peoples_models_are_always_noise():
    foreign = model(2, "acme/Other-8B-GGUF", "base_model:quantized:elsewhere/Other-8B")
    own = model(3, "acme/Own-8B-GGUF", "base_model:quantized:Acme/Own-8B")
    assert [entry.id for entry in entries(await read(foreign, own))] == ["huggingface:id3"]


async def test_sizes_of_one_model_are_one_release():
    found = entries(await read(model(1, "acme/Robot-V9-8B"), model(2, "acme/Robot-V9-70B-Instruct")))
    assert {process_key(entry) for entry in found} == {"release:acme/robot-v9"}


async def test_a_changed_licence_is_news_once():
    first = await read(model(1, "acme/Robot", "license:other"), model(2, "acme/Plain"))
    second = await read(model(1, "acme/Robot", "license:mit"), memo=first.memo)
    third = await read(model(1, "acme/Robot", "license:mit"), memo=second.memo)
    told = entries(second)[0]
    assert told.title == "acme changed the licence of Robot from other to mit"
    assert told.published == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert told.id == "huggingface:id1:licence:mit"
    assert [len(entries(polled)) for polled in (first, second, third)] == [2, 2, 1]


async def test_private_models_are_left_out_and_gated_ones_say_so_in_either_type():
    found = entries(
        await read(model(1, "acme/A", private=True), model(2, "acme/B", gated="manual"), model(3, "acme/C", gated=True))
    )
    assert [entry.summary for entry in found] == ["text generation · access on request"] * 2


async def test_fields_gone_or_null_keep_the_model():
    bare = {"_id": "id9", "modelId": "acme/Bare", "tags": None, "pipeline_tag": None}
    polled = await read(bare, {"likes": 3})
    one, other = entries(polled)
    assert (one.title, one.summary, one.published) == ("acme published the model Bare on Hugging Face", "", None)
    assert other.id == "huggingface:"
    assert {note.split()[1] for note in polled.notes} == {"createdAt", "_id", "id"}


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [(401, "not-found", "no such author"), (405, "challenge", "firewall"), (500, "server", "failed")],
)
async def test_the_hubs_refusals_are_told_in_its_own_terms(status, kind, words):
    plain = FetchError("server" if status == 500 else "http", "the server failed", status=status)
    with pytest.raises(FetchError, match=words) as refused:
        await poll("huggingface", Recorded({URL: plain}), URL)
    assert (refused.value.kind, refused.value.status) == (kind, status)


async def test_an_error_object_is_named():
    with pytest.raises(NotAFeed, match="the answer is no list"):
        await poll("huggingface", Recorded({URL: said({"error": "Bad request"})}), URL)


@needs_shared
async def test_the_documented_shape_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "huggingface_models.json").read_bytes()
    polled = await poll("huggingface", Recorded({URL: said(body)}), URL)
    assert polled.notes == ()
    assert [entry.title for entry in entries(polled)] == ["example-lab published the model Example-V9 on Hugging Face"]


async def test_more_models_at_once_than_a_page_holds_are_read_from_the_next_pages():
    two, foreign = f"{URL}&cursor=2", "https://elsewhere.test/models"
    pages = {
        URL: said([model(5, "acme/Five"), model(4, "acme/Four")], link=f'<{two}>; rel="next"'),
        two: said(
            [model(3, "acme/Three"), model(2, "acme/Two"), model(1, "acme/One")], link=f'<{foreign}>; rel="next"'
        ),
    }
    fetch = Recorded(pages)
    first = await poll("huggingface", Recorded({URL: said([model(2, "acme/Two", "license:mit")])}), URL)
    polled = await poll("huggingface", fetch, URL, memo=first.memo)
    assert [entry.id for entry in entries(polled)] == [f"huggingface:id{n}" for n in (5, 4, 3, 2)]
    assert (len(fetch.asked), polled.notes) == (2, ())
    await poll("huggingface", fetch, URL, memo='{"seen":["id0"]}')
    assert [asked.url for asked in fetch.asked] == [URL, two, URL, two]
    await poll("huggingface", fetch, URL, memo=polled.memo)
    assert len(fetch.asked) == 5
