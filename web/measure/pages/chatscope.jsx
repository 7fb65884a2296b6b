import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { MainContainer, ChatContainer, MessageList, Message, MessageInput, Button } from '@chatscope/chat-ui-kit-react';

const App = () => {
  const [all, set] = useState([{ message: 'Hello. Does your knee give way?', direction: 'incoming', sender: 'bot' }]);
  const send = text => { set(a => [...a, { message: text, direction: 'outgoing', sender: 'me' }]);
    setTimeout(() => set(a => [...a, { message: 'The reply to ' + text, direction: 'incoming', sender: 'bot' }]), 20); };
  return <MainContainer><ChatContainer><MessageList>{all.map((m, i) => <Message key={i} model={{ ...m, position: 'single' }} />)}
    <Message model={{ type: 'custom', direction: 'incoming', position: 'single' }}><Message.CustomContent><Button border onClick={() => send('Yes')}>Yes</Button><Button border onClick={() => send('No')}>No</Button></Message.CustomContent></Message>
  </MessageList><MessageInput placeholder="Message" attachButton={false} onSend={(_, t) => send(t)} /></ChatContainer></MainContainer>;
};
createRoot(document.getElementById('chat')).render(<App />);
