// The loss curves up to the frame shown: real axes, direct labels, no later frames given away.

const version = new URL(import.meta.url).search;
const [{ number, powerOfTen, roundUp, ticks }, { isDark }] = await Promise.all([
  import(`./player-numbers.js${version}`),
  import(`./player-map.js${version}`),
]);

const LABEL = 14; // pixels; the smallest text
const MARGIN = { top: 34, bottom: 44, left: 58 }; // CSS pixels
const COMPACT = { top: 26, bottom: 25, left: 46 }; // beside a network: the epochs' name at their end
const FEWEST = 10; // epochs on the axis before anything is learned
const WIDE = 1000; // losses that differ by more than this factor go on an axis of powers of ten
const APART = 18; // pixels between the two direct labels

const TEST = { light: "#b0305c", dark: "#ff8fab" }; // no class has this hue

const LINES = [
  { name: "loss1", words: "line1", dash: [], width: 2.5 },
  { name: "loss2", words: "line2", dash: [6, 4], width: 2 },
];

// The ends of an axis and its marks, each a value and how it is written: powers of ten ...
function powers(lowest, highest, most) {
  const [low, high] = [Math.floor(Math.log10(lowest)), Math.ceil(Math.log10(highest))];
  const every = Math.ceil((high - low) / most);
  const marks = [];
  for (let power = low; power <= high; power += every) marks.push([10 ** power, powerOfTen(power)]);
  return { low, high, marks };
}

// ... or equal steps from 0.
function plain(highest) {
  const step = roundUp((highest || 1) / 5);
  const high = Math.max(Math.ceil(highest / step - 1e-9), 1) * step;
  const written = (value) =>
    value === 0 || (value >= 1e-3 && value < 1e5) ? value.toLocaleString("en") : number(value);
  const marks = ticks(0, high, step).map((value) => [value, written(value)]);
  return { low: 0, high, marks };
}

