import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, restApi } from '../src/chat/api';
import { Announcer, KEPT_MS } from '../src/chat/announcer';
import { chosenAt, fromHistory, joinLabels, merge, openQuestion, standingEmergency, type Entry } from '../src/chat/entries';
import { plainText, spoken } from '../src/chat/spoken';
import { directionOf, Words } from '../src/chat/strings';
import { readableAccent } from '../src/launcher/contrast';
import { readOptions } from '../src/launcher/options';
import { Vault } from '../src/launcher/vault';
import type { Boot } from '../src/chat/types';
import { block, reply, TICKET } from './kit';

const BOOT: Boot = { locale: 'en-GB', emergency: { label: 'Call 999', href: 'tel:999' }, failureLinks: [] };
const words = new Words(BOOT);
const entry = (more: Partial<Entry>): Entry => ({ key: 'k', who: 'bot', at: 0, text: '', options: null, question: null, reply: null, state: 'sent', live: false, ...more });

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
  sessionStorage.clear();
});

describe('entries', () => {
  const options = [{ value: 'a', label: 'Fainted, or grey' }, { value: 'b', label: 'None' }, { value: 'c', label: 'None of these, no weakness' }];
  const question = entry({ key: 'q', reply: reply('?', { options, multiple: true, question: 'Q1' }) });
  const answer = (text: string, values: string[] | null = null) => [question, entry({ key: 'u', who: 'user', text, options: values })];

  it('knows what was chosen, by value or by the labels of the history', () => {
    expect(chosenAt([question], 0)).toBeNull();
    expect(chosenAt(answer('x', ['b']), 0)).toEqual(['b']);
    expect(chosenAt(answer('Fainted, or grey'), 0)).toEqual(['a']);
    expect(chosenAt(answer(joinLabels([options[0]!, options[1]!])), 0)).toEqual(['a', 'b']);
    expect(chosenAt(answer('None that I know of'), 0)).toEqual([]);
  });

  it('shows a choice under the card it belongs to, also when words from another tab came first', () => {
    const chosen = (more: Partial<Entry>): Entry[] => [
      entry({ reply: reply('Which?', { options, question: 'Q1' }) }),
      entry({ who: 'user', text: 'my leg is weak too' }),
      entry({ key: 'l', reply: reply('And which of these?', { options, question: 'Q2' }) }),
      entry({ who: 'user', text: 'None', ...more }),
    ];
    const late = chosen({ options: ['b'], question: 'Q1' });
    expect([chosenAt(late, 0), chosenAt(late, 2)]).toEqual([['b'], []]);
    const timely = chosen({ options: ['b'], question: 'Q2' });
    expect([chosenAt(timely, 0), chosenAt(timely, 2)]).toEqual([[], ['b']]);
  });

  it('keeps the choice of an earlier time apart from that of a question put again', () => {
    const card = entry({ reply: reply('Which?', { options, question: 'Q1' }) });
    const tap = (value: string): Entry => entry({ who: 'user', text: value, options: [value], question: 'Q1' });
    const both = [card, tap('a'), card, tap('b')];
    expect([chosenAt(both, 0), chosenAt(both, 2)]).toEqual([['a'], ['b']]);
    expect(chosenAt([card, entry({ who: 'user', text: 'why?' }), card, tap('b')], 0)).toEqual([]);
  });

  it('takes what was chosen from the history, not only from labels', () => {
    const history = [
      { n: 1, role: 'bot' as const, at: 1, reply: reply('Which?', { options, question: 'Q1' }) },
      { n: 2, role: 'user' as const, at: 2, id: 'id1', text: 'none', options: ['b'], question: 'Q1' },
    ];
    expect(chosenAt(fromHistory(history, false), 0)).toEqual(['b']);
  });

  it('has an open question only at the very end', () => {
    expect(openQuestion([question])).toBe(0);
    expect(openQuestion(answer('None'))).toBe(-1);
  });

  it('names entries alike, whoever tells of them first', () => {
    const history = [
      { n: 1, role: 'bot' as const, at: 1, reply: reply('Hello') },
      { n: 2, role: 'user' as const, at: 2, id: 'id1', text: 'hi' },
      { n: 3, role: 'bot' as const, at: 3, reply: reply('Yes') },
      { n: 4, role: 'agent' as const, at: 4, text: 'I am Ann' },
    ];
    expect(fromHistory(history, false).map(e => [e.key, e.who])).toEqual([['start>0', 'bot'], ['id1', 'user'], ['id1>0', 'bot'], ['id1>p0', 'person']]);
    const waiting = entry({ key: 'id2', who: 'user', state: 'waiting', text: 'later' });
    const merged = merge([entry({ key: 'start>0', live: false, at: 5 }), waiting], history);
    expect(merged.map(e => e.key)).toEqual(['start>0', 'id1', 'id1>0', 'id1>p0', 'id2']);
    expect(merged.map(e => e.live)).toEqual([false, true, true, true, false]);
  });

  it('keeps an emergency standing until a later reply speaks of another level', () => {
    const alarm = entry({ key: 'a', reply: reply('', { blocks: [block('emergency', 'Go')], urgency: 'emergency_now' }) });
    const again = entry({ key: 'b', reply: reply('You are welcome', { urgency: 'emergency_now' }) });
    expect(standingEmergency([alarm, again])).toBe(alarm);
    expect(standingEmergency([alarm, entry({ key: 'c', reply: reply('Fine', { urgency: 'soon' }) })])).toBeNull();
  });
});

