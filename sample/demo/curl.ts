import type { Step } from './demo.js';

/** The command line that sends the request of a step. */
export function curl({ method, url, headers, json }: Step, caFile: string): string {
  return [
    'curl -i --cacert',
    quoted(caFile),
    ...(method === 'GET' ? [] : ['-X', method]),
    quoted(url),
    ...Object.entries(headers).map(([name, value]) => `-H "${name}: ${value}"`),
    ...(json === undefined ? [] : ['-d', quoted(JSON.stringify(json))]),
  ].join(' ');
}

/** Quotes a word for a POSIX shell where it needs it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
