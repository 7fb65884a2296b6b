/* Other views: chats that want a person, figures for supervisors, the audit log. */
import { ask } from './api.js';
import { clock, el, fill, svg } from './dom.js';

export async function queueView(desk, note) {
  const list = el('ul'), chat = el('div'), here = el('button', { type: 'button', id: 'here', onclick: () => setHere(here.getAttribute('aria-pressed') !== 'true') });
  const node = el('section', { class: 'panel' }, el('h2', { text: 'Chats that want a person' }), el('p', {}, here), list, chat);
  let open = null, shown = '';
  const setHere = async value => show(await ask('POST', '/presence', { here: value }), value);
  function show(found, value) {
    if (value !== undefined) {
      here.setAttribute('aria-pressed', String(value));
      here.textContent = value ? 'I am here for chats' : 'I am not here: click to take chats';
    }
    fill(list, found.waiting.length ? found.waiting.map(entry => el('li', { class: 'bar', 'data-handover': entry.id },
      el('b', { text: entry.disposition.replaceAll('_', ' ') }), ` since ${clock(entry.requested)}, ${entry.reason.replaceAll('_', ' ')}, ${entry.status}${entry.agent ? ` by ${entry.agent}` : ''}`,
      el('button', { type: 'button', 'data-key': `open/${entry.id}`, text: 'Read', onclick: () => read(entry.id) }),
      entry.status === 'waiting' ? el('button', { type: 'button', class: 'main', 'data-key': `take/${entry.id}`, text: 'Take over', onclick: () => read(entry.id, true) }) : null)) : el('li', { text: 'Nobody is waiting.' }));
  }
  async function read(id, take = false) {
    open = id;
    shown = '';
    showChat(await ask(take ? 'POST' : 'GET', `/queue/${id}${take ? '/take' : ''}`));
    show(await ask('GET', '/queue'));
  }
  function showChat(found) {
    const now = `${found.last} ${found.handover.status} ${found.handover.disposition} ${found.number}`;
    if (now === shown && chat.firstChild) return;
    shown = now;
    const draft = chat.querySelector('#to-visitor')?.value ?? '';
    const words = el('textarea', { id: 'to-visitor', rows: '2', 'data-key': 'to-visitor' });
    words.value = draft;
    const send = async () => {
      if (!words.value.trim()) return;
      const text = words.value.trim();
      words.value = '';
      showChat(await ask('POST', `/queue/${open}/messages`, { id: `a${Date.now().toString(36)}`, text }));
    };
    const mine = found.handover.status === 'taken';
    const emergency = found.summary.decision?.disposition === 'emergency_now';
    fill(chat, emergency ? el('p', { class: 'alarm', role: 'alert', text: '\u26A0 EMERGENCY in this chat: get help for this person now' }) : null,
      el('div', { class: 'chat' },
        el('section', { 'aria-label': 'Chat' }, el('h3', { text: 'Chat' }), found.messages.map(m => el('p', { class: `turn ${m.role === 'user' ? 'caller' : 'agent'}` }, el('b', { text: { user: 'Visitor', bot: 'Bot', agent: 'You' }[m.role] }), ` ${clock(m.at)} `, m.text)),
          mine ? el('div', {}, el('label', { for: 'to-visitor', text: 'Write to the visitor' }), words, el('div', { class: 'bar' }, el('button', { type: 'button', class: 'main', text: 'Send', 'data-key': 'send', onclick: send }),
            el('button', { type: 'button', 'data-key': 'back', text: 'Hand back to the bot', onclick: async () => { showChat(await ask('POST', `/queue/${open}/back`)); show(await ask('GET', '/queue')); } }))) : null),
        el('section', { 'aria-label': 'Summary' }, el('h3', { text: 'Summary' }), found.summary.decision ? el('p', {}, el('b', { text: found.summary.decision.title })) : null,
          el('ul', {}, (found.summary.decision?.rules ?? []).map(rule => el('li', { class: 'rule', text: `${rule.id} ${rule.reason} ${rule.words.map(w => `“${w.text}”`).join(', ')}` }))),
          found.number ? el('p', {}, 'Call back on ', el('b', { text: found.number })) : null,
          el('h3', { text: 'Not asked yet' }), el('ul', {}, (found.summary.unknown ?? []).slice(0, 12).map(entry => el('li', { text: entry.label }))))));
  }
  await setHere(true);
  const timer = setInterval(async () => {
    try {
      show(await ask('POST', '/presence', { here: here.getAttribute('aria-pressed') === 'true' }));
      if (open) showChat(await ask('GET', `/queue/${open}`));
    } catch (error) { note(error.message, true); }
  }, 2000);
  return { node, leave: () => { clearInterval(timer); void ask('POST', '/presence', { here: false }); } };
}

const PATTERNS = { emergency_now: '#a3121f', urgent_same_day: '#c47a00', soon: '#0b5a80', routine: '#4e7f5b', self_care: '#7d8b96', info_only: '#b6c0c9', incomplete: '#5b3a8c' };

