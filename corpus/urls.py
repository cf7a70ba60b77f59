"""Addresses under /c/; each page of a corpus starts with its slug."""

from django.urls import path

from corpus.views import corpora, jobs, members

app_name = "corpus"
urlpatterns = [
    path("new/", corpora.create, name="create"),
    path("<slug:slug>/", corpora.overview, name="overview"),
    path("<slug:slug>/settings/", corpora.settings, name="settings"),
    path("<slug:slug>/jobs/", jobs.jobs, name="jobs"),
    path("<slug:slug>/jobs/<uuid:public_id>/retry/", jobs.retry_job, name="retry_job"),
    path("<slug:slug>/members/", members.people, name="members"),
    path("<slug:slug>/members/invite/", members.invite, name="invite"),
    path("<slug:slug>/members/invitations/<uuid:public_id>/revoke/", members.revoke, name="revoke"),
    path("<slug:slug>/members/<uuid:public_id>/role/", members.change_role, name="change_role"),
    path("<slug:slug>/members/<uuid:public_id>/deactivate/", members.deactivate, name="deactivate"),
    path("<slug:slug>/members/<uuid:public_id>/reactivate/", members.reactivate, name="reactivate"),
    path("<slug:slug>/members/<uuid:public_id>/reset/", members.reset_password, name="reset_password"),
]
