import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.codebooks.shipped_codebooks import adopt, shipped_codebook
from corpus.models import CodebookVersion, Membership
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Membership:
    membership = MembershipFactory(role="manager")
    client.force_login(membership.user)
    return membership


def page(name: str, membership: Membership, version: CodebookVersion | None = None) -> str:
    return reverse(f"corpus:{name}", args=[membership.corpus.slug, *([version.public_id] if version else [])])


def upload(client: Client, membership: Membership, content: bytes, name: str = "ours.yaml") -> Any:
    return client.post(page("add_codebook", membership), {"file": SimpleUploadedFile(name, content)})


def test_a_manager_starts_with_a_shipped_codebook_and_its_guideline(client: Client, manager: Membership) -> None:
    empty = client.get(page("codebook", manager))
    assert empty.context["shipped"] == ["affect-dialogue", "affect-dialogue-cmma"]
    client.post(page("adopt_codebook", manager), {"name": "affect-dialogue"})
    manager.corpus.refresh_from_db()
    assert manager.corpus.codebook is not None
    assert manager.corpus.guideline is not None
    assert (manager.corpus.codebook.name, manager.corpus.codebook.created_by) == ("affect-dialogue", manager.user)
    assert sorted(manager.corpus.guideline.texts) == ["en", "zh"]


def test_a_codebook_that_does_not_exist_is_not_adopted(client: Client, manager: Membership) -> None:
    response = client.post(page("adopt_codebook", manager), {"name": "../../secret"}, follow=True)
    assert [str(each) for each in response.context["messages"]] == [
        "Concord does not include a codebook named ../../secret."
    ]


@pytest.mark.parametrize(("language", "name", "help_text"), [("zh-hans", "喜悦", "高兴"), ("en", "joy", "glad")])
def test_the_codebook_is_read_in_the_readers_language(
    client: Client, manager: Membership, language: str, name: str, help_text: str
) -> None:
    adopt(corpus=manager.corpus, name="affect-dialogue")
    response = client.get(page("codebook", manager), headers={"accept-language": language})
    emotion = response.context["cards"][1]
    joy = emotion.answers[1]
    assert (emotion.slug, joy.slug, joy.text.name, joy.key) == ("emotion", "joy", name, "w")
    assert joy.text.help.startswith(help_text)
    content = response.content.decode()
    assert re.search(rf'<th scope="row">\s*{name}\s*</th>', content)
    assert "<kbd>W</kbd>" in content
    assert "<code>emotion != neutral</code>" in content


def test_an_uploaded_codebook_waits_until_it_is_put_in_use(client: Client, manager: Membership) -> None:
    first = adopt(corpus=manager.corpus, name="affect-dialogue")
    response = upload(client, manager, shipped_codebook("affect-dialogue-cmma").encode())
    second = CodebookVersion.objects.get(version=2)
    assert response["Location"] == page("codebook_version", manager, second)
    manager.corpus.refresh_from_db()
    assert (manager.corpus.codebook, second.created_by) == (first, manager.user)
    client.post(page("use_codebook", manager, second))
    manager.corpus.refresh_from_db()
    assert manager.corpus.codebook == second


def test_every_problem_of_an_upload_is_listed(client: Client, manager: Membership) -> None:
    text = shipped_codebook("affect-dialogue").replace('keys: "df"', 'keys: "dd"').replace("to: humor", "to: wit")
    response = upload(client, manager, text.encode())
    assert response.status_code == 422
    assert [(each.where, each.line, sentence) for each, sentence in response.context["faults"]] == [
        ("tasks.humor.keys", 28, "the key is already used: d (humor)"),
        ("links.sarcasm_humor.to", 40, "there is no task “wit”"),
    ]
    assert CodebookVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\xfa", "not UTF-8 text"),
        (shipped_codebook("affect-dialogue").encode(), "already exists as version 1"),
    ],
)
def test_other_wrong_files_are_refused(client: Client, manager: Membership, content: bytes, words: str) -> None:
    adopt(corpus=manager.corpus, name="affect-dialogue")
    response = upload(client, manager, content)
    assert (response.status_code, CodebookVersion.objects.count()) == (422, 1)
    assert words in response.content.decode()


