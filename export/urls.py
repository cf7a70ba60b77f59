"""Addresses of a corpus's releases, under /c/."""

from django.urls import path

from export.views import differences, releases, sharing, training

app_name = "export"
urlpatterns = [
    path("<slug:slug>/releases/", releases.releases, name="releases"),
    path("<slug:slug>/releases/datasheet/", releases.datasheet, name="datasheet"),
    path("<slug:slug>/releases/differences/", differences.compare, name="compare"),
    path("<slug:slug>/releases/differences/<uuid:public_id>/", differences.difference, name="difference"),
    path("<slug:slug>/releases/differences/<uuid:public_id>/csv/", differences.download, name="difference_csv"),
    path("<slug:slug>/releases/<uuid:public_id>/sharing/", sharing.links, name="sharing"),
    path("<slug:slug>/releases/sharing/<uuid:public_id>/revoke/", sharing.revoke, name="revoke_link"),
    path("<slug:slug>/releases/<uuid:public_id>/baselines/", training.baselines, name="baselines"),
    path("<slug:slug>/releases/<uuid:public_id>/baselines/zip/", training.download, name="baselines_zip"),
    path("<slug:slug>/releases/<uuid:public_id>/baselines/<str:name>", training.picture, name="baselines_picture"),
    path("<slug:slug>/releases/<uuid:public_id>/final/", releases.final, name="final"),
    path("<slug:slug>/releases/<uuid:public_id>/", releases.release, name="release"),
    path("<slug:slug>/releases/<uuid:public_id>/download/", releases.download, name="download"),
    path("<slug:slug>/releases/<uuid:public_id>/manifest/", releases.manifest, name="manifest"),
    path("<slug:slug>/releases/<uuid:public_id>/discard/", releases.discard, name="discard"),
    path("<slug:slug>/releases/<uuid:public_id>/delete/", releases.delete_failed, name="delete_failed"),
]
