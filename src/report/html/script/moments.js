// A line stands at the moment under the cursor in all charts of one axis side by side, each with its figures.
const SVG = "http://www.w3.org/2000/svg";
const read_before = new Map();
const drawn = [];

const moments = (chart) => {
  if (!read_before.has(chart)) {
    const areas = all(".hover", chart).map((area) => ({ box: area.getBBox(), title: area.firstElementChild }));
    // The browser would show them once more.
    areas.forEach(({ title }) => title.remove());
    read_before.set(chart, areas.map(({ box, title }) => ({ box, text: title.textContent })));
  }
  return read_before.get(chart);
};

const at = (chart, x) => {
  const one = moments(chart).find(({ box }) => x < box.x + box.width + 0.1);
  return one && x >= one.box.x - 0.1 ? one : undefined;
};

const follow = ({ target, clientX }) => {
  drawn.splice(0).forEach((one) => one.remove());
  const chart = target.closest?.("svg");
  if (!chart) return;
  const { left, width } = chart.getBoundingClientRect();
  const here = at(chart, (clientX - left) / width * chart.viewBox.baseVal.width);
  if (!here) return;
  const { axis } = chart.dataset;
  const last = moments(chart).at(-1).box;
  const { x, y, width: wide, height } = here.box;
  const middle = x + wide / 2;
  for (const one of axis ? all(`svg[data-axis="${axis}"]`, chart.closest(".series")) : [chart]) {
    const line = make("line", { class: "moment", x1: middle, x2: middle, y1: y, y2: y + height }, "", SVG);
    const place = { class: "moment", x: last.x + last.width, y: y + 12, "text-anchor": "end" };
    drawn.push(line, make("text", place, at(one, middle)?.text, SVG));
    one.append(...drawn.slice(-2));
  }
};
["pointermove", "pointerdown"].forEach((kind) => document.addEventListener(kind, follow));
