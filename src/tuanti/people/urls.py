"""The addresses of ``people``."""

from django.urls import path

from tuanti.people.views import accounts, mine, organisations, outbox

app_name = "people"
_ONE = "organisations/<slug:organisation>"
urlpatterns = [
    path("organisations", organisations.organisations, name="organisations"),
    path("organisations/new", organisations.organisation_new, name="organisation_new"),
    path(_ONE, organisations.organisation, name="organisation"),
    path(f"{_ONE}/name", organisations.organisation_rename, name="organisation_rename"),
    path(f"{_ONE}/close", organisations.organisation_close, name="organisation_close"),
    path(f"{_ONE}/accounts/new", accounts.account_new, name="account_new"),
    path(f"{_ONE}/posts/new", organisations.post_new, name="post_new"),
    path("posts/<int:post>/end", organisations.post_end, name="post_end"),
    path("accounts/<int:account>", accounts.account, name="account"),
    path("accounts/<int:account>/password", accounts.account_password, name="account_password"),
    path("accounts/<int:account>/factor", accounts.account_factor, name="account_factor"),
    path("accounts/<int:account>/close", accounts.account_close, name="account_close"),
    path("my/account", mine.my_account, name="my_account"),
    path("my/sessions/<int:session>/end", mine.session_end, name="session_end"),
    path("outbox", outbox.outbox, name="outbox"),
]
