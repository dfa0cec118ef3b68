// The gradient of every layer over time: a column a frame, a row a layer, powers of ten as colour.

const version = new URL(import.meta.url).search;
const { powerOfTen, roundUp, ticks } = await import(`./player-numbers.js${version}`);
const { HUES, MIDDLE, css, isDark, mix, span } = await import(`./player-map.js${version}`);

const MARGIN = { top: 34, right: 8, bottom: 46, left: 46 }; // as the output map's, and a title
const LABEL = 14; // pixels; the smallest text
const FEWEST = 20; // frames on the axis at the start

const STRONGEST = { light: "#0b111a", dark: "#ffffff" };

// A byte of a column: 0 for a gradient of 0, 1 to 255 for the powers of ten between the ends.
// Blue is a gradient of 1, the byte that is given; what is larger goes on to the strongest colour.
function colour(tone, one, byte) {
  const [none, blue] = HUES[tone];
  if (!byte) return mix(MIDDLE[tone], none, 0.75);
  if (byte <= one) return mix(MIDDLE[tone], blue, 0.1 + 0.9 * (byte / one));
  return mix(blue, STRONGEST[tone], (byte - one) / (255 - one));
}

export class LayerMap {
  constructor() {
    this.figure = document.createElement("div");
    this.figure.className = "figure";
    this.canvas = document.createElement("canvas"); // a pixel for each layer and frame
    this.canvas.setAttribute("role", "img");
    this.above = document.createElement("canvas"); // axes and the frame shown
    this.above.setAttribute("aria-hidden", "true");
    this.figure.append(this.canvas, this.above);
    this.canvas.style.left = `${MARGIN.left}px`;
    this.canvas.style.top = `${MARGIN.top}px`;
    this.canvas.style.height = `calc(100% - ${MARGIN.top + MARGIN.bottom}px)`;
    this.canvas.style.imageRendering = "pixelated";
  }

  get canvases() {
    return [this.canvas];
  }

  dress(scene, theme) {
    this.scene = scene;
    this.theme = theme;
    const tone = isDark(theme.page) ? "dark" : "light";
    const [low, high] = scene.decades;
    this.one = 1 + Math.round((254 * -low) / (high - low));
    this.colours = Array.from({ length: 256 }, (_, byte) => colour(tone, this.one, byte));
    this.painted = -1;
    this.end = 0;
    this.resize();
  }

  paint(frames, cursor) {
    const end = roundUp(Math.max(cursor + 1, FEWEST));
    if (end !== this.end || cursor < this.painted) {
      this.canvas.width = this.end = end; // which clears it
      this.canvas.height = this.scene.size;
      this.painted = -1;
      this.resize();
    }
    const context = this.canvas.getContext("2d");
    const column = new ImageData(1, this.scene.size);
    for (let frame = this.painted + 1; frame <= cursor; frame += 1) {
      frames[frame].outputs.forEach((byte, layer) => {
        // The first layer stands at the bottom.
        column.data.set([...this.colours[byte], 255], 4 * (this.scene.size - 1 - layer));
      });
      context.putImageData(column, frame, 0);
    }
    this.painted = cursor;
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.figure;
    if (!this.scene || !width || !this.end) return;
    const ratio = Math.min(window.devicePixelRatio, 2);
    this.above.width = width * ratio;
    this.above.height = height * ratio;
    const context = this.above.getContext("2d");
    context.scale(ratio, ratio);
    const { text, line, font } = this.theme;
    const { size, words } = this.scene;
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    const x = (frame) => MARGIN.left + ((frame + 0.5) / this.end) * (right - MARGIN.left);
    const y = (layer) => bottom - ((layer - 0.5) / size) * (bottom - MARGIN.top);
    context.strokeStyle = line;
    const { left, top } = MARGIN;
    context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
    context.font = `${LABEL}px ${font}`;
    context.fillStyle = text;
    context.textBaseline = "middle";
    context.textAlign = "right";
    const layers = ticks(1, size, Math.max(1, roundUp(size / 6)));
    for (const layer of layers[0] === 1 ? layers : [1, ...layers]) {
      context.fillText(String(layer), MARGIN.left - 8, y(layer));
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const frame of ticks(0, this.end - 1, roundUp(this.end / 5))) {
      context.fillText(frame.toLocaleString("en"), x(frame), bottom + 8);
    }
    context.textBaseline = "alphabetic";
    context.textAlign = "right";
    context.fillText(words.epochAxis, right, bottom + 41);
    context.textAlign = "left";
    context.fillText(words.layerAxis, 0, 16);
  }

  // What a byte says in words, to a power of ten.
  size(byte) {
    const [low, high] = this.scene.decades;
    if (byte === 0) return this.scene.words.noGradient;
    if (byte === 1) return `≤ ${powerOfTen(low)}`;
    if (byte === 255) return `≥ ${powerOfTen(high)}`;
    return `≈ ${powerOfTen(Math.round(low + ((byte - 1) / 254) * (high - low)))}`;
  }

  told({ outputs }) {
    return { first: this.size(outputs[0]), last: this.size(outputs.at(-1)) };
  }

  // What the colours mean, as elements.
  legend() {
    const { words } = this.scene;
    const bars = [[1, this.one], [this.one, 255]].map((ends) => {
      const bar = document.createElement("i");
      const stops = ends.map((byte) => css(this.colours[byte]));
      bar.style.background = `linear-gradient(to right, ${stops})`;
      return bar;
    });
    const none = document.createElement("i");
    none.style.background = css(this.colours[0]);
    none.style.width = "1rem";
    return [
      span(`${words.gradient}:`),
      span(this.size(1), bars[0], powerOfTen(0), bars[1], this.size(255)),
      span(none, words.noGradient),
    ];
  }
}
