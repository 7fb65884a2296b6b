/**
 * What every part of the screen may need, handed down once.
 *
 * In: made by app.tsx. Out: `useChat()`. Called by the parts.
 */

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Announcer } from './announcer';
import type { Api } from './api';
import type { Conversation } from './conversation';
import type { Frame } from './home';
import type { Reader } from './speech';
import type { Words } from './strings';

export interface Chat {
  words: Words;
  api: Api;
  conversation: Conversation;
  frame: Frame;
  announcer: Announcer;
  reader: Reader;
}

const Context = createContext<Chat | null>(null);
export const ChatProvider = Context.Provider;

export function useChat(): Chat {
  const chat = useContext(Context);
  if (!chat) throw new Error('useChat outside of the app');
  return chat;
}