describe('spoken', () => {
  const alarm = reply('', {
    blocks: [block('emergency', 'Go to A&E now'), block('text', 'Because of this'), block('links', '', { links: [{ label: 'Call 999', href: 'tel:999' }] })],
  });

  it('tells a question with its answers', () => {
    const text = spoken(reply('Is it numb?', { options: [{ value: 'y', label: 'Yes' }, { value: 'n', label: 'No' }] }), words);
    expect(text).toBe('Is it numb? Choose an answer: Yes; No.');
  });

  it('leaves out what the alert says itself', () => {
    expect(spoken(alarm, words)).toContain('Go to A&E now');
    expect(spoken(alarm, words, true)).toBe('Because of this.');
  });

  it('writes numbers for the clipboard', () => {
    expect(plainText(alarm)).toBe('Go to A&E now\n\nBecause of this\n\nCall 999: 999');
  });
});

describe('announcer', () => {
  it('says each text once and takes it away again', () => {
    vi.useFakeTimers();
    const log = document.createElement('div');
    const status = document.createElement('div');
    const announcer = new Announcer(log, status);
    announcer.message('one');
    announcer.message('two', 1200);
    announcer.note('offline');
    announcer.note('online');
    vi.advanceTimersByTime(100);
    expect(log.textContent).toBe('one');
    vi.advanceTimersByTime(1200);
    expect(log.textContent).toBe('onetwo');
    vi.advanceTimersByTime(KEPT_MS + 1200);
    expect(log.textContent + status.textContent).toBe('');
  });
});

describe('words', () => {
  it('fills gaps and falls back to British English', () => {
    expect(words.say('said', { who: 'Rootline' })).toBe('Rootline said');
    expect(new Words({ ...BOOT, locale: 'de-DE' }).locale).toBe('en-GB');
    expect(words.time(new Date(2025, 0, 2, 15, 4).getTime())).toBe('15:04');
    expect(new Words({ ...BOOT, locale: 'en-US' }).time(new Date(2025, 0, 2, 15, 4).getTime())).toMatch(/3:04\sPM/);
  });

  it('names days', () => {
    const now = new Date(2025, 4, 10, 9).getTime();
    expect(words.day(now, now)).toBe('Today');
    expect(words.day(now - 20 * 3_600_000, now)).toBe('Yesterday');
    expect(words.day(now - 5 * 86_400_000, now)).toBe('Monday 5 May');
  });

  it('is ready for languages from right to left', () => {
    expect(directionOf('ar-EG')).toBe('rtl');
    expect(directionOf('en-GB')).toBe('ltr');
  });
});

