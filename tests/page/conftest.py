from tests.display.conftest import _stand_ins, chromium, stage

__all__ = ["_stand_ins", "chromium", "stage"]
