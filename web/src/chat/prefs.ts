/**
 * What the person likes: larger text, reading aloud. Kept in this frame's own storage; never a word of the conversation.
 *
 * In: a change. Out: the likes. Called by app.tsx.
 */

import { openStorage } from '../launcher/vault';

export interface Prefs {
  largerText: boolean;
  readAloud: boolean;
}

const KEY = 'rootline:prefs';

export function readPrefs(): Prefs {
  try {
    const found = JSON.parse(openStorage('localStorage')?.getItem(KEY) ?? '{}') as Partial<Prefs>;
    return { largerText: found.largerText === true, readAloud: found.readAloud === true };
  } catch {
    return { largerText: false, readAloud: false };
  }
}

export function writePrefs(prefs: Prefs): void {
  try {
    openStorage('localStorage')?.setItem(KEY, JSON.stringify(prefs));
  } catch {
    // They hold for this page then.
  }
}
