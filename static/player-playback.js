// Playing a run: its frames, asked of the server (dlbasic/ui/player.py), the cursor, the clock.

const SPARED = 30; // ms between two drawings at least; faster than that only costs
const LONGEST_TICK = 250; // ms; after a pause of the browser's own the clock does not jump ahead
const PATIENCE = 300; // ms of waiting before the page says so
const LOST = 5000; // ms after which a request that nobody answered is made again
const SETTLE = 100; // ms in which several presses of Step become one report
const LEAVING = 5000; // ms that the server may take to turn the page
const LOOK = 200; // ms after which a run that is to play by itself sees again whether it is in sight
const OPENED = "dlbasic-opened"; // what a browser's session remembers of that

// Of two requests that wait, Streamlit takes the page that the later one names, and one from here
// still names the page that is left: while the page turns, nothing is asked or told, until a player
// stands on the new page or this one is told that it stays.
let turned = -LEAVING;
window.addEventListener("popstate", () => { turned = performance.now(); });
const turning = () => performance.now() - turned < LEAVING;

// Whether a run may play by itself: once in a session, and for readers who do not mind motion.
function mayOpen() {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
  try {
    return !sessionStorage.getItem(OPENED);
  } catch {
    return false; // nothing can be remembered here
  }
}

// What is known of each player's run.  It outlives the page's elements, so that coming back to the
// page, or another language, finds the frames and the cursor where they were.
const recordings = new Map();

class Recording {
  constructor(key, run) {
    Object.assign(this, { key, run, frames: [], ended: null, cursor: 0, scene: null, sceneId: null });
    this.goal = undefined; // the frame that the cursor is on its way to
    this.followed = undefined; // how many links Python has followed, as last heard
  }

  get last() {
    return this.frames.length - 1;
  }

  // Takes the frames that are new; a repeated or overlapping message adds only those.
  add(said, maps) {
    if (said.scene) Object.assign(this, { scene: said.scene, sceneId: said.scene_id });
    const { kind, size, networks } = this.scene;
    const cells = kind === "layers" ? size : size ** 2 * (networks.length || 1);
    said.epoch.forEach((epoch, place) => {
      if (said.start + place !== this.frames.length) return;
      const previous = this.frames[this.last];
      const losses = [said.loss1[place], said.loss2[place]];
      this.frames.push({
        epoch,
        loss1: losses[0],
        loss2: losses[1],
        accuracy1: said.accuracy1[place],
        accuracy2: said.accuracy2[place],
        outputs: maps.slice(place * cells, (place + 1) * cells),
        // The curve's axes show what has been seen, so each frame carries the range up to it.
        highest: Math.max(previous?.highest ?? 0, ...losses),
        lowest: Math.min(previous?.lowest ?? Infinity, ...losses.filter((loss) => loss > 0)),
      });
    });
    if (said.ended) this.ended = said.ended;
  }
}

// A message is compressed: a line of JSON, then the maps one after another.
async function unpack(data) {
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(plain).arrayBuffer());
  const end = bytes.indexOf(10);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))), bytes.subarray(end + 1)];
}

// Moves the cursor, and tells its view what changed; the page's elements are the view's own.
export class Playback {
  constructor(view) {
    turned = -LEAVING;
    this.view = view;
    this.speed = 1;
  }

  // Playing, or wanting to.
  get active() {
    return this.ticking !== undefined;
  }

  // Playing, or about to play by itself.
  get moves() {
    return this.active || this.opening !== undefined;
  }

  // Plays from the start as soon as it is in sight, unless the reader touches it before.
  open() {
    this.rest();
    this.opening = setInterval(() => {
      if (!this.view.inSight) return;
      sessionStorage.setItem(OPENED, "1");
      this.play();
      this.opened = true;
    }, LOOK);
  }

  // The reader has touched something: what plays by itself stops.
  touched(toggle) {
    clearInterval(this.opening);
    this.opening = undefined;
    if (this.opened && this.active && !toggle) this.settle();
    this.opened = false;
  }

  receive({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { setStateValue, setTriggerValue });
    if (data === this.data) {
      this.view.restyle(); // called again for another theme
      return;
    }
    this.data = data;
    // One after another: a later message may be shorter and ready before an earlier one.
    this.reading = Promise.resolve(this.reading)
      .then(() => unpack(data))
      .then(([said, maps]) => this.closed || this.take(said, maps))
      .catch((error) => { // one broken message must not silence those that follow
        this.asked = undefined;
        console.error(error);
      });
  }

