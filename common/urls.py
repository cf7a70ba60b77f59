"""URLs of pages outside a corpus."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from common.views import accounts, jobs

app_name = "common"
urlpatterns = [
    path("accounts/", accounts.account, name="account"),
    path("accounts/login/", accounts.SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password/", accounts.ChangePassword.as_view(), name="password"),
    path("accounts/tokens/", accounts.create_token, name="create_token"),
    path("accounts/tokens/<uuid:public_id>/end/", accounts.end_token, name="end_token"),
    path("accounts/language/", accounts.set_language, name="set_language"),
    path("jobs/<uuid:public_id>/", jobs.job, name="job"),
]
