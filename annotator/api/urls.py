"""URLs below /api/v1/."""

from django.urls import path

from annotator.api import calibration, labelling, messages
from common.api import schema  # noqa: F401 -- registers itself

app_name = "annotator-api"
urlpatterns = [
    path("corpora/<slug:slug>/claim/", labelling.Claim.as_view(), name="claim"),
    path("assignments/<uuid:public_id>/", labelling.Show.as_view(), name="assignment"),
    path("assignments/<uuid:public_id>/operations/", labelling.Operations.as_view(), name="operations"),
    path("assignments/<uuid:public_id>/heartbeat/", labelling.Heartbeat.as_view(), name="heartbeat"),
    path("assignments/<uuid:public_id>/finish/", labelling.Finish.as_view(), name="finish"),
    path("assignments/<uuid:public_id>/flags/", messages.Flags.as_view(), name="flags"),
    path("assignments/<uuid:public_id>/flags/withdraw/", messages.WithdrawFlag.as_view(), name="withdraw_flag"),
    path("assignments/<uuid:public_id>/questions/", messages.Inquiries.as_view(), name="questions"),
    path("assignments/<uuid:public_id>/return/", messages.ReturnDialogue.as_view(), name="return"),
    path("assignments/<uuid:public_id>/acknowledge/", messages.Acknowledge.as_view(), name="acknowledge"),
    path("assignments/<uuid:public_id>/lessons/<uuid:utterance>/", calibration.Lesson.as_view(), name="lesson"),
    path("corpora/<slug:slug>/standing/", calibration.QualificationStatus.as_view(), name="standing"),
    path("corpora/<slug:slug>/news/", messages.News.as_view(), name="news"),
    path("corpora/<slug:slug>/news/seen/", messages.Seen.as_view(), name="seen"),
]
