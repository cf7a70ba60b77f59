"""Pages that belong to no corpus."""

from django.urls import path

from common.views import jobs

app_name = "common"
urlpatterns = [
    path("jobs/<uuid:public_id>/", jobs.job, name="job"),
]
