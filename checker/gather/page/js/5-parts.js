// Controls, fields, forms, messages, metadata, mentions of ORCID's name: what a visitor can press, fill in and read.

const PRESSABLE_ROLE = /^(button|link|menuitem|tab|switch|option)$/;
const NO_FIELD = /^(hidden|submit|button|image|reset)$/;

const isControl = (el) => {
  const name = el.localName;
  if (
    (name === "a" || name === "area") &&
    (el.hasAttribute("href") || el.hasAttributeNS("http://www.w3.org/1999/xlink", "href"))
  )
    return true;
  if (name === "button" || name === "summary") return true;
  if (name === "input" && /^(submit|button|image|reset)$/.test(el.type)) return true;
  if (PRESSABLE_ROLE.test(el.getAttribute("role") || "")) return true;
  if (el.hasAttribute("onclick") && name !== "body" && name !== "html") return true;
  if (/^(html|body|label|select|option|input|textarea)$/.test(name) || el.closest("svg")) return false;
  // Script may listen to clicks unseen; the hand is what a visitor goes by.
  const parent = parentOf(el);
  const hand = styleOf(el).cursor === "pointer" && parent && styleOf(parent).cursor !== "pointer";
  return hand && textOf(el).length < 120 && !el.querySelector("a[href],button,input,select,textarea,label");
};

const isEnabled = (el) =>
  !(el.matches(":disabled") || closest(el, (up) => up.getAttribute("aria-disabled") === "true" || up.inert === true));

// `tabIndex` alone is no help: an `a` without an address claims 0 and is not reached.
const isFocusable = (el) => {
  const native =
    /^(button|input|select|textarea|summary)$/.test(el.localName) ||
    (/^(a|area)$/.test(el.localName) && linkAddress(el)[0] !== "");
  return isEnabled(el) && el.tabIndex >= 0 && (native || el.hasAttribute("tabindex") || el.isContentEditable);
};

const linkAddress = (el) => {
  const raw = el.getAttribute("href") ?? el.getAttributeNS("http://www.w3.org/1999/xlink", "href") ?? "";
  return [raw, raw ? absolute(raw.trim()) : ""];
};

const formAction = (el) => {
  const form = el.form;
  if (!form || (el.localName === "button" && el.type !== "submit") || el.type === "reset") return "";
  return absolute(el.getAttribute("formaction") || form.getAttribute("action") || location.href);
};

const buttonText = (el) => (el.localName === "input" ? fold(el.value) : textOf(el));

// What stands around a control: the nearest thing that says more than the control itself.
const around = (el) => {
  const own = textOf(el).length;
  let up = parentOf(el);
  for (let level = 0; up && level < 5; level += 1, up = parentOf(up)) {
    if (/^(body|html|main)$/.test(up.localName)) return "";
    const text = textOf(up);
    if (text.length > own + 2) return cut(text, 300);
  }
  return "";
};

const controlFacts = (el) => {
  const link = el.localName === "a" || el.localName === "area";
  const [raw, href] = link ? linkAddress(el) : ["", formAction(el)];
  return {
    tag: el.localName,
    role: el.getAttribute("role") || "",
    type: /^(button|input)$/.test(el.localName) ? el.type : "",
    text: buttonText(el),
    name: accessibleName(el),
    href,
    raw_href: link ? raw : "",
    target: el.getAttribute("target") || el.getAttribute("formtarget") || el.form?.getAttribute("target") || "",
    visible: !hiddenBy(el),
    enabled: isEnabled(el),
    focusable: isFocusable(el),
    context: around(el),
    box: boxOf(rectOf(el)),
    icons: picturesIn(el).map(iconFacts),
    ...(buttonText(el) ? lettering(el) : {}),
    selector: selectorOf(el),
    snippet: snippetOf(el),
  };
};

