// Commands, and the addresses of what failed. Without a clipboard, what was to be copied is selected.
const SAID_MS = 1500;
const said = make("span", { class: "unseen", role: "status" });
document.body.append(said);

for (const label of all(".repeat > .label")) {
  label.append(make("button", { type: "button", class: "copy", "aria-label": `Copy: ${label.textContent}` }, "Copy"));
}
for (const heading of all(".violation[id] > h3, .case[id] > :is(h3, h4)")) {
  const { id } = heading.parentElement;
  const name = heading.querySelector("code").textContent;
  heading.append(make("a", { href: `#${id}`, class: "copy", "aria-label": `Link to ${name}` }, "#"));
}

const say = (copy, text) => {
  copy.textContent = said.textContent = text;
  setTimeout(() => {
    copy.textContent = copy.href ? "#" : "Copy";
    said.textContent = "";
  }, SAID_MS);
};

document.addEventListener("click", async ({ target }) => {
  const link = target.closest("a[href^='#']");
  // A search may have hidden where it leads.
  if (link && document.getElementById(link.hash.slice(1))?.closest("[hidden]")) clear();
  const copy = target.closest(".copy");
  const text = copy?.closest(".repeat")?.querySelector("pre");
  try {
    if (copy) await navigator.clipboard.writeText(text ? text.textContent : copy.href);
    if (copy) say(copy, "Copied");
  } catch {
    if (text) getSelection().selectAllChildren(text);
    say(copy, text ? "Selected" : "In the address");
  }
});
