// What stands above the network: how many layers, and of each its function, its units, its gradient.

const version = new URL(import.meta.url).search;
const [{ element, explain, fill, term }, { powerOfTen }] = await Promise.all([
  import(`./player-terms.js${version}`),
  import(`./player-numbers.js${version}`),
]);

const FIRST = 4; // units of the first hidden layer
const LATE = 3000; // ms that an answer may take
const NARROW = 96; // pixels of a layer's room in which its buttons stand close
const VANISHED = 1e-6; // of the output layer's gradient, where that has not grown beyond 1

// A gradient's size to a power of ten.
export function size(norm) {
  if (norm === 0) return "0";
  return Number.isFinite(norm) ? powerOfTen(Math.round(Math.log10(norm))) : "∞";
}

// What is wrong with each hidden layer: "dead" where all its units are, "vanished" where next to no
// gradient arrives, else null.  One dead layer takes the gradient of others with it: these are not marked,
// nor is any of a run that has diverged.
export function failing(numbers, { norms, dead }, layers) {
  const sizes = numbers.subarray(norms, norms + layers.length + 1);
  if (!sizes.every(Number.isFinite)) return layers.map(() => null);
  const output = sizes[layers.length];
  let end = dead;
  const gone = layers.map((units) => numbers.subarray(end, (end += units)).every(Boolean));
  return layers.map((_, place) => {
    if (gone[place]) return "dead";
    const none = output > 0 && !gone.includes(true);
    const vanished = sizes[place] === 0 ? none : sizes[place] < VANISHED * Math.min(output, 1);
    return vanished ? "vanished" : null;
  });
}

// A list that the reader sets: several presses add up, though the answers to them come late.
export class Wish {
  constructor(set) {
    this.set = set; // asks the server for a list
    this.list = [];
  }

  ask(list) {
    Object.assign(this, { list, since: performance.now() });
    this.set(list);
  }

  // One of the list, unless it is about to go.
  put(place, value) {
    if (place < this.list.length) this.ask(this.list.with(place, value));
  }

  // What the server has; what has been asked for since stays.
  told(list) {
    if (list.join() === this.list.join() || !(performance.now() - this.since < LATE)) {
      Object.assign(this, { list: [...list], since: undefined });
    }
  }
}

// A number with a button to take one away and one to add one.
class Count {
  constructor(step) {
    this.less = element("button", { type: "button" }, "−");
    this.number = element("span", { class: "number", "aria-live": "polite" });
    this.more = element("button", { type: "button" }, "+");
    this.box = element("div", { class: "count" }, this.less, this.number, this.more);
    this.less.onclick = () => this.value > this.low && step(this.value - 1);
    this.more.onclick = () => this.value < this.high && step(this.value + 1);
  }

  // Buttons stay where they are and keep the focus: at an end they are only said to do nothing.
  show(value, low, high, { less, more, fixed }) {
    Object.assign(this, { value, low, high });
    this.number.textContent = value;
    this.less.setAttribute("aria-label", less);
    this.more.setAttribute("aria-label", more);
    this.less.hidden = this.more.hidden = fixed;
    this.less.setAttribute("aria-disabled", value <= low);
    this.more.setAttribute("aria-disabled", value >= high);
  }
}

export class Heads {
  // ``change(name, value)`` sets a parameter to its text in a link.
  constructor(change) {
    this.units = new Wish((units) => change("layers", units.join() || "0"));
    this.functions = new Wish((functions) => change("functions", functions.join()));
    this.box = element("div", { class: "heads" });
    this.depth = new Count((count) => this.resize(count));
    this.names = { features: term("", ""), layers: term("", ""), output: term("", "") };
    this.norm = term("", "");
    this.first = element(
      "div", { class: "layer first" }, this.names.features,
      element("div", { class: "depth" }, this.names.layers, this.depth.box),
    );
    this.last = element("div", { class: "layer last" }, this.names.output, this.norm);
    this.layers = [];
    this.box.append(this.first, this.last);
  }

