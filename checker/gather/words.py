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

DISCONNECT: Final = _any(
    r"\bdisconnect", r"\bunlink", r"\bremove", r"\brevoke", r"\bdelete", r"\bunconnect", r"\bdetach", r"\btrennen",
    r"\bentfernen", r"\blösch", r"verbindung (auf)?(trenn|lös)", r"aufheben", r"\bdéconnecter", r"\bdissocier",
    r"\bsupprimer", r"\bretirer", r"\bdesconectar", r"\bdesvincular", r"\beliminar", r"\bquitar", r"\bremover",
    r"\bscollega", r"\brimuovi", r"\bdisconnetti", r"\bontkoppel", r"\bverwijder", r"odłącz", r"解除", r"断开",
)  # fmt: skip

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
