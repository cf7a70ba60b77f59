"""URLs under /c/<slug>/agreement/."""

from django.urls import path

from agreement.views import codebook_use, downloads, reports, self_agreement
from agreement.views.adjudication import decisions, page, queue, settings

app_name = "agreement"
urlpatterns = [
    path("<slug:slug>/agreement/", reports.reports, name="reports"),
    path("<slug:slug>/agreement/new/", reports.make, name="make"),
    path("<slug:slug>/agreement/retests/", self_agreement.self_agreement, name="self_agreement"),
    path("<slug:slug>/codebook/<uuid:public_id>/confirm/", codebook_use.use_codebook, name="use_codebook"),
    path("<slug:slug>/agreement/<uuid:public_id>/", reports.report, name="report"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.csv", downloads.download_csv, name="download_csv"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.json", downloads.download_json, name="download_json"),
    path("<slug:slug>/adjudicate/", page.adjudicate, name="adjudicate"),
    path("<slug:slug>/adjudication/", queue.adjudication, name="adjudication"),
    path("<slug:slug>/adjudication/settings/", settings.adjudication_settings, name="adjudication_settings"),
    path("<slug:slug>/adjudication/decisions/<uuid:public_id>/", decisions.decision, name="decision"),
    path("<slug:slug>/adjudication/<slug:which>/", decisions.decisions, name="decisions"),
]