// How the control's text is written: as in the innermost element that holds the most of it.
const lettering = (el) => {
  const runs = shown.within(spanOf(el)[0], spanOf(el)[1]).filter((run) => holds(el, run.el) && run.source.trim());
  const longest = runs.sort((a, b) => b.source.length - a.source.length)[0];
  const letters = longest ? longest.el : el;
  const style = styleOf(letters);
  return { contrast: contrastOf(letters), text_size: parseFloat(style.fontSize), text_bold: Number(style.fontWeight) >= 600 };
};

const controlsOf = (all) => all.filter(isControl);

// ---- fields and forms ----

const isField = (el) =>
  (el.localName === "input" && !NO_FIELD.test(el.type)) ||
  el.localName === "textarea" ||
  el.localName === "select" ||
  (el.isContentEditable && !parentOf(el)?.isContentEditable) ||
  /^(textbox|combobox|searchbox)$/.test(el.getAttribute("role") || "");

const labelOf = (el) => {
  const name = accessibleName(el);
  if (name && name !== fold(el.getAttribute("placeholder"))) return name;
  // No real label: the visible text just before, in the same block.
  const start = spanOf(el)[0];
  const before = shown.text.slice(Math.max(0, start - 120), start).replace(/[\n\t ]+$/, "");
  return fold(before.split("\n").pop());
};

const groupOf = (el) =>
  closest(
    parentOf(el) || el,
    (up) => /^(fieldset|form|tr|li)$/.test(up.localName) || /^(group|form|row)$/.test(up.getAttribute("role") || ""),
  ) || parentOf(el);

const fieldFacts = (el, forms) => {
  const secret = el.type === "password";
  const value = secret ? "" : (el.value ?? textOf(el));
  const telling = new RegExp(LOOSE.source, "u").test(value || "") || /orcid/i.test(value || "");
  return {
    tag: el.localName,
    type: el.localName === "input" ? el.type : "",
    name: el.getAttribute("name") || "",
    id: el.id,
    label: cut(labelOf(el), 200),
    placeholder: el.getAttribute("placeholder") || "",
    value: telling ? cut(String(value), 200) : "",
    filled: Boolean(secret ? el.value : /^(checkbox|radio)$/.test(el.type) ? el.checked : value),
    visible: !hiddenBy(el),
    enabled: isEnabled(el),
    readonly: Boolean(el.readOnly) || el.getAttribute("aria-readonly") === "true",
    suggests:
      el.hasAttribute("list") ||
      el.getAttribute("role") === "combobox" ||
      /^(list|both|inline)$/.test(el.getAttribute("aria-autocomplete") || ""),
    context: cut(groupOf(el) ? textOf(groupOf(el)) : "", 300),
    form: el.form ? forms.indexOf(el.form) : null,
    box: boxOf(rectOf(el)),
    selector: selectorOf(el),
    snippet: snippetOf(el),
  };
};

const formFacts = (form) => ({
  action: absolute(form.getAttribute("action") || location.href),
  method: (form.getAttribute("method") || "get").toLowerCase(),
  has_password: all.some((el) => el.localName === "input" && el.type === "password" && el.form === form),
  text: cut(textOf(form), 600),
  visible: !hiddenBy(form),
  box: boxOf(rectOf(form)),
  selector: selectorOf(form),
});

// ---- what the page says ----

const SPEAKS = /(^|[-_\s])(alert|flash|message|messages|notification|notice|toast|banner|callout)([-_\s]|$)/i;

const messagesOf = (all) => {
  const found = all.filter(
    (el) =>
      /^h[1-6]$/.test(el.localName) ||
      /^(alert|status|heading|alertdialog)$/.test(el.getAttribute("role") || "") ||
      /^(polite|assertive)$/.test(el.getAttribute("aria-live") || "") ||
      SPEAKS.test(el.getAttribute("class") || ""),
  );
  const texts = found.filter((el) => !hiddenBy(el)).map((el) => cut(textOf(el), 300));
  return [...new Set(texts.filter(Boolean))].slice(0, 60);
};