  dress(scene) {
    const { network, words } = scene;
    Object.assign(this, { scene, network });
    this.units.told(network.layers);
    this.functions.told(network.function_keys);
    const fixed = network.fixed.includes("layers");
    explain(this.names.features, words.features, words.featuresMean);
    explain(this.names.layers, words.layers, words.layersMean);
    explain(this.names.output, words.outputHead, words.outputMean);
    this.depth.show(this.units.list.length, 0, network.limits.layers, { less: words.lessLayers, more: words.moreLayers, fixed });
    this.norm.textContent = "";
    while (this.layers.length > network.layers.length) this.layers.pop().box.remove();
    while (this.layers.length < network.layers.length) this.layers.push(this.add(this.layers.length));
    this.layers.forEach((layer, place) => this.name(layer, place));
  }

  add(place) {
    const name = element("span", { class: "name" });
    const choice = element("select");
    const count = new Count((units) => {
      this.units.put(place, units);
      this.name(this.layers[place], place);
    });
    const norm = term("", "");
    const box = element("div", { class: "layer", role: "group" }, name, choice, count.box, norm);
    choice.onchange = () => this.functions.put(place, choice.value);
    this.last.before(box);
    return { box, name, choice, count, norm };
  }

  name({ box, name, choice, count, norm }, place) {
    const { network, scene: { words } } = this;
    const layer = { layer: place + 1 };
    box.setAttribute("aria-label", fill(words.layerName, layer));
    name.textContent = fill(words.layerName, layer);
    norm.textContent = ""; // in another language, too
    const known = [...choice.options].map(({ value, label, title }) => [value, label, title].join()).join();
    if (known !== network.every_function.map(({ key, name: whole, short }) => [key, short, whole].join()).join()) {
      choice.replaceChildren(...network.every_function.map(({ key, name: whole, short }) => element(
        "option", { value: key, title: whole, "aria-label": whole }, short,
      )));
    }
    choice.value = this.functions.list[place] ?? network.function_keys[place];
    choice.title = choice.selectedOptions[0]?.title ?? "";
    choice.setAttribute("aria-label", fill(words.functionOf, layer));
    choice.disabled = network.fixed.includes("functions");
    count.show(this.units.list[place] ?? network.layers[place], 1, network.limits.units, {
      less: fill(words.lessUnits, layer), more: fill(words.moreUnits, layer),
      fixed: network.fixed.includes("layers"),
    });
  }

  // Another layer is as wide as the last.
  resize(count) {
    const { list } = this.units;
    this.units.ask(Array.from({ length: count }, (_, place) => list[place] ?? list.at(-1) ?? FIRST));
    this.depth.value = count;
    this.depth.number.textContent = count;
  }

  place(columns) {
    const all = [this.first, ...this.layers.map(({ box }) => box), this.last];
    this.box.classList.toggle("narrow", columns[0].step < NARROW);
    columns.forEach(({ x, step }, column) => {
      all[column].style.cssText = `--x:${x}px;--w:${step - 3}px`;
    });
  }

  // How large the gradient of each layer is, and where next to nothing arrives.
  show(numbers, places) {
    const { norms } = places;
    const found = failing(numbers, places, this.network.layers);
    this.layers.forEach(({ norm }, place) => this.mark(norm, numbers[norms + place], found[place]));
    this.mark(this.norm, numbers[norms + this.layers.length], null);
  }

  mark(norm, value, found) {
    const { words } = this.scene;
    const [sign, meaning] = {
      dead: [`${words.deadMark} `, words.deadLayerMean], vanished: ["▾ ", words.vanishedMean],
    }[found] ?? ["", words.gradientMean];
    const said = `${sign}|∇| ${size(value)}`;
    if (norm.textContent === said) return;
    explain(norm, said, meaning);
    norm.classList.toggle("gone", found !== null);
  }
}
