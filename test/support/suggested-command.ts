/** A curl command that a sample prints, with the status that it promises. */
export interface SuggestedCommand {
  readonly line: string;
  readonly url: string;
  readonly init: RequestInit;
  readonly status: number;
}

/** Reads the commands in what a sample has printed: `curl -i [-X method] url [-u user:password] [-H "name: value"]    # status`. */
export function readCommands(text: string): SuggestedCommand[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('curl '))
    .map(readCommand);
}

function readCommand(line: string): SuggestedCommand {
  const [command = '', promise = ''] = line.split('    # ');
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([word, quoted]) => quoted ?? word);
  const optionOf = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const user = optionOf('-u');
  const [, name = '', value = ''] = /^(.+?): (.*)$/.exec(optionOf('-H') ?? '') ?? [];
  const url = words.find((word) => word.startsWith('http')) ?? '';
  const headers = {
    ...(user !== undefined && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    ...(name !== '' && { [name]: value }),
  };
  return { line, url, init: { method: optionOf('-X') ?? 'GET', headers }, status: Number.parseInt(promise, 10) };
}
