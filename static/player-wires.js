// The network on a canvas: a map in every neuron, its weights as lines, its bias as a mark.

const version = new URL(import.meta.url).search;
const { HUES, SHAPES, isDark, pixels, shades } = await import(`./player-map.js${version}`);

const MOST = 600; // lines; of more the largest weights
const WIDTHS = [0.6, 1.1, 1.8, 2.7, 3.8, 5.2]; // pixels, for sizes of a weight from these on
const SIZES = [0, 0.15, 0.4, 0.8, 1.4, 2.2];
const DASH = [5, 4]; // of a negative weight
const BINS = 256; // in which the sizes are counted to find the largest
const NEAR = 7; // pixels from a line at which it is meant
const LARGEST = 64; // pixels of a neuron's side
const SMALL = 22; // of a side that has no room for marks and words
const LABEL = 14; // pixels; the smallest text
const FAINT = 0.15; // of what does not belong to the neuron pointed at

// The place of a weight among sizes up to 4.
const bin = (w) => Math.min(BINS - 1, Math.floor(Math.abs(w) * (BINS / 4)));

// Where the neurons stand: of each column the middle of each neuron, its side, the room it has.
// ``aside`` is kept on the left for the features' names.
export function layOut({ every_feature: features, layers, outputs, head }, width, height, aside) {
  const counts = [features.length, ...layers, outputs];
  const last = counts.length - 1;
  const step = (width - aside) / (last + 0.7);
  const named = (column) => (head === "softmax" && column === last ? LABEL + 6 : 0); // below each class
  const sides = counts.map((count, column) =>
    Math.max(4, Math.floor(Math.min(LARGEST, (height / count) * 0.86, height / count - named(column), step * 0.68))));
  const left = aside + sides[0] / 2 + 2;
  const right = width - sides[last] / 2 - 3;
  return counts.map((count, column) => {
    const side = sides[column];
    const pitch = Math.min(height / count, Math.max(side * 1.6, side + named(column), 56));
    const top = (height - pitch * (count - 1) - named(column)) / 2;
    return {
      x: left + (column / last) * (right - left), side, pitch, step,
      ys: Array.from({ length: count }, (_, place) => top + place * pitch),
    };
  });
}

export class Wires {
  constructor() {
    this.canvas = document.createElement("canvas");
    // Above it what stays from frame to frame: to set a font, a browser works out all styles anew.
    this.names = document.createElement("canvas");
    for (const canvas of this.canvases) canvas.setAttribute("aria-hidden", "true"); // the buttons say it
    this.atlas = document.createElement("canvas"); // all neurons' maps, one below the other
    this.bytes = new Uint8ClampedArray(0);
  }

  get canvases() {
    return [this.canvas, this.names];
  }

  dress(scene, theme, planes, winner) {
    const { network } = scene;
    Object.assign(this, { scene, network, theme, planes });
    const tone = isDark(theme.page) ? "dark" : "light";
    const [negative, positive] = HUES[tone];
    this.hues = { negative, positive };
    this.colours = pixels("values", tone, winner);
    this.palette = HUES[tone];
    this.classes = network.head === "softmax"
      ? Array.from({ length: network.outputs }, (_, place) => shades(place, tone, winner)) : [];
    this.bytes = new Uint8ClampedArray(planes.cells);
    if (this.atlas.height !== planes.count * scene.size || this.atlas.width !== scene.size) {
      this.atlas.width = scene.size;
      this.atlas.height = planes.count * scene.size;
    }
    this.image = new ImageData(scene.size, planes.count * scene.size);
    this.dots = new Uint32Array(this.image.data.buffer);
    this.used = network.every_feature.map(([key]) => network.features.includes(key));
    this.list();
    planes.columns[0].forEach((_, unit) => this.colour(0, unit));
    this.atlas.getContext("2d").putImageData(this.image, 0, 0);
  }

