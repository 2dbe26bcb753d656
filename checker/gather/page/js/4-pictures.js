// Pictures that may be an ORCID mark: images, inline SVG, CSS backgrounds and masks, generated images, icon fonts.

const absolute = (address) => {
  try {
    return new URL(address, document.baseURI).href;
  } catch {
    return address || "";
  }
};

const cssUrl = (value) => {
  const found = /url\((?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^)]*))\)/.exec(value || "");
  return found ? absolute((found[1] ?? found[2] ?? found[3]).replace(/\\(.)/g, "$1")) : "";
};

const fileName = (address) =>
  /^data:/.test(address)
    ? ""
    : decodeURI_(address).split(/[?#]/)[0].split("/").pop() + (/#.*/.exec(address)?.[0] || "");
const decodeURI_ = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const notePictures = (el) => {
  const name = el.localName;
  const at = shown.text.length;
  const note = (kind, source, which = "") => pictures.push({ el, kind, source, which, at, order: pictures.length });
  if (name === "img") note("img", el.currentSrc || el.src || "");
  else if (name === "input" && el.type === "image") note("img", el.src);
  else if (name === "object" && /image|svg/.test(el.type + el.data)) note("img", el.data);
  else if (name === "embed" && /image|svg/.test(el.type + el.src)) note("img", el.src);
  else if (name === "canvas") note("img", "");
  else if (name === "svg" && !closest(parentOf(el) || el, (up) => up.localName === "svg" && up !== el))
    note("svg", useOf(el));
  if (name === "svg" || closest(el, (up) => up.localName === "svg")) return;
  for (const which of ["", "::before", "::after"]) {
    const style = which ? getComputedStyle(el, which) : styleOf(el);
    if (which && (style.content === "none" || style.content === "normal")) continue;
    const source =
      cssUrl(style.backgroundImage) ||
      cssUrl(style.maskImage || style.webkitMaskImage) ||
      (which ? cssUrl(style.content) : "");
    if (source) note("background", source, which);
    else if (which && GLYPH.test(style.content)) note("font", el.className, which);
    else if (which && /orcid/i.test(el.className) && /^(i|span)$/.test(name) && !fold(el.textContent))
      note("font", el.className, which);
  }
  if (/^(i|span)$/.test(name) && GLYPH.test(el.textContent) && !el.children.length) note("font", el.className);
};

const picturesIn = (() => {
  let known = null;
  return (el) => {
    if (!known) {
      known = new Map();
      for (const picture of pictures) {
        for (let at = picture.el; at; at = parentOf(at)) {
          if (!known.has(at)) known.set(at, []);
          known.get(at).push(picture);
        }
      }
    }
    return known.get(el) || [];
  };
})();

// What `<use>` draws: another file's symbol, or nothing for one of this page.
const useOf = (svg) => {
  const use = svg.querySelector("use");
  const href = use && (use.getAttribute("href") || use.getAttributeNS("http://www.w3.org/1999/xlink", "href"));
  return href && !href.startsWith("#") ? absolute(href) : "inline";
};

const markupOf = (svg) => {
  const use = svg.querySelector("use");
  const href = use && (use.getAttribute("href") || use.getAttributeNS("http://www.w3.org/1999/xlink", "href"));
  const drawn = href?.startsWith("#") && svg.getRootNode().getElementById?.(href.slice(1));
  return (drawn || svg).outerHTML;
};

const pictureName = (picture) => {
  if (picture.kind === "background" || picture.kind === "font") return fold(picture.el.getAttribute("aria-label"));
  return picture.el.getAttribute("aria-hidden") === "true" ? "" : accessibleName(picture.el);
};

// Does anything about the picture itself speak of ORCID?
const speaksOfOrcid = remember((picture) => {
  const { el, source, kind } = picture;
  if (options.pictures.includes(source)) return true;
  const words = [fileName(source)];
  try {
    if (/(^|\.)orcid\.org$/i.test(new URL(source, document.baseURI).hostname)) return true;
  } catch {
    // not an address
  }
  if (kind === "img" || kind === "svg")
    words.push(el.getAttribute("alt"), el.getAttribute("title"), el.id, el.getAttribute("class"), pictureName(picture));
  if (kind === "background" || kind === "font")
    words.push(el.getAttribute("class"), el.id, el.getAttribute("aria-label"));
  if (kind === "svg")
    words.push(
      el.outerHTML.length < 20000 ? [...el.querySelectorAll("use")].map((use) => use.outerHTML).join(" ") : "",
    );
  return words.some((word) => /orcid/i.test(word || ""));
});

// ---- facts of one picture ----

const ALTERING = {
  filter: "none",
  backdropFilter: "none",
  animationName: "none",
  mixBlendMode: "normal",
  clipPath: "none",
  boxShadow: "none",
};

const turned = (transform) => {
  if (!transform || transform === "none") return "";
  const [a, b, c, d] = new DOMMatrix(transform).toFloat64Array().filter((_, i) => [0, 1, 4, 5].includes(i));
  const even = Math.abs(Math.hypot(a, b) - Math.hypot(c, d)) < 0.03 * Math.hypot(a, b);
  const upright = Math.abs(b) < 0.02 && Math.abs(c) < 0.02 && a > 0 && d > 0;
  return even && upright ? "" : transform;
};

const stylesOf = (picture) => {
  const found = {};
  const own = picture.which ? getComputedStyle(picture.el, picture.which) : styleOf(picture.el);
  const take = (style, prefix) => {
    for (const [property, usual] of Object.entries(ALTERING)) {
      if (style[property] && style[property] !== usual)
        found[prefix + property.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase())] = style[property];
    }
    if (turned(style.transform)) found[prefix + "transform"] = style.transform;
    if (style.rotate && style.rotate !== "none") found[prefix + "rotate"] = style.rotate;
    if (parseFloat(style.opacity) < 0.9) found[prefix + "opacity"] = style.opacity;
  };
  take(own, "");
  if (own.objectFit && own.objectFit !== "fill" && picture.kind === "img") found["object-fit"] = own.objectFit;
  if (picture.kind === "background" && cssUrl(own.maskImage || own.webkitMaskImage))
    found["mask-colour"] = own.backgroundColor;
  if (picture.kind === "font") found.color = own.color;
  if (picture.which) take(styleOf(picture.el), "");
  // Only what belongs to the picture or its link is the icon's own styling; further out it is the page's theme.
  for (const at of ancestorsOf(picture.el)) {
    const near = at.localName === "a" || holds(closest(picture.el, (up) => up.localName === "a") || picture.el, at);
    const style = styleOf(at);
    const prefix = near ? "" : "around-";
    if (style.filter !== "none") found[prefix + "filter"] ||= style.filter;
    if (turned(style.transform)) found[prefix + "transform"] ||= style.transform;
    if (parseFloat(style.opacity) < 0.9) found[prefix + "opacity"] ||= style.opacity;
  }
  const cover = coverOf(picture);
  if (cover) found["covered-by"] = cover;
  return found;
};

// What lies over the middle of the picture on the screen (a cookie banner, a veil): then its pixels are not its own.
const coverOf = (picture) => {
  const rect = drawnRect(picture);
  if (!rect) return "";
  const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return "";
  let top = document.elementFromPoint(x, y);
  while (top?.shadowRoot?.elementFromPoint(x, y) && top.shadowRoot.elementFromPoint(x, y) !== top)
    top = top.shadowRoot.elementFromPoint(x, y);
  if (!top || holds(top, picture.el) || holds(picture.el, top)) return "";
  const style = styleOf(top);
  const paints =
    colourOf(style.backgroundColor)[3] > 0.02 || style.backgroundImage !== "none" || top.localName === "img";
  return paints ? selectorOf(top) : "";
};

const contentRect = (el) => {
  const rect = plain(el.getBoundingClientRect());
  const style = styleOf(el);
  const size = (...sides) => sides.map((side) => parseFloat(style[side]) || 0).reduce((a, b) => a + b, 0);
  return {
    left: rect.left + size("paddingLeft", "borderLeftWidth"),
    top: rect.top + size("paddingTop", "borderTopWidth"),
    right: rect.right - size("paddingRight", "borderRightWidth"),
    bottom: rect.bottom - size("paddingBottom", "borderBottomWidth"),
  };
};

// Where the drawing itself is: without padding, and for SVG the part that the view box fills.
const drawnRect = (picture) => {
  const { el, kind, which } = picture;
  if (kind === "svg") {
    const matrix = el.getScreenCTM?.();
    const view = el.viewBox?.baseVal;
    if (matrix && view && view.width && view.height) {
      const corners = [new DOMPoint(view.x, view.y), new DOMPoint(view.x + view.width, view.y + view.height)].map((p) =>
        p.matrixTransform(matrix),
      );
      return { left: corners[0].x, top: corners[0].y, right: corners[1].x, bottom: corners[1].y };
    }
    return contentRect(el);
  }
  if (kind === "img") return contentRect(el);
  if (kind === "background") return backgroundRect(el, which);
  return glyphRect(el, which);
};

const pixels = (value, whole) => (/%$/.test(value) ? (parseFloat(value) / 100) * whole : parseFloat(value));

const backgroundRect = (el, which) => {
  const style = which ? getComputedStyle(el, which) : styleOf(el);
  const area = contentRect(el);
  const outer = plain(el.getBoundingClientRect());
  if (which) {
    // A generated box has no rectangle of its own; its size is computed, its place is the start or end of the element.
    const [w, h] = [parseFloat(style.width), parseFloat(style.height)];
    if (!(w > 0 && h > 0)) return null;
    const size = painted(style, w, h);
    const left =
      style.position === "absolute" && !isNaN(parseFloat(style.left))
        ? outer.left + parseFloat(style.left)
        : (which === "::before") === (styleOf(el).direction !== "rtl")
          ? area.left
          : area.right - w;
    const middle = (outer.top + outer.bottom) / 2;
    const top =
      style.position === "absolute" && !isNaN(parseFloat(style.top))
        ? outer.top + parseFloat(style.top)
        : middle - h / 2;
    return { left, top, right: left + size[0], bottom: top + size[1] };
  }
  const [w, h] = painted(style, width(outer), height(outer));
  const place = (value, room) => (/%$/.test(value) ? (parseFloat(value) / 100) * room : parseFloat(value)) || 0;
  const left = outer.left + place(style.backgroundPositionX, width(outer) - w);
  const top = outer.top + place(style.backgroundPositionY, height(outer) - h);
  return { left, top, right: left + w, bottom: top + h };
};

const painted = (style, w, h) => {
  const size = style.backgroundSize === "auto" && style.maskSize ? style.maskSize : style.backgroundSize;
  if (size === "contain" || size === "cover") return [Math.min(w, h), Math.min(w, h)];
  const [x, y] = size.split(" ");
  const wide = x === "auto" ? NaN : pixels(x, w);
  const high = !y || y === "auto" ? NaN : pixels(y, h);
  if (isNaN(wide) && isNaN(high)) return [Math.min(w, h), Math.min(w, h)];
  return [isNaN(wide) ? high : wide, isNaN(high) ? wide : high];
};

const glyphRect = (el, which) => {
  const rect = plain(el.getBoundingClientRect());
  return isEmpty(rect) && which ? null : rect;
};

const naturalOf = (picture) => {
  const { el, kind } = picture;
  if (kind === "img" && el.naturalWidth) return [el.naturalWidth, el.naturalHeight];
  if (kind === "svg" && el.viewBox?.baseVal?.width) return [el.viewBox.baseVal.width, el.viewBox.baseVal.height];
  return null;
};

const hex = (colour) =>
  colour
    ? "#" +
      colour
        .slice(0, 3)
        .map((c) => Math.round(c).toString(16).padStart(2, "0"))
        .join("")
        .toUpperCase()
    : "";

const iconFacts = remember((picture) => {
  const { el, kind, source } = picture;
  const hidden = hiddenBy(el);
  const rect = hidden ? null : drawnRect(picture);
  return {
    kind,
    source,
    markup: kind === "svg" ? markupOf(el) : "",
    loaded: kind !== "img" || el.localName !== "img" || (el.complete && el.naturalWidth > 0),
    alt: kind === "img" ? el.getAttribute("alt") : null,
    name: pictureName(picture),
    visible: !hidden,
    box: boxOf(rect),
    natural: naturalOf(picture),
    styles: stylesOf(picture),
    ground: hex(groundOf(el)),
    orcid: speaksOfOrcid(picture),
    selector: selectorOf(el),
    snippet: snippetOf(el, 300),
  };
});
