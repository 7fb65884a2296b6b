/* Centre column: the level, the rules with the caller's words, what is unknown. */
import { clock, closeDialog, dialog, el, fill } from './dom.js';
import { ask } from './api.js';

const LEVELS = { emergency_now: 'Emergency now', urgent_same_day: 'Same day', soon: 'Soon (days)', routine: 'Routine', self_care: 'Self-care', info_only: 'Information only', incomplete: 'Not decided' };
const OUTCOMES = { sent_to_emergency: 'Sent to emergency care', same_day: 'Same-day care arranged', appointment: 'Appointment', self_care: 'Self-care advice', information: 'Information given', passed_on: 'Passed on', cut_off: 'Call was cut off', other: 'Other' };
/** Characters shown on either side of a sign's words. */
const AROUND = 60;

export function decision(desk) {
  const body = el('div');
  const node = el('section', { class: 'column', id: 'decision', 'aria-labelledby': 'decision-title', tabindex: '-1' }, el('h2', { id: 'decision-title', text: 'Decision' }), body);
  /** The words of a sign inside what was said around them: "numb" alone says too little. */
  const said = word => {
    const whole = desk.state()?.turns[word.n]?.text ?? '';
    const at = whole.indexOf(word.text);
    if (at < 0) return [word.text.trim()];
    const from = at > AROUND ? whole.lastIndexOf(' ', at - AROUND) + 1 : 0, end = at + word.text.length;
    const next = whole.indexOf(' ', end + AROUND), to = next < 0 ? whole.length : next;
    return [from ? '… ' : '', whole.slice(from, at), el('b', { text: word.text }), whole.slice(end, to), to < whole.length ? ' …' : ''];
  };
  const rule = entry => el('li', { class: `rule ${entry.disposition}` }, el('span', { class: 'id', text: `${entry.id} ` }), `${entry.reason} `,
    entry.words.map(word => el('p', {}, 'Caller: ', el('q', {}, said(word)), el('span', { class: 'small', text: ` turn ${word.n + 1} ${clock(word.at)}` }))),
    el('details', {}, el('summary', { text: 'Source' }), el('small', { text: entry.source })));
  const wrap = state => el('button', { type: 'button', class: 'main', 'data-key': 'wrap', text: state.call.status === 'open' ? 'Wrap up …' : 'Records …', onclick: () => wrapUp(desk) });
  return {
    node,
    show(state) {
      const found = state.decision;
      const given = found.override;
      fill(body,
        el('div', { class: `level ${found.level}` }, el('strong', { text: found.level_title }),
          given ? el('p', { text: `Decided by ${given.by}, instead of “${LEVELS[found.disposition]}”. Reason: ${given.reason}` }) : null,
          el('p', { class: 'small', text: `Machine alone: ${LEVELS[found.machine.disposition]}${found.machine.rules.length ? ` (${found.machine.rules.join(', ')})` : ''}` })),
        desk.readOnly() ? null : el('div', { class: 'bar' },
          el('button', { type: 'button', 'data-key': 'override', text: 'Decide otherwise …', onclick: () => override(desk) }),
          given ? el('button', { type: 'button', 'data-key': 'undo', text: 'Take my decision back', onclick: () => desk.act('DELETE', '/override') }) : null, wrap(state)),
        desk.readOnly() ? el('div', { class: 'bar' }, wrap(state)) : null,
        el('p', { class: 'small', text: 'Decision support. You decide.' }),
        el('h3', { text: 'Why' }), found.rules.length ? el('ul', {}, found.rules.map(rule)) : el('p', { text: 'No rule has fired. That is no all-clear: look at what is unknown.' }),
        el('h3', { text: `Still unknown (${state.unknown.length})` }),
        el('ul', {}, state.unknown.slice(0, 8).map(entry => el('li', { text: `${entry.state === 'not_asked' ? '' : `${entry.state}: `}${entry.label}` }))),
        state.unknown.length > 8 ? el('p', { class: 'small', text: `and ${state.unknown.length - 8} more in the checklist` }) : null);
    },
  };
}