def test_a_byte_order_mark_is_ignored(client: Client, manager: Membership) -> None:
    assert upload(client, manager, shipped_codebook("affect-dialogue").encode("utf-8-sig")).status_code == 302


def test_the_yaml_is_returned_unchanged(client: Client, manager: Membership) -> None:
    version = adopt(corpus=manager.corpus, name="affect-dialogue")
    response = client.get(page("download_codebook", manager, version))
    assert response.content.decode() == shipped_codebook("affect-dialogue")
    assert response["Content-Disposition"] == 'attachment; filename="affect-dialogue-v1.yaml"'


def test_annotators_only_read_the_version_in_use(client: Client) -> None:
    annotator = MembershipFactory(role="annotator")
    client.force_login(annotator.user)
    version = adopt(corpus=annotator.corpus, name="affect-dialogue")
    response = client.get(page("codebook", annotator))
    assert response.status_code == 200
    assert "versions" not in response.context
    assert client.get(page("codebook_version", annotator, version)).status_code == 404
    assert client.get(page("download_codebook", annotator, version)).status_code == 403
    assert client.post(page("use_codebook", annotator, version)).status_code == 403
    assert client.post(page("adopt_codebook", annotator)).status_code == 403
    assert upload(client, annotator, b"").status_code == 403


def test_another_corpus_version_is_not_found(client: Client, manager: Membership) -> None:
    foreign = add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))
    for name in ("codebook_version", "download_codebook"):
        assert client.get(page(name, manager, foreign)).status_code == 404
    assert client.post(page("use_codebook", manager, foreign)).status_code == 404


TASK = "{{scale: {scale}, choices: [{choices}], default: c0, perspective: speaker}}"


def codebook_of(choices: int = 2, *, scale: str = "nominal", asked_when: str = "always", more: str = "") -> bytes:
    task = TASK.format(scale=scale, choices=", ".join(f"c{number}" for number in range(choices)))
    link = f"{{from: t, to: u, values: [0, 1], asked_when: '{asked_when}'}}"
    return f"name: big\ntasks:\n  t: {task}\n  u: {task}\nlinks:\n  l: {link}\n{more}".encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (codebook_of(12_000), "a codebook may have at most 20000 entries in all"),
        (codebook_of(201), "at most 200 entries are allowed here"),
        (codebook_of(asked_when=" and ".join(["t != c0"] * 101)), "a condition may have at most 100 comparisons"),
        (codebook_of(asked_when=" and ".join(["t != c0"] * 880)), "a condition may have at most 5000 characters"),
        (codebook_of(asked_when="(" * 21 + "t == c0" + ")" * 21), "the condition is nested too deep"),
        (codebook_of(more="policy: {" + ", ".join(f"x{n}: 1" for n in range(300)) + "}"), "100 more problems"),
        (codebook_of(scale="interval"), "must be whole numbers such as 0 or -2, which “c0” is not"),
        (codebook_of(more="texts: {en: {t: {name: T, low: few}}}"), "has the ends low and high"),
    ],
    ids=["entries", "choices", "comparisons", "characters", "brackets", "problems", "words", "ends"],
)
def test_a_codebook_over_a_limit_is_refused_with_the_limit(
    client: Client, manager: Membership, content: bytes, sentence: str
) -> None:
    response = upload(client, manager, content)
    assert (response.status_code, CodebookVersion.objects.count()) == (422, 0)
    assert sentence in response.content.decode()


def test_a_codebook_at_the_limits_is_accepted_and_shown(client: Client, manager: Membership) -> None:
    content = codebook_of(200, asked_when=" and ".join(["t != c0"] * 100))
    assert upload(client, manager, content).status_code == 302
    assert client.get(page("codebook", manager)).status_code == 200


def test_numbers_and_the_ends_of_a_scale_are_shown(client: Client, manager: Membership) -> None:
    task = "{scale: interval, choices: [-2, 0, 2], default: 0, perspective: speaker}"
    texts = "{en: {arousal: {name: Arousal, low: calm, high: excited}, arousal.2: wild}}"
    upload(client, manager, f"name: numbers\ntasks: {{arousal: {task}}}\ntexts: {texts}".encode())
    content = " ".join(client.get(page("codebook", manager)).content.decode().split())
    assert "−2: calm · 2 wild: excited" in content
    assert "ordered, in equal steps" in content
