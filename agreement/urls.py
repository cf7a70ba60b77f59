"""Addresses under /c/<slug>/agreement/."""

from django.urls import path

from agreement import views

app_name = "agreement"
urlpatterns = [
    path("<slug:slug>/agreement/", views.reports, name="reports"),
    path("<slug:slug>/agreement/new/", views.make, name="make"),
    path("<slug:slug>/agreement/retests/", views.selves, name="selves"),
    path("<slug:slug>/agreement/<uuid:public_id>/", views.report, name="report"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.csv", views.download_csv, name="download_csv"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.json", views.download_json, name="download_json"),
]
