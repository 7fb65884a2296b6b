/**
 * One conversation: starts it, sends in order, tries again, catches up, deletes. Knows no screen.
 *
 * In: an `Api`, a `Home` (who keeps the ticket), a clock. Out: a `View` to draw, and entries to announce. Called by
 * main.tsx. Each message has an id made here; it is sent again with the same id until the server has answered, and the
 * server answers an id once, so nothing is lost or doubled on a bad line.
 */

import type { Ticket } from '../shared/protocol';
import { type Api, ApiError, type Outgoing } from './api';
import { type Entry, fromHistory, greetingEntry, merge, replyKey } from './entries';
import { type Choice, type Connection, type Home, type Notice, type Phase, randomId, TIMING, type Timing, type View } from './model';

export class Conversation {
  private entries: readonly Entry[] = [];
  private phase: Phase = 'starting';
  private connection: Connection = navigator.onLine === false ? 'offline' : 'up';
  private notice: Notice = null;
  private slow = false;
  private askedForPerson = false;
  private outbox: Outgoing[] = [];
  private sending = false;
  /** Something came from elsewhere while we were sending: to be fetched straight afterwards. */
  private behind = false;
  /** The message at the head of the outbox has gone out before, and no answer came. */
  private tried: string | null = null;
  private failures = 0;
  private wake: (() => void) | null = null;
  private ticket: Ticket | null = null;
  private readonly watchers = new Set<() => void>();

