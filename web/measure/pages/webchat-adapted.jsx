import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import ReactWebChat from '../node_modules/botframework-webchat/dist/botframework-webchat.minimal.mjs';

const subject = (first = []) => { const seen = [...first], all = new Set();
  return { next(v) { seen.push(v); all.forEach(o => o.next(v)); },
    subscribe(o, e) { const x = typeof o === 'function' ? { next: o } : o; all.add(x); seen.forEach(v => x.next && x.next(v));
      return { unsubscribe() { all.delete(x); } }; } }; };
const activity$ = subject(), connectionStatus$ = subject([0, 1, 2]);
let n = 0;
const bot = (text, attachments) => activity$.next({ type: 'message', id: 'b' + ++n, from: { id: 'bot', role: 'bot' }, timestamp: new Date().toISOString(), text, attachments });
const directLine = { activity$, connectionStatus$, end() {}, getSessionId() { return subject([]); },
  postActivity(a) { const id = 'u' + ++n;
    return { subscribe(o) { const x = typeof o === 'function' ? { next: o } : o; setTimeout(() => { x.next(id); x.complete && x.complete();
      activity$.next({ ...a, id, timestamp: new Date().toISOString() }); }, 0); return { unsubscribe() {} }; } }; } };

const Ticks = () => h('fieldset', null, h('legend', null, 'Do you have any of these right now?'),
  ['Chest pain', 'Trouble breathing', 'None of these'].map(t => h('label', { key: t, style: { display: 'block', minHeight: 32 } }, h('input', { type: 'checkbox', className: 'tick' }), ' ' + t)),
  h('button', { className: 'send-ticks' }, 'Send my answer'));
const Alarm = () => h('div', { role: 'alert', className: 'alarm' }, h('strong', null, 'Go to A&E now or call 999.'), ' ', h('a', { href: 'tel:999' }, 'Call 999'));
const attachmentMiddleware = () => next => card => card.attachment.contentType === 'x/ticks' ? h(Ticks) : card.attachment.contentType === 'x/alarm' ? h(Alarm) : next(card);
createRoot(document.getElementById('chat')).render(h(ReactWebChat, { directLine, userID: 'u', locale: 'en-GB', attachmentMiddleware, styleOptions: { hideUploadButton: true } }));
bot('Before anything else: do you have any of these right now?', [{ contentType: 'x/ticks', content: {} }]);
window.alarm = () => bot('Go to A&E now or call 999.', [{ contentType: 'x/alarm', content: {} }]);
