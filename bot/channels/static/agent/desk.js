/* The desk: login, calls, the three columns, keyboard, and messages to the page it is embedded in. */
import { ask, hasToken, lastMs, setToken, watch } from './api.js';
import { checklist } from './checklist.js';
import { decision } from './decision.js';
import { closeDialog, dialog, el, fill } from './dom.js';
import { transcript } from './transcript.js';
import { auditView, figuresView, queueView } from './views.js';

const $ = id => document.getElementById(id);
const line = $('line');
let person = null, state = null, stop = null, columns = null, leave = null, told = '';
/** Pages that may embed the desk (ROOTLINE_EMBED_ORIGINS); nobody else is told or listened to. */
const PARENTS = (document.querySelector('meta[name=rootline-parents]')?.content ?? '').split(' ').filter(Boolean);
const embedded = parent !== window;
const known = location.ancestorOrigins?.[0];

const note = (text, lost = false) => { line.textContent = text; line.classList.toggle('lost', lost); };
const readOnly = () => person.role !== 'agent' || state?.call.status === 'closed';
const tell = (type, data = {}) => {
  if (!embedded) return;
  // A browser that does not say who embeds the desk delivers to the one of these origins that does, and to no other.
  for (const origin of PARENTS.filter(one => !known || one === known)) parent.postMessage({ type: `rootline.desk.${type}`, ...data }, origin);
};

/** What the columns may do. */
const desk = {
  state: () => state,
  readOnly,
  async act(method, path, body) {
    try {
      take(await ask(method, `/calls/${state.call.id}${path}`, body));
    } catch (error) { fail(error); throw error; }
  },
  async asked(text) {
    if (!text) return;
    await say('agent', text);
    $('speaker-caller').checked = true;
    $('words').focus();
  },
  pick: (title, options) => new Promise(done => {
    const box = dialog(title, el('div', { class: 'row' }, options.map(([key, label]) => el('button', { type: 'button', text: label, onclick: () => { done(key); closeDialog(); } })),
      el('button', { type: 'button', text: 'Cancel', onclick: closeDialog })));
    box.addEventListener('close', () => done(null), { once: true });
  }),
};

function fail(error) {
  if (error.status === 401) return void logout(error.message);
  note(error.message ?? 'The server cannot be reached.', true);
}

/** A state from the server; events hold only the changed turns and the order of all. */
function take(found) {
  if (!state || found.call.id !== state.call.id) { if (found.order && state) return; }
  if (state && found.call.id === state.call.id && found.version < state.version) return;
  if (found.order) {
    const all = new Map([...(state?.call.id === found.call.id ? state.turns : []), ...found.turns].map(turn => [turn.id, turn]));
    if (found.order.some(id => !all.has(id))) return void reload();
    found = { ...found, turns: found.order.map(id => all.get(id)) };
  }
  state = found;
  show();
}
const callLine = call => `${new Date(call.created * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })} ${call.reference ?? call.id.slice(0, 6)} · ${call.level.replaceAll('_', ' ')} · ${call.status}`;
const reload = async () => take(await ask('GET', `/calls/${state.call.id}`));

function show() {
  for (const column of columns) column.show(state);
  const found = state.decision;
  const text = !found.emergency ? '' : found.crisis ? 'CRISIS: get help for this caller now' : 'EMERGENCY: get help for this caller now';
  const detail = found.emergency ? `${found.rules.map(rule => rule.id).join(', ') || found.machine.rules.join(', ')}${found.override ? ' (you decided otherwise, the sign still stands)' : ''}` : '';
  if (told !== text + detail) {
    told = text + detail;
    $('alarm').replaceChildren(...(text ? [el('strong', { text: `\u26A0 ${text}` }), el('span', { text: detail })] : []));
  }
  const entry = [...($('calls')?.options ?? [])].find(option => option.value === state.call.id);
  if (entry) entry.textContent = callLine({ ...state.call, level: found.level });
  document.title = `${found.emergency ? '\u26A0 ' : ''}${found.level_title} · Rootline desk`;
  note(`Call ${state.call.id}${state.call.reference ? ` (${state.call.reference})` : ''}, ${state.call.status}. Read in ${state.milliseconds} ms.`);
  $('typing').hidden = readOnly();
  tell('state', { call: state.call.id, level: found.level, emergency: found.emergency, open: state.unknown.length, status: state.call.status });
}

// --- typing -----------------------------------------------------------------------------------------------------------------