describe('api', () => {
  const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    restApi('/api', async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));
  const trouble = async (status: number, body: unknown = {}, headers: Record<string, string> = {}): Promise<ApiError> =>
    answering(status, body, headers).history(TICKET, 0).then(
      () => {
        throw new Error('no error');
      },
      error => error as ApiError,
    );

  it('sorts errors by what to do about them', async () => {
    expect(await trouble(500)).toMatchObject({ trouble: 'unreachable', isPassing: true });
    expect(await trouble(429, {}, { 'Retry-After': '7' })).toMatchObject({ trouble: 'busy', waitSeconds: 7 });
    expect(await trouble(401, { detail: 'has run out' })).toMatchObject({ trouble: 'ended', isPassing: false });
    expect(await trouble(401, { detail: 'This conversation was deleted.' })).toMatchObject({ trouble: 'deleted' });
    expect(await trouble(400)).toMatchObject({ trouble: 'refused', isPassing: false });
    expect(await trouble(200, '<html>')).toMatchObject({ trouble: 'unreachable' });
  });

  it('puts the token into a header and nothing into the address', async () => {
    const seen: [string, RequestInit][] = [];
    const api = restApi('/api', async (url, init) => {
      seen.push([String(url), init ?? {}]);
      return new Response(JSON.stringify({ reply: reply('ok') }));
    });
    await api.send({ conversation: 'a/b', token: 'secret' }, { id: '1', text: 'numb when I wipe' });
    const [url, init] = seen[0]!;
    expect(url).toBe('/api/conversations/a%2Fb/messages');
    expect(new Headers(init.headers).get('Authorization')).toBe('Bearer secret');
    expect(init.credentials).toBe('omit');
    expect(init.referrerPolicy).toBe('no-referrer');
  });

  it('takes an answer without a reply for no answer', async () => {
    await expect(answering(200, { blocks: 'no' }).send(TICKET, { id: '1', text: 'x' })).rejects.toMatchObject({ trouble: 'unreachable' });
  });
});

describe('vault', () => {
  it('keeps a ticket for a day, and nothing else', () => {
    let now = 0;
    const vault = new Vault('https://r.example', 'device', () => now);
    vault.write(TICKET);
    expect(new Vault('https://r.example', 'device', () => now).read()).toEqual(TICKET);
    expect(new Vault('https://other.example', 'device', () => now).read()).toBeNull();
    now = 24 * 3_600_000 + 1;
    expect(vault.read()).toBeNull();
    vault.write(null);
    expect(Object.keys(localStorage)).toEqual([]);
  });

  it('forgets with the tab, or at once, when told to', () => {
    new Vault('o', 'tab').write(TICKET);
    expect(Object.keys(localStorage)).toEqual([]);
    expect(new Vault('o', 'tab').read()).toEqual(TICKET);
    const memory = new Vault('o', 'never');
    memory.write(TICKET);
    expect(memory.read()).toEqual(TICKET);
    expect(new Vault('o', 'never').read()).toBeNull();
  });

  it('survives broken and foreign contents', () => {
    const vault = new Vault('o', 'device');
    for (const text of ['{', '1', 'null', '{"token":1}', '{"conversation":"a","token":"b"}']) {
      localStorage.setItem(vault.key, text);
      expect(vault.read()).toBeNull();
    }
  });
});

describe('attributes of the tag', () => {
  const read = (attributes: Record<string, string>) => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const script = document.createElement('script');
    script.src = 'https://symptoms.example/widget.js?v=1';
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(`data-${name}`, value);
    return readOptions(script, 'https://clinic.example/page');
  };

  it('has sound defaults', () => {
    expect(read({})).toMatchObject({ origin: 'https://symptoms.example', locale: '', position: 'end', remember: 'device', open: false, hidden: false, accent: null });
    expect(read({}).settings).toMatchObject({ theme: 'auto', voice: false, dir: '', colours: {} });
  });

  it('drops what cannot be right', () => {
    const bad = read({ locale: '../x', position: 'middle', theme: 'pink', remember: 'forever', 'privacy-url': 'javascript:alert(1)', accent: 'url(x)' });
    expect(bad).toMatchObject({ locale: '', position: 'end', remember: 'device', accent: null });
    expect(bad.settings).toMatchObject({ theme: 'auto', privacyUrl: '', colours: {} });
    expect(read({ open: 'false', voice: '' })).toMatchObject({ open: false, settings: { voice: true } });
    expect(read({ 'privacy-url': '/privacy' }).settings.privacyUrl).toBe('https://clinic.example/privacy');
  });

  it('refuses colours that white text cannot be read on', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(readableAccent('#0b5c7a')).toBe('#0b5c7a');
    expect(readableAccent('#05b')).toBe('#0055bb');
    expect(readableAccent('rgb(10, 20, 30)')).toBe('#0a141e');
    for (const colour of ['#fff', '#ffee00', '#8a8a8a', 'red', 'red; background: url(x)', '']) expect(readableAccent(colour)).toBeNull();
  });
});
