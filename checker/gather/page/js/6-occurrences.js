// Where an iD, a link to a record, or an ORCID icon beside a name meets the eye, and what belongs to what.

// A reader takes more for an iD than a computer does: other dashes, other digits, spaces, a lower-case x, a cut end.
const SOFT = "[\\u00ad\\u200b-\\u200f\\u2060\\ufeff]*";
const DASH = "[-\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d\\u00ad]";
const DIGIT = `\\p{Nd}${SOFT}`;
const FOUR = `(?:${DIGIT}){4}`;
const TAIL = `(?:${DIGIT}){3}[\\p{Nd}XxＸｘ]`;
const gap = (inner) => `(?:${inner})`;
const groups = (between) => `${FOUR}${between}${FOUR}${between}${FOUR}${between}${TAIL}`;
const WHOLE = `(?<![\\p{Nd}])(?:${groups(gap(`[ \\t]?${DASH}[ \\t]?`))}|${groups(gap("[ \\u00a0\\u2000-\\u200a\\u202f\\t]"))}|${groups("")})(?![\\p{Nd}])`;
const MASKED = `(?<![\\p{Nd}])(?:\\d{4}|[Xx*•#]{4})-(?:\\d{4}|[Xx*•#]{4})-(?:\\d{4}|[Xx*•#]{4})-(?:\\d{3}[\\dX]|[Xx*•#]{4})(?![\\p{Nd}])`;
const CUT = "(?<![\\p{Nd}])\\d{4}(?:-\\d{0,4}){1,3}[ ]?(?:…|\\.\\.\\.)(?:[ ]?[-\\dX]{2,})?";
const LOOSE = new RegExp(WHOLE, "gu");
const CANDIDATE = new RegExp(`${WHOLE}|${CUT}|${MASKED}`, "gu");
const DASHED = new RegExp(`^(?:${groups(gap(`[ \\t]?${DASH}[ \\t]?`))})$`, "u");

const digitsOf = (text) =>
  [...text.normalize("NFKC").replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (c) => String(c.charCodeAt(0) & 15))]
    .filter((c) => /[0-9Xx]/.test(c))
    .join("")
    .toUpperCase();

const checks = (digits) => {
  if (!/^\d{15}[\dX]$/.test(digits)) return false;
  let total = 0;
  for (const digit of digits.slice(0, 15)) total = (total + Number(digit)) * 2;
  const rest = (12 - (total % 11)) % 11;
  return digits[15] === (rest === 10 ? "X" : String(rest));
};

const isCode = (el) =>
  /^(code|pre|kbd|samp|var|xmp|listing|plaintext)$/.test(el.localName) &&
  !/^text\//.test(document.contentType.replace("text/html", ""));
const isButton = (el) =>
  el.localName === "button" || el.getAttribute("role") === "button" || el.localName === "summary";
const isEditable = (el) => el.isContentEditable || /^(label|option|datalist)$/.test(el.localName);

// ---- addresses ----

const hostOf = (address) => {
  try {
    return new URL(address, document.baseURI);
  } catch {
    return null;
  }
};
const isOrcidHost = (url) =>
  Boolean(url) && (options.hosts.includes(url.host) || /orcid/i.test(url.hostname) || /orcid/i.test(url.username));
const namesOrcidHost = (text) =>
  /(^|[^a-z0-9-])([a-z0-9-]+\.)*orcid\.org/i.test(text) || options.hosts.some((host) => text.includes(host));

const pointsTo = (raw) => {
  const url = hostOf(raw);
  const decoded = decodeURI_(decodeURI_(raw));
  const ids = findIds(decoded);
  const web = url && /^https?:$/.test(url.protocol);
  const own = web && url.host === location.host && !options.hosts.includes(url.host);
  return {
    url,
    id: ids[0] || "",
    // A portal may itself be called orcid-something: its own pages are no records.
    orcid: Boolean(web && !own && isOrcidHost(url)) || namesOrcidHost(decoded),
    oauth:
      Boolean(url && /\/(oauth2?|signin|login|register|logout)(\/|$)/i.test(url.pathname)) ||
      /oauth2?\/(authorize|token)/.test(decoded),
  };
};

