// A network that learns: all its neurons, its output, what is read off it; see dlbasic/ui/player.py.

const version = new URL(import.meta.url).search;
const [
  { COMPACT, OutputMap, css, diverging, isDark, span },
  { Planes },
  { Wires, layOut },
  { Nodes, named },
  { Heads, Wish },
  { UnitPanel, edited },
  { Readings },
  { element, term },
] = await Promise.all([
  import(`./player-map.js${version}`),
  import(`./player-forward.js${version}`),
  import(`./player-wires.js${version}`),
  import(`./player-nodes.js${version}`),
  import(`./player-heads.js${version}`),
  import(`./player-unit.js${version}`),
  import(`./player-readings.js${version}`),
  import(`./player-terms.js${version}`),
]);

const ASIDE = 52; // pixels for the features' names, where there is room
const NARROW = 480;

export class NetworkPicture {
  // ``change(name, value)`` sets a parameter; ``where()`` is the epoch and the batch shown.
  constructor({ change, where }) {
    Object.assign(this, { change, where });
    this.output = new OutputMap(COMPACT);
    this.wires = new Wires();
    this.nodes = new Nodes(this);
    this.heads = new Heads(change);
    this.features = new Wish((features) => change("features", features.join()));
    this.edits = new Wish((edits) => change("edits", edits.join()));
    this.panel = new UnitPanel({
      set: (index, value) => this.set(index, value), close: () => this.close(),
    });
    this.readings = new Readings();
    this.title = element("p", { class: "title" });
    this.field = element("div", { class: "field" }, ...this.wires.canvases, this.nodes.group);
    this.drawing = element("div", { class: "drawing" }, this.heads.box, this.field);
    this.shown = element("div", { class: "shown" }, this.title, this.output.figure);
    this.figure = element("div", { class: "network" }, this.shown, this.drawing, this.panel.box, this.readings.box);
    this.pointed = this.pinned = null;
    this.field.addEventListener("pointermove", (event) => this.over(event));
    this.field.addEventListener("pointerleave", () => this.point(null));
    this.field.addEventListener("click", (event) => this.pressLine(event));
    this.output.figure.addEventListener("click", (event) => this.pressMap(event));
    this.drawing.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.field);
    this.sizes.observe(this.output.figure);
  }

  get canvases() {
    return this.output.canvases;
  }

  // Whose the large map is, if it is not the output's.
  get enlarged() {
    return this.title.textContent === this.scene.words.output ? null : this.title.textContent;
  }

  dress(scene, theme, view) {
    const tone = isDark(theme.page) ? "dark" : "light";
    if (this.scene !== scene) {
      this.planes = new Planes(scene);
      this.bytes = new Uint8ClampedArray(this.planes.cells);
      this.numbers = null; // those of another network
      if (!this.planes.columns[this.pointed?.column]?.[this.pointed?.unit]) this.pointed = null;
      if (this.pinned && !this.planes.columns[this.pinned.column]?.[this.pinned.unit]) this.pinned = null;
      this.heads.dress(scene);
      this.features.told(scene.network.features);
      this.edits.told(scene.network.edits.split(",").filter(Boolean));
      this.nodes.dress(scene);
      this.panel.dress(scene, this.planes.places);
      this.readings.dress(scene, this.planes.places);
    }
    Object.assign(this, { scene, theme, tone, takesPoints: view.points });
    this.output.figure.classList.toggle("takes", view.points);
    this.output.dress(scene, theme, view);
    this.wires.dress(scene, theme, this.planes, view.discretise);
    const { network } = scene;
    const most = Math.max(network.every_feature.length, ...network.layers, network.outputs);
    this.drawing.style.setProperty("--most", Math.min(most, 8));
    this.computed = null;
    this.resize();
  }

  // A frame's numbers, read from its bytes once.
  paint(frames, cursor, frame = frames[cursor]) {
    frame.numbers ??= new Float32Array(frame.outputs.buffer);
    this.numbers = frame.numbers;
    if (this.computed !== frame) this.planes.run(frame.numbers);
    this.computed = frame;
    this.drawPictures();
  }

  // What is said of the frame in words and numbers.
  write() {
    this.heads.show(this.numbers, this.planes.places);
    this.readings.show(this.numbers);
    this.describe();
  }

  // What depends on what is pointed at.
  draw() {
    if (!this.numbers) return;
    this.drawPictures();
    this.describe();
  }

  drawPictures() {
    const meant = this.pointed ?? this.pinned;
    this.wires.paint(this.numbers, meant);
    this.enlarge(meant);
  }

  describe() {
    this.panel.show(this.pinned ?? this.pointed, this.pinned !== null);
    this.panel.paint(this.numbers);
  }

  // A neuron's map in the place of the output's.
  enlarge(meant) {
    const { planes, scene } = this;
    const last = planes.columns.length - 1;
    const whole = !meant || (meant.column === last && scene.network.head !== "softmax");
    const title = whole ? scene.words.output : named(scene, meant);
    if (this.title.textContent !== title) this.title.textContent = title;
    if (whole) {
      planes.outputs(this.bytes);
      this.output.fill(this.bytes);
    } else {
      planes.bytes(meant.column, meant.unit, this.bytes);
      this.output.fill(this.bytes, 0, this.wires.table(meant.column, meant.unit));
    }
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.field;
    this.output.resize();
    if (!this.scene || !width || !height) return;
    const columns = layOut(this.scene.network, width, height, width < NARROW ? 0 : ASIDE);
    this.wires.place(columns, width, height);
    this.nodes.place(columns);
    this.heads.place(columns);
    this.draw();
  }

  point(place) {
    const same = place?.column === this.pointed?.column && place?.unit === this.pointed?.unit
      && place?.weight === this.pointed?.weight;
    if (same) return;
    this.pointed = place;
    this.field.style.cursor = place?.weight === undefined ? "" : "pointer";
    this.draw();
  }

  // The line below the pointer, where there is no neuron.
  over(event) {
    if (event.target.closest("button") || !this.numbers) return;
    const { left, top } = this.field.getBoundingClientRect();
    this.point(this.wires.near(event.clientX - left, event.clientY - top));
  }

  // Where the reader gives the data, a press on the map adds a point.
  pressMap({ clientX, clientY }) {
    const { left, top, width, height } = this.output.canvas.getBoundingClientRect();
    const place = [(clientX - left) / width, (clientY - top) / height];
    if (!this.takesPoints || place.some((share) => share < 0 || share > 1)) return;
    const { extent } = this.scene;
    const [x1, x2] = [extent * (2 * place[0] - 1), extent * (1 - 2 * place[1])];
    this.change("point", `${x1.toFixed(2)},${x2.toFixed(2)}`);
  }

  press(place, touched = false) {
    if (place.column === 0) {
      this.turn(this.scene.network.every_feature[place.unit][0]);
      return;
    }
    this.pinned = { column: place.column, unit: place.unit };
    this.draw();
    // A finger that looks at a unit wants no keyboard on the screen.
    if (place.weight !== undefined || !touched) this.panel.focus(place.weight);
  }

  pressLine(event) {
    if (event.target.closest("button")) return;
    const { left, top } = this.field.getBoundingClientRect();
    const line = this.wires.near(event.clientX - left, event.clientY - top);
    if (line) this.press(line);
    else this.close();
  }

  close() {
    if (!this.pinned) return;
    const focused = this.panel.box.contains(this.panel.box.getRootNode().activeElement);
    const back = this.nodes.button(this.pinned);
    this.pinned = null;
    this.pointed = null;
    this.draw();
    if (focused) back?.focus({ preventScroll: true });
    this.field.scrollIntoView({ block: "nearest" });
  }

  // Takes a feature in or out; one has to stay.
  turn(key) {
    const { network } = this.scene;
    if (network.fixed.includes("features")) return;
    const { list } = this.features;
    const order = network.every_feature.map(([known]) => known);
    const kept = order.filter((known) => (known === key) !== list.includes(known));
    if (kept.length) this.features.ask(kept);
  }

  // Whether it is asked for.
  set(index, value) {
    const { network, words } = this.scene;
    const { epoch, batch } = this.where();
    const edits = edited(this.edits.list, network.limits.edits, epoch * network.batches + batch, index, value);
    if (edits === null) this.panel.note.textContent = words.tooMany.replace("{count}", network.limits.edits);
    else if (this.numbers?.[index] !== Math.fround(value)) {
      this.edits.ask(edits);
      return true;
    }
    return false;
  }

  // Who does not see the drawing hears of the dead in it.
  tell() {
    if (this.numbers) this.nodes.tell(this.numbers, this.planes.places);
  }

  legend() {
    const { words, network } = this.scene;
    const bar = element("i");
    const stops = [-1, 0, 1].map((value) => css(diverging(this.tone, value)));
    bar.style.background = `linear-gradient(to right, ${stops})`;
    const sign = (what, name, said) => span(
      element("i", { class: `${what} ${name}`, style: `--hue: ${this.wires.hues[name]}` }), said,
    );
    return [
      ...this.output.legend(),
      ...(network.head === "identity" ? [] : [span(term(`${words.neuron}: −1`, words.neuronMean), bar, "1")]),
      ...[["line", words.weight, words.weightMean], ["mark", words.bias, words.biasMean]].map(
        ([what, name, meaning]) => span(
          term(name, meaning), sign(what, "positive", words.positive), sign(what, "negative", words.negative),
        ),
      ),
    ];
  }
}
