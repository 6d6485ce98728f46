import type { Step } from './demo.js';

/** The command line that sends the request of a step. */
export function curl({ method, url, headers, user, certificate, json, form = {} }: Step, caFile: string | undefined): string {
  const impliesPost = Object.keys(form).length > 0;
  return [
    'curl -i',
    ...(caFile === undefined ? [] : ['--cacert', quoted(caFile)]),
    ...(certificate === undefined ? [] : ['--cert', quoted(certificate.certFile), '--key', quoted(certificate.keyFile)]),
    ...(method === 'GET' || (impliesPost && method === 'POST') ? [] : ['-X', method]),
    quoted(url),
    ...(user === undefined ? [] : ['-u', quoted(user)]),
    ...Object.entries(headers).map(([name, value]) => `-H "${name}: ${value}"`),
    ...(json === undefined ? [] : ['-d', quoted(JSON.stringify(json))]),
    ...Object.entries(form).map(([name, value]) => `-d ${value.startsWith('$') ? `"${name}=${value}"` : quoted(`${name}=${value}`)}`),
  ].join(' ');
}

/** Quotes a word for a POSIX shell if necessary. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
