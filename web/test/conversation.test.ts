import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/chat/api';
import { Conversation } from '../src/chat/conversation';
import type { Entry } from '../src/chat/entries';
import { TIMING } from '../src/chat/model';
import { PretendHome, PretendServer, TICKET, unreachable } from './kit';

let server: PretendServer;
let home: PretendHome;
let heard: Entry[];

function make(): Conversation {
  let n = 0;
  const conversation = new Conversation(server, home, 'en-GB', TIMING, () => 1000, () => `id${++n}`);
  conversation.onLive = entry => heard.push(entry);
  return conversation;
}

const texts = (conversation: Conversation): string[] =>
  conversation.view.entries.map(entry => (entry.reply ? (entry.reply.blocks[0]?.text ?? '') : entry.text));

beforeEach(() => {
  vi.useFakeTimers();
  server = new PretendServer();
  home = new PretendHome();
  heard = [];
});
afterEach(() => vi.useRealTimers());

describe('opening', () => {
  it('starts one conversation, greets once and keeps the ticket', async () => {
    const conversation = make();
    await conversation.open();
    expect(texts(conversation)).toEqual(['Hello']);
    expect(home.ticket).toEqual({ conversation: 'c1', token: 't1' });
    expect(heard).toHaveLength(1);
  });

  it('brings an earlier one back without announcing it again', async () => {
    await server.start();
    await server.send(TICKET, { id: 'a', text: 'hi' });
    home.ticket = TICKET;
    const conversation = make();
    await conversation.open();
    expect(texts(conversation)).toEqual(['Hello', 'hi', 'Reply to hi']);
    expect(heard).toEqual([]);
    expect(server.conversations).toBe(1);
    expect(conversation.view.notice).toBe('resumed');
  });

  it('takes the conversation another tab has just made', async () => {
    await server.start();
    home.theirs = TICKET;
    const conversation = make();
    await conversation.open();
    expect(server.conversations).toBe(1);
    expect(texts(conversation)).toEqual(['Hello']);
  });

  it('starts anew when the ticket has run out, and says so', async () => {
    home.ticket = TICKET;
    server.troubles = [{ error: new ApiError('ended', 401) }];
    const conversation = make();
    await conversation.open();
    expect(texts(conversation)).toEqual(['Hello']);
    expect(conversation.view.notice).toBe('ended');
  });

  it('goes on trying while the server cannot be reached', async () => {
    server.troubles = [{ error: unreachable() }, { error: unreachable() }];
    const conversation = make();
    const opening = conversation.open();
    await vi.advanceTimersByTimeAsync(10);
    expect(conversation.view.connection).toBe('down');
    await vi.advanceTimersByTimeAsync(3000);
    await opening;
    expect(conversation.view.connection).toBe('up');
    expect(texts(conversation)).toEqual(['Hello']);
  });
});

