/* The desk's API. The token stays in this tab; it never stands in an address. */

export class Refused extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

/** A page that embeds the desk may deny it any storage; the login then lasts as long as the frame. */
const stored = work => { try { return work(sessionStorage); } catch { return null; } };
let token = stored(store => store.getItem('rootline.desk')) ?? '';
export const setToken = value => {
  token = value;
  stored(store => (value ? store.setItem('rootline.desk', value) : store.removeItem('rootline.desk')));
};
export const hasToken = () => token !== '';
export let lastMs = 0;

export async function ask(method, path, body) {
  const started = performance.now();
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body !== undefined && { 'Content-Type': 'application/json' }) };
  const answer = await fetch(`/agent/api${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store' });
  lastMs = performance.now() - started;
  const text = await answer.text();
  let data = text;
  if (/json/.test(answer.headers.get('content-type') ?? '')) data = JSON.parse(text);
  if (!answer.ok) throw new Refused(answer.status, data.detail ?? `The server answered ${answer.status}.`);
  return data;
}

/** Server-sent events with the token in a header; comes back by itself until `stop` is called. */
export function watch(path, onState, onLine) {
  let stopped = false;
  let control = null;
  const run = async () => {
    for (let tries = 0; !stopped; tries++) {
      control = new AbortController();
      try {
        const answer = await fetch(`/agent/api${path}`, { headers: { Authorization: `Bearer ${token}` }, signal: control.signal, cache: 'no-store' });
        if (answer.status === 401 || answer.status === 404) return onLine(answer.status === 401 ? 'ended' : 'gone');
        if (!answer.ok) throw new Error('no stream');
        onLine('up');
        tries = 0;
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = '';
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          rest += value;
          const parts = rest.split('\n\n');
          rest = parts.pop();
          for (const part of parts) {
            const data = part.split('\n').find(line => line.startsWith('data: '));
            if (data) onState(JSON.parse(data.slice(6)));
          }
        }
      } catch { /* the line broke: below */ }
      if (stopped) return;
      onLine('lost');
      await new Promise(done => setTimeout(done, Math.min(5000, 300 * 2 ** tries)));
    }
  };
  void run();
  return () => { stopped = true; control?.abort(); };
}
