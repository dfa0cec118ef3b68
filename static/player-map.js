// The map of a network's output over the plane of inputs, the data points on it, and the legend.

const { roundUp, ticks } = await import(`./player-numbers.js${new URL(import.meta.url).search}`);

const MARGIN = { top: 8, right: 8, bottom: 46, left: 46 }; // room for the axes' numbers, CSS pixels
export const BARE = { top: 1, right: 1, bottom: 1, left: 1 }; // for its frame alone
export const COMPACT = { top: 8, right: 4, bottom: 26, left: 30 }; // the axes' names among the numbers
const LABEL = 14; // pixels; the smallest text

// As in dlbasic/charts/theme.py, and a grey for the fifth.  Class 0 of two is orange, class 1 blue.
export const HUES = {
  light: ["#d17702", "#2360d4", "#1ba27f", "#9d4588", "#5a6472"],
  dark: ["#f0992e", "#6b9bff", "#2fc79e", "#d67fc0", "#aab4c0"],
};
export const MIDDLE = { light: "#f4f5f7", dark: "#262e38" };
const STRENGTH = { light: 0.62, dark: 0.6 }; // of a hue where the network is sure: points stand out

// One shape for each class, about as large as a circle of radius 1.
export const SHAPES = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M-.9 -.9H.9V.9H-.9Z",
  "M0 -1.2L1.15 .85H-1.15Z",
  "M0 -1.3L1.15 0L0 1.3L-1.15 0Z",
  "M-1.2 -.4H-.4V-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2Z",
];

const channels = (hex) => [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));

export function mix(from, to, share) {
  const [start, end] = [channels(from), channels(to)];
  return start.map((value, place) => Math.round(value + (end[place] - value) * share));
}

export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

// Whether the page is dark: its colour, in whatever form CSS gives it, painted and read back.
export function isDark(colour) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}

// From orange (-1) through a neutral middle to blue (1).
export function diverging(tone, value, strength = STRENGTH[tone]) {
  return mix(MIDDLE[tone], HUES[tone][value < 0 ? 0 : 1], Math.abs(value) * strength);
}

// The colour of each of the 256 values that a cell of the map may have.
function colours(kind, tone) {
  return Array.from({ length: 256 }, (_, byte) => {
    if (kind !== "classes") return diverging(tone, (2 * byte) / 255 - 1);
    const sure = 0.1 + 0.9 * ((byte % 50) / 49);
    return mix(MIDDLE[tone], HUES[tone][Math.min(Math.floor(byte / 50), 4)], sure * STRENGTH[tone]);
  });
}

