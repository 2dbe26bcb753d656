"""Knows when a page has come to rest, and what it will look like some seconds from now, without waiting for it.

A page is at rest when nothing is loading, no timer and no CSS animation is about to end, and nothing has changed for a
moment. To know of
timers, a small script wraps `setTimeout` in every page of the portal before the page's own scripts run; ORCID's own
pages are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

STILL: Final = 40
"""Milliseconds without a change after which a page counts as still."""

SOON: Final = 1_500
"""Milliseconds: a timer that is due later is not waited for."""

PATIENCE: Final = 3_000
"""Milliseconds that a page gets to become quiet; a page that never is gets looked at as it stands."""

# A timer that was set from within a timer, again and again, is a clock or a poll: it never comes to an end.
_WATCH: Final = """(() => {
    if (%s.includes(location.host) || window.__pendingTimers) return;
    const pending = new Map();
    let depth = 0;
    Object.defineProperty(window, '__pendingTimers', {value: pending});
    const set = window.setTimeout.bind(window), clear = window.clearTimeout.bind(window);
    window.setTimeout = (work, delay = 0, ...args) => {
        const born = depth;
        const act = () => {
            pending.delete(id);
            const before = depth;
            depth = born + 1;
            try { return typeof work === 'function' ? work(...args) : (0, eval)(work); } finally { depth = before; }
        };
        const id = set(act, delay);
        pending.set(id, {act, due: performance.now() + Number(delay || 0), depth: born});
        return id;
    };
    window.clearTimeout = (id) => { pending.delete(id); clear(id); };
})()"""

REST: Final = """([still, soon, patience]) => new Promise((resolve) => {
    const begun = performance.now();
    let changed = begun;
    const watch = new MutationObserver(() => { changed = performance.now(); });
    watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    const fires = (now) => [...(window.__pendingTimers || [])].some(([, t]) => t.depth < 3 && t.due < now + soon);
    const ends = (one) => {
        const end = one.effect ? one.effect.getComputedTiming().endTime : 0;
        return one.playState === 'running' && end < Infinity && end - one.currentTime < soon;
    };
    const busy = (now) => fires(now) || document.getAnimations().some(ends);
    const wait = setInterval(() => {
        const now = performance.now();
        const moving = now - changed < still || busy(now) || document.readyState !== 'complete';
        if (moving && now - begun < patience) return;
        clearInterval(wait);
        watch.disconnect();
        resolve();
    }, 10);
})"""

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
    """Return the script that has to run in every page before its own, so that its timers are known."""
    return _WATCH % json.dumps(sorted(orcid_hosts))
