// Puts it together. `options`: names, hosts, pictures (addresses of known iD icons), only (what is wanted).

const all = everyElement();
if (document.body) walk(document.body);
else if (document.documentElement) walk(document.documentElement);

const visibleText = shown.text
  .split("\n")
  .map((line) => line.replace(/[ \u00a0]*\t[ \t]*/g, "\t").trim())
  .filter(Boolean)
  .join("\n");
if (options.only === "text") return visibleText;

const people = namesOnPage(all);
const forms = all.filter((el) => el.localName === "form");
const found = gather(all);
const ground = groundOf(document.body || document.documentElement);

const facts = {
  controls: controlsOf(all).slice(0, 600).map(controlFacts),
  fields: all
    .filter(isField)
    .slice(0, 400)
    .map((el) => fieldFacts(el, forms)),
  forms: forms.slice(0, 100).map(formFacts),
  occurrences: [...found.slice(0, 1000).map((one) => occurrenceFacts(one, found)), ...unseenOccurrences(all, found)],
  metadata: metadataOf(all),
  messages: messagesOf(all),
  mentions: mentionsOf(),
  frames: framesOf(all),
  dark: ground ? luminance(ground) < 0.2 : false,
  content_type: document.contentType,
  scroll: [scrollX, scrollY],
  page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
};

// As one string, which crosses to the caller many times faster. Old script libraries give arrays a `toJSON` of their own.
const meddled = [Array, Object, String]
  .filter((kind) => kind.prototype.toJSON)
  .map((kind) => [kind, kind.prototype.toJSON]);
meddled.forEach(([kind]) => delete kind.prototype.toJSON);
try {
  return JSON.stringify(facts);
} finally {
  meddled.forEach(([kind, own]) => (kind.prototype.toJSON = own));
}