describe('sending', () => {
  it('shows the message at once and the reply after it', async () => {
    const conversation = make();
    await conversation.open();
    conversation.send('one');
    expect(texts(conversation)).toEqual(['Hello', 'one']);
    expect(conversation.view.waiting).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(texts(conversation)).toEqual(['Hello', 'one', 'Reply to one']);
    expect(conversation.view.waiting).toBe(false);
    expect(heard.map(entry => entry.key)).toEqual(['start>0', 'id1>0']);
  });

  it('repeats with the same id until it is answered, also when only the answer was lost', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = [{ error: unreachable() }, { error: unreachable(), after: true }, { error: new ApiError('busy', 429, 2) }];
    conversation.send('one');
    await vi.advanceTimersByTimeAsync(8000);
    expect(server.calls.filter(call => call.startsWith('send'))).toEqual(['send id1', 'send id1', 'send id1', 'send id1']);
    expect(server.messages.filter(m => m.role === 'user')).toHaveLength(1);
    expect(texts(conversation)).toEqual(['Hello', 'one', 'Reply to one']);
  });

  it('keeps the order when several are written while the line is down', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = [{ error: unreachable() }];
    conversation.send('one');
    conversation.send('two');
    await vi.advanceTimersByTimeAsync(2000);
    expect(texts(conversation)).toEqual(['Hello', 'one', 'Reply to one', 'two', 'Reply to two']);
  });

  it('does not wait when told that the line is back', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = Array.from({ length: 5 }, () => ({ error: unreachable() }));
    conversation.send('one');
    await vi.advanceTimersByTimeAsync(12_000);
    server.troubles = [];
    conversation.tryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(texts(conversation)).toEqual(['Hello', 'one', 'Reply to one']);
  });

  it('says when it takes long', async () => {
    const conversation = make();
    await conversation.open();
    server.send = () => new Promise(() => undefined);
    conversation.send('one');
    await vi.advanceTimersByTimeAsync(TIMING.slowMs - 100);
    expect(conversation.view.slow).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(conversation.view.slow).toBe(true);
  });

  it('marks a refused message, goes on with the next, and can send it again', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = [{ error: new ApiError('refused', 400) }];
    conversation.send('one', { options: ['gone'], question: 'Q1' });
    conversation.send('two');
    await vi.advanceTimersByTimeAsync(0);
    expect(conversation.view.entries.find(entry => entry.text === 'one')?.state).toBe('refused');
    expect(texts(conversation)).toContain('Reply to two');
    conversation.sendAgain('id1');
    await vi.advanceTimersByTimeAsync(0);
    expect(texts(conversation)).toContain('Reply to one');
  });

  it('carries an unsent message into the new conversation, without the buttons of the old', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = [{ error: new ApiError('ended', 401) }];
    conversation.send('Yes, go on', { options: ['ok'], question: 'Q3' });
    await vi.advanceTimersByTimeAsync(10);
    expect(texts(conversation)).toEqual(['Hello', 'Yes, go on', 'Reply to Yes, go on']);
    expect(conversation.view.entries[1]?.options).toBeNull();
    expect(server.conversations).toBe(2);
  });

  it('keeps a renewed ticket', async () => {
    const conversation = make();
    await conversation.open();
    server.token = 'fresh';
    conversation.send('one');
    await vi.advanceTimersByTimeAsync(0);
    expect(home.ticket).toEqual({ conversation: 'c1', token: 'fresh' });
  });
});

describe('catching up', () => {
  it('takes in what came from another tab, once, in the order of the server', async () => {
    const conversation = make();
    await conversation.open();
    conversation.send('mine');
    await vi.advanceTimersByTimeAsync(0);
    await server.send(TICKET, { id: 'other', text: 'theirs' });
    await conversation.sync();
    await conversation.sync();
    expect(texts(conversation)).toEqual(['Hello', 'mine', 'Reply to mine', 'theirs', 'Reply to theirs']);
    expect(heard.map(entry => entry.key)).toEqual(['start>0', 'id1>0', 'other>0']);
  });

  it('announces what a member of staff writes, also where the bot had only said that a person reads', async () => {
    const conversation = make();
    await conversation.open();
    conversation.send('hello?');
    await vi.advanceTimersByTimeAsync(0);
    server.messages = [server.messages[0]!, server.messages[1]!, { n: 3, role: 'agent', at: 4, text: 'I am Ann, a nurse.' }];
    await conversation.sync();
    expect(texts(conversation)).toEqual(['Hello', 'hello?', 'I am Ann, a nurse.']);
    expect(heard.at(-1)).toMatchObject({ who: 'person', text: 'I am Ann, a nurse.' });
  });

  it('catches up straight after sending when another tab wrote meanwhile', async () => {
    const conversation = make();
    await conversation.open();
    const real = server.send.bind(server);
    let answer = (): void => undefined;
    const held = new Promise<void>(done => (answer = done));
    server.send = async (ticket, message) => {
      await held;
      return real(ticket, message);
    };
    conversation.send('mine');
    await real(TICKET, { id: 'other', text: 'theirs' });
    await conversation.sync(); // the other tab says that there is something new; we are busy
    expect(texts(conversation)).toEqual(['Hello', 'mine']);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(texts(conversation)).toEqual(['Hello', 'theirs', 'Reply to theirs', 'mine', 'Reply to mine']);
    expect(heard.map(entry => entry.key).sort()).toEqual(['id1>0', 'other>0', 'start>0']);
    expect(server.calls.filter(call => call === 'history')).toHaveLength(1);
  });

  it('catches up as well when sending began while it was fetching', async () => {
    const conversation = make();
    await conversation.open();
    await server.send(TICKET, { id: 'other', text: 'theirs' });
    const fetching = conversation.sync();
    conversation.send('mine');
    await fetching;
    await vi.advanceTimersByTimeAsync(0);
    expect(texts(conversation)).toEqual(['Hello', 'theirs', 'Reply to theirs', 'mine', 'Reply to mine']);
  });

  it('leaves alone what is being sent', async () => {
    const conversation = make();
    await conversation.open();
    server.send = () => new Promise(() => undefined);
    conversation.send('mine');
    await conversation.sync();
    expect(texts(conversation)).toEqual(['Hello', 'mine']);
  });
});

