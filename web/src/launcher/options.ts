/**
 * The attributes of the script tag, read once and made safe.
 *
 * In: the `<script>` element. Out: `Options`. Called by main.ts.
 */

import { DEFAULT_SETTINGS, type Settings } from '../shared/protocol';
import { readableAccent } from './contrast';

export type Remember = 'device' | 'tab' | 'never';

export interface Options {
  /** Where Rootline lives, for example "https://symptoms.example.org". */
  origin: string;
  locale: string;
  label: string;
  title: string;
  position: 'start' | 'end';
  remember: Remember;
  /** Open when the page has loaded. Focus stays where it is. */
  open: boolean;
  /** Show no button of our own; the page opens the chat itself. */
  hidden: boolean;
  /** The accent colour, if one was given that can be read; null for our own. */
  accent: string | null;
  settings: Settings;
}

const oneOf = <T extends string>(value: string | undefined, allowed: readonly T[]): T =>
  allowed.find(a => a === value) ?? (allowed[0] as T);

const isOn = (value: string | undefined): boolean => value !== undefined && !['false', 'no', 'off', '0'].includes(value);

/** Only http(s) addresses; anything else would let an attribute run script in our frame. */
const webAddress = (value: string | undefined, base: string): string => {
  if (!value) return '';
  try {
    const url = new URL(value, base);
    return ['https:', 'http:'].includes(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
};

export function readOptions(script: HTMLScriptElement, page: string = location.href): Options {
  const data = script.dataset;
  const accent = data['accent'] ? readableAccent(data['accent']) : null;
  return {
    origin: new URL(script.src, page).origin,
    locale: /^(international|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/.test(data['locale'] ?? '') ? (data['locale'] as string) : '',
    label: data['label'] || 'Check my symptoms',
    title: (data['title'] ?? '').slice(0, 60),
    position: oneOf(data['position'], ['end', 'start'] as const),
    remember: oneOf(data['remember'], ['device', 'tab', 'never'] as const),
    open: isOn(data['open']),
    hidden: isOn(data['hidden']),
    accent,
    settings: {
      ...DEFAULT_SETTINGS,
      title: (data['title'] ?? '').slice(0, 60),
      theme: oneOf(data['theme'], ['auto', 'light', 'dark'] as const),
      dir: data['dir'] === 'rtl' ? 'rtl' : data['dir'] === 'ltr' ? 'ltr' : '',
      startMessage: (data['startMessage'] ?? '').slice(0, 500),
      voice: isOn(data['voice']),
      privacyUrl: webAddress(data['privacyUrl'], page),
      colours: accent ? { '--rl-accent': accent } : {},
    },
  };
}
