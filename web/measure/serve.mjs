// Serves the candidate pages, and a socket.io 3 stand-in for rasa-webchat. node serve.mjs PORT [ADDRESS OF ROOTLINE]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
const require = createRequire(import.meta.url);
const here = new URL('.', import.meta.url).pathname;
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const server = createServer(async (request, answer) => {
  const path = normalize(new URL(request.url, 'http://x').pathname);
  if (path.startsWith('/socket.io')) return;
  try {
    const file = await readFile(join(here, path.startsWith('/node_modules') || path.startsWith('/built') ? path : '/pages' + path));
    const body = gzipSync(path.endsWith('.html') ? file.toString().replaceAll('{{rootline}}', process.argv[3] ?? '') : file);
    answer.writeHead(200, { 'Content-Type': types[extname(path)] || 'application/octet-stream', 'Content-Encoding': 'gzip', 'Content-Length': body.length });
    answer.end(body);
  } catch { answer.writeHead(404); answer.end(); }
});
const io = require('socket.io')(server, { cors: { origin: '*' }, allowEIO3: true });
io.on('connection', socket => {
  socket.on('session_request', () => socket.emit('session_confirm', socket.id));
  socket.on('user_uttered', m => setTimeout(() => socket.emit('bot_uttered', m.message === 'hello'
    ? { text: 'Hello. Does your knee give way?', quick_replies: [{ title: 'Yes', payload: 'Yes' }, { title: 'No', payload: 'No' }] }
    : { text: 'The reply to ' + m.message }), 20));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