  // Every weight: where it is in a frame, from which neuron to which it goes.
  list() {
    const { layers } = this.planes.places;
    const count = layers.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
    this.at = new Int32Array(count);
    this.layer = new Uint8Array(count);
    this.from = new Uint8Array(count);
    this.to = new Uint8Array(count);
    this.grade = new Int8Array(count); // the line's width by its place above, with the weight's sign
    this.ends = new Float32Array(4 * count);
    this.tally = new Int32Array(BINS);
    const features = this.network.every_feature.map(([key]) => key);
    let line = 0;
    layers.forEach(({ from, inputs, units }, layer) => {
      for (let unit = 0; unit < units; unit += 1) {
        for (let input = 0; input < inputs; input += 1) {
          this.at[line] = from + unit * (inputs + 1) + input;
          this.layer[line] = layer;
          this.from[line] = layer ? input : features.indexOf(this.network.features[input]);
          this.to[line] = unit;
          line += 1;
        }
      }
    });
  }

  place(columns, width, height) {
    this.columns = columns;
    this.ratio = Math.min(window.devicePixelRatio, 2);
    for (const canvas of this.canvases) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.canvas.getContext("2d").font = `600 ${LABEL}px ${this.theme.font}`;
    this.write();
    for (let line = 0; line < this.at.length; line += 1) {
      const source = columns[this.layer[line]];
      const target = columns[this.layer[line] + 1];
      this.ends[4 * line] = source.x + source.side / 2;
      this.ends[4 * line + 1] = source.ys[this.from[line]];
      this.ends[4 * line + 2] = target.x - target.side / 2;
      this.ends[4 * line + 3] = target.ys[this.to[line]];
    }
  }

  // What colours a neuron's values have: an output of several classes that of its own class.
  table(column, unit) {
    return (column === this.planes.columns.length - 1 && this.classes[unit]) || this.colours;
  }

  // The colours of a neuron's map.
  colour(column, unit) {
    const { planes, bytes, dots } = this;
    const colours = this.table(column, unit);
    planes.bytes(column, unit, bytes);
    const first = (planes.firsts[column] + unit) * planes.cells;
    for (let cell = 0; cell < bytes.length; cell += 1) dots[first + cell] = colours[bytes[cell]];
  }

  // Draws the network with a frame's numbers; ``meant`` is the neuron that is pointed at.
  paint(numbers, meant) {
    if (!this.columns) return;
    const { planes, scene: { size } } = this;
    for (let column = 1; column < planes.columns.length; column += 1) {
      for (let unit = 0; unit < planes.columns[column].length; unit += 1) this.colour(column, unit);
    }
    const first = planes.columns[0].length * size;
    this.atlas.getContext("2d").putImageData(this.image, 0, 0, 0, first, size, planes.count * size - first);
    this.grades(numbers);
    const context = this.canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (meant) {
      this.lines(context, (line) => !this.belongs(line, meant), FAINT);
      this.lines(context, (line) => this.belongs(line, meant), 1);
    } else {
      this.lines(context, null, 0.85);
    }
    this.neurons(context, numbers, meant);
  }

  // How each line is drawn, 0 for not at all: not more lines than can be told apart.
  grades(numbers) {
    const { at, grade, tally } = this;
    let least = 0;
    if (at.length > MOST) {
      tally.fill(0);
      for (let line = 0; line < at.length; line += 1) tally[bin(numbers[at[line]])] += 1;
      let counted = 0;
      for (least = BINS - 1; least > 0 && counted + tally[least] <= MOST; least -= 1) counted += tally[least];
      least += 1;
    }
    for (let line = 0; line < at.length; line += 1) {
      const w = numbers[at[line]];
      let width = 0;
      if (w !== 0 && bin(w) >= least) {
        width = SIZES.length;
        while (width > 1 && Math.abs(w) < SIZES[width - 1]) width -= 1;
      }
      grade[line] = w < 0 ? -width : width;
    }
  }

