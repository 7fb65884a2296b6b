/**
 * chat.js: starts the chat in its frame or window.
 *
 * In: /chat (bot/channels/pages.py) with its boot data. Out: the running chat. Everything is put together here.
 */

import { render } from 'preact';
import type { Boot } from './types';
import { restApi } from './api';
import { AFTER_ALERT_MS, Announcer } from './announcer';
import { App } from './app';
import { ChatProvider } from './context';
import { Conversation } from './conversation';
import type { Entry } from './entries';
import { TIMING, type Connection } from './model';
import { connect, type Frame } from './home';
import { readPrefs, writePrefs, type Prefs } from './prefs';
import { spoken } from './spoken';
import { Reader } from './speech';
import { directionOf, Words } from './strings';
import './style/chat.css';
import './style/messages.css';
import './style/emergency.css';
import './style/print.css';

const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`/chat has no #${id}`);
  return found;
};

function dress(frame: Frame, words: Words): void {
  const root = document.documentElement;
  const { settings } = frame;
  root.lang = words.locale;
  root.dir = settings.dir || directionOf(words.locale);
  if (settings.theme !== 'auto') root.dataset['theme'] = settings.theme;
  for (const [name, value] of Object.entries(settings.colours)) if (name.startsWith('--rl-')) root.style.setProperty(name, value);
  document.title = settings.title || words.say('name');
}

function applyPrefs(prefs: Prefs): void {
  document.documentElement.classList.toggle('larger', prefs.largerText);
}

/** Focus only when the person has opened the chat: into the field, or on phones to the title, so that no keyboard jumps up. */
function focusStart(): void {
  const touch = matchMedia('(pointer: coarse)').matches;
  (document.getElementById(touch ? 'title' : 'message') ?? document.getElementById('title'))?.focus({ preventScroll: true });
}

async function start(): Promise<void> {
  const boot = JSON.parse(byId('boot').textContent ?? '{}') as Boot;
  const words = new Words(boot);
  const announcer = new Announcer(byId('announce-log'), byId('announce-status'));
  const frame = await connect();
  dress(frame, words);
  let prefs = readPrefs();
  applyPrefs(prefs);

  const api = restApi('/api');
  const conversation = new Conversation(api, frame, boot.locale);
  const reader = new Reader(words.locale);
  let unread = 0;

  conversation.onLive = (entry: Entry) => {
    const reply = entry.reply;
    const urgent = reply?.blocks.some(block => block.kind === 'emergency') ?? false;
    const text = reply ? spoken(reply, words, urgent) : entry.text;
    const who = words.say(entry.who === 'person' ? 'person' : 'bot');
    announcer.message(urgent ? text : `${words.say('said', { who })}: ${text}`, urgent ? AFTER_ALERT_MS : 0);
    if (prefs.readAloud) reader.read(entry.key, reply ? spoken(reply, words) : entry.text);
    if (frame.shown) return;
    if (urgent) frame.showNow();
    else frame.unread(++unread);
  };
  followOtherTabs(conversation, frame);
  announceLine(conversation, announcer, words);

  const setPrefs = (next: Prefs) => {
    prefs = next;
    applyPrefs(next);
    writePrefs(next);
    if (!next.readAloud) reader.stop();
  };
  render(
    <ChatProvider value={{ words, api, conversation, frame, announcer, reader }}>
      <App prefs={prefs} setPrefs={setPrefs} />
    </ChatProvider>,
    byId('app'),
  );
  frame.onShown = focus => {
    unread = 0;
    if (focus) focusStart();
    void conversation.sync();
  };
  frame.onHidden = () => reader.stop();
  if (frame.focusAtStart) focusStart();
  await conversation.open();
  if (conversation.view.notice === 'resumed') {
    const last = conversation.view.entries.at(-1)?.reply;
    announcer.note(words.say(last?.urgency === 'emergency_now' ? 'resumedEmergency' : 'resumed'));
  }
}

/** Another tab, a member of staff, the way back from the page cache: fetch what we have not got. */
function followOtherTabs(conversation: Conversation, frame: Frame): void {
  frame.onTicket = ticket => void conversation.ticketChanged(ticket);
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('rootline') : null;
  conversation.onChanged = () => channel?.postMessage(conversation.key?.conversation);
  channel?.addEventListener('message', event => {
    if (event.data === conversation.key?.conversation) void conversation.sync();
  });
  const look = () => document.visibilityState === 'visible' && void conversation.sync();
  document.addEventListener('visibilitychange', look);
  addEventListener('pageshow', event => event.persisted && look());
  addEventListener('online', () => conversation.online(true));
  addEventListener('offline', () => conversation.online(false));
  let waited = 0;
  setInterval(() => {
    waited += TIMING.personMs;
    if (!frame.shown || (waited < TIMING.syncMs && !conversation.mayMeetPerson)) return;
    waited = 0;
    look();
  }, TIMING.personMs);
}

/** Say once that the line is gone or slow, and once that it is back. */
function announceLine(conversation: Conversation, announcer: Announcer, words: Words): void {
  let before: Connection = 'up';
  let slow = false;
  conversation.watch(() => {
    const view = conversation.view;
    if (view.connection !== before) announcer.note(words.say(view.connection === 'up' ? 'backOnline' : view.connection));
    else if (view.slow && !slow) announcer.note(words.say('slow'));
    before = view.connection;
    slow = view.slow;
  });
}

void start();
