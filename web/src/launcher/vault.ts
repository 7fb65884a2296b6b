/**
 * Keeps the ticket to the conversation on the host page's side.
 *
 * In: a ticket from the chat. Out: the ticket for the next page, tab or reload. Called by main.ts.
 *
 * Why here: a frame from another site gets storage that browsers split by site and some throw away when the
 * window closes. The host page's own storage lasts. Only the signed ticket is kept, never a word of the conversation.
 */

import type { Ticket } from '../shared/protocol';
import type { Remember } from './options';

/** A ticket older than this is of no use: the server's tokens live for a day. */
const KEPT_MS = 24 * 3600 * 1000;
/** How often a ticket that another tab may have kept is looked for. */
const LOOK_MS = 40;

const isTicket = (value: unknown): value is Ticket & { saved: number } => {
  const v = value as Record<string, unknown> | null;
  return !!v && typeof v['conversation'] === 'string' && typeof v['token'] === 'string' && typeof v['saved'] === 'number';
};

export class Vault {
  readonly key: string;
  private memory: string | null = null;
  private readonly storage: Storage | null;

  constructor(
    origin: string,
    remember: Remember,
    private readonly clock: () => number = Date.now,
  ) {
    this.key = `rootline:${origin}`;
    this.storage = remember === 'never' ? null : openStorage(remember === 'tab' ? 'sessionStorage' : 'localStorage');
  }

  read(): Ticket | null {
    try {
      const found: unknown = JSON.parse(this.memory ?? this.storage?.getItem(this.key) ?? 'null');
      if (!isTicket(found) || this.clock() - found.saved > KEPT_MS) return null;
      return { conversation: found.conversation, token: found.token };
    } catch {
      return null;
    }
  }

  /** The ticket as soon as it is there, or null after so many milliseconds: browsers carry storage from tab to tab in their own time. */
  async awaited(milliseconds: number): Promise<Ticket | null> {
    const end = this.clock() + milliseconds;
    let ticket = this.read();
    while (!ticket && this.clock() < end) {
      await new Promise(done => setTimeout(done, LOOK_MS));
      ticket = this.read();
    }
    return ticket;
  }

  write(ticket: Ticket | null): void {
    const text = ticket && JSON.stringify({ ...ticket, saved: this.clock() });
    this.memory = null;
    try {
      if (!text) this.storage?.removeItem(this.key);
      else if (this.storage) this.storage.setItem(this.key, text);
      else this.memory = text;
    } catch {
      this.memory = text; // storage full or forbidden: kept for as long as the page lives
    }
  }
}

/** The storage, or null where the browser forbids it (private modes, blocked site data). */
export function openStorage(name: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    const storage = window[name];
    storage.setItem('rootline:probe', '1');
    storage.removeItem('rootline:probe');
    return storage;
  } catch {
    return null;
  }
}