function override(desk) {
  const level = el('select', { id: 'override-level' }, Object.entries(LEVELS).filter(([key]) => key !== 'incomplete').map(([key, label]) => el('option', { value: key, text: label })));
  const reason = el('textarea', { id: 'override-reason', required: true, minlength: '5', maxlength: '1000', rows: '3' });
  const wrong = el('p', { class: 'error', role: 'alert' });
  const form = el('form', { onsubmit: event => {
    event.preventDefault();
    desk.act('PUT', '/override', { disposition: level.value, reason: reason.value.trim() }).then(closeDialog, error => { wrong.textContent = error.message; });
  } }, el('label', { for: 'override-level', text: 'Your decision' }), level, el('label', { for: 'override-reason', text: 'Reason (kept in every record)' }), reason, wrong,
    el('div', { class: 'row' }, el('button', { type: 'submit', class: 'main', text: 'Decide' }), el('button', { type: 'button', text: 'Cancel', onclick: closeDialog })));
  dialog('Decide otherwise', form);
}

export async function wrapUp(desk) {
  const call = desk.state().call;
  const place = el('pre', { tabindex: '0', 'aria-label': 'Record', text: 'Loading …' });
  const show = async name => {
    const found = await ask('GET', `/calls/${call.id}/records/${name}`);
    place.textContent = typeof found === 'string' ? found : JSON.stringify(found, null, 1);
    for (const button of box.querySelectorAll('[data-record]')) button.setAttribute('aria-pressed', String(button.dataset.record === name));
  };
  const save = () => {
    const name = box.querySelector('[data-record][aria-pressed=true]').dataset.record;
    const link = el('a', { href: URL.createObjectURL(new Blob([place.textContent])), download: `${call.id}-${name}` });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const records = { 'sbar.txt': 'SBAR note', 'patient.txt': 'Text for the patient', 'fhir.json': 'FHIR', 'call.csv': 'CSV', 'call.json': 'JSON' };
  // Nothing is preselected: an outcome in a record must be somebody's choice.
  const outcome = el('select', { id: 'outcome', 'aria-required': 'true', 'aria-describedby': 'wrap-wrong' }, el('option', { value: '', text: 'Choose the outcome' }), Object.entries(OUTCOMES).map(([key, label]) => el('option', { value: key, text: label })));
  const note = el('textarea', { id: 'wrap-note', rows: '2', maxlength: '4000' });
  const wrong = el('p', { class: 'error', role: 'alert', id: 'wrap-wrong' });
  const missing = () => {
    const none = !outcome.value;
    outcome.setAttribute('aria-invalid', String(none));
    wrong.textContent = none ? 'Choose the outcome, then close the call.' : '';
    return none;
  };
  outcome.addEventListener('change', missing);
  const close = call.status === 'open' && !desk.readOnly() ? el('form', { onsubmit: event => {
    event.preventDefault();
    if (missing()) return outcome.focus();
    desk.act('POST', '/close', { outcome: outcome.value, note: note.value }).then(closeDialog, error => { wrong.textContent = error.message; });
  } }, el('label', { for: 'outcome', text: 'Outcome' }), outcome, el('label', { for: 'wrap-note', text: 'Note' }), note, wrong,
    el('div', { class: 'row' }, el('button', { type: 'submit', class: 'main', text: 'Close the call' }))) : null;
  const box = dialog(call.status === 'open' ? 'Wrap up' : 'Records of a closed call',
    el('div', { class: 'row' }, Object.entries(records).map(([key, label]) => el('button', { type: 'button', 'data-record': key, 'aria-pressed': 'false', text: label, onclick: () => show(key) }))),
    place, el('div', { class: 'row' }, el('button', { type: 'button', text: 'Copy', onclick: () => navigator.clipboard.writeText(place.textContent) }), el('button', { type: 'button', text: 'Save as a file', onclick: save }),
      el('button', { type: 'button', text: 'Back to the call', onclick: closeDialog })), close);
  await show('sbar.txt');
}
