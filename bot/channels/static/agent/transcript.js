/* Left column: what was said, with the words that mean something. */
import { clock, closeDialog, dialog, el, fill, hideTip, showTip } from './dom.js';

export const KINDS = { present: 'present', absent: 'not there', uncertain: 'unsure', other: 'other person', background: 'past or supposed' };
const RANK = ['present', 'uncertain', 'other', 'absent', 'background'];
const name = side => (side === 'caller' ? 'Caller' : 'Handler');

const top = marks => [...marks].sort((a, b) => a.withdrawn - b.withdrawn || RANK.indexOf(a.kind) - RANK.indexOf(b.kind))[0];

/** Pieces of a text, each with the marks over it. */
export function pieces(text, all) {
  const within = (one, other) => one !== other && one.concept === other.concept && one.kind === other.kind && one.start >= other.start && one.end <= other.end && one.end - one.start < other.end - other.start;
  const marks = all.filter(mark => !all.some(other => within(other, mark)));
  const cuts = [...new Set([0, text.length, ...marks.flatMap(mark => [mark.start, mark.end])])].sort((a, b) => a - b);
  const out = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [start, end] = [cuts[i], cuts[i + 1]];
    const over = marks.filter(mark => mark.start <= start && mark.end >= end);
    const last = out[out.length - 1];
    if (last && (last.over.length === 0) === (over.length === 0) && top(last.over)?.kind === top(over)?.kind && (over.length === 0 || top(last.over).end > start || top(over).start < start)) {
      last.text += text.slice(start, end);
      last.over = [...new Set([...last.over, ...over])];
    }
    else out.push({ text: text.slice(start, end), over });
  }
  return out;
}

function about(mark) {
  const more = Object.entries(mark.attributes).map(([key, value]) => `${key.replaceAll('_', ' ')}: ${value}`);
  return [
    `${mark.label}: ${KINDS[mark.kind]}${mark.withdrawn ? ' (taken back)' : ''}`,
    mark.rules.length ? `Rule ${mark.rules.join(', ')}` : '',
    mark.temporality !== 'current' ? mark.temporality.replaceAll('_', ' ') : '',
    ...more,
    mark.machine ? `Machine: ${mark.machine.presence}. Desk: ${mark.withdrawn ? 'taken out' : mark.presence}` : '',
  ].filter(Boolean).join('\n');
}

function marked(turn, piece, n, desk) {
  const sorted = [...piece.over].sort((a, b) => a.withdrawn - b.withdrawn || RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
  const [top] = sorted;
  const text = sorted.map(about).join('\n\n');
  const node = el('button', {
    type: 'button', class: `mark ${top.kind}${top.withdrawn ? ' withdrawn' : ''}`, 'data-key': `${turn.id}/${n}`, text: piece.text,
    'aria-label': `${piece.text.trim()}: ${sorted.map(mark => `${mark.label}, ${KINDS[mark.kind]}`).join('; ')}`,
    onmouseenter: event => showTip(event.target, text), onmouseleave: event => hideTip(event.target),
    onfocus: event => showTip(event.target, text), onblur: event => hideTip(event.target),
    onclick: () => correct(turn, sorted, desk),
  });
  return node;
}

function correct(turn, marks, desk) {
  hideTip();
  const send = (mark, change) => desk.act('POST', '/findings', { turn: turn.id, start: mark.start, end: mark.end, concept: mark.concept, ...change }).then(closeDialog);
  const rows = marks.map(mark => {
    const button = (label, change) => el('button', { type: 'button', text: label, onclick: () => send(mark, change) });
    return el('section', {}, el('h3', { text: mark.label }), el('p', { text: about(mark) }),
      el('div', { class: 'row' }, button('It is there', { presence: 'present', experiencer: 'self', temporality: 'current' }), button('It is not there', { presence: 'absent' }),
        button('Unsure', { presence: 'uncertain' }), button('Another person', { experiencer: 'other' }), button('Long ago', { temporality: 'past_resolved' }),
        button('These words mean something else', { remove: true }), mark.machine ? button('Undo the correction', { undo: true }) : null));
  });
  dialog('What do these words say?', el('p', {}, '“', turn.text.slice(Math.min(...marks.map(m => m.start)), Math.max(...marks.map(m => m.end))), '”'), el('p', { class: 'small', text: 'The machine\'s view is kept beside yours.' }),
    ...(desk.readOnly() ? marks.map(mark => el('p', { text: about(mark) })) : rows), el('div', { class: 'row' }, el('button', { type: 'button', text: 'Close', onclick: closeDialog })));
}

export function transcript(desk) {
  const list = el('ol', { class: 'turns', 'aria-label': 'What was said' });
  list.style.listStyle = 'none'; list.style.margin = '0'; list.style.padding = '0';
  const legend = el('p', { class: 'legend', 'aria-label': 'Marks' }, Object.entries(KINDS).map(([kind, label]) => el('span', { class: `mark ${kind}`, text: label })));
  const node = el('section', { class: 'column', id: 'transcript', 'aria-labelledby': 'transcript-title', tabindex: '-1' },
    el('h2', { id: 'transcript-title', text: 'Transcript' }), legend, list);
  const known = new Map();
  const render = turn => {
    const other = turn.side === 'caller' ? 'agent' : 'caller';
    return el('li', { class: `turn ${turn.side}${turn.final ? '' : ' partial'}`, 'data-turn': turn.id },
      el('div', { class: 'head' }, el('b', { text: name(turn.side) }), clock(turn.at), turn.final ? '' : '(listening)',
        desk.readOnly() ? null : el('button', { type: 'button', class: 'plain', 'data-key': `who/${turn.id}`, text: `it was the ${name(other).toLowerCase()}`,
          'aria-label': `Turn ${turn.n + 1}: it was the ${name(other).toLowerCase()}`, onclick: () => desk.act('PATCH', `/turns/${encodeURIComponent(turn.id)}`, { speaker: other }) })),
      el('p', {}, pieces(turn.text, turn.marks).map((piece, n) => (piece.over.length ? marked(turn, piece, n, desk) : piece.text))));
  };
  // The newest turn stays in sight when the column gets shorter: the emergency banner comes in, the window changes.
  let atEnd = true;
  node.addEventListener('scroll', () => { atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 120; });
  new ResizeObserver(() => { if (atEnd) node.scrollTop = node.scrollHeight; }).observe(node);
  return {
    node,
    show(state) {
      const bottom = atEnd;
      const nodes = state.turns.map(turn => {
        const before = known.get(turn.id);
        const now = before?.turn === turn ? before.now : JSON.stringify(turn);
        if (before?.now === now) { before.turn = turn; return before.node; }
        const made = { turn, now, node: render(turn) };
        known.set(turn.id, made);
        return made.node;
      });
      fill(list, nodes.length ? nodes : el('li', { class: 'small', text: 'Nothing yet. Type what you hear, paste a transcript, or let the telephone system send it.' }));
      if (bottom) node.scrollTop = node.scrollHeight;
      if (!list.contains(document.activeElement)) hideTip(); // the words under the pointer may be gone or elsewhere now
    },
  };
}