const linkFacts = (el) => {
  const real = /^(a|area)$/.test(el.localName);
  const [raw, href] = real ? linkAddress(el) : [handlerOf(el), ""];
  const rects = [
    rectOf(el),
    ...childrenOf(el)
      .filter((c) => c instanceof Element)
      .map(rectOf),
  ];
  return {
    raw_href: raw,
    href,
    text: textOf(el),
    name: accessibleName(el),
    title: fold(el.getAttribute("title")),
    target: el.getAttribute("target") || "",
    rel: el.getAttribute("rel") || "",
    real,
    box: boxOf(union(rects)),
    selector: selectorOf(el),
    snippet: snippetOf(el),
  };
};

const handlerOf = (el) => {
  const words = ["onclick", "data-href", "data-url", "data-link", "to"].map((name) => el.getAttribute(name) || "");
  return words.find((word) => namesOrcidHost(word) || findIds(word).length) || "";
};

// ---- people ----

const PARTICLE = /^(de|da|do|das|dos|del|della|di|van|von|der|den|ter|la|le|el|al|bin|ibn|ben|y|e|zu|af|av)$/i;
const NOT_A_NAME =
  /orcid|profile|record|view|author|name|contact|researcher|author|about|home|page|search|login|sign|connect|account|identifier|links?$/i;

