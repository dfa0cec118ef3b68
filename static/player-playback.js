// Playing a run: its frames, asked of the server (dlbasic/ui/player.py), the cursor, the clock.

const { Recording } = await import(`./player-recording.js${new URL(import.meta.url).search}`);

const SPARED = 1000 / 24; // ms between two drawings; faster than that only costs
const LONGEST_TICK = 250; // ms; after a pause of the browser's own the clock does not jump ahead
const PATIENCE = 300; // ms of waiting before the page says so
const LOST = 5000; // ms after which a request that nobody answered is made again
const SETTLE = 100; // ms in which several presses of Step become one report
const LEAVING = 5000; // ms that the server may take to turn the page
const LOOK = 200; // ms after which a run that is to play by itself sees again whether it is in sight
const CATCH_UP = 0.25; // s in which the fastest speed passes the frames that are known
const BLINK = 1000; // ms in which a player that Streamlit draws anew is the same to its reader
const FEW = 20; // frames that the server gives at least, where there is time
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
    this.changes = {}; // that the server has not heard
    this.points = []; // that were pressed, each with its number
    this.told = Date.now(); // a change's number: higher than that of any before, of another player, too
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
    this.captioned = said.batch ? `${said.shown}+${said.batch}` : said.shown;
    this.points = this.points.filter(([number]) => number > said.heard);
    if (said.heard === this.told) this.changes = {};
    // Whatever the message answers: a report that follows on a request can push it aside.
    this.asked = undefined;
    const before = this.recording;
    const scene = recording.sceneId;
    const lacked = recording.last < recording.cursor;
    const { view } = recording;
    recording.view = said.view ?? {};
    const looks = JSON.stringify(view) !== JSON.stringify(recording.view);
    recording.add(said, maps);
    this.recording = recording;
    if (before !== recording) this.reported = said.shown;
    const resumes = before !== recording && !fresh && performance.now() - recording.left < BLINK;
    if (looks) this.view.adjust(recording.view, view);
    // With a weight that was set it goes on from where that was.
    const later = again && said.goal > 0;
    const opens = fresh && !again && recording.scene.opens && recording.ended
      && said.goal >= recording.last && mayOpen();
    if (opens) this.open();
    else if (linked || later || (fresh && !again)) {
      this.rest();
      this.plays = later;
      clearTimeout(this.reporting);
      recording.goal = said.goal;
      recording.goalBatch = said.goal_batch ?? 0;
      // Wherever the reader stops on the way is another epoch than that of the link.
      if (said.goal !== said.shown) this.reported = undefined;
    }
    // A run may be made known before its first frames are.
    if (before !== recording || scene !== recording.sceneId || lacked) {
      this.view.describe();
      this.view.restyle();
      if (again && !later) this.play();
      else if (opens) this.view.stand();
      else if (resumes && recording.goal === undefined) this.play();
      else if (!this.moves && recording.goal === undefined) this.settle();
    } else if (looks) this.view.restyle();
    if (recording.goal !== undefined) {
      this.plays ||= resumes;
      const begins = this.seeking === undefined;
      this.approach();
      if (begins && this.seeking !== undefined) this.view.setState("waiting");
    } else if (heard && !fresh) {
      // Python may not know where this reader stands.
      this.reported = undefined;
      if (!this.moves) this.settle();
    }
    this.view.showKnown();
    this.view.showTold();
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
    recording.leave();
    this.ignored = recording.cursor ? recording.met(recording.shown) : []; // it was seen, and goes on
    this.due = 1; // the next frame at once
    this.before = undefined;
    this.waiting = undefined;
    this.ticking = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    const { recording } = this;
    this.ticking = requestAnimationFrame((next) => this.tick(next)); // whatever comes of this one
    const passed = Math.min(now - (this.before ?? now), LONGEST_TICK) / 1000;
    const known = recording.last - recording.cursor;
    this.due += this.fastest ? Math.max(1, known * passed / CATCH_UP) : passed * this.second;
    this.before = now;
    const ahead = Math.min(Math.floor(this.due), known);
    if (ahead > 0 && now - (this.moved ?? 0) >= SPARED) {
      // What one comes too late, as the screen has its own times, the next comes earlier.
      this.moved = Math.max((this.moved ?? 0) + SPARED, now - SPARED);
      this.due -= ahead;
      if (this.pass(ahead)) return;
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
    if (!recording.ended && recording.last - recording.cursor < this.second) this.ask();
  }

  get fastest() {
    return this.speed === Infinity;
  }

  // How many frames a second of playing has; of the fastest as many as there may be.
  get second() {
    const { network, rate } = this.recording.scene;
    return this.fastest ? 2 * network.limits.frames : rate * this.speed;
  }

  // Passes so many frames, or fewer where one meets what the run is to stop at: then it has stopped.
  pass(ahead) {
    const { recording } = this;
    for (let frame = recording.cursor + 1; frame <= recording.cursor + ahead; frame += 1) {
      const met = recording.met(recording.frames[frame]);
      const name = met.find((one) => !this.ignored.includes(one));
      this.ignored = met;
      if (!name) continue;
      recording.stopped = { frame, name, limit: recording.view[name] };
      recording.cursor = frame;
      this.settle();
      return true;
    }
    recording.cursor += ahead;
    return false;
  }

  // Asks for the first frame that is lacking, unless that has been asked already.
  ask() {
    const { recording } = this;
    const now = performance.now();
    if (document.hidden || turning() || now - this.asked < LOST) return;
    this.asked = now;
    this.sayChanges(); // what is asked for would push them aside: so both are said
    const batch = recording.last >= recording.goal ? recording.goalBatch : 0;
    this.setTriggerValue("wanted", {
      run: recording.run,
      frame: batch ? recording.goal : recording.frames.length,
      scene: recording.sceneId,
      ...(recording.scene?.network && { most: this.most, batch }),
    });
  }

  // How many frames are asked for at once: as many as are soon needed, of a run that has just begun
  // few, which are there sooner.
  get most() {
    const { frames, goal, scene: { network } } = this.recording;
    if (goal !== undefined) return Math.min(Math.max(goal - frames.length + 1, FEW), network.limits.frames);
    return Math.min(Math.ceil(this.second), network.limits.frames, Math.max(frames.length, FEW));
  }

  // Sets a parameter of the run, as a link does.  A later change pushes one aside that the server has
  // not heard yet: both are said then.
  change(name, value) {
    this.told = Math.max(this.told + 1, Date.now());
    if (name === "point") this.points.push([this.told, value]);
    else this.changes[name] = value;
    // On the way to an epoch it is meant for the one that is to be shown.
    const { batch, cursor, goal, goalBatch } = this.recording;
    this.place = goal === undefined ? { frame: cursor, batch } : { frame: goal, batch: goalBatch };
    this.sayChanges();
  }

  // The server takes no point twice.
  sayChanges() {
    const { changes, place, points, told } = this;
    if (!points.length && !Object.keys(changes).length) return;
    this.setTriggerValue("changed", { changes, points, ...place, told });
  }

  forward() {
    const { recording } = this;
    if (this.stepping) {
      this.seek(recording.goal + 1);
      return;
    }
    if (recording.cursor < recording.last) {
      this.moveTo(recording.cursor + 1);
      return;
    }
    if (recording.ended) {
      this.moveTo(recording.cursor);
      return;
    }
    this.seek(recording.cursor + 1);
  }

  // One batch further, which may end the epoch.
  forwardBatch() {
    const { recording } = this;
    const from = this.stepping ? recording.goal : recording.cursor;
    const batch = (this.stepping ? recording.goalBatch : recording.batch) + 1;
    if (batch < recording.scene.network.batches) this.seek(from, batch);
    else this.forward();
  }

  seek(frame, batch = 0) {
    this.rest();
    Object.assign(this.recording, { goal: frame, goalBatch: batch, never: null });
    this.stepping = true; // another step goes on from there
    this.approach();
  }

  // Goes on to the goal as far as there are frames, and asks for more; stands still once it is
  // there, or at the end.
  approach() {
    const { recording } = this;
    const there = recording.last >= recording.goal;
    // A step of one batch keeps showing where it came from until it is there.
    if (recording.cursor !== recording.goal) {
      recording.cursor = Math.max(0, Math.min(recording.goal, recording.last));
    }
    const reached = there ? recording.batch === recording.goalBatch : recording.ended;
    if (reached || (there && recording.never)) {
      const { plays } = this;
      this.settle();
      if (plays) this.play();
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
    this.stepping = this.plays = false;
    if (this.recording) Object.assign(this.recording, { goal: undefined, goalBatch: 0 });
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
    const ended = recording.ended && recording.cursor >= recording.last && !recording.batch;
    this.view.setState(ended ? "ended" : "paused");
    this.view.draw();
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      if (recording.place === this.reported || recording.last < 0 || turning()) return;
      this.reported = recording.place;
      this.setStateValue("shown", {
        run: recording.run, frame: recording.cursor, followed: recording.followed,
        ...(recording.scene.network && { batch: recording.batch }),
      });
    }, SETTLE);
  }

  close() {
    this.closed = true;
    // What has played by itself is found at its end when the reader is back.
    if (this.opened && this.active) this.recording.cursor = this.recording.last;
    else if ((this.active || this.plays) && !turning()) this.recording.left = performance.now();
    this.stop(); // and goes on to its goal when the reader is back
    clearTimeout(this.reporting);
  }
}
