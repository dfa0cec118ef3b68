// What needs less attention than the picture: the confusion matrix, each layer's gradient, the dead.

const version = new URL(import.meta.url).search;
const [{ element, fill, term }, { powerOfTen }, { failing, size }] = await Promise.all([
  import(`./player-terms.js${version}`),
  import(`./player-numbers.js${version}`),
  import(`./player-heads.js${version}`),
]);

const DECADES = [-9, 3]; // of the bars of the gradients

export class Readings {
  constructor() {
    this.test = 0; // whether the matrix is of the test points
    this.box = element("div", { class: "readings" });
  }

  dress(scene, places) {
    const { network, words, class_names: names } = scene;
    Object.assign(this, { scene, places, written: [] });
    this.bars = [...network.layers.map((_, place) => fill(words.layerName, { layer: place + 1 })), words.outputHead]
      .map((name) => ({ name, bar: element("i"), said: element("span") }));
    this.dead = element("p");
    this.box.replaceChildren(
      element(
        "section", { class: "gradients" },
        element("h3", {}, term(words.gradients, words.gradientMean)),
        element("ol", {}, ...this.bars.map(({ name, bar, said }) =>
          element("li", {}, element("span", {}, name), element("b", {}, bar), said))),
        element("p", { class: "scale" }, ...DECADES.map(powerOfTen).map((end) => element("span", {}, end))),
      ),
      element(
        "section", { class: "dead" },
        element("h3", {}, term(words.deadUnits, words.deadMean)), this.dead,
      ),
    );
    if (names.length) this.box.prepend(this.matrix(names, words));
  }

  matrix(names, words) {
    const choices = [words.line1, words.line2].map((name, test) => {
      const button = element("button", { type: "button", "aria-pressed": this.test === test }, name);
      button.onclick = () => {
        this.test = test;
        choices.forEach((other, place) => other.setAttribute("aria-pressed", place === test));
        this.written = [];
        this.show(this.numbers);
      };
      return button;
    });
    this.cells = names.map(() => names.map(() => element("td")));
    const heads = names.map((name) => element("th", { scope: "col" }, name));
    const rows = names.map((name, row) =>
      element("tr", {}, element("th", { scope: "row" }, name), ...this.cells[row]));
    return element(
      "section", { class: "confusion" },
      element("h3", {}, term(words.confusion, words.confusionMean)),
      element("div", { class: "choice", role: "group", "aria-label": words.confusion }, ...choices),
      element(
        "table", { "aria-label": words.confusion },
        element("thead", {}, element("tr", {}, element("td", {}, words.trueAndPredicted), ...heads)),
        element("tbody", {}, ...rows),
      ),
    );
  }

  // The numbers of a frame; what stays as it was is not written again.
  show(numbers) {
    this.numbers = numbers;
    const { scene: { class_names: names, network, words }, places } = this;
    const [low, high] = DECADES;
    const found = failing(numbers, places, network.layers);
    const marks = { dead: ` ${words.deadMark}`, vanished: ` ${words.vanishedMark}` };
    this.bars.forEach(({ bar, said }, place) => {
      const norm = numbers[places.norms + place];
      const share = Math.min(Math.max((Math.log10(norm) - low) / (high - low), 0), 1) || 0;
      bar.style.transform = `scaleX(${share.toFixed(3)})`;
      this.write(`norm${place}`, said, `${size(norm)}${marks[found[place]] ?? ""}`);
    });
    const units = network.layers.reduce((sum, count) => sum + count, 0);
    let dead = 0;
    for (let unit = 0; unit < units; unit += 1) dead += numbers[places.dead + unit];
    this.write("dead", this.dead, fill(words.deadOf, { dead, units }));
    const first = places.confusion + this.test * names.length ** 2;
    names.forEach((_, row) => names.forEach((__, column) => {
      const place = row * names.length + column;
      this.write(place, this.cells[row][column], String(numbers[first + place]));
    }));
  }

  write(key, part, words) {
    if (this.written[key] === words) return;
    this.written[key] = words;
    part.textContent = words;
  }
}
