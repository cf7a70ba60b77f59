"""URLs of the project."""

from django.urls import URLPattern, URLResolver, include, path

from config.web.health import healthz, readyz
from corpus.views import links
from corpus.views.corpora import home
from corpus.views.media import media
from export.views import sharing

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("annotator.api.urls")),  # first: it is asked for most often
    path("api/v1/", include("corpus.api.urls")),
    path("api/v1/", include("agreement.api.urls")),
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("common.urls")),
    path("join/<str:token>/", links.join, name="join"),
    path("reset/<str:token>/", links.reset, name="reset"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("shared/<str:token>/<str:filename>", sharing.shared_file, name="shared_file"),
    path("c/", include("corpus.urls")),
    path("c/", include("export.urls")),
    path("media/<uuid:public_id>/", media, name="media"),
    path("c/", include("annotator.urls")),
    path("c/", include("agreement.urls")),
]

handler404 = "common.api.errors.not_found"
handler500 = "common.api.errors.crashed"