describe('deleting', () => {
  it('forgets everything', async () => {
    const conversation = make();
    await conversation.open();
    expect(await conversation.erase()).toBe(true);
    expect(conversation.view).toMatchObject({ phase: 'deleted', entries: [] });
    expect(home.ticket).toBeNull();
    expect(server.deleted).toBe(true);
    expect(home.events).toContain('deleted');
  });

  it('is over at once when it was deleted in words', async () => {
    const conversation = make();
    await conversation.open();
    server.farewell = 'yes';
    conversation.send('yes');
    await vi.advanceTimersByTimeAsync(0);
    expect(conversation.view).toMatchObject({ phase: 'deleted', entries: [], waiting: false });
    expect(home.ticket).toBeNull();
    expect(home.events).toContain('deleted');
    await conversation.open();
    conversation.send('hello again');
    await vi.advanceTimersByTimeAsync(0);
    expect(texts(conversation)).toEqual(['Hello', 'hello again', 'Reply to hello again']);
  });

  it('is over, too, when the answer to that was lost on the way', async () => {
    const conversation = make();
    await conversation.open();
    server.farewell = 'yes';
    server.troubles = [{ error: unreachable(), after: true }, { error: new ApiError('deleted', 401) }];
    conversation.send('yes');
    await vi.advanceTimersByTimeAsync(2000);
    expect(conversation.view).toMatchObject({ phase: 'deleted', entries: [] });
    expect(server.conversations).toBe(1);
  });

  it('notices that the key was shut elsewhere, and keeps what was not sent', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = [{ error: new ApiError('deleted', 401) }];
    await conversation.sync();
    expect(conversation.view).toMatchObject({ phase: 'deleted', entries: [] });
    await conversation.open();
    server.troubles = [{ error: new ApiError('deleted', 401) }];
    conversation.send('my leg is weak');
    await vi.advanceTimersByTimeAsync(10);
    expect(texts(conversation)).toEqual(['Hello', 'my leg is weak', 'Reply to my leg is weak']);
    expect(conversation.view.notice).toBe('endedDeleted');
  });

  it('notices an empty history', async () => {
    const conversation = make();
    await conversation.open();
    server.messages = [];
    await conversation.sync();
    expect(conversation.view).toMatchObject({ phase: 'deleted', entries: [] });
    expect(home.ticket).toBeNull();
  });

  it('says so when it could not be done', async () => {
    const conversation = make();
    await conversation.open();
    server.troubles = [{ error: unreachable() }];
    expect(await conversation.erase()).toBe(false);
    expect(texts(conversation)).toEqual(['Hello']);
    expect(home.ticket).not.toBeNull();
  });

  it('follows when another tab deletes, and when it starts a new one', async () => {
    const conversation = make();
    await conversation.open();
    await conversation.ticketChanged(null);
    expect(conversation.view).toMatchObject({ phase: 'deleted', entries: [] });
    await server.start();
    await conversation.ticketChanged({ conversation: 'c2', token: 't2' });
    expect(texts(conversation)).toEqual(['Hello']);
  });
});
