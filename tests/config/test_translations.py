"""The Chinese catalogue matches the texts of templates and code; `make messages` collects new ones."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import LazySettings
from django.test import Client

from config.setup.message_catalogues import compile_catalogues
from corpus.models import Membership
from tests.conftest import ROOT, missing
from tests.factories import MembershipFactory

PO = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
NOT_SOURCE = (".*", "node_modules", "var", "tests", "locale", "static", "staticfiles", "__pycache__")
# Parts that a translation must contain unchanged: %(name)s, %% and {name}, tags, code.
KEPT = re.compile(r"%\(\w+\)\d*[sd]|%%|\{\w+\}|&#?\w+;|</?\w+[^>]*>")


def entries(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


@pytest.fixture(scope="module")
def committed() -> Catalog:
    return entries(ROOT / PO)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    if not shutil.which("xgettext") or not shutil.which("msgmerge"):
        missing("xgettext (gettext)")
    copy = tmp_path_factory.mktemp("source") / "project"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--no-wrap", "--no-location"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
    return entries(copy / PO)


def test_every_text_has_its_entry_and_every_entry_its_text(extracted: Catalog, committed: Catalog) -> None:
    wanted = {key(message) for message in extracted if message.id}
    assert wanted - {key(message) for message in committed if message.id} == set(), "run `make messages`, translate"
    assert {key(message) for message in committed if message.id} - wanted == set(), "run `make messages`"
    assert len(wanted) > 500


def test_every_entry_is_translated(committed: Catalog) -> None:
    assert [key(message) for message in committed if message.id and not all(texts(message))] == []
    assert [key(message) for message in committed if message.fuzzy] == []
    assert list(committed.obsolete) == []


def test_translations_contain_all_placeholders_and_tags(committed: Catalog) -> None:
    def kept(text: str) -> Counter[str]:
        return Counter(KEPT.findall(text))

    def source(message: Message) -> str:
        return message.id if isinstance(message.id, str) else message.id[-1]

    translated = [(message, text) for message in committed if message.id for text in texts(message)]
    assert [key(message) for message, text in translated if kept(source(message)) != kept(text)] == []


def test_header_contains_the_language_and_no_names() -> None:
    header = (ROOT / PO).read_text(encoding="utf-8").partition("\n\n")[0]
    assert re.findall(r'^"([\w-]+): ', header, re.MULTILINE) == [
        "Project-Id-Version",
        "Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Plural-Forms",
    ]
    assert '"Language: zh_Hans\\n"' in header
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in header


@pytest.fixture
def compiled(tmp_path: Path, settings: LazySettings) -> None:
    target = tmp_path / "compiled" / PO.relative_to("locale")
    target.parent.mkdir(parents=True)
    shutil.copy(ROOT / PO, target)
    assert compile_catalogues(tmp_path / "compiled") == [target.with_suffix(".mo")]
    settings.LOCALE_PATHS = [tmp_path / "compiled"]


def shown(client: Client, address: str, pattern: str) -> list[str]:
    page = client.get(address, headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}).content.decode()
    assert '<html lang="zh-Hans">' in page
    return [" ".join(text.split()) for text in re.findall(pattern, page, re.DOTALL)]


@pytest.mark.django_db
@pytest.mark.usefixtures("compiled")
def test_a_browser_that_asks_for_chinese_gets_it(client: Client) -> None:
    assert shown(client, "/accounts/login/", r"<h1>(.*?)</h1>") == ["登录"]
    assert shown(client, "/accounts/login/", r"<label[^>]*>(.*?)</label>") == ["用户名", "密码"]


@pytest.mark.django_db
@pytest.mark.usefixtures("compiled")
def test_pages_of_a_corpus_are_chinese(client: Client) -> None:
    membership = MembershipFactory(role=Membership.Role.MANAGER)
    client.force_login(membership.user)
    address = f"/c/{membership.corpus.slug}/members/"
    assert shown(client, address, r"<h1>(.*?)</h1>") == ["成员"]
    tabs = [tab.strip() for tab in re.findall(r">([^<>]+)</a>", shown(client, address, r"<nav[^>]*>.*?</nav>")[0])]
    assert tabs[0] == "概览"
    assert [tab for tab in tabs if tab.isascii()] == []
