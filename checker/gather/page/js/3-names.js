// Accessible names: the usual order (labelledby, label, native, content, title), through open shadow roots.

const byIds = (el, attribute) =>
  (el.getAttribute(attribute) || "")
    .split(/\s+/)
    .filter(Boolean)
    .map((id) => el.getRootNode().getElementById?.(id))
    .filter(Boolean);

const nameFromContent = (el, seen) => {
  let text = "";
  for (const child of childrenOf(el)) {
    if (child.nodeType === Node.TEXT_NODE) text += child.data;
    else if (child instanceof Element && !seen.has(child)) {
      const style = styleOf(child);
      if (style.display === "none" || style.visibility === "hidden" || child.getAttribute("aria-hidden") === "true")
        continue;
      if (SKIPPED.has(child.localName)) continue;
      const space = isBlock(style.display) ? " " : "";
      text += space + accessibleName(child, seen, true) + space;
    }
  }
  const generated = generatedText(el, "::before") + text + generatedText(el, "::after");
  return fold(generated.replace(new RegExp(GLYPH, "gu"), ""));
};

const NAMED_BY_CONTENT =
  /^(button|cell|checkbox|columnheader|gridcell|heading|link|menuitem|menuitemcheckbox|menuitemradio|option|radio|row|rowheader|switch|tab|tooltip|treeitem)$/;

const accessibleName = (el, seen = new Set(), within = false) => {
  if (seen.has(el)) return "";
  seen.add(el);
  const labelled = seen.size === 1 ? byIds(el, "aria-labelledby") : [];
  const fromOthers = fold(labelled.map((other) => accessibleName(other, seen, true)).join(" "));
  if (fromOthers) return fromOthers;
  const label = fold(el.getAttribute("aria-label"));
  if (label) return label;
  const decorative = /^(none|presentation)$/.test(el.getAttribute("role") || "");
  const name = el.localName;
  if (!decorative) {
    if (name === "img" || name === "area" || (name === "input" && el.type === "image")) {
      if (el.hasAttribute("alt")) return fold(el.alt) || (within ? "" : fold(el.title));
    }
    if (name === "svg") {
      const title = [...el.children].find((child) => child.localName === "title");
      if (title && fold(title.textContent)) return fold(title.textContent);
    }
    if (name === "input" && /^(submit|button|reset)$/.test(el.type))
      return fold(el.value) || (el.type === "submit" ? "Submit" : "");
    if (el.labels && el.labels.length) {
      const text = fold([...el.labels].map((one) => nameFromContent(one, new Set([el]))).join(" "));
      if (text) return text;
    }
    if (name === "fieldset") return fold(el.querySelector(":scope > legend")?.textContent);
  }
  const role = el.getAttribute("role") || "";
  const content =
    within ||
    name === "a" ||
    name === "button" ||
    name === "summary" ||
    /^h[1-6]$/.test(name) ||
    NAMED_BY_CONTENT.test(role);
  const text = content && name !== "svg" ? nameFromContent(el, seen) : "";
  return text || fold(el.getAttribute("title")) || fold(el.getAttribute("placeholder"));
};
