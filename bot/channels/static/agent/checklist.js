/* Right column: the next question to read aloud, and every red-flag item asked or unasked. */
import { clock, el, fill } from './dom.js';
import { ask } from './api.js';

const STATES = { yes: 'YES, there', no: 'No', unsure: 'Not sure', skipped: 'Declined', not_asked: 'Not asked' };

export function checklist(desk) {
  const next = el('div', { 'aria-live': 'polite' });
  const list = el('ul');
  const count = el('p', { class: 'small' });
  const only = el('input', { type: 'checkbox', id: 'only-open', onchange: () => show(desk.state()) });
  let chosen = null;
  const node = el('section', { class: 'column', id: 'checklist', 'aria-labelledby': 'checklist-title', tabindex: '-1' },
    el('h2', { id: 'checklist-title', text: 'Ask next' }), next, el('h2', { text: 'Red-flag checklist' }), count, el('p', {}, only, ' ', el('label', { for: 'only-open', text: 'Only what is open' })), list);

  const askBox = question => el('div', { class: 'ask' }, el('p', { class: 'say', text: question.text }), question.why ? el('p', {}, el('b', { text: 'Why: ' }), question.why) : null,
    question.rephrasings.length ? el('details', { open: chosen !== null }, el('summary', { text: 'In other words, for a caller who is embarrassed' }), el('ul', {}, question.rephrasings.map(text => el('li', { text })))) : null,
    desk.readOnly() ? null : el('div', { class: 'row' },
      el('button', { type: 'button', class: 'main', 'data-key': 'asked', text: 'I have asked this (F4)', onclick: () => { chosen = null; desk.asked(question.text); } }),
      chosen ? el('button', { type: 'button', 'data-key': 'back', text: 'Back to the suggested one', onclick: () => { chosen = null; show(desk.state()); } }) : null));

  const choose = async item => {
    chosen = await ask('GET', `/calls/${desk.state().call.id}/items/${item}`);
    show(desk.state());
    node.scrollTop = 0;
    node.querySelector('[data-key=asked]')?.focus();
  };
  const tick = async (entry, state) => {
    let concept;
    if (state === 'yes') {
      const found = await ask('GET', `/calls/${desk.state().call.id}/items/${entry.item}`);
      if (found.needs_concept && found.concepts.length) concept = await desk.pick('Which sign?', found.concepts.map(c => [c.concept, c.label]));
      if (concept === null) return;
    }
    await desk.act('PUT', `/items/${entry.item}`, { state, ...(concept && { concept }) });
  };
  const row = entry => el('li', { class: 'item', 'data-item': entry.item },
    el('div', { class: 'head' }, el('span', { class: `state ${entry.state}`, text: entry.state === 'not_asked' && entry.asked_at !== null ? 'Still open' : STATES[entry.state] }),
      el('span', {}, el('b', { text: entry.label }), entry.core ? ' (nerve to bladder and bowel)' : '',
        entry.words.map(word => el('p', { class: 'words' }, el('q', { text: word.text.trim() }), ` turn ${word.n + 1} ${clock(word.at)}`)),
        entry.state === 'not_asked' && entry.asked_at !== null ? el('p', { class: 'words', text: `asked in turn ${entry.asked_at + 1}, not settled by the answer` }) : null,
        entry.by === 'desk' ? el('p', { class: 'words', text: `ticked at the desk; machine: ${STATES[entry.machine]}` }) : null)),
    desk.readOnly() ? null : el('div', { class: 'set', role: 'group', 'aria-label': entry.label },
      Object.entries(STATES).filter(([key]) => key !== 'not_asked').map(([key, label]) => el('button', { type: 'button', 'data-key': `${entry.item}/${key}`, text: label, 'aria-pressed': String(entry.by === 'desk' && entry.state === key), onclick: () => tick(entry, key) })),
      entry.by === 'desk' ? el('button', { type: 'button', 'data-key': `${entry.item}/undo`, text: 'Undo', onclick: () => desk.act('DELETE', `/items/${entry.item}`) }) : null,
      el('button', { type: 'button', class: 'plain', 'data-key': `${entry.item}/words`, text: 'How to ask', 'aria-label': `How to ask: ${entry.label}`, onclick: () => choose(entry.item) })));

  function show(state) {
    const question = chosen ?? state.next;
    fill(next, question ? askBox(question) : el('div', { class: 'ask' }, el('p', { class: 'say', text: state.decision.emergency ? 'No more questions: act now.' : 'Nothing more to ask.' })));
    const minimal = state.checklist.filter(entry => entry.minimal);
    const open = minimal.filter(entry => !['yes', 'no'].includes(entry.state)).length;
    count.textContent = `${minimal.length - open} of ${minimal.length} answered, ${open} open`;
    fill(list, state.checklist.filter(entry => !only.checked || !['yes', 'no'].includes(entry.state)).map(row));
  }
  return { node, show, question: () => (chosen ?? desk.state().next)?.text };
}
