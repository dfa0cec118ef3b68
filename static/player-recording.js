// What is known of a run: its frames, where it stands, what it is to stop at.

const { places } = await import(`./player-forward.js${new URL(import.meta.url).search}`);

// What a run may stop at while it plays: what it says when it did, and whether a frame meets it.
const STOPS = {
  stop_loss: ({ loss1 }, limit) => loss1 !== null && loss1 <= limit,
  stop_accuracy: ({ accuracy1 }, limit) => accuracy1 !== null && accuracy1 >= limit,
  stop_epoch: ({ epoch }, limit) => epoch >= limit,
};

export class Recording {
  constructor(key, run) {
    Object.assign(this, { key, run, frames: [], ended: null, scene: null, sceneId: null });
    this.at = 0;
    this.goal = undefined; // the frame that the cursor is on its way to
    this.goalBatch = 0; // and how many batches further
    this.between = null; // a state between two epochs: its frame's number, how many batches, what
    this.view = {}; // how it is shown, and what it stops at
    this.stopped = null; // at which frame it stopped by itself, and why
    this.left = -Infinity; // when its player was taken off the page while it played
    this.followed = undefined; // how many links Python has followed, as last heard
  }

  get last() {
    return this.frames.length - 1;
  }

  get cursor() {
    return this.at;
  }

  // Wherever it is put, it stands at an epoch's end.
  set cursor(frame) {
    this.at = frame;
    this.between = this.never = null;
  }

  // Back to the epoch's end.
  leave() {
    this.between = null;
  }

  // How many batches after the cursor's frame the network is shown.
  get batch() {
    return this.between?.batch ?? 0;
  }

  get shown() {
    return this.between?.shown ?? this.frames[this.cursor];
  }

  // Where it stands, in one word: nothing is told twice.
  get place() {
    return this.batch ? `${this.cursor}+${this.batch}` : this.cursor;
  }

  // Takes the frames that are new; a repeated or overlapping message adds only those.
  add(said, maps) {
    if (said.scene && said.scene_id !== this.sceneId) Object.assign(this, { scene: said.scene, sceneId: said.scene_id });
    const { kind, size, network, networks } = this.scene;
    if (network) this.cells ??= 4 * places(this.scene).numbers;
    else this.cells = kind === "layers" ? size : size ** 2 * (networks.length || 1);
    if (said.between) {
      this.addBetween(said, maps);
      return;
    }
    said.epoch.forEach((_, place) => {
      if (said.start + place !== this.frames.length) return;
      this.frames.push(this.frame(said, maps, place, this.frames[this.last]));
    });
    if (said.ended) this.ended = said.ended;
  }

  // Takes the state between two epochs that the reader is on the way to, or that there is none.
  addBetween(said, maps) {
    const { frame, batch, there, never } = said.between;
    if (frame !== this.goal || batch !== this.goalBatch || frame > this.last) return;
    this.never = never;
    if (!there) return;
    this.cursor = frame;
    this.between = { batch, shown: this.frame(said, maps, 0, this.frames[frame]) };
  }

  frame(said, maps, place, previous) {
    const losses = [said.loss1[place], said.loss2[place]];
    return {
      epoch: said.epoch[place],
      loss1: losses[0],
      loss2: losses[1],
      accuracy1: said.accuracy1[place],
      accuracy2: said.accuracy2[place],
      outputs: maps.slice(place * this.cells, (place + 1) * this.cells),
      // The curve's axes show what has been seen, so each frame carries the range up to it.
      highest: Math.max(previous?.highest ?? 0, ...losses),
      lowest: Math.min(previous?.lowest ?? Infinity, ...losses.filter((loss) => loss > 0)),
    };
  }

  // What a frame meets of all that the run is to stop at.
  met(frame) {
    return Object.keys(STOPS).filter((name) => {
      const limit = this.view[name] ?? null;
      return limit !== null && STOPS[name](frame, limit);
    });
  }
}
