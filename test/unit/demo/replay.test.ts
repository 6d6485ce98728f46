import { differences } from '../../../demo/compare.js';
import { curl } from '../../../demo/curl.js';
import type { Incident, Inspection, Step } from '../../../demo/demo.js';
import type { Answer } from '../../../demo/https-client.js';
import { type Reporter, replay } from '../../../demo/replay.js';

const STEP: Step = { title: 'Ask', method: 'GET', url: 'https://localhost:1/', headers: {}, expect: { status: 200, body: '' } };
const answer = (status: Answer['status'], rest: Partial<Answer> = {}): Answer => ({ status, headers: {}, body: '', ...rest });

/** Replays against answers in their order, and writes down what happened. */
async function replayed(steps: readonly (Step | Incident | Inspection)[], answers: Answer[]) {
  const log: string[] = [];
  const sent: Record<string, string>[] = [];
  const report: Reporter = {
    incident: ({ title }) => log.push(title),
    request: ({ title }, number) => log.push(`${number} ${title}`),
    waiting: (_answer, seconds) => log.push(`waits ${seconds}`),
    answer: ({ status }, _step, wrong) => log.push(wrong.length === 0 ? `${status}` : wrong.join()),
    finding: ({ title }, number, { shown, wrong }) => log.push(`${number} ${title}: ${shown.join()}${wrong.join()}`),
  };
  const client = {
    send: async (_step: Step, variables: Readonly<Record<string, string>>) => {
      sent.push({ ...variables });
      return answers.shift() ?? answer('no answer');
    },
  };
  const cause = async ({ stop, start }: Incident) => void log.push(`stop ${stop}, start ${start}`);
  const score = await replay({ steps, variables: { A: 'a' } }, { client, cause, report, interrupted: new AbortController().signal });
  return { score, log, sent };
}

describe('a replay', () => {
  it('goes through requests and incidents in order, and counts the requests', async () => {
    const steps = [STEP, { title: 'Down', stop: 'sts' }, { ...STEP, title: 'Again' }];
    const { score, log } = await replayed(steps, [answer(200), answer(503)]);
    expect(score).toEqual({ passed: 1, asked: 2 });
    expect(log).toEqual(['1 Ask', '200', 'Down', 'stop sts, start undefined', '2 Again', 'status 503 instead of 200']);
  });

  it('counts what is looked at as it counts requests', async () => {
    const look = (title: string, wrong: string[]): Inspection => ({ title, inspect: async () => ({ shown: ['a tree'], wrong }) });
    const { score, log } = await replayed([STEP, look('Good', []), look('Bad', [' is missing'])], [answer(200)]);
    expect(score).toEqual({ passed: 2, asked: 3 });
    expect(log).toEqual(['1 Ask', '200', '2 Good: a tree', '3 Bad: a tree is missing']);
  });

  it('comes back after a 503 when it is told to, if it has the patience', async () => {
    const busy = answer(503, { headers: { 'retry-after': '0' } });
    const patient = await replayed([{ ...STEP, patience: 5 }], [busy, busy, answer(200)]);
    expect(patient.log).toEqual(['1 Ask', 'waits 0', 'waits 0', '200']);
    const impatient = await replayed([{ ...STEP, patience: 5 }], [answer(503, { headers: { 'retry-after': '6' } }), answer(200)]);
    expect(impatient.score.passed).toBe(0);
  });

  it('keeps a token for the requests that follow', async () => {
    const steps = [{ ...STEP, keepToken: 'B', expect: { status: 200, bodyHas: {} } }, STEP];
    const { sent } = await replayed(steps, [answer(200, { body: '{"access_token":"b"}' }), answer(200)]);
    expect(sent).toEqual([{ A: 'a' }, { A: 'a', B: 'b' }]);
  });
});

describe('the demo compares an answer', () => {
  it('of which only a part is known', () => {
    const expected = { status: 200, headers: { 'Retry-After': /^\d+$/ }, bodyHas: { scope: 'read' } };
    const good = answer(200, { headers: { 'retry-after': '5' }, body: '{"scope":"read","access_token":"x"}' });
    expect(differences(good, expected)).toEqual([]);
    expect(differences({ ...good, headers: { 'retry-after': 'soon' } }, expected)).toEqual(['Retry-After: soon instead of /^\\d+$/']);
    expect(differences({ ...good, body: '{"scope":"write"}' }, expected)).toEqual([
      'body {"scope":"write"} instead of a body with {"scope":"read"}',
    ]);
  });

  it('with several header fields of a name as with one list', () => {
    const headers = { 'www-authenticate': ['Bearer realm="a"', 'Basic realm="a"'] };
    const expected = { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="a", Basic realm="a"' }, body: '' };
    expect(differences(answer(401, { headers }), expected)).toEqual([]);
  });

  it('that did not come because the handshake failed, not because no server is there', () => {
    expect(differences(answer('handshake failed', { body: 'reset' }), { status: 'handshake failed' })).toEqual([]);
    expect(differences(answer('no answer'), { status: 'handshake failed' })).toEqual(['status no answer instead of handshake failed']);
    expect(differences(answer(200), { status: 'handshake failed' })).toEqual(['status 200 instead of handshake failed']);
  });
});

it('the demo shows certificates, users and forms on the command line', () => {
  const certificate = { certFile: 'a.crt', keyFile: 'a.key' };
  const step: Step = { ...STEP, method: 'POST', certificate, user: 'a:b', form: { scope: 'read write', token: '$TOKEN' } };
  expect(curl(step, 'ca.crt')).toBe(
    `curl -i --cacert ca.crt --cert a.crt --key a.key https://localhost:1/ -u a:b -d 'scope=read write' -d "token=$TOKEN"`,
  );
});
