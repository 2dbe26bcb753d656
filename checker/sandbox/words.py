"""The words of the sign-in, registration and consent pages in the languages that a `lang` parameter can ask for.

Documented: that `lang` chooses the language of the page (facts on OAuth, section 3). Our choice: which languages there
are here (ORCID has more), the words, and English for all others. Templates say the English: `{{ t("Password") }}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

ENGLISH: Final = "en"

_LANGUAGES: Final = ("de", "es", "fr")

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "Sign in to ORCID": ("Bei ORCID anmelden", "Iniciar sesión en ORCID", "Se connecter à ORCID"),
    "E-mail address or ORCID iD": (
        "E-Mail-Adresse oder ORCID iD", "Correo electrónico o ORCID iD", "Adresse e-mail ou ORCID iD"),
    "Password": ("Passwort", "Contraseña", "Mot de passe"),
    "Forgot your password?": ("Passwort vergessen?", "¿Olvidó su contraseña?", "Mot de passe oublié ?"),
    "No ORCID iD yet?": ("Noch keine ORCID iD?", "¿Aún no tiene un ORCID iD?", "Pas encore d'ORCID iD ?"),
    "Register now": ("Jetzt registrieren", "Regístrese ahora", "S'inscrire"),
    "Access through your institution": (
        "Zugang über Ihre Einrichtung", "Acceder a través de su institución", "Accéder par votre établissement"),
    "The e-mail address or iD and the password do not belong together.": (
        "E-Mail-Adresse oder iD und Passwort gehören nicht zusammen.",
        "El correo electrónico o iD y la contraseña no coinciden.",
        "L'adresse e-mail ou l'iD et le mot de passe ne correspondent pas."),
    "Authorize access": ("Zugriff erlauben", "Autorizar el acceso", "Autoriser l'accès"),
    "Deny access": ("Zugriff verweigern", "Denegar el acceso", "Refuser l'accès"),
    "You are signed in as": ("Sie sind angemeldet als", "Ha iniciado sesión como", "Vous êtes connecté en tant que"),
    "has asked for this access to your ORCID record:": (
        "bittet um diesen Zugriff auf Ihren ORCID-Datensatz:",
        "ha pedido este acceso a su registro ORCID:",
        "demande cet accès à votre dossier ORCID :"),
    "You can take the permission back at any time. Not you?": (
        "Sie können die Erlaubnis jederzeit zurücknehmen. Nicht Sie?",
        "Puede retirar el permiso en cualquier momento. ¿No es usted?",
        "Vous pouvez retirer l'autorisation à tout moment. Ce n'est pas vous ?"),
    "Sign out": ("Abmelden", "Cerrar sesión", "Se déconnecter"),
    "Get your ORCID iD": ("Ihre ORCID iD erfahren", "Obtener su ORCID iD", "Obtenir votre ORCID iD"),
    "Read the information that you share with trusted parties": (
        "Angaben lesen, die Sie mit vertrauenswürdigen Parteien teilen",
        "Leer la información que comparte con las partes de confianza",
        "Lire les informations que vous partagez avec les parties de confiance"),
    "Add or change your research activities: works, affiliations, funding": (
        "Ihre Forschungsaktivitäten ergänzen oder ändern: Arbeiten, Zugehörigkeiten, Förderungen",
        "Añadir o cambiar sus actividades de investigación: trabajos, afiliaciones, financiación",
        "Ajouter ou modifier vos activités de recherche : travaux, affiliations, financements"),
    "Add or change other information about you: keywords, links, countries": (
        "Andere Angaben über Sie ergänzen oder ändern: Schlagwörter, Links, Länder",
        "Añadir o cambiar otra información sobre usted: palabras clave, enlaces, países",
        "Ajouter ou modifier d'autres informations sur vous : mots-clés, liens, pays"),
    "Create your ORCID iD": ("Ihre ORCID iD anlegen", "Crear su ORCID iD", "Créer votre ORCID iD"),
    "Already have an ORCID iD?": (
        "Sie haben schon eine ORCID iD?", "¿Ya tiene un ORCID iD?", "Vous avez déjà un ORCID iD ?"),
    "Sign in": ("Anmelden", "Iniciar sesión", "Se connecter"),
    "Given names": ("Vornamen", "Nombres", "Prénoms"),
    "Family names (optional)": ("Nachnamen (optional)", "Apellidos (opcional)", "Noms de famille (facultatif)"),
    "Primary e-mail address": ("Haupt-E-Mail-Adresse", "Correo electrónico principal", "Adresse e-mail principale"),
    "Confirm the e-mail address": (
        "E-Mail-Adresse bestätigen", "Confirme el correo electrónico", "Confirmer l'adresse e-mail"),
    "Confirm the password": ("Passwort bestätigen", "Confirme la contraseña", "Confirmer le mot de passe"),
    "Next step": ("Nächster Schritt", "Paso siguiente", "Étape suivante"),
    "Previous step": ("Vorheriger Schritt", "Paso anterior", "Étape précédente"),
    "Cancel registration": ("Registrierung abbrechen", "Cancelar el registro", "Annuler l'inscription"),
    "Complete registration": ("Registrierung abschließen", "Completar el registro", "Terminer l'inscription"),
}  # fmt: skip


def language(asked: str) -> str:
    """Return the language that the pages have for a `lang` parameter such as `fr` or `de-AT`."""
    short = asked.replace("-", "_").partition("_")[0].strip().lower()
    return short if short in _LANGUAGES else ENGLISH


def translator(asked: str) -> Callable[[str], str]:
    """Return what turns English words into those of a language; words that are not known stay English."""
    chosen = language(asked)
    if chosen == ENGLISH:
        return str
    place = _LANGUAGES.index(chosen)
    return lambda text: _WORDS[text][place] if text in _WORDS else text
