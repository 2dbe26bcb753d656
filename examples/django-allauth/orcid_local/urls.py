"""`/accounts/orcid/login/` and its callback."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from .provider import LocalOrcidProvider

urlpatterns = default_urlpatterns(LocalOrcidProvider)
