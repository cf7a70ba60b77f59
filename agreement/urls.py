"""URLs under /c/<slug>/agreement/."""

from django.urls import path

from agreement.views import codebook_use, downloads, reports, self_agreement
from agreement.views.labels import browser

app_name = "agreement"
urlpatterns = [
    path("<slug:slug>/labels/", browser.show, name="labels"),
    path("<slug:slug>/labels/count/", browser.count, name="labels_count"),
    path("<slug:slug>/labels/labels.csv", browser.download_csv, name="labels_csv"),
    path("<slug:slug>/labels/labels.jsonl", browser.download_jsonl, name="labels_jsonl"),
    path("<slug:slug>/labels/<uuid:utterance>/history/", browser.history, name="label_history"),
    path("<slug:slug>/agreement/", reports.reports, name="reports"),
    path("<slug:slug>/agreement/new/", reports.make, name="make"),
    path("<slug:slug>/agreement/retests/", self_agreement.self_agreement, name="self_agreement"),
    path("<slug:slug>/codebook/<uuid:public_id>/confirm/", codebook_use.use_codebook, name="use_codebook"),
    path("<slug:slug>/agreement/<uuid:public_id>/", reports.report, name="report"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.csv", downloads.download_csv, name="download_csv"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.json", downloads.download_json, name="download_json"),
]