export class LossCurve {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.axes = document.createElement("canvas");
    this.mark = null; // the number of the frame that is read
  }

  dress(scene, theme) {
    this.scene = scene;
    this.theme = theme;
    const usual = [theme.text, TEST[isDark(theme.page) ? "dark" : "light"]];
    this.lines = LINES.map((line, place) => {
      const { colour = usual[place], dash = line.dash } = scene.networks[place] ?? {};
      return { ...line, colour, dash };
    });
    this.resize();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.drawnAxes = undefined;
    if (!this.scene || !width) return;
    this.ratio = Math.min(window.devicePixelRatio, 2);
    for (const canvas of [this.canvas, this.axes]) {
      canvas.width = width * this.ratio;
      canvas.height = height * this.ratio;
    }
    const context = this.canvas.getContext("2d");
    context.font = `${LABEL}px ${this.theme.font}`; // once: for a font all styles are worked out anew
    const { line1, line2 } = this.scene.words;
    const widest = Math.max(...[line1, line2].map((words) => context.measureText(words).width));
    const margin = this.scene.network ? COMPACT : MARGIN;
    this.box = {
      left: margin.left,
      top: margin.top,
      right: width - widest - 18,
      bottom: height - margin.bottom,
    };
  }

  // The axes for what has been seen, or of a pair, whose run is short, for all: ends, ticks, and
  // where a value stands.
  axesFor(frames, cursor) {
    const { left, right, top, bottom } = this.box;
    const pair = this.scene.networks.length;
    const { epoch, highest, lowest } = pair ? frames.at(-1) : frames[cursor];
    const end = pair ? epoch : roundUp(Math.max(epoch, FEWEST));
    const x = (value) => left + (value / end) * (right - left);
    const wide = !pair && highest / lowest > WIDE;
    const { low, high, marks } = wide ? powers(lowest, highest, Math.max(1, Math.min(Math.floor((bottom - top) / 20), 6))) : plain(highest);
    const y = (value) =>
      bottom - (((wide ? Math.log10(value) : value) - low) / (high - low)) * (bottom - top);
    return { x, y, wide, marks, end, key: `${end} ${low} ${high} ${wide}` };
  }

  // Draws it once more as it was.
  redraw() {
    if (this.drawn) this.draw(...this.drawn);
  }

  // The frame nearest to a place in the window.
  nearest(last, clientX) {
    const { frames, scales } = this;
    if (!frames) return null;
    const x = clientX - this.canvas.getBoundingClientRect().left;
    let best = 0;
    for (let frame = 1; frame <= last; frame += 1) {
      const off = (place) => Math.abs(scales.x(frames[place].epoch) - x);
      if (off(frame) <= off(best)) best = frame;
    }
    return best;
  }

  // ``end`` is the number of the last frame there is, once it is known.
  draw(frames, cursor, end) {
    if (!this.box) return;
    this.drawn = [frames, cursor, end];
    const { canvas, ratio, theme } = this;
    const scales = this.axesFor(frames, cursor);
    Object.assign(this, { frames, scales });
    if (this.drawnAxes !== scales.key) this.drawAxes(scales);
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.axes, 0, 0);
    context.scale(ratio, ratio);
    context.strokeStyle = context.fillStyle = theme.text;
    const now = scales.x(frames[cursor].epoch);
    this.upright(context, now, 0.35);
    if (this.mark !== null && this.mark <= cursor) {
      this.upright(context, scales.x(frames[this.mark].epoch), 1);
    }
    if (end === cursor && this.scene.network) this.drawEnd(context, now);
    const ends = [];
    for (const line of this.lines) {
      const height = this.drawLine(context, scales, frames, cursor, line);
      if (height !== null) ends.push({ words: this.scene.words[line.words], colour: line.colour, height });
    }
    this.label(context, now, ends);
  }

  upright(context, x, strength) {
    context.globalAlpha = strength;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, this.box.top);
    context.lineTo(x, this.box.bottom);
    context.stroke();
    context.globalAlpha = 1;
  }

  // Where no epoch follows: a bar across the curve's end.
  drawEnd(context, x) {
    const { top, bottom } = this.box;
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.textAlign = "right";
    context.textBaseline = "top";
    context.fillText(this.scene.words.endMark, x - 6, top);
  }

  // Draws one curve and its end; gives the end's height, or null where the loss cannot be drawn.
  drawLine(context, { x, y, wide }, frames, cursor, { name, colour, dash, width }) {
    context.strokeStyle = context.fillStyle = colour;
    const broken = dash[1] > 0;
    context.setLineDash(broken ? dash : []);
    context.lineWidth = width;
    context.lineJoin = "round";
    context.beginPath();
    let joined = false;
    let here = null; // the frames in one pixel's width: first, highest, lowest and last stand for all
    const put = () => {
      if (!here) return;
      const { left, first, high, low, last } = here;
      if (joined) context.lineTo(left, first);
      else context.moveTo(left, first);
      if (high !== low) [high, low, last].forEach((height) => context.lineTo(left, height));
      joined = true;
      here = null;
    };
    for (let index = 0; index <= cursor; index += 1) {
      const loss = frames[index][name];
      if (loss === null || (wide && loss <= 0)) {
        put();
        joined = false;
        continue;
      }
      const [left, height] = [x(frames[index].epoch), y(loss)];
      if (here && left - here.left < 1) {
        here.high = Math.min(here.high, height);
        here.low = Math.max(here.low, height);
        here.last = height;
      } else {
        put();
        here = { left, first: height, high: height, low: height, last: height };
      }
    }
    const height = here?.last ?? null;
    put();
    context.stroke();
    context.setLineDash([]);
    if (height === null) return null;
    context.beginPath();
    context.arc(x(frames[cursor].epoch), height, 4, 0, 2 * Math.PI);
    if (broken) {
      context.save();
      context.fillStyle = this.theme.page;
      context.fill();
      context.restore();
      context.stroke();
    } else {
      context.fill();
    }
    return height;
  }

  // The names beside the ends, moved apart where they would overlap: the first above, unless it ends
  // clearly below.
  label(context, x, ends) {
    const { top, bottom } = this.box;
    if (ends.length === 2) {
      const [upper, lower] = ends[0].height - ends[1].height < APART / 2 ? ends : [ends[1], ends[0]];
      const lack = (APART - (lower.height - upper.height)) / 2;
      if (lack > 0) {
        const middle = Math.min(
          Math.max((upper.height + lower.height) / 2, top + APART / 2), bottom - APART,
        );
        upper.height = middle - APART / 2;
        lower.height = middle + APART / 2;
      }
    }
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const { words, colour, height } of ends) {
      context.fillStyle = this.scene.networks.length ? this.theme.text : colour;
      context.fillText(words, x + 10, height);
    }
  }

  drawAxes({ x, y, marks, end, key }) {
    this.drawnAxes = key;
    const { left, right, bottom } = this.box;
    const { text, line, font } = this.theme;
    const context = this.axes.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.axes.width, this.axes.height);
    context.scale(this.ratio, this.ratio);
    context.font = `${LABEL}px ${font}`;
    context.fillStyle = text;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.lineWidth = 1;
    for (const [value, words] of marks) {
      const height = Math.round(y(value)) + 0.5;
      context.strokeStyle = line;
      context.beginPath();
      context.moveTo(left, height);
      context.lineTo(right, height);
      context.stroke();
      context.fillText(words, left - 8, height);
    }
    context.strokeStyle = text;
    context.beginPath();
    context.moveTo(left, bottom + 0.5);
    context.lineTo(right, bottom + 0.5);
    context.textAlign = "center";
    context.textBaseline = "top";
    const name = this.scene.words.epochAxis;
    const compact = this.scene.network !== null;
    // Beside a network the name stands in the numbers' line, and takes the place of the last.
    const room = right - (compact ? context.measureText(name).width + 12 : 0);
    for (const tick of ticks(0, end, roundUp(end / (right - left < 260 ? 3 : 5)))) {
      context.moveTo(x(tick), bottom);
      context.lineTo(x(tick), bottom + 5);
      if (!compact || x(tick) < room) context.fillText(tick.toLocaleString("en"), x(tick), bottom + 9);
    }
    context.stroke();
    context.textBaseline = "alphabetic";
    context.textAlign = "right";
    context.fillText(name, right, bottom + (compact ? 21 : 41));
    context.textAlign = "left";
    context.fillText(this.scene.loss_name, 0, 14);
  }
}
