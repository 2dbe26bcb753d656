"""Registration of a new researcher: the rules of the form, and the person that it makes.

Observed in ORCID's public pages: the fields, the five steps, the rules for the password. Our choice: the words, and
that no robot is kept out and no e-mail is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from .model import Person, Visibility
from .people import new_orcid

LONGEST_NAME: Final = 99
_PASSWORD: Final = range(8, 257)
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_VISIBILITIES: Final[dict[str, Visibility]] = {"public": "public", "limited": "limited", "private": "private"}


class Incomplete(Exception):
    """The form cannot be taken; `errors` says why, by the name of the field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def read(form: Mapping[str, str], known: Iterable[Person]) -> Person:
    """Return the person that a filled-in form makes.

    Raises:
        Incomplete: something is missing or wrong.
    """
    known = list(known)
    value = {name: text.strip() for name, text in form.items()}
    password = form.get("password", "")
    found: dict[str, str] = {}
    if not value.get("givenNames"):
        found["givenNames"] = "Enter your given names."
    for name in ("givenNames", "familyNames"):
        if len(value.get(name, "")) > LONGEST_NAME:
            found[name] = "A name must have less than 100 characters."
    email = value.get("email", "")
    if not _ADDRESS.fullmatch(email):
        found["email"] = "Enter an e-mail address."
    elif any(person.login.casefold() == email.casefold() for person in known):
        found["email"] = f"The e-mail address {email} belongs to an ORCID record already."
    elif value.get("confirmEmail", "").casefold() != email.casefold():
        found["confirmEmail"] = "The e-mail addresses are not the same."
    if trouble := _trouble(password, email):
        found["password"] = trouble
    elif form.get("passwordConfirm", "") != password:
        found["passwordConfirm"] = "The passwords are not the same."
    visibility = _VISIBILITIES.get(value.get("activitiesVisibilityDefault", ""))
    if visibility is None:
        found["activitiesVisibilityDefault"] = "Choose who sees new items on your record."
    for name, what in (("termsOfUse", "the terms of use"), ("dataProcessed", "the processing of your data")):
        if value.get(name) != "true":
            found[name] = f"You must accept {what}."
    if found or visibility is None:
        raise Incomplete(found)
    return Person(
        new_orcid(person.orcid for person in known),
        email,
        password,
        given_names=value["givenNames"],
        family_name=value.get("familyNames", ""),
        default_visibility=visibility,
    )


def _trouble(password: str, email: str) -> str:
    if len(password) not in _PASSWORD:
        return "A password has 8 to 256 characters."
    if not any(c.isdigit() for c in password):
        return "A password has at least one number."
    if all(c.isdigit() or c.isspace() for c in password):
        return "A password has at least one letter or symbol."
    if password.casefold() == email.casefold():
        return "The password must not be your e-mail address."
    return ""
