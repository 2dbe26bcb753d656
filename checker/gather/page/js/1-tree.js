// The page as the eye meets it: the composed tree (open shadow roots, slots), what hides an element, where it is.

const remember = (work) => {
  const seen = new WeakMap();
  return (key) => {
    if (!seen.has(key)) seen.set(key, work(key));
    return seen.get(key);
  };
};

const styleOf = remember((el) => getComputedStyle(el));
const fold = (text) => (text || "").replace(/[\s\u200b]+/g, " ").trim();
const cut = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

const parentOf = (node) => {
  if (node.assignedSlot) return node.assignedSlot;
  const parent = node.parentNode;
  if (parent instanceof ShadowRoot) return parent.host;
  return parent instanceof Element ? parent : null;
};

const childrenOf = (el) => {
  if (el.shadowRoot) return [...el.shadowRoot.childNodes];
  if (el.localName === "slot" && el.getRootNode() instanceof ShadowRoot) {
    const assigned = el.assignedNodes();
    if (assigned.length) return assigned;
  }
  return [...el.childNodes];
};

const ancestorsOf = (el) => {
  const found = [];
  for (let at = parentOf(el); at; at = parentOf(at)) found.push(at);
  return found;
};

const holds = (outer, inner) => {
  for (let at = inner; at; at = parentOf(at)) if (at === outer) return true;
  return false;
};

const closest = (el, test) => {
  for (let at = el; at; at = parentOf(at)) if (test(at)) return at;
  return null;
};

const everyElement = () => {
  const found = [];
  const visit = (el) => {
    found.push(el);
    for (const child of childrenOf(el)) if (child instanceof Element) visit(child);
  };
  if (document.documentElement) visit(document.documentElement);
  return found;
};

// ---- boxes, in CSS pixels of the whole page ----

const plain = (rect) => ({ left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom });
const width = (rect) => rect.right - rect.left;
const height = (rect) => rect.bottom - rect.top;
const isEmpty = (rect) => !rect || width(rect) <= 0.5 || height(rect) <= 0.5;

const union = (rects) => {
  const real = rects.filter((rect) => rect && !isEmpty(rect));
  if (!real.length) return null;
  return {
    left: Math.min(...real.map((r) => r.left)),
    top: Math.min(...real.map((r) => r.top)),
    right: Math.max(...real.map((r) => r.right)),
    bottom: Math.max(...real.map((r) => r.bottom)),
  };
};

const intersect = (a, b) => ({
  left: Math.max(a.left, b.left),
  top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right),
  bottom: Math.min(a.bottom, b.bottom),
});

const rectOf = (el) => {
  if (styleOf(el).display === "contents")
    return union(
      childrenOf(el)
        .filter((c) => c instanceof Element)
        .map(rectOf),
    );
  return plain(el.getBoundingClientRect());
};

const boxOf = (rect) =>
  !rect || isEmpty(rect)
    ? null
    : [rect.left + scrollX, rect.top + scrollY, width(rect), height(rect)].map((n) => Math.round(n * 100) / 100);

// What overflow leaves of a rectangle that is `el`'s own or lies inside it. Scrolling boxes take nothing away: one can scroll there.
const leftBy = (rect, el) => {
  let rest = rect;
  let position = "static";
  for (const at of [el, ...ancestorsOf(el)]) {
    if (position === "fixed") break;
    if (at === document.body || at === document.documentElement) break;
    const style = styleOf(at);
    // An absolutely placed box is not cut by ancestors that are not its containing block.
    const applies = position !== "absolute" || style.position !== "static" || style.transform !== "none";
    if (applies) {
      const cutsX = ["hidden", "clip"].includes(style.overflowX);
      const cutsY = ["hidden", "clip"].includes(style.overflowY);
      if (style.display !== "inline" && style.display !== "contents" && (cutsX || cutsY)) {
        const frame = at.getBoundingClientRect();
        rest = intersect(rest, {
          left: cutsX ? frame.left : -Infinity,
          right: cutsX ? frame.right : Infinity,
          top: cutsY ? frame.top : -Infinity,
          bottom: cutsY ? frame.bottom : Infinity,
        });
      }
      position = style.position;
    }
  }
  return rest;
};

// ---- what hides an element; empty when nothing does ----

const opacityOf = remember((el) => {
  const parent = parentOf(el);
  return parseFloat(styleOf(el).opacity) * (parent ? opacityOf(parent) : 1);
});

