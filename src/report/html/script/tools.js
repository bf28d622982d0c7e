// What a reader can do with the page besides reading it: search it, copy from it, and follow a moment through its
// charts. All that needs a script is made by it, so that nothing is dead where scripts are blocked.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const make = (name, attributes, text = "", space = "http://www.w3.org/1999/xhtml") => {
  const element = document.createElementNS(space, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.textContent = text;
  return element;
};
