"""Where each page lives."""

from django.urls import URLPattern, URLResolver, include, path

from corpus.views.corpora import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("", include("common.urls")),
    path("c/", include("corpus.urls")),
]