const clipsAway = (style) => {
  if (style.position === "absolute" || style.position === "fixed") {
    const rect = /^rect\((.*)\)$/.exec(style.clip);
    if (rect) {
      const [top, right, bottom, left] = rect[1].split(/[\s,]+/).map(parseFloat);
      if (right - left <= 1 || bottom - top <= 1) return true;
    }
  }
  const inset = /^inset\(([\d.]+)%/.exec(style.clipPath);
  return (inset && parseFloat(inset[1]) >= 50) || /^circle\(0(px|%)?[ )]/.test(style.clipPath);
};

const hiddenByTree = remember((el) => {
  const style = styleOf(el);
  const parent = parentOf(el);
  const inherited = parent ? hiddenByTree(parent) : "";
  if (inherited && inherited !== "visibility") return inherited;
  if (style.display === "none") return "display";
  if (parent) {
    const details = parent.localName === "details" && !parent.open;
    if (details && !(el.localName === "summary" && el === parent.querySelector(":scope > summary"))) return "details";
    if (styleOf(parent).contentVisibility === "hidden") return "display";
  }
  if (style.visibility !== "visible") return "visibility";
  if (opacityOf(el) < 0.1) return "opacity";
  if (clipsAway(style)) return "clip";
  return "";
});

const hiddenByPlace = (rect, el) => {
  if (isEmpty(rect)) return "size";
  const page = document.documentElement;
  if (rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0) return "off-screen";
  if (rect.left + scrollX >= Math.max(page.scrollWidth, innerWidth)) return "off-screen";
  const rest = leftBy(rect, el);
  return width(rest) <= 1 || height(rest) <= 1 ? "clip" : "";
};

const hiddenBy = remember((el) => {
  const tree = hiddenByTree(el);
  if (tree) return tree;
  const rect = rectOf(el);
  if (rect && !isEmpty(rect)) return hiddenByPlace(rect, el);
  // A box of no size may still hold floating or placed children that are seen.
  return childrenOf(el).some((child) => child instanceof Element && !hiddenBy(child)) ? "" : "size";
});

// ---- colours ----

const colourOf = (() => {
  const canvas = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  return (css) => {
    if (!known.has(css)) {
      const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(css);
      if (parts) known.set(css, [+parts[1], +parts[2], +parts[3], parts[4] === undefined ? 1 : +parts[4]]);
      else {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = css;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        known.set(css, [r, g, b, a / 255]);
      }
    }
    return known.get(css);
  };
})();

const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);

// The solid colour behind an element; null when a picture or a gradient is part of it.
const groundOf = remember((el) => {
  const style = styleOf(el);
  const own = colourOf(style.backgroundColor);
  if (style.backgroundImage !== "none" && own[3] < 1 && !/no-repeat/.test(style.backgroundRepeat)) return null;
  if (style.backgroundImage.includes("gradient(")) return null;
  if (own[3] === 1) return own;
  const parent = parentOf(el);
  const below = parent ? groundOf(parent) : [255, 255, 255, 1];
  return below && over(own, below);
});

const luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};

const contrastOf = (el) => {
  const ground = groundOf(el);
  if (!ground || styleOf(el).backgroundClip === "text") return null;
  const style = styleOf(el);
  const ink = colourOf(style.webkitTextFillColor || style.color);
  const [high, low] = [
    luminance(over([ink[0], ink[1], ink[2], ink[3] * opacityOf(el)], ground)),
    luminance(ground),
  ].sort((a, b) => b - a);
  return Math.round(((high + 0.05) / (low + 0.05)) * 100) / 100;
};

// ---- how to find it again, what it looks like in the source ----

// Parent -> tag -> child -> its number among those of its tag.
const siblingsOf = remember((parent) => {
  const byTag = new Map();
  // Not `children`: a form answers that name with its field of that name.
  for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
    if (!byTag.has(child.localName)) byTag.set(child.localName, new Map());
    const same = byTag.get(child.localName);
    same.set(child, same.size + 1);
  }
  return byTag;
});

const selectorOf = (el) => {
  const steps = [];
  let at = el;
  while (at && at.localName !== "html") {
    const root = at.getRootNode();
    const id = at.getAttribute("id");
    if (id && root.querySelectorAll(`#${CSS.escape(id)}`).length === 1) {
      steps.unshift(`#${CSS.escape(id)}`);
      if (!(root instanceof ShadowRoot)) break;
      steps.unshift(">>");
      at = root.host;
      continue;
    }
    const name = CSS.escape(at.localName);
    const same = at.parentNode ? siblingsOf(at.parentNode).get(at.localName) : null;
    steps.unshift(same && same.size > 1 ? `${name}:nth-of-type(${same.get(at)})` : name);
    if (at.parentNode instanceof ShadowRoot) {
      steps.unshift(">>");
      at = at.parentNode.host;
    } else {
      at = at.parentElement;
      if (at && at.localName !== "html") steps.unshift(">");
    }
  }
  // "a > b", and " >> " where a shadow root lies between.
  return (
    steps
      .join(" ")
      .replace(/> >>/g, ">>")
      .replace(/^[> ]+/, "") || el.localName
  );
};

const snippetOf = (el, length = 400) => {
  if (el.localName === "input" && el.type === "password") return '<input type="password">';
  const shallow = el.outerHTML.length > 20000 ? el.cloneNode(false).outerHTML : el.outerHTML;
  return cut(fold(shallow), length);
};