const looksLikeName = (text) => {
  const words = text.split(" ");
  if (words.length < 2 || words.length > 6 || text.length > 60 || NOT_A_NAME.test(text)) return false;
  return words.every((word) => PARTICLE.test(word) || /^[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*$/u.test(word));
};

const MARKED_CLASS =
  /^(author|creator|contributor)([-_]{0,2}name)?$|^(person|user|full|author|researcher|display)[-_]{0,2}name$|^(fn|p-name)$/i;
const isMarkedName = (el) =>
  /(^|\s)(author|creator|contributor)(\s|$)/.test(el.getAttribute("itemprop") || "") ||
  /(^|\s)author(\s|$)/.test(el.getAttribute("rel") || "") ||
  (el.getAttribute("itemprop") === "name" &&
    /Person/.test(closest(el, (up) => up.hasAttribute("itemtype"))?.getAttribute("itemtype") || "")) ||
  [...el.classList].some((token) => MARKED_CLASS.test(token));

const namesOnPage = (all) => {
  const candidates = all.filter((el) => isMarkedName(el) && !hiddenBy(el));
  const outer = new Set(candidates.flatMap(ancestorsOf));
  const marked = candidates
    .filter((el) => !outer.has(el))
    .map((el) => textOf(el))
    .filter((text) => text.length >= 3 && text.length <= 60 && !/orcid|\d/i.test(text));
  const known = [...new Set([...options.names.map(fold), ...marked])].filter(Boolean);
  // The longer name first, so that "Ana Ruiz Gil" is not also counted as "Ana Ruiz".
  return known.sort((a, b) => b.length - a.length);
};

const nameInText = (() => {
  const known = new Map();
  return (name) => {
    if (!known.has(name)) {
      const words = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");
      known.set(name, new RegExp(`(?<![\\p{L}])${words}(?![\\p{L}])`, "giu"));
    }
    return known.get(name);
  };
})();

// Known names in a stretch of text, each with its place.
const namesIn = (text, known) => {
  const found = [];
  let rest = text;
  const folded = text.toLowerCase();
  for (const name of known) {
    if (!folded.includes(name.split(" ")[0].toLowerCase())) continue;
    const pattern = nameInText(name);
    for (const match of rest.matchAll(pattern))
      found.push({ name, start: match.index, end: match.index + match[0].length });
    rest = rest.replace(pattern, (m) => "\u0000".repeat(m.length));
  }
  return found.sort((a, b) => a.start - b.start);
};
const distinct = (found) => [...new Set(found.map((one) => one.name))];

// ---- gathering ----

const LABEL_ONLY = /^[\s\p{P}]*(orcid([\s-]*i?d)?)?[\s\p{P}]*$/iu;

const idsInStream = (stream) => {
  const found = [];
  for (const match of stream.text.matchAll(CANDIDATE)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const runs = stream.within(start, end);
    if (!runs.length) continue;
    let el = runs[0].el;
    while (el && !runs.every((run) => holds(el, run.el))) el = parentOf(el);
    if (el) found.push({ stream, start, end, raw: match[0], el, runs });
  }
  return found;
};

// Sixteen digits are an iD when written like one, or when something near speaks of ORCID.
const isCredible = (atom) => {
  if (closest(atom.el, (up) => /^(a|area)$/.test(up.localName) && pointsTo(linkAddress(up)[0]).orcid)) return true;
  const near = atom.stream.text
    .slice(Math.max(0, atom.start - 60), atom.start)
    .split("\n")
    .slice(-2)
    .join(" ");
  const spoken = /orcid/i.test(near) && !/isni\W{0,5}$/i.test(near);
  const icon = () =>
    pictures.some(
      (p) =>
        p.at >= atom.start - 20 &&
        p.at <= atom.end + 20 &&
        speaksOfOrcid(p) &&
        holds(parentOf(atom.el) || atom.el, p.el),
    );
  const digits = digitsOf(atom.raw);
  const likely = checks(digits) || /^(0000000[123]|0009)/.test(digits);
  const loose = atom.raw.length > 15 && !DASHED.test(atom.raw) && digits.length === 16;
  // Years, card numbers and ISNIs are runs of digits too.
  if (loose) return likely && (spoken || icon());
  return likely || spoken || icon();
};

// The iD with what clings to it: scheme and host before, a slash or letters behind; never beyond the link it is in.
const clinging = (atom, within) => {
  const text = atom.stream.text;
  const floor = within ? spanOf(within)[0] : 0;
  const roof = within ? Math.max(spanOf(within)[1], atom.end) : text.length;
  const before = /(?:(?:https?:)?\/\/\[[0-9a-f:]+\]\S*|[^\s<>"'“”()[\]{}|,;]*)$/i.exec(
    text.slice(floor, atom.start),
  )[0];
  const after = (within ? /^[^\s<>"'“”()[\]{}|,;]*/ : /^[/\p{L}\p{N}]*/u).exec(text.slice(atom.end, roof))[0];
  return [atom.start - before.length, atom.end + after.length];
};

const isCutOff = (runs) =>
  runs.some((run) => {
    if (!run.node) return false;
    const rect = union(textRects(run.node));
    if (!rect) return false;
    const rest = leftBy(rect, run.el);
    return width(rect) - Math.max(0, width(rest)) > 2 || height(rect) - Math.max(0, height(rest)) > height(rect) * 0.4;
  });

const contextOf = (el, link) => {
  if (closest(el, isCode)) return "code";
  if (closest(el, (up) => up.isContentEditable)) return "field";
  if (closest(el, (up) => isButton(up) && up !== link)) return "button";
  return "content";
};

const PLACES =
  /^(li|tr|p|article|section|dd|dl|figure|address|blockquote|td|th|main|form|fieldset|header|footer|aside|body)$/;
const isPlace = (el) =>
  PLACES.test(el.localName) ||
  /^(listitem|row|article|group|region)$/.test(el.getAttribute("role") || "") ||
  isBlock(styleOf(el).display);

const gather = (all) => {
  const atoms = idsInStream(shown).filter(isCredible);
  const marks = pictures.filter((p) => !hiddenBy(p.el));
  const found = [];
  const taken = new Set();

  const linkElements = all.filter(
    (el) => (/^(a|area)$/.test(el.localName) && linkAddress(el)[0] !== "") || handlerOf(el),
  );
  const innermost = linkElements.filter(
    (el) => /^(a|area)$/.test(el.localName) || !linkElements.some((other) => other !== el && el.contains(other)),
  );
  const orderOf = new Map(all.map((el, index) => [el, index]));

  // 1. Links that take part in showing an iD.
  for (const el of innermost) {
    const facts = linkFacts(el);
    const target = pointsTo(facts.raw_href);
    const mine = atoms.filter((atom) => atom.start >= spanOf(el)[0] && atom.end <= spanOf(el)[1] && holds(el, atom.el));
    const icons = picturesIn(el);
    const telling = icons.find(speaksOfOrcid);
    const record = target.id && !target.oauth && (target.orcid || telling);
    const shows = mine.length > 0 || record || (telling && !target.oauth && standsForPerson(el, facts, target));
    if (!shows) continue;
    mine.forEach((atom) => taken.add(atom));
    const atom = mine[0];
    const icon = telling || icons.find((p) => p.kind !== "background") || icons[0] || null;
    if (icon) taken.add(icon);
    found.push({
      el,
      link: el,
      facts,
      target,
      atom,
      icon,
      start: spanOf(el)[0],
      end: spanOf(el)[1],
      order: orderOf.get(el),
    });
    for (const other of mine.slice(1)) {
      if (digitsOf(other.raw) !== digitsOf(atom.raw))
        found.push({
          el: other.el,
          link: el,
          facts,
          target,
          atom: other,
          icon,
          start: other.start,
          end: other.end,
          order: orderOf.get(el),
        });
    }
  }

  // 2. iDs in plain text.
  for (const atom of atoms.filter((one) => !taken.has(one))) {
    found.push({
      el: atom.el,
      link: null,
      facts: null,
      target: null,
      atom,
      icon: null,
      start: clinging(atom, null)[0],
      end: clinging(atom, null)[1],
      order: orderOf.get(atom.el),
    });
  }
  found.sort((a, b) => a.start - b.start || a.order - b.order);

  mergeNeighbours(found);
  pairIcons(found, marks, taken);

  // 3. Icons beside a name, with no link and no iD.
  for (const picture of marks.filter((p) => !taken.has(p) && speaksOfOrcid(p))) {
    if (closest(picture.el, (up) => isButton(up) || (/^(a|area)$/.test(up.localName) && up.hasAttribute("href"))))
      continue;
    const beside = nameBeside(picture.at, picture.at);
    if (beside && !/^h[1-6]$/.test(closest(picture.el, isPlace)?.localName || "")) {
      found.push({
        el: picture.el,
        link: null,
        facts: null,
        target: null,
        atom: null,
        icon: picture,
        start: picture.at,
        end: picture.at,
        order: orderOf.get(picture.el),
      });
    }
  }
  return found;
};

// An icon at a name that leads to no record: not a help link or a control that merely bears the icon.
const standsForPerson = (el, facts, target) => {
  if (facts.text) return looksLikeName(facts.text) || namesIn(facts.text, people).length > 0;
  if (!target.orcid && /orcid|connect|login/i.test(target.url?.pathname || "")) return false;
  return Boolean(nameBeside(spanOf(el)[0], spanOf(el)[1]));
};

const between = (a, b) => shown.text.slice(Math.min(a.end, b.start), Math.max(a.end, b.start));
const sameId = (a, b) => digitsOf(a) === digitsOf(b);

// A linked icon directly beside the iD it belongs to, and a text beside its link, are one occurrence.
const mergeNeighbours = (found) => {
  for (let i = 0; i + 1 < found.length; i++) {
    const [a, b] = [found[i], found[i + 1]];
    if (contextOf(a.el, a.link) !== "content" || contextOf(b.el, b.link) !== "content") continue;
    if (!LABEL_ONLY.test(between(a, b)) || /\n\s*\n/.test(between(a, b))) continue;
    const iconOnly = (one) => one.link && one.icon && !one.atom && !one.facts.text;
    const bare = (one) => one.atom && !one.icon;
    const aside = (one) => one.link && !one.atom && one.facts.text && one.target.id;
    if (iconOnly(a) && bare(b)) {
      // Two links: the text's own one counts, the icon's is kept beside it.
      Object.assign(
        b,
        b.link
          ? { iconFacts: a.facts, icon: a.icon }
          : { link: a.link, facts: a.facts, target: a.target, icon: a.icon },
      );
      b.start = a.start;
      found.splice(i, 1);
      i -= 1;
    } else if (
      bare(a) &&
      iconOnly(b) &&
      !iconOnly(found[i + 2] || {}) &&
      (!found[i + 2] || !LABEL_ONLY.test(between(b, found[i + 2])))
    ) {
      Object.assign(
        a,
        a.link
          ? { iconFacts: b.facts, icon: b.icon }
          : { link: b.link, facts: b.facts, target: b.target, icon: b.icon },
      );
      a.end = Math.max(a.end, b.end);
      a.iconFollows = true;
      found.splice(i + 1, 1);
    } else if (bare(a) && !a.link && aside(b) && sameId(a.atom.raw, b.target.id)) {
      // The text is not linked; "view record" beside it is.
      Object.assign(a, { link: b.link, facts: b.facts, target: b.target, icon: b.icon });
      a.end = Math.max(a.end, b.end);
      found.splice(i + 1, 1);
    }
  }
};

const rectsOf = (one) =>
  union([
    ...(one.atom ? one.atom.runs.map((run) => (run.node ? union(textRects(run.node)) : rectOf(run.el))) : []),
    one.link ? rectOf(one.link) : null,
  ]);

const gapBetween = (a, b) => {
  if (!a || !b) return Infinity;
  const dx = Math.max(0, a.left - b.right, b.left - a.right);
  const dy = Math.max(0, a.top - b.bottom, b.top - a.bottom);
  return Math.max(dx, dy);
};

// An icon that stands alone beside an occurrence without one belongs to it.
const pairIcons = (found, marks, taken) => {
  for (const one of found) {
    if (one.icon) continue;
    const rect = rectsOf(one);
    const near = marks.filter(
      (p) => !taken.has(p) && (Math.abs(p.at - one.start) < 400 || Math.abs(p.at - one.end) < 400),
    );
    const free = near.filter((p) => !closest(p.el, (up) => isButton(up) || up.localName === "a") && fits(p));
    const fitting = free
      .map((p) => {
        const before = p.at <= one.start;
        const text = before ? shown.text.slice(p.at, one.start) : shown.text.slice(one.end, p.at);
        const inside = p.at > one.start && p.at < one.end;
        return { p, text: inside ? "" : text, gap: gapBetween(drawnRect(p), rect), before };
      })
      .filter(
        ({ p, text, gap }) => gap < 64 && LABEL_ONLY.test(text) && (speaksOfOrcid(p) || (gap < 16 && !/\n/.test(text))),
      )
      .sort(
        (a, b) =>
          Number(speaksOfOrcid(b.p)) - Number(speaksOfOrcid(a.p)) ||
          a.gap - b.gap ||
          Number(b.before) - Number(a.before),
      );
    if (fitting.length) {
      one.icon = fitting[0].p;
      taken.add(one.icon);
      continue;
    }
    // In one row or list item there may be words between: then only a picture that speaks of ORCID will do.
    const place = closest(
      one.el,
      (up) => /^(li|tr|dd|td|p)$/.test(up.localName) || /^(row|listitem)$/.test(up.getAttribute("role") || ""),
    );
    const alone = place && found.filter((other) => holds(place, other.el)).length === 1;
    const own = alone ? free.filter((p) => holds(place, p.el) && speaksOfOrcid(p)) : [];
    if (own.length === 1) {
      one.icon = own[0];
      taken.add(one.icon);
    }
  }
};

// Small enough to be an icon beside text.
const fits = (picture) => {
  if (speaksOfOrcid(picture)) return true;
  const rect = drawnRect(picture);
  return (
    Boolean(rect) &&
    picture.kind !== "background" &&
    width(rect) <= 48 &&
    height(rect) <= 48 &&
    picture.el.localName !== "canvas"
  );
};

const followsText = (one) => {
  if (!one.icon || !one.atom) return false;
  const rect = drawnRect(one.icon);
  const text = union(one.atom.runs.map((run) => (run.node ? union(textRects(run.node)) : null)));
  const sameLine = rect && text && rect.top < text.bottom && rect.bottom > text.top;
  if (!sameLine) return Boolean(one.iconFollows) || one.icon.at > one.atom.start;
  // The eye decides: CSS can turn the order of the source round, and right-to-left text starts at the right.
  const middle = (rect.left + rect.right) / 2;
  return styleOf(closest(one.el, isPlace) || one.el).direction === "rtl" ? middle < text.left : middle > text.right;
};

// ---- whose it is ----

const lastPiece = (text) =>
  fold(
    text
      .split(/[,;•·|&\n\t]|\s(?:and|und|et|y|e)\s/u)
      .pop()
      .replace(/\(?\s*orcid(\s*id)?[\s:]*$/iu, ""),
  );
const firstPiece = (text) => fold(text.replace(/^[\s)\]]*/u, "").split(/[,;•·|&\n\t(]|\s(?:and|und|et|y|e)\s/u)[0]);

// The name that stands directly beside a place, with nothing else between: "Connected as Ana Ruiz" is a sentence.
const nameBeside = (start, end) => {
  const pieces = [
    lastPiece(shown.text.slice(Math.max(0, start - 80), start)),
    firstPiece(shown.text.slice(end, end + 80)),
  ];
  for (const piece of pieces) {
    if (looksLikeName(piece)) return piece;
    const known = namesIn(piece, people).find((one) => piece.length - one.name.length <= 4);
    if (known) return known.name;
  }
  return "";
};

const peopleOf = (one, place, found) => {
  // In the link itself.
  if (one.facts) {
    const own = distinct(namesIn(one.facts.text + " " + one.facts.name + " " + one.facts.title, people));
    if (own.length) return own;
    const rest = fold(one.facts.text.replace(new RegExp(CANDIDATE.source, "gu"), "").replace(/https?:\/\/\S*/g, ""));
    if (looksLikeName(rest)) return [rest];
  }
  // Directly beside it on the same line.
  const line = lineBefore(one.start);
  const touching = lastPiece(line);
  const touched = namesIn(touching, people);
  if (touched.length === 1) return [touched[0].name];
  if (!touched.length && looksLikeName(touching)) return [touching];
  const next = firstPiece(lineAfter(one.end));
  const coming = namesIn(next, people);
  if (!line.trim() && coming.length === 1) return [coming[0].name];
  if (!line.trim() && !coming.length && looksLikeName(next)) return [next];
  // In the smallest place around it that holds a name and no other occurrence's ground.
  for (let at = place; at; at = parentOf(at)) {
    const [start, end] = spanOf(at);
    const here = namesIn(shown.text.slice(start, end), people);
    if (!here.length) continue;
    if (distinct(here).length === 1) return distinct(here);
    const headings = headingsBefore(at, one.start);
    for (const heading of headings) {
      const named = distinct(namesIn(textOf(heading), people));
      if (named.length === 1) return named;
    }
    // Else those named in the nearest line above it, or failing that below.
    const lines = shown.text.slice(start, one.start).split("\n").reverse();
    for (const text of [...lines, ...shown.text.slice(one.end, end).split("\n")]) {
      const named = distinct(namesIn(text, people));
      if (named.length) return named;
    }
    return distinct(here);
  }
  return [];
};

const headingsBefore = (place, start) =>
  [...spans.keys()]
    .filter((el) => /^h[1-6]$/.test(el.localName) && holds(place, el) && spanOf(el)[1] <= start && textOf(el))
    .reverse();

// ---- facts ----

const placeOf = (one) => {
  const own = textOf(one.el).length;
  for (let at = parentOf(one.el) || one.el; at; at = parentOf(at)) {
    if (at.localName === "body" || (isPlace(at) && textOf(at).replace(/orcid(\s*id)?:?/i, "").length > own + 2))
      return at;
  }
  return one.el;
};

const readAloud = (runs) =>
  runs.length > 0 && runs.every((run) => !closest(run.el, (up) => up.getAttribute("aria-hidden") === "true"));

const occurrenceFacts = (one, found) => {
  const place = placeOf(one);
  const [first, last] = spanOf(place);
  const inside = found.filter(
    (other) => other !== one && other.start >= first && other.end <= last && holds(place, other.el),
  );
  const [from, to] = one.atom
    ? clinging(one.atom, one.atom && one.link && holds(one.link, one.atom.el) ? one.link : null)
    : [0, 0];
  const text = one.atom ? fold(shown.text.slice(from, to)) : "";
  const seen = one.link ? linkSeen(one) : "";
  const textEnd = Math.max(
    one.atom ? to : 0,
    one.link && !one.atom ? spanOf(one.link)[1] : 0,
    !one.link && !one.atom ? one.end : 0,
  );
  const stop = found.reduce(
    (least, other) => (other.start > textEnd ? Math.min(least, other.start) : least),
    textEnd + 80,
  );
  const tail = shown.text.slice(textEnd, Math.min(stop, textEnd + 80)).split("\n")[0];
  const size = parseFloat(styleOf((one.atom || one).el).fontSize) || null;
  const box = union([
    one.link
      ? union([
          rectOf(one.link),
          ...childrenOf(one.link)
            .filter((c) => c instanceof Element)
            .map(rectOf),
        ])
      : null,
    one.atom ? union(one.atom.runs.map((run) => (run.node ? union(textRects(run.node)) : rectOf(run.el)))) : null,
    one.icon ? drawnRect(one.icon) : null,
  ]);
  return {
    text,
    source_text: one.atom ? fold(shown.sourceOf(from, to)) : "",
    link: one.facts,
    icon_link: one.iconFacts || null,
    text_linked: Boolean(one.atom && one.link && holds(one.link, one.atom.el)),
    icon: one.icon ? iconFacts(one.icon) : null,
    icon_after: followsText(one),
    visible: !seen,
    hidden_by: seen,
    clipped: one.atom ? isCutOff(one.atom.runs) : false,
    container: cut(textOf(place), 300),
    after: fold(tail),
    after_silent:
      Boolean(fold(tail)) &&
      !readAloud(shown.within(textEnd, textEnd + tail.length).filter((run) => run.source.trim())),
    people: peopleOf(one, place, found),
    siblings: inside.length,
    context: contextOf(one.el, one.link),
    text_size: size,
    box: boxOf(box),
    selector: selectorOf(one.link || one.el),
    snippet: snippetOf(one.link || one.el),
  };
};

// A link is seen when some text or picture in it is.
const linkSeen = (one) => {
  if (one.atom || shown.text.slice(...spanOf(one.link).slice(0, 2)).trim()) return "";
  if (picturesIn(one.link).some((p) => !hiddenBy(p.el))) return "";
  if (one.icon && !hiddenBy(one.icon.el)) return "";
  const reasons = unseen.within(spanOf(one.link)[2], spanOf(one.link)[3]).map((run) => run.from);
  return hiddenByTree(one.link) || reasons[0] || hiddenBy(one.link) || "size";
};

// iDs that are in the page but do not meet the eye: hidden text, tooltips, form fields.
const unseenOccurrences = (all, found) => {
  const rest = [];
  const known = (el) => found.some((one) => (one.link && holds(one.link, el)) || holds(one.el, el));
  const add = (el, text, hidden_by, context) =>
    rest.push({
      text: fold(text),
      source_text: fold(text),
      visible: false,
      hidden_by,
      context,
      container: "",
      box: boxOf(rectOf(el)),
      selector: selectorOf(el),
      snippet: snippetOf(el),
      people: [],
      siblings: 0,
    });
  for (const atom of idsInStream(unseen).filter(isCredible)) {
    if (known(atom.el)) continue;
    add(atom.el, atom.raw, atom.runs[0].from || "display", contextOf(atom.el, null));
  }
  for (const el of all) {
    if (isField(el) && el.type !== "password" && findIds(el.value).length) {
      rest.push({
        text: findIds(el.value)[0],
        source_text: "",
        visible: !hiddenBy(el),
        hidden_by: hiddenBy(el),
        context: "field",
        container: "",
        box: boxOf(rectOf(el)),
        selector: selectorOf(el),
        snippet: snippetOf(el),
        people: [],
        siblings: 0,
      });
    }
    for (const name of [
      "title",
      "aria-label",
      "alt",
      "data-tooltip",
      "data-original-title",
      "data-title",
      "data-tippy-content",
      "data-bs-title",
    ]) {
      const ids = findIds(el.getAttribute(name));
      if (ids.length && !known(el)) add(el, el.getAttribute(name), "attribute", "attribute");
    }
    if (rest.length > 200) break;
  }
  return rest;
};
