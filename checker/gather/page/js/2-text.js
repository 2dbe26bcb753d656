// The rendered text, as one stream with the places it came from: like innerText, but through open shadow roots, with
// generated text, and with what is hidden kept apart.

const SKIPPED = new Set(
  "script style noscript template head title desc defs symbol metadata iframe object embed video audio canvas textarea select option datalist math-annotation".split(
    " ",
  ),
);
const GLYPH = /[\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]/u;
const PRESERVES = /^(pre|pre-wrap|break-spaces|pre-line)$/;

const isBlock = (display) => !/^(inline|contents|none|ruby)/.test(display) && !/^table-(cell|column)/.test(display);

const generatedText = (el, which) => {
  const content = getComputedStyle(el, which).content;
  if (!content || content === "none" || content === "normal") return "";
  let text = "";
  for (const [, quoted, attribute] of content.matchAll(/"((?:[^"\\]|\\.)*)"|attr\(([\w-]+)[^)]*\)/g)) {
    text += attribute ? el.getAttribute(attribute) || "" : quoted.replace(/\\(.)/g, "$1");
  }
  return text;
};

const transformed = (text, style) => {
  const language = document.documentElement.lang || undefined;
  const local = (work) => {
    try {
      return work(language);
    } catch {
      return work(undefined);
    }
  };
  switch (style.textTransform) {
    case "uppercase":
      return local((lang) => text.toLocaleUpperCase(lang));
    case "lowercase":
      return local((lang) => text.toLocaleLowerCase(lang));
    case "capitalize":
      return text.replace(/(^|\s)(\p{Ll})/gu, (_, before, letter) => before + letter.toUpperCase());
    default:
      return text;
  }
};

class Stream {
  constructor() {
    this.text = "";
    this.runs = [];
  }
  add(text, source, el, node, from) {
    if (!PRESERVES.test(styleOf(el).whiteSpace) && !/^(pre|preserve)/.test(styleOf(el).whiteSpaceCollapse || "")) {
      const squeeze = (s) => s.replace(/[ \t\n\r\f]+/g, " ");
      const even = text.length === source.length;
      text = squeeze(text);
      source = even ? squeeze(source) : text;
      if (text.startsWith(" ") && /(^|[ \n\t])$/.test(this.text)) [text, source] = [text.slice(1), source.slice(1)];
    }
    if (!text) return;
    this.runs.push({ start: this.text.length, end: this.text.length + text.length, source, el, node, from });
    this.text += text;
  }
  line() {
    if (this.text && !this.text.endsWith("\n")) this.text += "\n";
  }
  cell() {
    if (this.text && !/[\n\t]$/.test(this.text)) this.text += "\t";
  }
  // Runs that lie (partly) in a stretch of the stream.
  within(start, end) {
    let [low, high] = [0, this.runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.runs[middle].end > start) high = middle;
      else low = middle + 1;
    }
    const found = [];
    for (; low < this.runs.length && this.runs[low].start < end; low++) found.push(this.runs[low]);
    return found;
  }
  // The same stretch before CSS changed it.
  sourceOf(start, end) {
    return this.within(start, end)
      .map((run) => run.source.slice(Math.max(0, start - run.start), end - run.start))
      .join("");
  }
}

const shown = new Stream();
const unseen = new Stream();
const spans = new Map(); // element -> where its content starts and ends in `shown` and in `unseen`
const pictures = []; // filled by 4-pictures.js while the walk goes by

const textRects = (node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].map(plain);
};

const textHiddenBy = (node, el) => {
  const tree = hiddenByTree(el);
  if (tree) return tree;
  const style = styleOf(el);
  if (parseFloat(style.fontSize) < 1) return "size";
  const ink = colourOf(style.webkitTextFillColor || style.color);
  if (ink[3] < 0.1 && style.backgroundClip !== "text") return "colour";
  const place = hiddenByPlace(union(textRects(node)), el);
  if (place) return place;
  const contrast = contrastOf(el);
  return contrast !== null && contrast < 1.05 ? "colour" : "";
};

const walk = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    const el = parentOf(node) || (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);
    if (!el) return;
    const raw = node.data;
    const blank = !raw.trim();
    if (blank && !raw) return;
    const reason = blank ? hiddenByTree(el) : textHiddenBy(node, el);
    (reason ? unseen : shown).add(transformed(raw, styleOf(el)), raw, el, node, reason);
    return;
  }
  if (!(node instanceof Element)) return;
  const name = node.localName;
  const here = [shown.text.length, unseen.text.length];
  notePictures(node);
  if (SKIPPED.has(name)) {
    spans.set(node, [here[0], here[0], here[1], here[1]]);
    return;
  }
  const style = styleOf(node);
  const flexItem = /flex|grid/.test(parentOf(node) ? styleOf(parentOf(node)).display : "");
  const block = isBlock(style.display) && !flexItem;
  if (name === "br") {
    shown.line();
    return;
  }
  if (block && style.display !== "inline-block") [shown, unseen].forEach((stream) => stream.line());
  if (flexItem && shown.text && !/\s$/.test(shown.text) && !touchesBefore(node)) shown.text += " ";
  const from = [shown.text.length, unseen.text.length];
  const generated = (which) => {
    const text = generatedText(node, which);
    if (text && !GLYPH.test(text)) (hiddenBy(node) ? unseen : shown).add(text, text, node, null, hiddenBy(node));
  };
  generated("::before");
  for (const child of childrenOf(node)) walk(child);
  generated("::after");
  spans.set(node, [from[0], shown.text.length, from[1], unseen.text.length]);
  if (style.display === "table-cell") [shown, unseen].forEach((stream) => stream.cell());
  if (block && style.display !== "inline-block") [shown, unseen].forEach((stream) => stream.line());
};

// Items of a flex row that follow each other without a gap read as one word.
const touchesBefore = (el) => {
  const before = el.previousElementSibling;
  if (!before) return true;
  const [a, b] = [before.getBoundingClientRect(), el.getBoundingClientRect()];
  return Math.abs(a.top - b.top) < 4 && Math.min(Math.abs(b.left - a.right), Math.abs(a.left - b.right)) < 1;
};

const lineBefore = (at) => shown.text.slice(shown.text.lastIndexOf("\n", at - 1) + 1, at);
const lineAfter = (at) => shown.text.slice(at, (shown.text.indexOf("\n", at) + 1 || shown.text.length + 1) - 1);

const spanOf = (el) => spans.get(el) || [0, 0, 0, 0];
const textOf = (el) => fold(shown.text.slice(spanOf(el)[0], spanOf(el)[1]));
