"""Addresses under /c/<slug>/agreement/."""

from django.urls import path

from agreement.views import reports

app_name = "agreement"
urlpatterns = [
    path("<slug:slug>/agreement/", reports.reports, name="reports"),
    path("<slug:slug>/agreement/new/", reports.make, name="make"),
    path("<slug:slug>/agreement/retests/", reports.selves, name="selves"),
    path("<slug:slug>/agreement/<uuid:public_id>/", reports.report, name="report"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.csv", reports.download_csv, name="download_csv"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.json", reports.download_json, name="download_json"),
]
