/** A chime of the browser's own. Browsers play nothing before the page was touched or a key was pressed once. */

const TONES_HZ = [880, 660];
const TONE_SECONDS = 0.35;

let audio: AudioContext | null = null;

/** Readies the sound with the first touch or key, and calls `ready` then. Returns the way to stop waiting for it. */
export function onFirstTouch(ready: () => void = () => {}): () => void {
  const waiting = new AbortController();
  const touched = (): void => {
    waiting.abort();
    unlock();
    ready();
  };
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, touched, { signal: waiting.signal });
  return () => waiting.abort();
}

/** Two falling tones; silent where the page was not touched yet. */
export function chime(): void {
  if (audio?.state !== "running") return;
  TONES_HZ.forEach((pitch, place) => tone(audio as AudioContext, pitch, place * TONE_SECONDS));
}

function unlock(): void {
  if (typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  void audio.resume();
}

function tone(context: AudioContext, pitch: number, after: number): void {
  const from = context.currentTime + after;
  const source = new OscillatorNode(context, { frequency: pitch });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0.4, from);
  // Fading instead of stopping: a cut tone clicks.
  volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_SECONDS);
  source.connect(volume).connect(context.destination);
  source.start(from);
  source.stop(from + TONE_SECONDS);
}