const framesOf = (all) =>
  all
    .filter((el) => /^(iframe|frame|object|embed)$/.test(el.localName))
    .map((el) => (el.localName === "object" ? el.data : el.src))
    .filter(Boolean);

const MENTION =
  /[Oo][Rr][Cc][Ii][Dd](?:[ \u00a0-](?:[iI][dD]s?|[Nn]umbers?|[Pp]rofiles?|[Aa]ccounts?|[Rr]ecords?)\b)?/g;

const isShouted = (text) => /\p{Lu}{3}/u.test(text) && text === text.toUpperCase();

// Each visible mention of ORCID's name as the page's author wrote it, before CSS changed its case.
const mentionsOf = () => {
  const found = [];
  for (const match of shown.text.matchAll(MENTION)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const before = shown.text.slice(Math.max(0, start - 12), start);
    const after = shown.text.slice(end, end + 12);
    // Addresses, file and product names glued to other words are not prose.
    if (/[\p{L}\p{N}_.@/-]$/u.test(before) || /^([\p{L}\p{N}_@/-]|\.\p{L})/u.test(after)) continue;
    const runs = shown.within(start, end);
    const el = runs[0]?.el;
    if (!el || closest(el, isCode)) continue;
    const line = textOf(closest(el, (up) => isBlock(styleOf(up).display)) || el);
    const control = closest(
      el,
      (up) => up.localName === "button" || up.getAttribute("role") === "button" || up.localName === "a",
    );
    found.push({
      text: fold(shown.sourceOf(start, end)) || match[0],
      rendered: fold(match[0]),
      inside: control ? "control" : closest(el, (up) => /^h[1-6]$/.test(up.localName)) ? "heading" : "text",
      capitals: isShouted(line.replaceAll(fold(match[0]), "")),
      box: boxOf(rectOf(el)),
      selector: selectorOf(el),
      snippet: snippetOf(el, 200),
    });
    if (found.length >= 200) break;
  }
  return found;
};

// ---- metadata ----

const findIds = (text) => [...(text || "").matchAll(new RegExp(LOOSE.source, "gu"))].map((match) => match[0]);
const tellsAnId = (text) => findIds(text).length > 0 || /orcid\.org/i.test(text || "");

const metadataOf = (all) => {
  const found = [];
  const add = (kind, name, value, el) =>
    found.push({ kind, name: name || "", value: cut(String(value), 300), snippet: snippetOf(el, 300) });
  const dig = (value, path, el) => {
    if (typeof value === "string") tellsAnId(value) && add("json-ld", path, value, el);
    else if (Array.isArray(value)) value.forEach((item) => dig(item, path, el));
    else if (value && typeof value === "object")
      Object.entries(value).forEach(([key, item]) => dig(item, path ? `${path}.${key}` : key, el));
  };
  for (const el of all) {
    const name = el.localName;
    if (name === "meta" && tellsAnId(el.content))
      add("meta", el.name || el.getAttribute("property") || el.getAttribute("itemprop"), el.content, el);
    else if (name === "link" && tellsAnId(el.getAttribute("href"))) add("link", el.rel, el.getAttribute("href"), el);
    else if (name === "script" && /ld\+json/.test(el.type)) {
      try {
        dig(JSON.parse(el.textContent), "", el);
      } catch {
        // Broken JSON-LD tells nothing.
      }
    } else if (/(^|:)orcid$/i.test(el.nodeName) && el.hasAttribute("authenticated"))
      add("attribute", "authenticated=" + el.getAttribute("authenticated"), fold(el.textContent), el);
    for (const attribute of el.getAttributeNames().filter((one) => /^(data-|itemid$|resource$|about$)/.test(one))) {
      if (findIds(el.getAttribute(attribute)).length) add("attribute", attribute, el.getAttribute(attribute), el);
    }
    if (found.length >= 400) break;
  }
  return found;
};
