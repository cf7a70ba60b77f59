"""Access to every URL by role; each URL must have a row here."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from corpus.models import Corpus, Membership
from tests.factories import CorpusFactory, MembershipFactory, UserFactory

EVERYONE = {"manager", "adjudicator", "annotator"}
MANAGER = {"manager"}
LEADS = {"manager", "adjudicator"}

# pages of a corpus, with the roles that have access; other roles get 403, strangers 404
ROLES: dict[str, set[str]] = {
    "corpus:overview": EVERYONE,
    "corpus:settings": MANAGER,
    "corpus:archive": MANAGER,
    "corpus:unarchive": MANAGER,
    "corpus:rename": MANAGER,
    "corpus:copy": MANAGER,
    "corpus:delete": MANAGER,
    "corpus:delete_series": MANAGER,
    "corpus:delete_episode": MANAGER,
    "corpus:members": MANAGER,
    "corpus:invite": MANAGER,
    "corpus:revoke": MANAGER,
    "annotator:change_roles": MANAGER,
    "annotator:close_dialogue": MANAGER,
    "corpus:deactivate": MANAGER,
    "corpus:reactivate": MANAGER,
    "corpus:reset_password": MANAGER,
    "corpus:consent": EVERYONE,
    "corpus:consent_text": MANAGER,
    "corpus:selection": MANAGER,
    "corpus:screen_dialogues": MANAGER,
    "corpus:draw_dialogues": MANAGER,
    "corpus:undo_selection": MANAGER,
    "corpus:imports": MANAGER,
    "corpus:import": MANAGER,
    "corpus:start_import": MANAGER,
    "corpus:save_mapping": MANAGER,
    "corpus:load_mapping": MANAGER,
    "corpus:remove_import": MANAGER,
    "corpus:undo_import": MANAGER,
    "corpus:import_report": MANAGER,
    "corpus:import_mapping": MANAGER,
    "corpus:jobs": MANAGER,
    "corpus:retry_job": MANAGER,
    "corpus:codebook": EVERYONE,
    "corpus:codebook_version": EVERYONE,
    "corpus:add_codebook": MANAGER,
    "corpus:adopt_codebook": MANAGER,
    "corpus:use_codebook": MANAGER,
    "corpus:download_codebook": MANAGER,
    "corpus:guideline": EVERYONE,
    "corpus:guideline_version": EVERYONE,
    "corpus:edit_guideline": MANAGER,
    "corpus:episodes": MANAGER,
    "corpus:clips": MANAGER,
    "corpus:cut_clips": MANAGER,
    "corpus:delete_clips": MANAGER,
    "corpus:pair_files": MANAGER,
    "corpus-api:uploads": MANAGER,
    "corpus-api:upload": MANAGER,
    "corpus-api:episodes": MANAGER,
    "corpus:subtitles": MANAGER,
    "corpus:preview_subtitles": MANAGER,
    "corpus:import_subtitles": MANAGER,
    "corpus:check_speech": MANAGER,
    "corpus:episode": MANAGER,
    "corpus:remove_episode": MANAGER,
    "corpus:source": MANAGER,
    "corpus:all_ready": MANAGER,
    "corpus:rename_speaker": MANAGER,
    "corpus:forget_speaker_name": MANAGER,
    "annotator:merge_speakers": MANAGER,
    "annotator:unmerge_speakers": MANAGER,
    "annotator:to_draft": MANAGER,
    "annotator:timeline": MANAGER,
    "annotator:timeline_contents": MANAGER,
    "annotator:timeline_news": MANAGER,
    "annotator:timeline_edit": MANAGER,
    "annotator:timeline_marks": MANAGER,
    "corpus:dialogue": {"manager", "adjudicator"},
    "corpus:act_on_dialogue": MANAGER,
    "corpus:edit_utterance": MANAGER,
    "corpus:act_on_utterance": MANAGER,
    "annotator:label": {"annotator"},
    "annotator:finished": {"annotator"},
    "annotator:correct": {"annotator"},
    "annotator-api:claim": {"annotator"},
    "agreement-api:claim_case": {"adjudicator"},
    "annotator-api:standing": {"annotator"},
    "annotator-api:news": {"annotator"},
    "annotator-api:seen": {"annotator"},
    "annotator:progress": MANAGER,
    "annotator:calibration": MANAGER,
    "annotator:calibration_pick": MANAGER,
    "annotator:calibration_answers": MANAGER,
    "annotator:calibration_drop": MANAGER,
    "annotator:calibration_person": MANAGER,
    "annotator:calibration_decide": MANAGER,
    "annotator:calibration_workers": MANAGER,
    "annotator:release": MANAGER,
    "annotator:late_work": MANAGER,
    "annotator:settle_late_work": MANAGER,
    "annotator:person": MANAGER,
    "annotator:pause_person": MANAGER,
    "annotator:quota": MANAGER,
    "annotator:absence": MANAGER,
    "annotator:hand_over": MANAGER,
    "annotator:send_back": MANAGER,
    "annotator:batches": MANAGER,
    "annotator:create_batch": MANAGER,
    "annotator:create_retest": MANAGER,
    "annotator:batch": MANAGER,
    "annotator:change_batch": MANAGER,
    "annotator:act_on_batch": MANAGER,
    "annotator:reassign_slots": MANAGER,
    "annotator:inbox": MANAGER,
    "annotator:fast_labelling": MANAGER,
    "annotator:settle_fast_labelling": MANAGER,
    "annotator:hours": EVERYONE,
    "annotator:hours_csv": EVERYONE,
    "annotator:add_rate": MANAGER,
    "annotator:flags": MANAGER,
    "annotator:accept_flag": MANAGER,
    "annotator:decline_flag": MANAGER,
    "annotator:inquiries": MANAGER,
    "annotator:answer_inquiry": MANAGER,
    "annotator:returned": MANAGER,
    "annotator:settle_return": MANAGER,
    "agreement:reports": LEADS,
    "agreement:make": LEADS,
    "agreement:live": MANAGER,
    "agreement:self_agreement": LEADS,
    "agreement:report": LEADS,
    "agreement:findings": MANAGER,
    "agreement:look_for_findings": MANAGER,
    "agreement:save_pausing": MANAGER,
    "agreement:save_exclusion_rules": MANAGER,
    "agreement:dismiss_finding": MANAGER,
    "agreement:use_codebook": MANAGER,
    "agreement:moves": MANAGER,
    "agreement:choose_move": MANAGER,
    "agreement:mapping": MANAGER,
    "agreement:move": MANAGER,
    "agreement:download_mapping": MANAGER,
    "agreement:start_move": MANAGER,
    "agreement:undo_move": MANAGER,
    "agreement:discard_move": MANAGER,
    "agreement:download_csv": LEADS,
    "agreement:download_json": LEADS,
    "agreement:slices": LEADS,
    "agreement:slices_csv": LEADS,
    "agreement:slices_json": LEADS,
    "agreement:download_latex": LEADS,
    "agreement:download_markdown": LEADS,
    "agreement:pictures": LEADS,
    "agreement:download_picture": LEADS,
    "agreement:corpus_figures": LEADS,
    "agreement:download_corpus_figure": LEADS,
    "agreement:download_corpus_figures": LEADS,
    "agreement:labels": LEADS,
    "agreement:labels_count": LEADS,
    "agreement:labels_csv": LEADS,
    "agreement:labels_jsonl": LEADS,
    "agreement:label_history": LEADS,
    "agreement:adjudicate": {"adjudicator"},
    "agreement:adjudication": LEADS,
    "agreement:adjudication_settings": MANAGER,
    "agreement:decisions": LEADS,
    "agreement:decision": LEADS,
    "agreement:calibrate": MANAGER,
    "agreement:late_decisions": MANAGER,
    "agreement:settle_late_decision": MANAGER,
    "agreement:protocol": LEADS,
    "agreement:acceptances": MANAGER,
    "agreement:accept_consensus": MANAGER,
    "agreement:undo_acceptance": MANAGER,
    "agreement:feedback": {"annotator"},
    "agreement:make_ruling": MANAGER,
    "agreement:rulings": LEADS,
    "agreement:ruling": LEADS,
    "agreement:select_for_ruling": MANAGER,
    "agreement:ask_again": MANAGER,
    "export:releases": MANAGER,
    "export:release": MANAGER,
    "export:download": MANAGER,
    "export:manifest": MANAGER,
    "export:datasheet": MANAGER,
    "export:compare": MANAGER,
    "export:difference": MANAGER,
    "export:difference_csv": MANAGER,
    "export:sharing": MANAGER,
    "export:revoke_link": MANAGER,
    "export:baselines": MANAGER,
    "export:baselines_zip": MANAGER,
    "export:baselines_picture": MANAGER,
    "export:final": MANAGER,
    "export:discard": MANAGER,
    "export:delete_failed": MANAGER,
}
# public; the token in a link grants access
PUBLIC = {
    "common:login",
    "common:logout",
    "common:set_language",
    "join",
    "reset",
    "shared",
    "shared_file",
    "healthz",
    "readyz",
}
# pages about oneself, for every signed-in person
PERSONAL = {"home", "common:account", "common:password", "common:create_token", "corpus:create"}
# objects with an opaque id: anonymous visitors are redirected to sign in, strangers get 404
OBJECTS = {
    "common:job",
    "common:end_token",
    "media",
    *(f"annotator-api:{name}" for name in ("assignment", "operations", "heartbeat", "finish")),
    *(f"agreement-api:{name}" for name in ("case", "decide", "reveal", "heartbeat_of_case", "finish_case")),
    *(f"annotator-api:{name}" for name in ("flags", "withdraw_flag", "questions", "return", "acknowledge", "lesson")),
}

SAMPLES = {"UUIDConverter": uuid.UUID(int=7), "StringConverter": "x", "IntConverter": 1, "SlugConverter": "x"}


def url_patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from url_patterns(entry, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


PATTERNS = dict(url_patterns())
OF_A_CORPUS = sorted({*ROLES} & {*PATTERNS})


def address(name: str, corpus: Corpus | None = None) -> str:
    arguments = {key: SAMPLES[type(converter).__name__] for key, converter in PATTERNS[name].pattern.converters.items()}
    if corpus:
        arguments["slug"] = corpus.slug
    return reverse(name, kwargs=arguments)


def status(client: Client, url: str) -> int:
    code = client.get(url).status_code
    for send in (client.post, client.patch):
        if code == 405:
            code = send(url, content_type="application/json").status_code
    return code


def test_every_address_has_a_row() -> None:
    # a new address: add a row above
    known = {*ROLES, *PUBLIC, *PERSONAL, *OBJECTS}
    assert [name for name in PATTERNS if name not in known] == []


def test_every_page_of_a_corpus_is_checked_by_role() -> None:
    of_a_corpus = {name for name, pattern in PATTERNS.items() if "slug" in pattern.pattern.converters}
    assert {*ROLES} & {*PATTERNS} == of_a_corpus


@pytest.mark.django_db
def test_anonymous_visitors_are_redirected_to_sign_in(client: Client) -> None:
    answers = {name: client.get(address(name)) for name in {*PATTERNS} - PUBLIC}
    # the API answers scripts, which can't fill in a form
    denied = {name for name, answer in answers.items() if answer.status_code in (401, 403)}
    sent = {name for name, answer in answers.items() if answer.get("Location", "").startswith(reverse("common:login"))}
    assert (denied | sent, {answers[name]["Content-Type"] for name in denied}) == (
        {*answers},
        {"application/json"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["stranger", "member of another corpus", "deactivated manager"])
def test_strangers_get_404_for_a_corpus(client: Client, who: str) -> None:
    corpus = CorpusFactory()
    person = UserFactory()
    if who == "member of another corpus":
        MembershipFactory(user=person, role="manager")
    if who == "deactivated manager":
        MembershipFactory(user=person, corpus=corpus, role="manager", is_active=False)
    client.force_login(person)
    assert [name for name in OF_A_CORPUS if status(client, address(name, corpus)) != 404] == []


@pytest.mark.django_db
def test_an_unknown_id_is_not_found(client: Client) -> None:
    client.force_login(MembershipFactory(role="manager").user)
    assert [name for name in OBJECTS & {*PATTERNS} if status(client, address(name)) != 404] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", Membership.Role.values)
def test_each_page_opens_only_for_its_roles(client: Client, role: str) -> None:
    member = MembershipFactory(role=role)
    client.force_login(member.user)
    refused = [name for name in OF_A_CORPUS if status(client, address(name, member.corpus)) == 403]
    assert refused == [name for name in OF_A_CORPUS if role not in ROLES[name]]
