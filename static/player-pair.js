// The maps of two networks that learn the same, side by side, each under its name.

const { BARE, OutputMap, span } = await import(`./player-map.js${new URL(import.meta.url).search}`);

export class PairMap {
  constructor() {
    this.figure = document.createElement("div");
    this.figure.className = "networks";
    this.maps = [new OutputMap(BARE), new OutputMap(BARE)];
    this.names = this.maps.map(() => document.createElement("p"));
    this.maps.forEach(({ figure }, place) => {
      const network = document.createElement("div");
      network.append(this.names[place], figure);
      this.figure.append(network);
    });
  }

  get canvases() {
    return this.maps.map(({ canvas }) => canvas);
  }

  dress(scene, theme) {
    this.scene = scene;
    scene.networks.forEach(({ name }, place) => { this.names[place].textContent = name; });
    for (const map of this.maps) map.dress(scene, theme);
  }

  paint(frames, cursor) {
    const cells = this.scene.size ** 2;
    this.maps.forEach((map, place) => map.fill(frames[cursor].outputs, place * cells));
  }

  resize() {
    for (const map of this.maps) map.resize();
  }

  legend() {
    const { class_names: names, words } = this.scene;
    return [...this.maps[0].legend().slice(0, names.length), span(words.sure)];
  }
}