  take(said, maps) {
    let recording = recordings.get(said.key);
    const fresh = recording?.run !== said.run;
    if (fresh && !said.scene) return; // an answer for a run that is no more
    const heard = recording?.followed !== said.followed;
    const linked = heard && said.followed > 0;
    if (linked) turned = -LEAVING;
    // A setting that is moved while it plays goes on playing, from the start.
    const again = fresh && this.active && !linked;
    if (fresh) {
      this.rest();
      recording = new Recording(said.key, said.run);
      recordings.set(said.key, recording);
    }
    recording.followed = said.followed;
    // Whatever the message answers: a report that follows on a request can push it aside.
    this.asked = undefined;
    const before = this.recording;
    const scene = recording.sceneId;
    const lacked = recording.last < recording.cursor;
    recording.add(said, maps);
    this.recording = recording;
    if (before !== recording) this.reported = said.shown;
    const opens = fresh && !again && recording.scene.opens && recording.ended
      && said.goal >= recording.last && mayOpen();
    if (opens) this.open();
    else if (linked || (fresh && !again)) {
      this.rest();
      clearTimeout(this.reporting);
      recording.goal = said.goal;
      // Wherever the reader stops on the way is another epoch than that of the link.
      if (said.goal !== said.shown) this.reported = undefined;
    }
    // A run may be made known before its first frames are.
    if (before !== recording || scene !== recording.sceneId || lacked) {
      this.view.describe();
      this.view.restyle();
      if (again) this.play();
      else if (opens) this.view.stand();
      else if (!this.moves && recording.goal === undefined) this.settle();
    }
    if (recording.goal !== undefined) {
      const begins = this.seeking === undefined;
      this.approach();
      if (begins && this.seeking !== undefined) this.view.setState("waiting");
    } else if (heard && !fresh) {
      // Python may not know where this reader stands.
      this.reported = undefined;
      if (!this.moves) this.settle();
    }
    this.view.showKnown();
    // A new server has made fewer frames than are shown; its caption is of the last of them.
    const behind = !said.ended && said.start + said.epoch.length <= recording.cursor;
    if (recording.last < 0 || behind) this.ask();
  }

  play() {
    const { recording } = this;
    this.rest();
    clearTimeout(this.reporting);
    if (recording.ended && recording.cursor >= recording.last) recording.cursor = 0;
    this.view.setState("playing");
    this.due = 1; // the next frame at once
    this.before = undefined;
    this.waiting = undefined;
    this.ticking = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    const { recording } = this;
    this.due += (Math.min(now - (this.before ?? now), LONGEST_TICK) / 1000) * recording.scene.rate * this.speed;
    this.before = now;
    const ahead = Math.min(Math.floor(this.due), recording.last - recording.cursor);
    if (ahead > 0 && now - (this.moved ?? 0) >= SPARED) {
      this.moved = now;
      this.due -= ahead;
      recording.cursor += ahead;
      this.view.draw();
    }
    if (recording.cursor >= recording.last) {
      if (recording.ended) {
        this.settle();
        return;
      }
      this.due = Math.min(this.due, 1); // frames that come late are not caught up with
      this.waiting ??= now;
      if (now - this.waiting > PATIENCE) this.view.setState("waiting");
    } else {
      this.waiting = undefined;
      this.view.setState("playing");
    }
    // A second of playing ahead, so that an answer may take that long.
    const second = recording.scene.rate * this.speed;
    if (!recording.ended && recording.last - recording.cursor < second) this.ask();
    this.ticking = requestAnimationFrame((next) => this.tick(next));
  }

  // Asks for the first frame that is lacking, unless that has been asked already.
  ask() {
    const { recording } = this;
    const now = performance.now();
    if (document.hidden || turning() || now - this.asked < LOST) return;
    this.asked = now;
    this.setTriggerValue("wanted", {
      run: recording.run, frame: recording.frames.length, scene: recording.sceneId,
    });
  }

  forward() {
    const { recording } = this;
    if (recording.cursor < recording.last) {
      this.moveTo(recording.cursor + 1);
      return;
    }
    if (recording.ended) return;
    this.rest();
    recording.goal = recording.cursor + 1;
    this.approach();
  }

  // Goes on to the goal as far as there are frames, and asks for more; stands still once it is
  // there, or at the end.
  approach() {
    const { recording } = this;
    recording.cursor = Math.max(0, Math.min(recording.goal, recording.last));
    if (recording.last >= recording.goal || recording.ended) {
      this.settle();
      return;
    }
    this.view.draw();
    this.seeking ??= setInterval(() => {
      this.view.setState("waiting");
      this.ask(); // what was lost, or not asked while nobody saw the page
    }, PATIENCE);
    this.ask();
  }

  scrub(frame) {
    this.rest();
    this.recording.cursor = Math.min(frame, this.recording.last);
    this.view.say("");
    this.view.draw();
  }

  moveTo(frame) {
    this.recording.cursor = frame;
    this.settle();
  }

  // No longer moves by itself.
  rest() {
    this.stop();
    if (this.recording) this.recording.goal = undefined;
  }

  stop() {
    cancelAnimationFrame(this.ticking);
    clearInterval(this.seeking);
    clearInterval(this.opening);
    this.ticking = this.seeking = this.opening = undefined;
  }

  // Stands at a frame: shows it, says so, and lets Python know.
  settle() {
    const { recording } = this;
    this.rest();
    this.opened = false;
    this.view.setState(recording.ended && recording.cursor >= recording.last ? "ended" : "paused");
    this.view.draw();
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      if (recording.cursor === this.reported || recording.last < 0 || turning()) return;
      this.reported = recording.cursor;
      this.setStateValue("shown", {
        run: recording.run, frame: recording.cursor, followed: recording.followed,
      });
    }, SETTLE);
  }

  close() {
    this.closed = true;
    // What has played by itself is found at its end when the reader is back.
    if (this.opened && this.active) this.recording.cursor = this.recording.last;
    this.stop(); // and goes on to its goal when the reader is back
    clearTimeout(this.reporting);
  }
}
