"""Addresses under /c/ of the annotators' work."""

from django.urls import path

from annotator.views import label

app_name = "annotator"
urlpatterns = [
    path("<slug:slug>/label/", label.label, name="label"),
]