  belongs(line, { column, unit, weight }) {
    const into = this.layer[line] + 1 === column && this.to[line] === unit;
    if (weight !== undefined) return this.at[line] === weight;
    return into || (this.layer[line] === column && this.from[line] === unit);
  }

  lines(context, chosen, strength) {
    const { grade, ends, hues } = this;
    context.lineCap = "butt";
    for (let width = 1; width <= WIDTHS.length; width += 1) {
      for (const sign of [1, -1]) {
        let any = false;
        for (let line = 0; line < grade.length; line += 1) {
          if (grade[line] !== sign * width || (chosen && !chosen(line))) continue;
          if (!any) context.beginPath();
          any = true;
          context.moveTo(ends[4 * line], ends[4 * line + 1]);
          context.lineTo(ends[4 * line + 2], ends[4 * line + 3]);
        }
        if (!any) continue;
        context.setLineDash(sign < 0 ? DASH : []);
        context.strokeStyle = sign < 0 ? hues.negative : hues.positive;
        context.lineWidth = WIDTHS[width - 1];
        context.globalAlpha = strength * (0.5 + width / 12);
        context.stroke();
      }
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  // The units and the outputs, and what is pointed at; features stay as they are.
  neurons(context, numbers, meant) {
    const { columns, planes, theme } = this;
    const { layers } = planes.places;
    context.imageSmoothingEnabled = true;
    context.beginPath(); // all frames at once
    columns.forEach(({ x, ys, side }, column) => {
      if (!column) return;
      ys.forEach((y, unit) => {
        this.map(context, column, unit, x - side / 2, y - side / 2, side);
        context.rect(x - side / 2, y - side / 2, side, side);
      });
    });
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    context.stroke();
    const { x, ys, side } = columns[meant?.column] ?? {};
    if (meant && ys[meant.unit] !== undefined) {
      context.strokeStyle = theme.primary;
      context.lineWidth = 3;
      context.strokeRect(x - side / 2, ys[meant.unit] - side / 2, side, side);
    }
    columns.slice(1).forEach(({ x: middle, ys: heights, side: size }, place) => {
      const { from, inputs } = layers[place];
      heights.forEach((y, unit) => {
        this.bias(context, numbers[from + unit * (inputs + 1) + inputs], middle - size / 2, y - size / 2, size);
      });
    });
    this.dead(context, numbers);
  }

  map(context, column, unit, left, top, side) {
    const { planes, scene: { size } } = this;
    context.drawImage(this.atlas, 0, (planes.firsts[column] + unit) * size, size, size, left, top, side, side);
  }

  // The features, and the names of features and classes.
  write() {
    const { columns, network, theme } = this;
    const context = this.names.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const { x, ys, side } = columns[0];
    const left = x - side / 2;
    network.every_feature.forEach(([, words], unit) => {
      const off = !this.used[unit];
      context.globalAlpha = off ? 0.35 : 1;
      this.map(context, 0, unit, left, ys[unit] - side / 2, side);
      context.globalAlpha = 1;
      context.strokeStyle = off ? theme.line : theme.text;
      context.setLineDash(off ? [2, 2] : []);
      context.strokeRect(left, ys[unit] - side / 2, side, side);
      this.name(context, words, left, ys[unit], side, off);
    });
    const outputs = columns.at(-1);
    this.classes.forEach((_, unit) => {
      this.classed(context, unit, outputs.x + outputs.side / 2, outputs.ys[unit] + outputs.side / 2);
    });
  }

  // A feature's name on its left, or where there is no room on it.
  name(context, words, left, middle, side, off) {
    context.font = `${off ? "" : "600 "}${LABEL}px ${this.theme.font}`;
    context.textBaseline = "middle";
    context.fillStyle = this.theme.text;
    if (left > LABEL) {
      context.textAlign = "right";
      context.fillText(words, left - 6, middle);
      return;
    }
    context.textAlign = "left";
    this.plate(context, words, left + 1, middle + side / 2 - LABEL / 2 - 2);
  }

  // A class's mark and name below its output, ending where that ends.
  classed(context, unit, right, top) {
    const { scene: { class_names: names }, columns, theme } = this;
    context.font = `${LABEL}px ${theme.font}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    const most = columns.at(-1).step - 24;
    let name = names[unit];
    while (name.length > 1 && context.measureText(name).width > most) name = `${name.replace(/…$/, "").slice(0, -1)}…`;
    const middle = top + LABEL / 2 + 3;
    const left = right - context.measureText(name).width - 4;
    context.fillStyle = theme.page;
    context.globalAlpha = 0.85;
    context.fillRect(left - 15, middle - LABEL / 2 - 1, 15, LABEL + 2);
    context.globalAlpha = 1;
    this.plate(context, name, left, middle);
    context.save();
    context.translate(left - 6, middle);
    context.scale(5, 5);
    context.fillStyle = this.palette[unit];
    context.fill(new Path2D(SHAPES[unit]));
    context.restore();
  }

  // Words on the page's colour, so that they are read above a map.
  plate(context, words, left, middle) {
    const { width } = context.measureText(words);
    context.fillStyle = this.theme.page;
    context.globalAlpha = 0.85;
    context.fillRect(left, middle - LABEL / 2 - 1, width + 4, LABEL + 2);
    context.globalAlpha = 1;
    context.fillStyle = this.theme.text;
    context.fillText(words, left + 2, middle + 1);
  }

  // A bias is a triangle at the neuron's corner: up and blue where it is positive.
  bias(context, b, left, top, side) {
    if (side < SMALL || !b) return;
    const half = Math.min(2 + 4 * Math.min(Math.abs(b), 1.5), side / 3);
    const up = b > 0 ? -1 : 1;
    context.beginPath();
    context.moveTo(left - half, top - up * half * 0.8);
    context.lineTo(left + half, top - up * half * 0.8);
    context.lineTo(left, top + up * half);
    context.closePath();
    context.fillStyle = b > 0 ? this.hues.positive : this.hues.negative;
    context.fill();
    context.strokeStyle = this.theme.page;
    context.lineWidth = 1;
    context.stroke();
  }

  // A neuron that is dead is struck through and says so, below it where there is room, unless its
  // whole layer is.
  dead(context, numbers) {
    const { scene: { words }, planes, theme } = this;
    context.strokeStyle = theme.text;
    context.textAlign = "left";
    context.textBaseline = "middle";
    let place = planes.places.dead;
    for (const { x, ys, side, pitch } of this.columns.slice(1, -1)) {
      const all = numbers.subarray(place, place + ys.length).every(Boolean); // its head says so
      for (const y of ys) {
        place += 1;
        if (!numbers[place - 1]) continue;
        const half = side / 2;
        context.lineWidth = 2;
        context.beginPath();
        context.moveTo(x - half, y - half);
        context.lineTo(x + half, y + half);
        context.moveTo(x + half, y - half);
        context.lineTo(x - half, y + half);
        context.stroke();
        if (side < SMALL || all) continue;
        const below = pitch - side > LABEL + 4 ? half + LABEL / 2 + 1 : 0;
        this.plate(context, words.deadMark, x - context.measureText(words.deadMark).width / 2 - 2, y + below);
      }
    }
  }

  // The line that is nearest to a point, as the neuron that it goes to and its weight; else null.
  near(x, y) {
    const { ends, grade } = this;
    let [best, found] = [NEAR, null];
    for (let line = 0; line < grade.length; line += 1) {
      if (!grade[line]) continue;
      const [left, top, right, bottom] = ends.subarray(4 * line, 4 * line + 4);
      if (x < left || x > right) continue;
      const [across, down] = [right - left, bottom - top];
      const off = Math.abs(across * (y - top) - down * (x - left)) / Math.hypot(across, down);
      if (off < best) [best, found] = [off, line];
    }
    if (found === null) return null;
    return { column: this.layer[found] + 1, unit: this.to[found], weight: this.at[found] };
  }
}