  /** Called for each entry that the person has not heard yet, in order. */
  onLive: (entry: Entry) => void = () => undefined;
  /** Called when the server has something new that other tabs should fetch. */
  onChanged: () => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly home: Home,
    private readonly locale: string,
    private readonly timing: Timing = TIMING,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = randomId,
  ) {
    this.ticket = home.ticket;
  }

  get view(): View {
    const waiting = this.outbox.length > 0 && this.connection === 'up';
    const { phase, entries, slow, connection, notice } = this;
    return { phase, entries, waiting, slow, connection, notice };
  }

  /** A member of staff has written, or was asked for: their words should not wait long. */
  get mayMeetPerson(): boolean {
    return this.askedForPerson || this.entries.some(entry => entry.who === 'person');
  }

  /** "Talk to a person", in words that the bot understands. */
  askForPerson(text: string): void {
    this.askedForPerson = true;
    this.send(text);
  }

  get key(): Ticket | null {
    return this.ticket;
  }

  watch(listener: () => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  /** Bring the earlier conversation back, or start one. Goes on trying until it stands. */
  async open(): Promise<void> {
    this.phase = 'starting';
    this.changed();
    for (;;) {
      try {
        if (this.ticket) await this.resume(this.ticket);
        else await this.begin();
        break;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.isPassing) await this.pause(error);
        else if (error.trouble === 'refused') await this.pause(new ApiError('unreachable', error.status));
        else this.forget(error.trouble === 'deleted' ? 'endedDeleted' : 'ended');
      }
    }
    this.phase = 'open';
    this.reached();
    void this.pump();
  }

  /** Send a message. With a choice, `text` holds the labels of what was chosen. */
  send(text: string, choice: Choice | null = null): void {
    const message: Outgoing = { id: this.newId(), text };
    if (choice) {
      message.options = choice.options;
      if (choice.question) message.question = choice.question;
    }
    this.outbox = [...this.outbox, message];
    this.notice = null;
    this.entries = [
      ...this.entries,
      { key: message.id, who: 'user', at: this.now(), text, options: choice?.options ?? null, question: choice?.question ?? null, reply: null, state: 'sending', live: true },
    ];
    this.changed();
    void this.pump();
  }

  /** Try a refused message once more, under its old id. */
  sendAgain(key: string): void {
    const entry = this.entries.find(e => e.key === key && e.state === 'refused');
    if (!entry) return;
    this.outbox = [...this.outbox, { id: key, text: entry.text }]; // its words alone: the question may have moved on
    this.mark(key, 'sending');
    void this.pump();
  }

  /** Do not wait for the next try. */
  tryNow(): void {
    this.wake?.();
  }

  online(yes: boolean): void {
    if (yes) {
      if (this.connection === 'offline') this.connection = 'up';
      this.wake?.();
      void this.sync();
    } else {
      this.connection = 'offline';
    }
    this.changed();
  }

  /** Fetch what came from elsewhere: another tab, a member of staff. */
  async sync(): Promise<void> {
    if (this.phase !== 'open' || !this.ticket || this.connection === 'offline') return;
    if (this.sending) {
      this.behind = true;
      return;
    }
    const ticket = this.ticket;
    try {
      const entries = await this.api.history(ticket, 0);
      if (this.sending) this.behind = true; // what we fetched may already be old
      if (this.sending || this.ticket?.conversation !== ticket.conversation) return;
      this.reached();
      if (entries.length > 0) this.take(merge(this.entries, entries));
      else this.gone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.trouble === 'deleted' && this.outbox.length === 0) this.gone(); // in another tab, or in words
      else if (error.trouble === 'ended' || error.trouble === 'deleted') await this.startOver(error);
      else if (error.trouble === 'unreachable') this.lost();
    }
  }

  /** The ticket changed elsewhere: renewed, deleted, or a new conversation in another tab. */
  async ticketChanged(ticket: Ticket | null): Promise<void> {
    const same = ticket?.conversation === this.ticket?.conversation;
    if (this.phase === 'deleted' && !ticket) return;
    this.ticket = ticket;
    if (same) return;
    this.outbox = [];
    this.entries = [];
    if (ticket) {
      await this.open();
    } else {
      this.phase = 'deleted';
      this.changed();
    }
  }

  /** Delete everything, here and on the server. Resolves to false when the server could not be reached. */
  async erase(): Promise<boolean> {
    if (this.ticket) {
      try {
        await this.api.erase(this.ticket);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.isPassing || error.trouble === 'refused') return false;
      }
    }
    this.gone();
    return true;
  }

  private gone(): void {
    this.forget(null);
    this.phase = 'deleted';
    this.changed();
    this.home.tell('deleted');
  }

  private async begin(): Promise<void> {
    const theirs = await this.home.mayCreate();
    if (theirs) {
      this.ticket = theirs;
      await this.resume(theirs);
      return;
    }
    const { ticket, reply } = await this.api.start(this.locale);
    this.ticket = ticket;
    this.home.keep(ticket);
    this.take([greetingEntry(reply, this.now()), ...this.entries.filter(entry => entry.state !== 'sent')]);
  }

  private async resume(ticket: Ticket): Promise<void> {
    const entries = await this.api.history(ticket, 0);
    if (entries.length === 0) throw new ApiError('ended', 200);
    const shown = fromHistory(entries, false);
    const keys = new Set(shown.map(entry => entry.key));
    this.entries = [...shown, ...this.entries.filter(entry => entry.state !== 'sent' && !keys.has(entry.key))];
    if (entries.length > 1) this.notice = 'resumed';
  }

  /** Send what waits, one after the other, until it is all answered. */
  private async pump(): Promise<void> {
    if (this.sending || this.phase !== 'open') return;
    this.sending = true;
    while (this.phase === 'open' && this.ticket) {
      const message = this.outbox[0];
      if (!message) break;
      this.mark(message.id, this.connection === 'up' ? 'sending' : 'waiting');
      const clock = setTimeout(() => {
        this.slow = true;
        this.changed();
      }, this.timing.slowMs);
      try {
        const { reply, token, deleted } = await this.api.send(this.ticket, message);
        this.renew(token);
        this.reached();
        this.outbox = this.outbox.filter(m => m.id !== message.id);
        if (deleted) {
          this.gone(); // "delete my conversation", and "yes": there is nothing left to write under
          break;
        }
        this.answered(message.id, { key: replyKey(message.id), who: 'bot', at: this.now(), text: '', options: null, question: null, reply, state: 'sent', live: true });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.isPassing) {
          this.tried = message.id;
          this.mark(message.id, 'waiting');
          await this.pause(error);
        } else if (error.trouble === 'refused') {
          this.outbox = this.outbox.filter(m => m.id !== message.id);
          this.mark(message.id, 'refused');
          this.home.tell('error');
        } else if (error.trouble === 'deleted' && this.tried === message.id && this.outbox.length === 1) {
          this.gone(); // it was the message that asked for it; only the answer was lost on the way
          break;
        } else {
          this.sending = false;
          clearTimeout(clock);
          await this.startOver(error); // the message stays in the outbox and goes into the new conversation
          return;
        }
      } finally {
        clearTimeout(clock);
        this.slow = false;
      }
    }
    this.sending = false;
    this.changed();
    if (this.behind) {
      this.behind = false;
      await this.sync();
    }
  }

  private answered(id: string, reply: Entry): void {
    const others = this.entries.filter(entry => entry.key !== reply.key).map(entry => (entry.key === id ? { ...entry, state: 'sent' as const } : entry));
    const place = others.findIndex(entry => entry.key === id) + 1;
    const known = this.entries.some(entry => entry.key === reply.key);
    this.entries = [...others.slice(0, place), reply, ...others.slice(place)];
    this.slow = false;
    this.changed();
    if (!known) this.onLive(reply);
    this.home.tell('reply');
    this.onChanged();
  }

  /** Show these entries and announce those that are new. */
  private take(entries: readonly Entry[]): void {
    const known = new Set(this.entries.map(entry => entry.key));
    this.entries = entries;
    this.changed();
    for (const entry of entries) if (entry.live && entry.who !== 'user' && !known.has(entry.key)) this.onLive(entry);
  }

  private async startOver(error: ApiError): Promise<void> {
    // Buttons belong to a question of the old conversation; in the new one only their words make sense.
    const unsent = this.entries.filter(entry => entry.state !== 'sent').map(entry => ({ ...entry, options: null, question: null }));
    this.outbox = this.outbox.map(({ id, text }) => ({ id, text }));
    this.forget(error.trouble === 'deleted' ? 'endedDeleted' : 'ended', unsent);
    await this.open();
  }

  private forget(notice: Notice, unsent: readonly Entry[] = []): void {
    this.ticket = null;
    this.entries = unsent;
    if (unsent.length === 0) this.outbox = [];
    this.askedForPerson = false;
    this.notice = notice;
    this.home.keep(null);
  }

  /** Wait before the next try: longer each time, but not a moment longer once the line is back. */
  private async pause(error: ApiError): Promise<void> {
    this.lost();
    const plan = this.timing.retryMs;
    const ms = error.waitSeconds ? error.waitSeconds * 1000 : (plan[Math.min(this.failures++, plan.length - 1)] ?? 1000);
    await new Promise<void>(done => {
      const timer = setTimeout(done, ms * (0.8 + 0.4 * Math.random()));
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
    this.wake = null;
  }

  private lost(): void {
    this.connection = navigator.onLine === false ? 'offline' : 'down';
    this.changed();
  }

  private reached(): void {
    this.failures = 0;
    this.connection = 'up';
    this.changed();
  }

  private renew(token: string | null): void {
    if (!token || !this.ticket) return;
    this.ticket = { ...this.ticket, token };
    this.home.keep(this.ticket);
  }

  private mark(key: string, state: Entry['state']): void {
    this.entries = this.entries.map(entry => (entry.key === key ? { ...entry, state } : entry));
    this.changed();
  }

  private changed(): void {
    for (const listener of this.watchers) listener();
  }
}
