"""Addresses of a corpus's releases, under /c/."""

from django.urls import path

from export import views

app_name = "export"
urlpatterns = [
    path("<slug:slug>/releases/", views.releases, name="releases"),
    path("<slug:slug>/releases/datasheet/", views.datasheet, name="datasheet"),
    path("<slug:slug>/releases/<uuid:public_id>/final/", views.final, name="final"),
    path("<slug:slug>/releases/<uuid:public_id>/", views.release, name="release"),
    path("<slug:slug>/releases/<uuid:public_id>/download/", views.download, name="download"),
    path("<slug:slug>/releases/<uuid:public_id>/manifest/", views.manifest, name="manifest"),
    path("<slug:slug>/releases/<uuid:public_id>/discard/", views.discard, name="discard"),
    path("<slug:slug>/releases/<uuid:public_id>/delete/", views.delete_failed, name="delete_failed"),
]
