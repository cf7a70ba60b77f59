"""URLs of adjudication below /api/v1/."""

from django.urls import path

from agreement.api import adjudication

app_name = "agreement-api"
urlpatterns = [
    path("corpora/<slug:slug>/adjudication/claim/", adjudication.ClaimCase.as_view(), name="claim_case"),
    path("adjudication/<uuid:public_id>/", adjudication.ShowCase.as_view(), name="case"),
    path("adjudication/<uuid:public_id>/operations/", adjudication.DecisionOperations.as_view(), name="decide"),
    path("adjudication/<uuid:public_id>/reveal/", adjudication.Reveal.as_view(), name="reveal"),
    path("adjudication/<uuid:public_id>/heartbeat/", adjudication.HeartbeatOfCase.as_view(), name="heartbeat_of_case"),
    path("adjudication/<uuid:public_id>/finish/", adjudication.FinishCase.as_view(), name="finish_case"),
]
