/**
 * The pictures on buttons and panels. Each stands beside words, so screen readers do not hear of it.
 *
 * In: name. Out: SVG. Called by the other parts.
 */

const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  send: 'M4.5 12h13M12 5.5l6.5 6.5-6.5 6.5',
  alarm: 'M12 3.2L22 20.5H2L12 3.2zM12 9.5v5.2M12 17.6v.2',
  phone: 'M6.2 3.5h3l1.6 4.6-2.1 1.6a12 12 0 0 0 5.6 5.6l1.6-2.1 4.6 1.6v3c0 1.4-1.2 2.5-2.6 2.4C10.6 19.7 4.3 13.4 3.8 6.1 3.7 4.7 4.8 3.5 6.2 3.500z',
  message: 'M4 5h16v11H11l-5 4v-4H4z',
  check: 'M5 12.5l4.5 4.500L19 7.5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.8-3.9 3.8-6 7.5-6s6.7 2.1 7.5 6',
  speaker: 'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a7.5 7.5 0 0 1 0 11',
  stop: 'M7 7h10v10H7z',
  text: 'M3.5 18.500l5-13 5 13M5.3 14h6.400M15 18.500l3-8 3 8M16 15.800h4',
  print: 'M7 9V4h10v5M7 17H4.500v-6A1.5 1.5 0 0 1 6 9.500h12a1.5 1.5 0 0 1 1.5 1.500v6H17M7 14.500h10V20H7z',
  save: 'M12 4v10.500M7.5 10.500l4.5 4.5 4.5-4.500M5 19.500h14',
  copy: 'M9 9h10.500v11H9zM6 15H4.500V4H15v2',
  restart: 'M5 12a7 7 0 1 0 2.2-5.100M4.5 4v4.500H9',
  bin: 'M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7M10.5 11v5M13.5 11v5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.600v.2',
  cloud: 'M3 3l18 18M8 8.500A5 5 0 0 0 7.5 18H16M10.5 6.300A5.5 5.5 0 0 1 17.5 11a3.5 3.5 0 0 1 2.6 5.7',
  mic: 'M12 14.500a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.500a6 6 0 0 0 12 0M12 17.500v3M9 20.500h6',
  down: 'M12 5v13M6.5 12.500L12 18l5.5-5.5',
  quote: 'M5 17V11.500C5 8.5 6.5 7 9 6.500M13.5 17v-5.500c0-3 1.5-4.5 4-5M5 17h4v-4.500H5M13.5 17h4v-4.500h-4',
  speak: 'M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12.500h5',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
