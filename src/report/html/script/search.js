// An entry is found as a whole or not. What holds entries goes where none of them is found.
const KINDS = {
  case: ":is(.violation, #broken) .case, .cases > li",
  requirement: ".matrix tbody tr",
  finding: "#load .case",
  difference: "section > div:not(.case) > details",
  // Found, and not counted: they say once more what is told elsewhere.
  "": ".digest li, .violation:not(:has(.case))",
};
// To unfold more at each letter would take a while.
const MOST_LOOKED_INTO = 30;
const TYPING_MS = 80;

const field = make("input", {
  id: "search", type: "search", placeholder: "cases, requirements, texts", autocomplete: "off", "aria-keyshortcuts": "/",
});
const count = make("output", { for: "search" });
const unfolded = [];
let known;

const lower = (nodes) => nodes.map((node) => node.textContent).join(" ").toLowerCase();

const entry = (element, kind) => {
  const around = [];
  for (let up = element.parentElement; up; up = up.parentElement) if (up.matches("details")) around.push(up);
  const inside = [element, ...all("details", element)].filter((one) => one.matches("details"));
  const above = [...element.closest(".violation")?.children ?? []].filter((one) => !one.matches(".case, .folded"));
  return {
    element, kind, around,
    read: [...above, element],
    text: lower([...above, element]),
    folds: inside.map((fold) => ({ fold, inner: lower([...fold.children].slice(1)) })),
  };
};

const read = () => {
  const entries = Object.entries(KINDS).flatMap(([kind, of]) => all(of).map((one) => entry(one, kind)));
  const groups = all("main > section:not(#load), .violation, .folded")
    .map((element) => ({ element, held: entries.filter((one) => element.contains(one.element)) }))
    .filter(({ held }) => held.length > 0);
  const others = all("main > section").filter((one) => groups.every(({ element }) => element !== one));
  entries.push(...others.map((one) => entry(one, "section")));
  return { entries, groups };
};

const mark = (elements, terms) => {
  if (!window.Highlight) return;
  const pattern = new RegExp(terms.map((term) => term.replace(/[^\w\s]/g, "\\$&")).join("|"), "gi");
  const ranges = [];
  for (const element of elements) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      for (const { index, 0: found } of text.data.matchAll(pattern)) {
        const ends = { startOffset: index, endOffset: index + found.length };
        ranges.push(new StaticRange({ startContainer: text, endContainer: text, ...ends }));
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
};

const tell = (found) => {
  // A case that breaks two requirements is told under both.
  const thing = ({ kind, element }) => (kind === "case" ? element.querySelector("code").textContent : element);
  const counts = [...Object.keys(KINDS), "section"].filter(Boolean)
    .map((kind) => [new Set(found.filter((one) => one.kind === kind).map(thing)).size, kind])
    .filter(([number]) => number > 0)
    .map(([number, kind]) => `${number} ${kind}${number > 1 ? "s" : ""}`);
  count.value = counts.join(", ") || "nothing found";
};

const search = () => {
  known ??= read();
  const terms = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  unfolded.splice(0).forEach((fold) => { fold.open = false; });
  known.entries.forEach(({ element, text }) => { element.hidden = !terms.every((term) => text.includes(term)); });
  known.groups.forEach(({ element, held }) => { element.hidden = held.every((one) => one.element.hidden); });
  // The filters of the page hide entries, too.
  const isShown = ({ element }) => !element.hidden && getComputedStyle(element).display !== "none";
  const found = terms.length > 0 ? known.entries.filter(isShown) : [];
  const lookedInto = found.length > MOST_LOOKED_INTO ? [] : found;
  const around = found.flatMap((one) => one.around);
  const inside = lookedInto.flatMap(({ text, folds }) => {
    const isOnlyIn = (inner) => (term) => inner.includes(term) && !text.replace(inner, "").includes(term);
    return folds.filter(({ inner }) => terms.some(isOnlyIn(inner))).map(({ fold }) => fold);
  });
  for (const fold of [...around, ...inside].filter((one) => !one.open)) {
    fold.open = true;
    unfolded.push(fold);
  }
  mark(new Set(lookedInto.flatMap((one) => one.read)), terms);
  tell(found);
  if (terms.length === 0) count.value = "";
};

const clear = () => {
  field.value = "";
  search();
};

if (document.querySelector(Object.values(KINDS).join())) {
  const bar = make("div", { class: "search", role: "search" });
  bar.append(make("label", { for: "search" }, "Search"), field, count);
  const contents = document.querySelector("nav");
  if (contents) contents.append(bar);
  else document.querySelector("main").before(bar);
}
let typing;
field.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(search, TYPING_MS);
});
document.addEventListener("change", ({ target }) => target.type === "radio" && field.value && search());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && field.value) clear();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target === field) return;
  event.preventDefault();
  field.focus();
});
