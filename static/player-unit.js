// What a neuron computes, with its numbers; each of its weights and its bias can be set.

const version = new URL(import.meta.url).search;
const [{ element, term }, { number }, { named }] = await Promise.all([
  import(`./player-terms.js${version}`),
  import(`./player-numbers.js${version}`),
  import(`./player-nodes.js${version}`),
]);

const SHOWN = 8; // terms of a sum; of more the largest
const DIGITS = 7; // of a weight that is set, as many as a frame has

const below = (count) => String(count).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
const above = (count) => `⁽${String(count).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])}⁾`;

// A hidden unit's value in a formula.
const activation = (layer, unit) => `a${below(unit + 1)}${above(layer)}`;

// The edits with another one, each as a link says it; null where these are more than ``most``.  What was
// set later in the run has not happened yet.
export function edited(edits, most, step, index, value) {
  const kept = edits.filter((edit) => {
    const [at, which] = edit.split(":").map(Number);
    return at < step || (at === step && which !== index);
  });
  return kept.length < most ? [...kept, `${step}:${index}:${value}`] : null;
}

export class UnitPanel {
  // ``set(index, value)`` sets a parameter; ``close()`` is asked for by Escape and by the button.
  constructor({ set, close }) {
    this.set = set;
    this.title = element("h3");
    this.away = element("button", { type: "button", class: "away" }, "×");
    this.formula = element("p", { class: "formula" });
    this.terms = element("p", { class: "terms" });
    this.fields = element("div", { class: "weights" });
    this.note = element("p", { role: "status" });
    this.box = element(
      "section", { class: "unit", hidden: "" }, this.title, this.away, this.formula, this.terms, this.fields, this.note,
    );
    this.away.onclick = close;
    this.box.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  }

  dress(scene, places) {
    Object.assign(this, { scene, places, place: null });
    this.away.setAttribute("aria-label", scene.words.close);
  }

  // Shows a neuron, ``open`` with its numbers to set; null shows none.
  show(place, open) {
    const same = place && this.place && place.column === this.place.column && place.unit === this.place.unit;
    if (same && open === this.open) return;
    Object.assign(this, { place, open });
    this.box.hidden = !place;
    if (!place) return;
    this.box.classList.toggle("open", open);
    this.title.textContent = named(this.scene, place);
    this.box.setAttribute("aria-label", this.title.textContent);
    this.note.textContent = this.meaning();
    this.away.hidden = !open;
    this.written = "";
    this.list();
  }

  meaning() {
    const { scene: { class_names: names, network, words }, place: { column } } = this;
    if (column === 0) return words.featureMean;
    if (!this.open) return "";
    if (network.fixed.includes("edits")) return "";
    const chance = { sigmoid: words.sigmoidMean, softmax: words.softmaxMean }[network.head];
    if (column <= network.layers.length || !chance) return words.setMean;
    return `${words.setMean} ${chance.replace("{name}", names[1])}`;
  }

  get layer() {
    return this.places.layers[this.place.column - 1];
  }

  // The names of what comes in.
  get inputs() {
    const { network } = this.scene;
    if (this.place.column > 1) {
      return Array.from({ length: this.layer.inputs }, (_, place) => activation(this.place.column - 1, place));
    }
    return network.features.map((key) => network.every_feature.find(([known]) => known === key)[1]);
  }

  list() {
    const focused = this.box.getRootNode().activeElement;
    const kept = this.values?.find(({ field }) => field === focused)?.index;
    this.fields.replaceChildren();
    this.terms.replaceChildren();
    this.values = [];
    this.written = null; // the fields are new and empty
    const { scene: { network, words }, place: { column, unit } } = this;
    if (!this.open || column === 0) return;
    this.terms.replaceChildren(
      term(words.weights, words.weightMean), term(words.bias, words.biasMean),
    );
    const { from, inputs } = this.layer;
    const first = from + unit * (inputs + 1);
    const fixed = network.fixed.includes("edits");
    const most = network.limits.weight;
    [...this.inputs, words.bias].forEach((name, place) => {
      const field = element("input", { type: "number", step: "any", min: -most, max: most });
      field.disabled = fixed;
      field.onchange = () => this.read(field, first + place);
      if (place < inputs) field.setAttribute("aria-label", `${words.weight} ${name}`);
      this.fields.append(element("label", {}, name, field));
      this.values.push({ field, index: first + place });
    });
    const again = this.values.find(({ index }) => index === kept);
    if (!again) return;
    again.field.focus({ preventScroll: true }); // a weight was set: another run
    again.follows = true; // until its reader types
    again.field.oninput = () => { again.follows = false; };
  }

  // Takes what has been typed; what is no number stays as it was.
  read(field, index) {
    const most = this.scene.network.limits.weight;
    const said = Math.min(Math.max(Number(field.value), -most), most);
    const taken = field.value !== "" && this.set(index, Number(said.toPrecision(DIGITS)));
    if (!taken) this.written = null; // what the network has is shown once more
  }

  // Puts the keyboard to a parameter.
  focus(index) {
    const found = this.values.find((parameter) => parameter.index === index) ?? this.values[0];
    (found?.field ?? this.away).focus({ preventScroll: true });
    found?.field.select();
    this.box.scrollIntoView({ block: "nearest" }); // what fits in the window stays where it is
  }

  // The numbers of a frame.
  paint(numbers) {
    if (!this.place || this.place.column === 0) {
      this.formula.textContent = "";
      return;
    }
    const words = this.sentence(numbers);
    if (words === this.written) return;
    this.written = words;
    this.formula.textContent = words;
    const focused = this.box.getRootNode().activeElement;
    for (const { field, index, follows } of this.values) {
      if (follows || field !== focused) field.value = Number(numbers[index].toPrecision(4));
    }
  }

  sentence(numbers) {
    const { network, words } = this.scene;
    const { column, unit } = this.place;
    const { from, inputs } = this.layer;
    const first = from + unit * (inputs + 1);
    const names = this.inputs;
    const order = names.map((_, place) => place);
    order.sort((one, other) => Math.abs(numbers[first + other]) - Math.abs(numbers[first + one]));
    const shown = order.slice(0, SHOWN).sort((one, other) => one - other);
    const parts = shown.map((place) => [numbers[first + place], `·${names[place]}`]);
    if (names.length > shown.length) parts.push([null, words.others.replace("{count}", names.length - shown.length)]);
    parts.push([numbers[first + inputs], ""]);
    const sum = parts.map(([value, name], place) => {
      if (value === null) return `+ ${name}`;
      if (!place) return `${number(value)}${name}`;
      return `${value < 0 ? "−" : "+"} ${number(Math.abs(value))}${name}`;
    }).join(" ");
    if (column <= network.layers.length) {
      const { symbol } = network.every_function.find(({ key }) => key === network.function_keys[column - 1]);
      return `${activation(column, unit)} = ${symbol ? `${symbol}(${sum})` : sum}`;
    }
    if (network.head === "sigmoid") return `ŷ = σ(${sum})`;
    if (network.head === "softmax") return `z${below(unit + 1)} = ${sum}`;
    return `ŷ = ${sum}`;
  }
}
