/**
 * Reading aloud, and speaking instead of typing, with what the browser has.
 *
 * In: text, or a microphone. Out: sound, or text. Called by the parts.
 *
 * Reading uses only voices that live on the device: other voices would send what was said to their maker. Listening
 * asks the browser to work on the device where it can; since it may not, the person is asked first (parts/dialogs.tsx).
 */

/** A voice on this device for the language, or null. */
export function deviceVoice(language: string): SpeechSynthesisVoice | null {
  const own = ('speechSynthesis' in window ? speechSynthesis.getVoices() : []).filter(voice => voice.localService);
  const base = language.split('-')[0] ?? language;
  return own.find(v => v.lang.replace('_', '-') === language) ?? own.find(v => v.lang.startsWith(base)) ?? null;
}

export class Reader {
  private reading: string | null = null;
  onChange: () => void = () => undefined;

  constructor(private readonly language: string) {}

  get canRead(): boolean {
    return deviceVoice(this.language) !== null;
  }

  /** Key of what is being read, or null. */
  get current(): string | null {
    return this.reading;
  }

  read(key: string, text: string): boolean {
    const voice = deviceVoice(this.language);
    if (!voice) return false;
    speechSynthesis.cancel();
    // In sentences: some engines fall silent in texts longer than about 15 seconds.
    const parts = text.match(/[^.!?]+[.!?]*\s*/g) ?? [text];
    parts.forEach((part, index) => {
      const utterance = new SpeechSynthesisUtterance(part);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.95;
      if (index === parts.length - 1) utterance.onend = () => this.reading === key && this.stop();
      speechSynthesis.speak(utterance);
    });
    this.reading = key;
    this.onChange();
    return true;
  }

  stop(): void {
    if ('speechSynthesis' in window) speechSynthesis.cancel();
    this.reading = null;
    this.onChange();
  }
}

interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally?: boolean;
  start(): void;
  stop(): void;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
  onerror: (() => void) | null;
}

type RecognitionMaker = (new () => Recognition) & {
  available?: (wish: { langs: string[]; processLocally: boolean }) => Promise<string>;
};

const maker = (): RecognitionMaker | null => {
  const all = window as unknown as Record<string, RecognitionMaker | undefined>;
  return all['SpeechRecognition'] ?? all['webkitSpeechRecognition'] ?? null;
};

export const canListen = (): boolean => maker() !== null;

/** Listen once. `heard` gets the words so far, `ended` whether there were any. Returns a function that stops it. */
export async function listen(language: string, heard: (text: string) => void, ended: (any: boolean) => void): Promise<() => void> {
  const Maker = maker();
  if (!Maker) {
    ended(false);
    return () => undefined;
  }
  const recognition = new Maker();
  recognition.lang = language;
  recognition.continuous = false;
  recognition.interimResults = true;
  try {
    const onDevice = await Maker.available?.({ langs: [language], processLocally: true });
    if (onDevice === 'available') recognition.processLocally = true;
  } catch {
    // An older interface: the person has agreed to that.
  }
  let any = false;
  recognition.onresult = event => {
    const text = Array.from({ length: event.results.length }, (_, i) => event.results[i]?.[0]?.transcript ?? '').join(' ').trim();
    any ||= text !== '';
    heard(text);
  };
  recognition.onerror = () => undefined; // an end follows
  recognition.onend = () => ended(any);
  recognition.start();
  return () => recognition.stop();
}
