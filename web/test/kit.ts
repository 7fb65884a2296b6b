/** Replies and a pretend server for the tests. */

import { ApiError, type Answered, type Api, type Outgoing } from '../src/chat/api';
import type { Home } from '../src/chat/model';
import type { Block, HistoryEntry, Reply } from '../src/chat/types';
import type { EventName, Ticket } from '../src/shared/protocol';

export const block = (kind: Block['kind'], text = '', more: Partial<Block> = {}): Block => ({ kind, text, items: [], links: [], picture: null, ...more });

export const reply = (text: string, more: Partial<Reply> = {}): Reply => ({
  blocks: [block('text', text)],
  options: [],
  multiple: false,
  question: null,
  urgency: 'incomplete',
  card: false,
  ...more,
});

export const TICKET: Ticket = { conversation: 'c1', token: 't1' };

/** Keeps a history as the real one does: a message id is answered once. */
export class PretendServer implements Api {
  conversations = 0;
  calls: string[] = [];
  messages: HistoryEntry[] = [];
  deleted = false;
  /** Errors to throw before (or, with `after`, instead of) the next answers. */
  troubles: { error: ApiError; after?: boolean }[] = [];
  token: string | null = null;
  /** The message that, when it comes, deletes the conversation. */
  farewell: string | null = null;

  async start(): Promise<{ ticket: Ticket; reply: Reply }> {
    this.calls.push('start');
    this.fail();
    this.conversations += 1;
    this.deleted = false;
    this.messages = [{ n: 1, role: 'bot', at: 1, reply: reply('Hello') }];
    return { ticket: { conversation: `c${this.conversations}`, token: `t${this.conversations}` }, reply: reply('Hello') };
  }

  async send(_: Ticket, message: Outgoing): Promise<Answered> {
    this.calls.push(`send ${message.id}`);
    const lost = this.troubles[0]?.after === true;
    if (!lost) this.fail();
    const answer = reply(`Reply to ${message.text}`);
    if (!this.messages.some(m => m.id === message.id)) {
      const n = this.messages.length;
      this.messages.push({ n: n + 1, role: 'user', at: 2, id: message.id, text: message.text }, { n: n + 2, role: 'bot', at: 3, reply: answer });
    }
    const deleted = message.text === this.farewell;
    if (deleted) this.messages = [];
    if (lost) this.fail();
    return { reply: answer, token: this.token, deleted };
  }

  async history(): Promise<HistoryEntry[]> {
    this.calls.push('history');
    this.fail();
    return this.messages.slice();
  }

  async erase(): Promise<void> {
    this.calls.push('erase');
    this.fail();
    this.deleted = true;
    this.messages = [];
  }

  card(): Promise<Blob> {
    return Promise.resolve(new Blob());
  }

  private fail(): void {
    const trouble = this.troubles.shift();
    if (trouble) throw trouble.error;
  }
}

export class PretendHome implements Home {
  events: EventName[] = [];
  theirs: Ticket | null = null;
  constructor(public ticket: Ticket | null = null) {}
  keep(ticket: Ticket | null): void {
    this.ticket = ticket;
  }
  mayCreate(): Promise<Ticket | null> {
    return Promise.resolve(this.theirs);
  }
  tell(event: EventName): void {
    this.events.push(event);
  }
}

export const unreachable = (): ApiError => new ApiError('unreachable', 0);
