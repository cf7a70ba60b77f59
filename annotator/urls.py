"""Addresses under /c/ of the annotators' work."""

from django.urls import path

from annotator.views import label, progress

app_name = "annotator"
urlpatterns = [
    path("<slug:slug>/label/", label.label, name="label"),
    path("<slug:slug>/progress/", progress.show, name="progress"),
    path("<slug:slug>/progress/<uuid:public_id>/release/", progress.release, name="release"),
]