// The same as four bytes in one number; every machine that browsers run on is little-endian.  Of the
// ``winner`` only which side, or which class, is shown and not how sure.
export function pixels(kind, tone, winner = false) {
  const table = Uint32Array.from(colours(kind, tone), ([red, green, blue]) =>
    ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
  if (!winner) return table;
  if (kind !== "classes") return table.map((_, byte) => table[byte < 128 ? 0 : 255]);
  return table.map((_, byte) => table[Math.min(50 * Math.floor(byte / 50) + 49, 255)]);
}

// The same for a class's probability, from neutral to its own colour.
export function shades(place, tone, winner = false) {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const share = winner ? Number(byte > 127) : byte / 255;
    const [red, green, blue] = mix(MIDDLE[tone], HUES[tone][place], share * STRENGTH[tone]);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

export class OutputMap {
  constructor(margin = MARGIN) {
    this.bare = margin === BARE;
    this.margin = margin;
    this.figure = document.createElement("div");
    this.figure.className = "figure";
    this.canvas = document.createElement("canvas"); // a pixel for each cell; the browser scales it
    this.canvas.setAttribute("role", "img");
    this.above = document.createElement("canvas"); // axes and points
    this.above.setAttribute("aria-hidden", "true");
    this.figure.append(this.canvas, this.above);
    this.canvas.style.left = `${this.margin.left}px`;
    this.canvas.style.top = `${this.margin.top}px`;
  }

  get canvases() {
    return [this.canvas];
  }

  dress(scene, theme, { test = true, discretise = false } = {}) {
    Object.assign(this, { scene, theme, test });
    const tone = isDark(theme.page) ? "dark" : "light";
    this.palette = { tone, page: theme.page, hues: HUES[tone] };
    this.colours = pixels(scene.kind, tone, discretise);
    if (this.canvas.width !== scene.size) this.canvas.width = this.canvas.height = scene.size;
    this.image = new ImageData(scene.size, scene.size);
    this.dots = new Uint32Array(this.image.data.buffer);
    this.resize();
  }

  paint(frames, cursor) {
    this.fill(frames[cursor].outputs);
  }

  // The outputs from the byte ``first`` on, in the scene's colours or others.
  fill(outputs, first = 0, table = this.colours) {
    const { dots } = this;
    for (let cell = 0; cell < dots.length; cell += 1) dots[cell] = table[outputs[first + cell]];
    this.canvas.getContext("2d").putImageData(this.image, 0, 0);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.figure;
    if (!this.scene || !width) return;
    const ratio = Math.min(window.devicePixelRatio, 2);
    this.above.width = width * ratio;
    this.above.height = height * ratio;
    const context = this.above.getContext("2d");
    context.scale(ratio, ratio);
    const { bare, margin, scene: { extent } } = this;
    const across = width - margin.left - margin.right;
    const down = height - margin.top - margin.bottom;
    const place = (x, y) => [
      margin.left + ((x + extent) / (2 * extent)) * across,
      margin.top + ((extent - y) / (2 * extent)) * down,
    ];
    this.drawAxes(context, place, { right: margin.left + across, bottom: margin.top + down });
    this.drawPoints(context, place, Math.max(bare ? 2 : 3, Math.min(5, across / 85)));
  }

  legend() {
    return legend(this.scene, this.palette, this.test);
  }

  drawAxes(context, place, { right, bottom }) {
    const { extent } = this.scene;
    const { text, line, font } = this.theme;
    context.strokeStyle = line;
    const { left, top } = this.margin;
    context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
    if (this.bare) return;
    context.font = `${LABEL}px ${font}`;
    context.fillStyle = text;
    context.strokeStyle = text;
    for (const tick of ticks(-extent, extent, roundUp(extent / 2.5))) {
      const [x, y] = place(tick, tick);
      const words = String(tick).replace("-", "−");
      context.textAlign = "center";
      context.textBaseline = "top";
      context.fillText(words, x, bottom + 8);
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(words, left - 8, y);
      context.beginPath();
      context.moveTo(x, bottom);
      context.lineTo(x, bottom + 5);
      context.moveTo(left, y);
      context.lineTo(left - 5, y);
      context.stroke();
    }
    context.font = `italic ${LABEL + 1}px ${font}`;
    context.textAlign = "right";
    context.textBaseline = "alphabetic";
    if (this.margin === COMPACT) {
      const [x, y] = place(extent / 2.4, extent / 2.4); // between the numbers
      context.fillText("x₁", x, bottom + 20);
      context.fillText("x₂", left - 8, y);
      return;
    }
    context.fillText("x₁", right, bottom + 41);
    context.textAlign = "left";
    context.fillText("x₂", 4, top + 12);
  }

  drawPoints(context, place, radius) {
    const { scene, palette } = this;
    // Test points above: there are fewer of them, and they are hollow.
    for (const test of this.test ? [0, 1] : [0]) {
      scene.x.forEach((x, index) => {
        if (scene.test[index] !== test) return;
        const [left, top] = place(x, scene.y[index]);
        const { shape, colour } = mark(scene, palette, scene.value[index]);
        context.save();
        context.translate(left, top);
        context.scale(radius, radius);
        context.lineJoin = "round";
        const path = new Path2D(shape);
        context.strokeStyle = palette.page;
        context.fillStyle = test ? palette.page : colour;
        context.lineWidth = (test ? 4 : 0.8 * Math.min(radius, 3)) / radius;
        context.stroke(path);
        context.fill(path);
        if (test) {
          context.strokeStyle = colour;
          context.lineWidth = 1.8 / radius;
          context.stroke(path);
        }
        context.restore();
      });
    }
  }
}

// The shape and colour of a data point.
function mark(scene, palette, value) {
  if (scene.kind !== "regression") return { shape: SHAPES[value], colour: palette.hues[value] };
  return { shape: SHAPES[0], colour: css(diverging(palette.tone, value, 1)) };
}

function icon(shape, colour, hollow = false) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "-1.6 -1.6 3.2 3.2");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", shape);
  path.setAttribute("fill", hollow ? "none" : colour);
  path.setAttribute("stroke", colour);
  path.setAttribute("stroke-width", hollow ? 0.4 : 0);
  drawing.append(path);
  return drawing;
}

export function span(...children) {
  const made = document.createElement("span");
  made.append(...children);
  return made;
}

// What the marks and the colours mean, as elements; each stays on a line where there is room.
function legend(scene, palette, test) {
  const { words, kind } = scene;
  const names = scene.class_names;
  const classes = names.map((name, value) => span(icon(SHAPES[value], palette.hues[value]), name));
  const sets = [span(icon(SHAPES[0], "currentColor"), words.trainPoint)];
  if (test && scene.test.includes(1)) {
    sets.push(span(icon(SHAPES[0], "currentColor", true), words.testPoint));
  }
  if (kind === "classes") {
    const strong = scene.strong === "near" ? words.near : words.sure;
    return [...classes, span(...sets), span(strong)];
  }
  const bar = document.createElement("i");
  const stops = [-1, 0, 1].map((value) => css(diverging(palette.tone, value)));
  bar.style.background = `linear-gradient(to right, ${stops})`;
  const name = kind === "binary" ? words.probability.replace("{name}", names[1]) : words.output;
  const scale = span(`${name}: ${kind === "binary" ? "0" : "−1"}`, bar, "1");
  return [...classes, span(...sets), scale];
}
