"""The product's provider, with the adapter of this folder."""

from allauth.socialaccount.providers.orcid.provider import OrcidProvider

from .views import LocalOrcidAdapter


class LocalOrcidProvider(OrcidProvider):
    """Keeps the id `orcid`, and with it the product's settings and addresses: it stands in for the original."""

    oauth2_adapter_class = LocalOrcidAdapter


provider_classes = [LocalOrcidProvider]
