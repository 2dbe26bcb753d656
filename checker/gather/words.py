"""Words by which controls are found, in the languages of ORCID's own pages that we know well enough.

Only for finding: nothing is judged by them, and a plan's [steps] always win.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


ORCID: Final = _any(r"orcid")

CONNECT: Final = _any(
    r"\bconnect", r"\bcreate", r"\bregister", r"\blink\b", r"\bauthori[sz]e", r"\bsign[ -]?(in|up)\b",
    r"\blog[ -]?in\b", r"\bcontinue", r"verbind", r"verknüpf", r"anmeld", r"einlogg", r"\bconnecter", r"\bassocier",
    r"\blier\b", r"\bconectar", r"\bvincular", r"\bcrear", r"iniciar sesi[oó]n", r"\bcriar", r"\bentrar", r"\bcollega",
    r"\bconnett", r"\baccedi", r"\bkoppel", r"\bverbinden", r"\binloggen", r"połącz", r"zaloguj",
    r"連携", r"连接", r"登录",
)  # fmt: skip

UNLINK: Final = _any(
    r"\bdisconnect", r"\bunlink", r"\brevoke", r"\bunconnect", r"\bdetach", r"\btrennen",
    r"verbindung (auf)?(trenn|lös|heb)", r"\bdéconnecter", r"\bdissocier", r"\bdesconectar", r"\bdesvincular",
    r"\bscollega", r"\bdisconnetti", r"\bontkoppel", r"odłącz", r"解除", r"断开",
)  # fmt: skip
"""Words for ending a connection."""

REMOVE: Final = _any(
    r"\bremove", r"\bdelete", r"\bentfernen", r"\blösch", r"aufheben", r"\bsupprimer", r"\bretirer", r"\beliminar",
    r"\bquitar", r"\bremover", r"\brimuovi", r"\bverwijder",
)  # fmt: skip
"""Words for removing anything: a connection, or an item."""

ITEM: Final = _any(
    r"employment", r"\bworks?\b", r"\bitems?\b", r"funding", r"publication", r"affiliation", r"education", r"\bentry",
    r"beschäftigung", r"\bwerk", r"eintrag", r"publikation", r"emploi", r"œuvre", r"empleo", r"\bobra", r"impiego",
)  # fmt: skip
"""Words for what a portal writes to a record: removing one of them disconnects nobody."""

CONFIRM: Final = _any(
    r"\bcontinue", r"\bproceed", r"\bconfirm", r"\byes\b", r"\bok\b", r"\bagree", r"\baccept", r"\bgo to\b",
    r"\bnext\b", r"\bweiter", r"\bbestätig", r"\bja\b", r"\bcontinuer", r"\bconfirmer", r"\boui\b", r"\bcontinuar",
    r"\bconfirmar", r"\bs[ií]\b", r"\bsim\b", r"\bcontinua", r"\bconferma", r"\bdoorgaan", r"\bbevestig",
    r"dalej", r"続行", r"继续",
)  # fmt: skip

CANCEL: Final = _any(
    r"\bcancel", r"\babort", r"\bkeep", r"\bno\b", r"\bback\b", r"abbrechen", r"zurück", r"\bbehalten", r"\bannuler",
    r"\bcancelar", r"\bannulla", r"\bannuleren", r"\bvolver", r"\bretour",
)  # fmt: skip

AVOID: Final = _any(
    r"\blearn more", r"\bwhat is\b", r"\babout\b", r"\bhelp\b", r"\bprivacy", r"\bsearch\b", r"\bfind\b", r"\blog ?out",
    r"\bsign ?out", r"abmelden", r"\bmehr (erfahren|über)", r"hilfe", r"déconnexion", r"en savoir plus", r"cerrar sesi",
    r"\bdownload", r"\bexport", r"\bapply\b", r"\bsync", r"\bupdate my", r"\badd my", r"\bimport",
)  # fmt: skip

PERSONAL: Final = _any(
    r"profile?", r"account", r"setting", r"preference", r"my ", r"linked", r"connect", r"identit", r"orcid", r"author",
    r"\bedit", r"submi", r"konto", r"einstellung", r"compte", r"cuenta", r"conta\b", r"impostazion", r"external",
    r"3rdparty", r"social", r"provid",
)  # fmt: skip
