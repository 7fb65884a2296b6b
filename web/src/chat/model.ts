/**
 * The words in which conversation.ts and the screen speak of a conversation.
 *
 * In: nothing. Out: types, timings, ids. Used by conversation.ts, home.ts, main.tsx and the parts.
 */

import type { EventName, Ticket } from '../shared/protocol';
import type { Entry } from './entries';

export type Connection = 'up' | 'offline' | 'down';
export type Phase = 'starting' | 'open' | 'deleted';
export type Notice = 'ended' | 'endedDeleted' | 'resumed' | null;

export interface View {
  phase: Phase;
  entries: readonly Entry[];
  /** A reply is awaited. */
  waiting: boolean;
  /** It takes longer than usual. */
  slow: boolean;
  connection: Connection;
  notice: Notice;
}

/** Who keeps the ticket between pages: the launcher on the host page, or this window itself. */
export interface Home {
  readonly ticket: Ticket | null;
  keep(ticket: Ticket | null): void;
  /** Ask to start a conversation. Null: go ahead. A ticket: another tab was faster. */
  mayCreate(): Promise<Ticket | null>;
  tell(event: EventName): void;
}

/** Buttons or ticks chosen: their values, and the question they answer. */
export interface Choice {
  options: string[];
  question: string | null;
}

export interface Timing {
  slowMs: number;
  retryMs: readonly number[];
  /** How often to look for what came from elsewhere; and how often when a person may be writing. */
  syncMs: number;
  personMs: number;
}

export const TIMING: Timing = { slowMs: 6000, retryMs: [500, 1000, 2000, 4000, 8000, 15000], syncMs: 16000, personMs: 4000 };

/** 128 random bits. `crypto.randomUUID` is missing on pages served without https. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
