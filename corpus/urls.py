"""Addresses under /c/; each page of a corpus starts with its slug."""

from django.urls import path

from corpus.views import codebooks, consents, corpora, dialogues, episodes, guidelines, jobs, members

app_name = "corpus"
urlpatterns = [
    path("new/", corpora.create, name="create"),
    path("<slug:slug>/", corpora.overview, name="overview"),
    path("<slug:slug>/settings/", corpora.settings, name="settings"),
    path("<slug:slug>/codebook/", codebooks.codebook, name="codebook"),
    path("<slug:slug>/codebook/add/", codebooks.add, name="add_codebook"),
    path("<slug:slug>/codebook/adopt/", codebooks.adopt_shipped, name="adopt_codebook"),
    path("<slug:slug>/codebook/<uuid:public_id>/", codebooks.codebook, name="codebook_version"),
    path("<slug:slug>/codebook/<uuid:public_id>/download/", codebooks.download, name="download_codebook"),
    path("<slug:slug>/codebook/<uuid:public_id>/use/", codebooks.use, name="use_codebook"),
    path("<slug:slug>/guideline/", guidelines.guideline, name="guideline"),
    path("<slug:slug>/guideline/edit/", guidelines.edit, name="edit_guideline"),
    path("<slug:slug>/guideline/<uuid:public_id>/", guidelines.guideline, name="guideline_version"),
    path("<slug:slug>/consent/", consents.own, name="consent"),
    path("<slug:slug>/consent/text/", consents.text, name="consent_text"),
    path("<slug:slug>/jobs/", jobs.jobs, name="jobs"),
    path("<slug:slug>/jobs/<uuid:public_id>/retry/", jobs.retry_job, name="retry_job"),
    path("<slug:slug>/members/", members.people, name="members"),
    path("<slug:slug>/members/invite/", members.invite, name="invite"),
    path("<slug:slug>/members/invitations/<uuid:public_id>/revoke/", members.revoke, name="revoke"),
    path("<slug:slug>/members/<uuid:public_id>/deactivate/", members.deactivate, name="deactivate"),
    path("<slug:slug>/members/<uuid:public_id>/reactivate/", members.reactivate, name="reactivate"),
    path("<slug:slug>/members/<uuid:public_id>/reset/", members.reset_password, name="reset_password"),
    path("<slug:slug>/episodes/", episodes.episodes, name="episodes"),
    path("<slug:slug>/episodes/<uuid:episode>/", dialogues.episode, name="episode"),
    path("<slug:slug>/episodes/<uuid:episode>/remove/", episodes.remove, name="remove_episode"),
    path("<slug:slug>/episodes/<uuid:episode>/ready/", dialogues.all_ready, name="all_ready"),
    path("<slug:slug>/episodes/<uuid:episode>/speakers/<uuid:speaker>/", dialogues.rename, name="rename_speaker"),
    path(
        "<slug:slug>/episodes/<uuid:episode>/speakers/<uuid:speaker>/forget/",
        dialogues.forget_name,
        name="forget_speaker_name",
    ),
    path("<slug:slug>/dialogues/<uuid:dialogue>/", dialogues.dialogue, name="dialogue"),
    path("<slug:slug>/dialogues/<uuid:dialogue>/<slug:act>/", dialogues.act_on_dialogue, name="act_on_dialogue"),
    path("<slug:slug>/utterances/<uuid:utterance>/", dialogues.edit, name="edit_utterance"),
    path("<slug:slug>/utterances/<uuid:utterance>/<slug:act>/", dialogues.act_on_utterance, name="act_on_utterance"),
]