let turnId = null, timer = 0, chain = Promise.resolve();
const fresh = () => `d${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
const speaker = () => ($('speaker-agent').checked ? 'agent' : 'caller');
/** One request after the other, so that a partial result never overtakes the final one. */
const queue = work => (chain = chain.then(work, work));
const post = turn => queue(async () => { try { take(await ask('POST', `/calls/${state.call.id}/turns?since=${state.version}`, { turns: [turn] })); } catch (error) { fail(error); } });
const say = (who, text) => post({ id: fresh(), speaker: who, text });

function typed() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const text = $('words').value.trim();
    if (text) post({ id: (turnId ??= fresh()), speaker: speaker(), text, final: false });
    else if (turnId) withdraw();
  }, 250);
}
function withdraw() {
  const id = turnId;
  turnId = null;
  queue(async () => { try { take(await ask('DELETE', `/calls/${state.call.id}/turns/${id}`)); } catch (error) { fail(error); } });
}
function finish() {
  clearTimeout(timer);
  const text = $('words').value.trim();
  if (!text) return;
  const turn = { id: turnId ?? fresh(), speaker: speaker(), text };
  turnId = null;
  $('words').value = '';
  $(speaker() === 'agent' ? 'speaker-caller' : 'speaker-agent').checked = true;
  return post(turn);
}

function typing() {
  const radio = (value, label) => el('label', { for: `speaker-${value}` }, el('input', { type: 'radio', name: 'speaker', id: `speaker-${value}`, value, checked: value === 'caller' }), label);
  const paste = el('textarea', { id: 'paste', rows: '4' });
  const file = el('input', { type: 'file', id: 'file', accept: '.txt,.vtt,.srt,text/plain', onchange: async () => file.files[0] && upload(await file.files[0].text()) });
  const upload = text => queue(async () => { try { take(await ask('POST', `/calls/${state.call.id}/transcript`, { text })); paste.value = ''; file.value = ''; } catch (error) { fail(error); } });
  return el('div', { class: 'type', id: 'typing' },
    el('fieldset', {}, el('legend', { class: 'small', text: 'Who speaks (F2 changes)' }), radio('caller', 'Caller'), radio('agent', 'Me, the handler')),
    el('label', { for: 'words', text: 'Type as you listen; Enter ends the turn' }),
    el('div', { class: 'row' }, el('textarea', { id: 'words', rows: '2', maxlength: '8000', 'data-key': 'words', oninput: typed, onkeydown: event => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); finish(); }
    } }), el('button', { type: 'button', class: 'main', text: 'Add', onclick: finish })),
    el('details', {}, el('summary', { text: 'Paste or upload a transcript, swap speakers' }),
      el('label', { for: 'paste', text: 'One turn a line: “Caller: …” and “Agent: …”' }), paste,
      el('div', { class: 'bar' }, el('button', { type: 'button', text: 'Add the pasted text', onclick: () => paste.value.trim() && upload(paste.value) }),
        el('label', { for: 'file' }, 'File ', file), el('button', { type: 'button', id: 'swap', text: 'Swap speakers', onclick: () => desk.act('POST', '/swap') }))));
}

// --- calls ------------------------------------------------------------------------------------------------------------------

/** Counts what was opened: an answer that comes after something else was opened shows nothing. */
let opened = 0;

async function openCall(id) {
  const mine = ++opened;
  stop?.();
  state = null;
  told = '';
  const view = $('view');
  const left = transcript(desk), centre = decision(desk), right = checklist(desk);
  columns = [left, centre, right];
  desk.question = right.question;
  if (person.role === 'agent') left.node.append(typing());
  else left.node.append(el('div', { id: 'typing' }));
  const select = el('select', { id: 'calls', onchange: () => openCall(select.value) });
  fill(view, el('div', { class: 'bar' }, person.role === 'agent' ? el('button', { type: 'button', id: 'new-call', class: 'main', text: 'New call', onclick: newCall }) : null,
    el('label', { for: 'calls', text: 'Calls' }), select, el('button', { type: 'button', class: 'plain', text: 'Keyboard', onclick: keys })),
  el('div', { class: 'columns' }, left.node, centre.node, right.node));
  if (id) {
    const found = await ask('GET', `/calls/${id}`);
    if (mine !== opened) return;
    state = found;
    history.replaceState(null, '', `#${id}`);
    show();
    stop = watch(`/calls/${id}/events`, found => found.call.id === state?.call.id && take(found), up => {
      if (up === 'lost') note('Connection lost. Trying again; what you type is not lost.', true);
      if (up === 'up' && state) note(`Call ${state.call.id}: connected.`);
      if (up === 'ended') logout('Your login has run out. Log in again.');
    });
  }
  const page = await ask('GET', '/calls?limit=50');
  if (mine !== opened) return;
  select.replaceChildren(...(state ? [] : [el('option', { value: '', text: 'choose …' })]), ...page.calls.map(call => el('option', {
    value: call.id, text: callLine(call),
  })));
  select.value = id ?? '';
  if (person.role === 'agent' && id) $('words').focus();
  if (!id && person.role === 'agent') await newCall();
}

