/** The voice of the hall: one sentence after the other, in every language that the browser has a voice for. */

/** No end was reported: browsers lose it now and then, and the calls after it must still be heard. */
const LOST_AFTER_MS = 15_000;

/** What is said for one call. Languages without a voice are left out. */
export interface Sentence {
  /** BCP 47, as voices name theirs: zh-CN, zh-HK, en. */
  language: string;
  text: string;
}

/** The part of `speechSynthesis` that is used here. */
export interface Synthesis {
  getVoices(): readonly Pick<SpeechSynthesisVoice, "lang">[];
  speak(utterance: SpeechSynthesisUtterance): void;
  cancel(): void;
}

/** What fitting voices are named, the best first: Mandarin of Taiwan is still Mandarin. */
const VOICES: Record<string, readonly RegExp[]> = {
  "zh-CN": [/^(zh|cmn)(-(hans|cn)\b|$)/, /^(zh|cmn)-(hant-)?tw\b/],
  "zh-HK": [/^(yue\b|zh-(hant-)?hk\b)/],
  en: [/^en\b/],
};

/**
 * The voice for a language; a Cantonese one never reads Mandarin, nor the other way round.
 * Voices name themselves "zh-HK" or, on Android, "yue-HK" and "zh_CN".
 */
export function voiceFor<V extends { lang: string }>(language: string, voices: readonly V[]): V | null {
  for (const fits of VOICES[language] ?? []) {
    const found = voices.find((voice) => fits.test(voice.lang.replaceAll("_", "-").toLowerCase()));
    if (found) return found;
  }
  return null;
}

/** "A012" → "A 0 1 2": digit by digit, or it is read as twelve. */
export function spelt(number: string): string {
  return [...number].join(" ");
}

/** Speaks calls in the order they come; a call that still waits to be heard is not queued twice. */
export class Speaker {
  private readonly queue: { call: string; sentence: Sentence }[] = [];
  private speaking = false;
  private enabled = false;

  constructor(
    private readonly synthesis: Synthesis,
    private readonly utterance: (sentence: Sentence) => SpeechSynthesisUtterance,
  ) {}

  get on(): boolean {
    return this.enabled;
  }

  start(): void {
    this.enabled = true;
  }

  /** Falls silent at once and forgets what was still to be said. */
  stop(): void {
    this.enabled = false;
    this.queue.length = 0;
    this.synthesis.cancel();
  }

  /** `call` is the number that is called. */
  say(call: string, sentences: readonly Sentence[]): void {
    if (!this.enabled || this.queue.some((waiting) => waiting.call === call)) return;
    const voices = this.synthesis.getVoices();
    this.queue.push(
      ...sentences.filter(({ language }) => voiceFor(language, voices)).map((sentence) => ({ call, sentence })),
    );
    this.next();
  }

  private next(): void {
    if (this.speaking) return;
    const first = this.queue.shift();
    if (!first) return;
    this.speaking = true;
    const utterance = this.utterance(first.sentence);
    const voice = voiceFor(first.sentence.language, this.synthesis.getVoices());
    if (voice) utterance.voice = voice as SpeechSynthesisVoice;
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      clearTimeout(lost);
      this.speaking = false;
      this.next();
    };
    const lost = setTimeout(end, LOST_AFTER_MS);
    utterance.onend = utterance.onerror = end;
    this.synthesis.speak(utterance);
  }
}

/** The browser's own voice, or null where it has none. */
export function browserSpeaker(): Speaker | null {
  if (!("speechSynthesis" in window)) return null;
  return new Speaker(window.speechSynthesis, ({ language, text }) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language;
    // A hall echoes.
    utterance.rate = 0.9;
    return utterance;
  });
}
