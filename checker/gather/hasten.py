"""Sees what a page will look like some seconds from now, without waiting: a message may be gone before it is read.

A page's pending timers are called early and its finite CSS animations brought to their end. ORCID's own pages are
left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

WATCH: Final = """(() => {
    if (%s.includes(location.host) || window.__pendingTimers) return;
    const pending = new Map();
    Object.defineProperty(window, '__pendingTimers', {value: pending});
    const set = window.setTimeout.bind(window), clear = window.clearTimeout.bind(window);
    window.setTimeout = (work, delay = 0, ...args) => {
        const act = () => { pending.delete(id); return typeof work === 'function' ? work(...args) : (0, eval)(work); };
        const id = set(act, delay);
        pending.set(id, {act, due: performance.now() + Number(delay)});
        return id;
    };
    window.clearTimeout = (id) => { pending.delete(id); clear(id); };
})()"""

HASTEN: Final = """(milliseconds) => {
    const until = performance.now() + milliseconds;
    const due = [...(window.__pendingTimers || [])].filter(([, one]) => one.due <= until);
    due.sort(([, a], [, b]) => a.due - b.due);
    for (const [id, one] of due) { clearTimeout(id); one.act(); }
    for (const one of document.getAnimations()) {
        const timing = one.effect && one.effect.getComputedTiming();
        if (timing && timing.endTime < Infinity && timing.endTime <= milliseconds) one.finish();
    }
}"""


def watch_script(orcid_hosts: Iterable[str]) -> str:
    """Return the script that has to run in every page before its own, so that `HASTEN` knows its timers."""
    return WATCH % json.dumps(sorted(orcid_hosts))
