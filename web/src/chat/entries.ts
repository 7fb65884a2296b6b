/**
 * The conversation as a list of entries, and how the server's history and our own unsent messages make one list.
 *
 * In: history from the server, entries on screen. Out: entries. Called by conversation.ts. Pure.
 *
 * Every entry has a key that is the same whether it came from our own request or from the history, so nothing is
 * shown twice: a person's message has its own id; a reply is named after the message it follows.
 */

import type { HistoryEntry, Option, Reply } from './types';

export type SendState = 'sent' | 'sending' | 'waiting' | 'refused';

export interface Entry {
  key: string;
  who: 'user' | 'bot' | 'person';
  /** Milliseconds since 1970. */
  at: number;
  text: string;
  /** Values of the buttons or ticks chosen, for a message that answers by them. */
  options: string[] | null;
  /** The question those values answer. */
  question: string | null;
  reply: Reply | null;
  state: SendState;
  /** Arrived while the person was here: to be announced. */
  live: boolean;
}

export const replyKey = (after: string, index = 0): string => `${after}>${index}`;
const personKey = (after: string, index: number): string => `${after}>p${index}`;
const START = 'start';

/** The history as entries. */
export function fromHistory(history: readonly HistoryEntry[], live: boolean): Entry[] {
  let after = START;
  let index = 0;
  let persons = 0;
  return history.map(entry => {
    const at = entry.at * 1000;
    if (entry.role === 'user') {
      after = entry.id ?? `n${entry.n}`;
      index = 0;
      persons = 0;
      return { key: after, who: 'user', at, text: entry.text ?? '', options: entry.options ?? null, question: entry.question ?? null, reply: null, state: 'sent', live };
    }
    // Counted apart: a bot's "a person reads this" may be in our list and not in the history.
    const who = entry.role === 'bot' ? 'bot' : 'person';
    const key = who === 'bot' ? replyKey(after, index++) : personKey(after, persons++);
    return { key, who, at, text: entry.text ?? '', options: null, question: null, reply: entry.reply ?? null, state: 'sent', live };
  });
}

export const greetingEntry = (reply: Reply, at: number): Entry => ({
  key: replyKey(START), who: 'bot', at, text: '', options: null, question: null, reply, state: 'sent', live: true,
});

/**
 * What to show when the server's history arrives: its entries in its order, then what it has not got yet.
 *
 * Entries already on screen keep their `live` mark (they were announced); new ones count as live.
 */
export function merge(shown: readonly Entry[], history: readonly HistoryEntry[]): Entry[] {
  const known = new Map(shown.map(entry => [entry.key, entry]));
  const theirs = fromHistory(history, true).map(entry => {
    const own = known.get(entry.key);
    return own ? { ...entry, live: own.live, options: entry.options ?? own.options, question: entry.question ?? own.question, at: own.at } : entry;
  });
  const keys = new Set(theirs.map(entry => entry.key));
  const unsent = shown.filter(entry => entry.who === 'user' && entry.state !== 'sent' && !keys.has(entry.key));
  return [...theirs, ...unsent];
}

/**
 * Which buttons of the reply at `index` were chosen: their values, [] when answered in other words, null for none yet.
 *
 * A choice names its question: a tap in one tab may come after words from another, and is not shown under the wrong card.
 */
export function chosenAt(entries: readonly Entry[], index: number): string[] | null {
  const reply = entries[index]?.reply;
  if (!reply || reply.options.length === 0) return null;
  const later = entries.slice(index + 1);
  const next = later.find(entry => entry.who === 'user');
  if (!next) return null;
  const again = later.findIndex(entry => entry.reply !== null && entry.reply.question === reply.question);
  const meant = later.slice(0, again < 0 ? later.length : again).find(entry => entry.options !== null && entry.question === reply.question);
  if (meant) return meant.options;
  if (next.options === null) return valuesIn(next.text, reply.options);
  return next.question === null ? next.options : [];
}

/** The options whose labels make up the text exactly, as our own channel joins them. */
function valuesIn(text: string, options: readonly Option[]): string[] {
  const chosen = options.filter(option => text.includes(option.label));
  return joinLabels(chosen) === text ? chosen.map(option => option.value) : [];
}

export const joinLabels = (options: readonly Option[]): string => options.map(option => option.label).join(', ');

/** Index of the reply whose question is still open, or -1. Only the last thing said can be one. */
export function openQuestion(entries: readonly Entry[]): number {
  const last = entries.length - 1;
  return entries[last]?.reply?.options.length ? last : -1;
}

/** Has emergency advice been given, and does it still stand? It stands until a later reply speaks of another level. */
export function standingEmergency(entries: readonly Entry[]): Entry | null {
  const replies = entries.filter(entry => entry.reply);
  const last = replies[replies.length - 1];
  if (last?.reply?.urgency !== 'emergency_now') return null;
  return [...replies].reverse().find(entry => entry.reply?.blocks.some(block => block.kind === 'emergency')) ?? null;
}
