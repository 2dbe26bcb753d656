"""Three addresses, nothing else.

allauth makes its addresses from the setting `BASE_DOMAIN` and puts `api.` or `pub.` before it. A sandbox on this
machine has one host for all. allauth's documentation ("Customizing providers") says to subclass for such a need.
"""

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.orcid.views import OrcidOAuth2Adapter


class LocalOrcidAdapter(OrcidOAuth2Adapter):
    """The product's adapter; the host of the token endpoint and of the API is the base domain itself."""

    access_token_url = f"https://{OrcidOAuth2Adapter.base_domain}/oauth/token"
    profile_url = f"https://{OrcidOAuth2Adapter.base_domain}/v3.0/%s/record"


oauth2_login = OAuth2LoginView.adapter_view(LocalOrcidAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(LocalOrcidAdapter)
