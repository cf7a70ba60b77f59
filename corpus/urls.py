"""Addresses under /c/; each page of a corpus starts with its slug."""

from django.urls import path

from corpus.views import corpora

app_name = "corpus"
urlpatterns = [
    path("new/", corpora.create, name="create"),
    path("<slug:slug>/", corpora.overview, name="overview"),
    path("<slug:slug>/settings/", corpora.settings, name="settings"),
]
