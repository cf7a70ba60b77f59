import pytest

from corpus.rules.guideline.clips import Clip, utterances_in
from corpus.rules.guideline.markdown import headings, render


def test_a_heading_with_an_anchor() -> None:
    text = "# All\n\n## Emotion *and* more {#emotion}\n\ntext {#not-here}\n"
    assert render(text) == ('<h1>All</h1>\n<h2 id="emotion">Emotion <em>and</em> more</h2>\n<p>text {#not-here}</p>\n')
    assert headings(text) == [("emotion", "Emotion and more")]


def test_an_anchor_given_twice_is_an_id_once() -> None:
    assert render("# a {#x}\n# b {#x}") == '<h1 id="x">a</h1>\n<h1>b {#x}</h1>\n'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,1)", "<p>[x](data:text/html,1)</p>\n"),
        ('# a {#x" onclick="y}', "<h1>a {#x&quot; onclick=&quot;y}</h1>\n"),
        (
            "![p](https://example.org/p.png)",
            '<p>!<a href="https://example.org/p.png" rel="noopener noreferrer nofollow">p</a></p>\n',
        ),
    ],
)
def test_harmful_markup_is_shown_as_text(text: str, html: str) -> None:
    assert render(text) == html


def test_tables_are_read() -> None:
    assert render("| a |\n|---|\n| b |").startswith("<table>")


UTTERANCE = "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_a_clip_becomes_a_player_and_an_unknown_one_its_name() -> None:
    text = f"> “Oh” [▶](clip:{UTTERANCE}) and [▶](clip:{UTTERANCE.replace('0', '1')})"
    html = render(text, {UTTERANCE: Clip('/media/"x"/', 1500, 2250)})
    player = '<video class="guideline-clip" controls preload="none" src="/media/&quot;x&quot;/#t=1.500,2.250"></video>'
    assert html == f"<blockquote>\n<p>“Oh” {player} and ▶</p>\n</blockquote>\n"
    assert utterances_in(text) == [UTTERANCE, UTTERANCE.replace("0", "1")]