/** Bars over days, each with its numbers in a table for those who do not see them. */
function bars(title, rows, keys) {
  const width = 480, height = 180, left = 28, most = Math.max(1, ...rows.map(row => keys.reduce((sum, key) => sum + (row[key] ?? 0), 0)));
  const step = (width - left) / Math.max(1, rows.length);
  const parts = rows.flatMap((row, n) => {
    let top = height - 24;
    return keys.map(key => {
      const tall = ((row[key] ?? 0) / most) * (height - 44);
      top -= tall;
      return svg('rect', { x: left + n * step + 2, y: top, width: Math.max(2, step - 4), height: tall, fill: PATTERNS[key] ?? '#0b5a80', stroke: '#fff' });
    });
  });
  const labels = rows.map((row, n) => (n % Math.ceil(rows.length / 7) === 0 ? svg('text', { x: left + n * step, y: height - 8, text: row.day.slice(5) }) : null)).filter(Boolean);
  const plot = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${title}, numbers in the table below` }, parts, labels, svg('text', { x: 0, y: 14, text: String(most) }), svg('text', { x: 0, y: height - 24, text: '0' }));
  const used = keys.filter(key => rows.some(row => row[key]));
  return el('figure', {}, el('figcaption', {}, el('h3', { text: title })), plot,
    el('p', { class: 'legend' }, used.map(key => { const chip = el('span', { text: key.replaceAll('_', ' ') }); chip.style.borderLeft = `1rem solid ${PATTERNS[key] ?? '#0b5a80'}`; return chip; })),
    el('details', {}, el('summary', { text: 'Numbers' }), el('table', {}, el('tr', {}, el('th', { scope: 'col', text: 'Day' }), used.map(key => el('th', { scope: 'col', text: key.replaceAll('_', ' ') }))),
      rows.map(row => el('tr', {}, el('th', { scope: 'row', text: row.day }), used.map(key => el('td', { text: String(row[key] ?? 0) })))))));
}

export async function figuresView() {
  const node = el('section', { class: 'panel' });
  const show = async () => {
    const f = await ask('GET', '/figures?days=14');
    const seconds = value => (value === null ? 'none yet' : `${Math.round(value)} s`);
    fill(node, el('h2', { text: `Site ${f.site}: the last 14 days` }), el('p', { class: 'small', text: 'Counts only. No patient text is shown here.' }),
      el('p', {}, `Live calls: `, el('b', { text: f.calls.open }), `, closed: `, el('b', { text: f.calls.closed }), `. Chats waiting: `, el('b', { text: f.queue.waiting }), `, taken: `, el('b', { text: f.queue.taken }),
        `, agents there: `, el('b', { text: f.queue.present })),
      el('p', {}, `Wait for a person, median: `, el('b', { text: seconds(f.response.wait_median) }), `. Length of a call, median: `, el('b', { text: seconds(f.response.call_median) }), `. Reading a turn: `, el('b', { text: f.response.turn_ms === null ? 'none yet' : `${f.response.turn_ms} ms` })),
      el('div', { class: 'plots' }, bars('Levels of closed and live calls', f.levels, Object.keys(PATTERNS)), bars('Overrides', f.overrides, ['more_urgent', 'less_urgent']),
        el('figure', {}, el('figcaption', {}, el('h3', { text: 'Questions most often left open' })), el('table', {}, el('tr', {}, el('th', { scope: 'col', text: 'Item' }), el('th', { scope: 'col', text: 'Calls' })),
          f.missed.map(row => el('tr', {}, el('td', { text: row.label }), el('td', { text: `${row.count} of ${row.of}` })))))));
  };
  await show();
  const timer = setInterval(show, 10000);
  return { node, leave: () => clearInterval(timer) };
}

export async function auditView() {
  const state = await ask('GET', '/audit/verify');
  const rows = el('tbody');
  let next = 0;
  const more = el('button', { type: 'button', text: 'More', onclick: load });
  async function load() {
    const page = await ask('GET', `/audit?limit=100&after=${next}`);
    rows.append(...page.entries.map(e => el('tr', {}, el('td', { text: String(e.n) }), el('td', { text: new Date(e.at * 1000).toLocaleString() }), el('td', { text: `${e.who} (${e.role})` }), el('td', { text: e.action }), el('td', { text: e.object }),
      el('td', { text: Object.entries(e.detail).map(([key, value]) => `${key}: ${value}`).join(', ') }))));
    next = page.next;
    more.hidden = next === null;
  }
  await load();
  return { node: el('section', { class: 'panel' }, el('h2', { text: 'Audit log' }), el('p', { class: state.intact ? '' : 'error', role: 'status', text: state.intact ? 'The log is as it was written.' : `The log was tampered with: ${state.problems.join('; ')}` }),
    el('table', {}, el('thead', {}, el('tr', {}, ['No.', 'When', 'Who', 'What', 'Of', 'Detail'].map(text => el('th', { scope: 'col', text })))), rows), more) };
}
