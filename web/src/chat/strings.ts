/**
 * Every word of the chat's own surface. What the bot says comes from the server; see bot/knowledge/wording.
 *
 * In: nothing. Out: `say`, `Words`. Plain words, reading age 11 to 12. A further language is one more table here, with
 * its direction; the server must speak it first.
 */

import type { Boot } from './types';

const en = {
  name: 'Symptom check',
  by: 'Rootline',
  notDiagnosis: 'Not a diagnosis. Draft health content, not yet checked by clinicians.',
  you: 'You',
  bot: 'Rootline',
  person: 'Member of staff',
  said: '{who} said',
  conversation: 'Conversation',
  headerLabel: 'About this chat',
  mainLabel: 'Chat',
  footerLabel: 'Emergency number',
  yourMessage: 'Write here, or choose an answer above',
  yourMessageFree: 'Write in your own words',
  send: 'Send',
  sendHint: 'Enter sends. Shift and Enter starts a new line.',
  emptyMessage: 'Write something first, or choose an answer.',
  longMessage: 'This is getting long. Short messages with the main points work better.',
  tooLong: 'This is too long to send. Please keep the main points.',
  close: 'Close the chat',
  menu: 'More choices',
  menuTitle: 'More choices',
  human: 'Talk to a person',
  humanText: 'I want to talk to a person',
  readAloudOn: 'Read new messages aloud',
  readAloudNo: 'Your browser has no voice of its own for reading aloud.',
  readThis: 'Read aloud',
  stopReading: 'Stop reading',
  largerText: 'Larger text',
  printChat: 'Print this chat',
  copyChat: 'Copy this chat',
  restart: 'Start again',
  restartText: 'Start again',
  restartTitle: 'Start again?',
  restartBody: 'Your answers so far will no longer count. The chat stays on this page until you delete it.',
  remove: 'Delete my conversation',
  removeTitle: 'Delete your conversation?',
  removeBody: 'This deletes everything you told us, here and on our server. It cannot be undone. A copy you printed or saved stays with you.',
  removeYes: 'Delete it',
  cancel: 'Keep it',
  back: 'Cancel',
  removing: 'Deleting…',
  removeFailed: 'It is not deleted yet, because we could not reach the service. Please try again.',
  privacy: 'Privacy',
  privacyTitle: 'Privacy',
  privacyBody: [
    'We keep what you write so that you can come back to it, on this device and on our server. Nothing is sold, and no advertising network sees it.',
    'The key to your conversation is kept in this browser for one day. The words are not.',
    'On a shared computer, delete your conversation before you leave.',
  ],
  privacyMore: 'Read the full privacy notice',
  ok: 'OK',
  waiting: 'Rootline is reading your message',
  slow: 'This takes longer than usual. Your message is safe, and we keep trying.',
  offline: 'You are offline. What you write is kept on this page and sent when you are back.',
  down: 'We cannot reach the service right now. We keep trying, and nothing is lost as long as this page stays open.',
  downHelp: 'If this is urgent, do not wait for us:',
  tryNow: 'Try now',
  backOnline: 'You are connected again.',
  notSent: 'Not sent yet',
  refused: 'This message could not be sent.',
  refusedAgain: 'Send again',
  today: 'Today',
  yesterday: 'Yesterday',
  chosen: 'your answer',
  chooseOne: 'Choose an answer',
  chooseMany: 'Tick all that fit',
  sendTicks: 'Send my answer',
  ticksSent: 'Answer sent',
  ownWords: 'Answered in your own words',
  tickOne: 'Please tick at least one. If none fits, tick “{none}”.',
  tickOneFree: 'Please tick at least one, or write below.',
  why: 'Why do you ask?',
  otherWords: 'Say it another way',
  goBack: 'Go back',
  questionHelp: 'About this question',
  emergency: 'Emergency',
  emergencyBar: 'You need emergency help now',
  otherWays: 'If you cannot phone',
  inEmergency: 'Life in danger?',
  print: 'Print',
  save: 'Save as PDF',
  copy: 'Copy',
  copied: 'Copied.',
  copyFailed: 'Your browser did not allow copying. Please select the text and copy it.',
  saved: 'Saved.',
  saveFailed: 'It could not be saved just now. You can print it instead.',
  showAll: 'Show the whole message',
  showLess: 'Show less',
  more: 'Tell me more',
  newBelow: 'New message below',
  loading: 'One moment…',
  deletedTitle: 'Your conversation is deleted',
  deletedBody: 'What you told us is gone from our server and from this browser.',
  startNew: 'Start a new conversation',
  ended: 'Your earlier conversation has ended, so this is a new one. We keep a conversation open for one day.',
  endedDeleted: 'Your earlier conversation was deleted, so this is a new one.',
  resumed: 'Your conversation is back.',
  resumedEmergency: 'Your conversation is back. It says that you need emergency help now.',
  dictate: 'Speak instead of typing',
  dictateStop: 'Stop listening',
  dictateTitle: 'Use your voice?',
  dictateBody: [
    'To turn speech into words, your browser may send your voice to the company that makes it, for example Google, Apple or Microsoft. We do not get the sound.',
    'You can read and change the words before you send them.',
  ],
  dictateYes: 'Use my voice',
  dictateNo: 'Keep typing',
  listening: 'Listening…',
  dictateFailed: 'I could not hear anything. Please try again, or type.',
} as const;

export type Key = keyof typeof en;
type Lines = typeof en;

const tables: Record<string, Partial<Record<Key, string | readonly string[]>>> = {
  'en-GB': {},
  'en-US': {},
};

/** Languages written from right to left. None is spoken yet; the layout is ready for them. */
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ps', 'ur', 'yi', 'ckb', 'sd'];

export const directionOf = (locale: string): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.includes(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr';

export class Words {
  constructor(readonly boot: Boot) {}

  /** The language for dates and for `lang`. */
  get locale(): string {
    return this.boot.locale in tables ? this.boot.locale : 'en-GB';
  }

  say(key: { [K in Key]: Lines[K] extends string ? K : never }[Key], gaps: Record<string, string> = {}): string {
    const text = (tables[this.locale]?.[key] ?? en[key]) as string;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => gaps[name] ?? whole);
  }

  lines(key: { [K in Key]: Lines[K] extends string ? never : K }[Key]): readonly string[] {
    return (tables[this.locale]?.[key] ?? en[key]) as readonly string[];
  }

  time(at: number): string {
    return new Intl.DateTimeFormat(this.locale, { hour: 'numeric', minute: '2-digit' }).format(at);
  }

  /** The whole date, for paper. */
  date(at: number): string {
    return new Intl.DateTimeFormat(this.locale, { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
  }

  day(at: number, now: number): string {
    const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    if (days === 0) return this.say('today');
    if (days === 1) return this.say('yesterday');
    return new Intl.DateTimeFormat(this.locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);
  }
}

/** Midnight in the person's own time zone, in milliseconds since 1970. */
export function midnight(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}