async function newCall(key, reference) {
  const mine = ++opened; // the latest wish counts: a call the embedding page asks for, not the empty one a start makes by itself
  const made = await ask('POST', '/calls', { ...(typeof key === 'string' && { key }), ...(typeof reference === 'string' && { reference }) });
  if (mine === opened) await openCall(made.call.id);
}

function keys() {
  const rows = { 'Enter': 'end the turn', 'F2': 'change who speaks', 'F4': 'I have asked the question on the right', 'F6': 'next column', 'F8': 'wrap up', 'Tab on a highlight': 'what it means; Enter corrects it' };
  dialog('Keyboard', el('dl', {}, Object.entries(rows).flatMap(([key, text]) => [el('dt', {}, el('b', { text: key })), el('dd', { text })])), el('div', { class: 'row' }, el('button', { type: 'button', text: 'Close', onclick: closeDialog })));
}

addEventListener('keydown', event => {
  if (!state || $('dialog').open || !document.getElementById('transcript')) return;
  const columnsOf = ['transcript', 'decision', 'checklist'].map($);
  const keysOf = {
    F2: () => { $(speaker() === 'agent' ? 'speaker-caller' : 'speaker-agent').checked = true; },
    F4: () => desk.asked(desk.question()),
    F6: () => columnsOf[(columnsOf.findIndex(node => node.contains(document.activeElement)) + 1) % 3].focus(),
    F8: () => document.querySelector('[data-key=wrap]')?.click(),
  };
  if (keysOf[event.key] && !event.ctrlKey && !event.altKey && !event.metaKey) { event.preventDefault(); keysOf[event.key](); }
});

// --- login, views, embedding ------------------------------------------------------------------------------------------------

const VIEWS = { calls: ['Calls', id => openCall(id)], queue: ['Chats', () => queueView(desk, note)], figures: ['Figures', () => figuresView()], audit: ['Audit log', () => auditView()] };
const OF_ROLE = { agent: ['calls', 'queue'], supervisor: ['figures'], auditor: ['calls', 'audit'] };

async function go(name, id) {
  const mine = ++opened;
  leave?.();
  leave = null;
  if (name !== 'calls') { stop?.(); state = null; $('alarm').replaceChildren(); told = ''; note(''); }
  for (const button of $('nav').children) button.toggleAttribute('aria-current', false);
  $(`nav-${name}`).setAttribute('aria-current', 'page');
  try {
    const found = await VIEWS[name][1](id);
    if (found?.node && mine !== opened) found.leave?.();
    else if (found?.node) { fill($('view'), found.node); leave = found.leave; }
  } catch (error) { fail(error); }
}

async function start() {
  try {
    person = await ask('GET', '/me');
  } catch (error) { return logout(error.status === 401 ? '' : error.message); }
  $('login').hidden = true;
  $('who').textContent = `${person.name}, ${person.role}, site ${person.site}`;
  $('logout').hidden = $('nav').hidden = false;
  $('nav').replaceChildren(...OF_ROLE[person.role].map(name => el('button', { type: 'button', id: `nav-${name}`, text: VIEWS[name][0], onclick: () => go(name) })));
  tell('ready', { role: person.role });
  const wanted = location.hash.slice(1);
  await go(OF_ROLE[person.role][0], /^[0-9a-f]{16}$/.test(wanted) ? wanted : undefined);
}

function logout(reason = '') {
  stop?.();
  leave?.();
  setToken('');
  person = state = null;
  $('view').replaceChildren();
  $('alarm').replaceChildren();
  $('logout').hidden = $('nav').hidden = true;
  $('who').textContent = '';
  $('login').hidden = false;
  $('login-error').textContent = reason;
  note('');
  $('name').focus();
  tell('login');
}

$('logout').addEventListener('click', () => logout());
$('login').addEventListener('submit', async event => {
  event.preventDefault();
  try {
    const found = await ask('POST', '/login', { name: $('name').value, password: $('password').value });
    setToken(found.token);
    $('password').value = '';
    await start();
  } catch (error) { $('login-error').textContent = error.message; }
});
addEventListener('message', async event => {
  if (!embedded || event.source !== parent || !PARENTS.includes(event.origin) || typeof event.data?.type !== 'string') return;
  const { type, token, key, reference } = event.data;
  const text = value => (typeof value === 'string' && value ? value : undefined);
  try {
    if (type === 'rootline.desk.token' && text(token)) { setToken(token); await start(); }
    if (type === 'rootline.desk.open') {
      if (person?.role !== 'agent') throw new Error('Log in as an agent first.');
      if (!$('view').querySelector('.columns')) await go('calls');
      await newCall(text(key), text(reference));
    }
  } catch (error) { fail(error); tell('problem', { about: type, detail: error.message }); }
});
void (hasToken() ? start() : logout());
export { lastMs };
