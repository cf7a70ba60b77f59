"""URLs below /api/v1/ for episodes."""

from django.urls import path

from corpus.api import uploads

app_name = "corpus-api"
urlpatterns = [
    path("corpora/<slug:slug>/uploads/", uploads.Uploads.as_view(), name="uploads"),
    path("corpora/<slug:slug>/uploads/<uuid:public_id>/", uploads.OneUpload.as_view(), name="upload"),
    path("corpora/<slug:slug>/episodes/", uploads.Episodes.as_view(), name="episodes"),
]
