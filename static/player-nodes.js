// The buttons over the drawn neurons: pointed at, focused and pressed; one stop for the keyboard.

const version = new URL(import.meta.url).search;
const { element, fill } = await import(`./player-terms.js${version}`);

const TARGET = 44; // pixels that a finger needs, where there is room

// What a neuron is called: ``{column, unit}``, the features in column 0.
export function named({ network, class_names: names, words }, { column, unit }) {
  if (column === 0) return fill(words.featureName, { name: network.every_feature[unit][1] });
  if (column <= network.layers.length) {
    return fill(words.unitName, { layer: column, unit: unit + 1 });
  }
  if (network.head === "softmax") return fill(words.probability, { name: names[unit] });
  return words.output;
}

export class Nodes {
  // ``view`` is told what is pointed at, ``{column, unit}`` or null, and what is pressed.
  constructor(view) {
    this.view = view;
    this.group = element("div", { class: "nodes", role: "group" });
    this.columns = [];
    this.at = { column: 1, unit: 0 }; // where the keyboard is
    const place = ({ target }) => this.placeOf(target.closest("button"));
    this.group.addEventListener("pointerover", (event) => this.view.point(place(event)));
    this.group.addEventListener("pointerleave", () => this.view.point(null));
    this.group.addEventListener("focusin", (event) => {
      const found = place(event);
      this.stand(found);
      if (event.target.matches(":focus-visible")) this.view.point(found);
    });
    this.group.addEventListener("focusout", () => this.view.point(null));
    this.group.addEventListener("click", (event) => {
      const found = place(event);
      if (found) this.view.press(found, event.pointerType === "touch");
    });
    this.group.addEventListener("keydown", (event) => this.walk(event));
  }

  placeOf(button) {
    if (!button) return null;
    return { column: Number(button.dataset.column), unit: Number(button.dataset.unit) };
  }

  button({ column, unit }) {
    return this.columns[column]?.children[unit];
  }

  // As many buttons as there are neurons; those that stay keep the keyboard's focus.
  dress(scene) {
    this.scene = scene;
    const { network, words } = scene;
    const counts = [network.every_feature.length, ...network.layers, network.outputs];
    const focused = this.group.contains(this.group.getRootNode().activeElement);
    while (this.columns.length > counts.length) this.columns.splice(-2, 1)[0].remove();
    while (this.columns.length < counts.length) {
      const column = element("div");
      const last = this.columns.at(-1);
      if (this.columns.length > 1) {
        this.columns.splice(-1, 0, column);
        last.before(column);
      } else {
        this.columns.push(column);
        this.group.append(column);
      }
    }
    counts.forEach((count, column) => {
      const box = this.columns[column];
      while (box.children.length > count) box.lastChild.remove();
      while (box.children.length < count) box.append(element("button", { type: "button" }));
      [...box.children].forEach((button, unit) => this.describe(button, column, unit));
    });
    this.group.setAttribute("aria-label", fill(words.networkAlt, {
      features: network.features.length, layers: network.layers.length, units: network.layers.join(", ") || "0",
    }));
    this.stand(this.button(this.at) ? this.at : { column: Math.min(this.at.column, counts.length - 1), unit: 0 });
    if (focused && !this.group.contains(this.group.getRootNode().activeElement)) this.button(this.at).focus();
  }

  describe(button, column, unit) {
    const { scene } = this;
    Object.assign(button.dataset, { column, unit });
    const called = named(scene, { column, unit });
    const classed = column > scene.network.layers.length && scene.network.head === "softmax";
    button.setAttribute("aria-label", classed ? `${called}: ${scene.words.classColour}` : called);
    if (column === 0) {
      const used = scene.network.features.includes(scene.network.every_feature[unit][0]);
      button.setAttribute("aria-pressed", used);
      button.setAttribute("aria-disabled", scene.network.fixed.includes("features"));
    } else {
      for (const name of ["aria-pressed", "aria-disabled"]) button.removeAttribute(name);
    }
  }

  place(columns) {
    columns.forEach(({ x, ys, side, pitch, step }, column) => {
      const across = Math.min(Math.max(side, TARGET), Math.max(side, step));
      const down = Math.min(Math.max(side, TARGET), pitch);
      ys.forEach((y, unit) => {
        const button = this.button({ column, unit });
        if (!button) return;
        button.style.cssText =
          `left:${x - across / 2}px;top:${y - down / 2}px;width:${across}px;height:${down}px`;
      });
    });
  }

  // The dead are said, too.
  tell(numbers, { dead }) {
    const { network, words } = this.scene;
    let hidden = 0;
    network.layers.forEach((units, layer) => {
      for (let unit = 0; unit < units; unit += 1) {
        const name = named(this.scene, { column: layer + 1, unit });
        const label = numbers[dead + hidden] ? `${name}, ${words.deadMark}` : name;
        const button = this.button({ column: layer + 1, unit });
        if (button.ariaLabel !== label) button.ariaLabel = label;
        hidden += 1;
      }
    });
  }

  stand(place) {
    const before = this.button(this.at);
    this.group.querySelectorAll("button[tabindex='0']").forEach((button) => { button.tabIndex = -1; });
    if (before) before.tabIndex = -1;
    this.at = place;
    this.group.querySelectorAll("button:not([tabindex])").forEach((button) => { button.tabIndex = -1; });
    const button = this.button(place);
    if (button) button.tabIndex = 0;
  }

  walk(event) {
    const { column, unit } = this.at;
    const count = (place) => this.columns[place]?.children.length ?? 0;
    const share = (unit + 0.5) / count(column);
    const beside = (place) => count(place) && {
      column: place, unit: Math.min(Math.floor(share * count(place)), count(place) - 1),
    };
    const next = {
      ArrowUp: unit > 0 && { column, unit: unit - 1 },
      ArrowDown: unit + 1 < count(column) && { column, unit: unit + 1 },
      ArrowLeft: beside(column - 1),
      ArrowRight: beside(column + 1),
      Home: { column: 0, unit: 0 },
      End: { column: this.columns.length - 1, unit: 0 },
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next) this.button(next).focus();
  }
}
