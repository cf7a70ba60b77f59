"""Addresses under /c/ of the annotators' work."""

from django.urls import path

from annotator.views import inbox, label, progress, returned

app_name = "annotator"
urlpatterns = [
    path("<slug:slug>/label/", label.label, name="label"),
    path("<slug:slug>/progress/", progress.show, name="progress"),
    path("<slug:slug>/progress/<uuid:public_id>/release/", progress.release, name="release"),
    path("<slug:slug>/inbox/", inbox.first, name="inbox"),
    path("<slug:slug>/inbox/flags/", inbox.flags, name="flags"),
    path("<slug:slug>/inbox/flags/<uuid:public_id>/accept/", inbox.accept_flag, name="accept_flag"),
    path("<slug:slug>/inbox/flags/<uuid:public_id>/decline/", inbox.decline_flag, name="decline_flag"),
    path("<slug:slug>/inbox/questions/", inbox.questions, name="questions"),
    path("<slug:slug>/inbox/returned/", returned.returned, name="returned"),
    path("<slug:slug>/inbox/returned/<uuid:public_id>/", returned.settle, name="settle_return"),
    path("<slug:slug>/inbox/questions/<uuid:public_id>/", inbox.answer, name="answer_question"),
]
