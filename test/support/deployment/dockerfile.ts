import { readFileSync } from 'node:fs';

/** One instruction of a Dockerfile, its continuation lines put together. */
export interface Instruction {
  readonly name: string;
  /** What follows the name. */
  readonly text: string;
}

/** What begins with a `FROM`. */
export interface Stage {
  readonly name: string;
  /** The image, or the name of the stage, that it begins with. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** A `COPY` that takes something out of another stage. */
export interface Copy {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** Where the Dockerfile of the order management sample is. */
export const DOCKERFILE = 'sample/order-management/deploy/Dockerfile';

/** Reads the stages of a Dockerfile, with the `ARG`s before the first one filled in. */
export function readStages(file = DOCKERFILE): Stage[] {
  const instructions = instructionsOf(readFileSync(file, 'utf8'));
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  const args = new Map(instructions.slice(0, first).map(({ text }) => text.split('=') as [string, string]));
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructions.slice(first)) {
    if (instruction.name === 'FROM') {
      const [base = '', , name = ''] = instruction.text.split(/\s+/);
      stages.push({ name, base: base.replace(/\$\{(\w+)\}/, (_, arg) => args.get(arg) ?? ''), instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** The stages that an image is made of, from the one that begins with another image to the one of this name. */
export function lineOf(stages: readonly Stage[], name: string): Stage[] {
  const stage = stages.find((each) => each.name === name);
  return stage === undefined ? [] : [...lineOf(stages, stage.base), stage];
}

/** The texts of the instructions of one name, in order. */
export function textsOf(stages: readonly Stage[], name: string): string[] {
  return stages.flatMap(({ instructions }) => instructions.filter((each) => each.name === name).map(({ text }) => text));
}

/** The copies of some stages. */
export function copiesOf(stages: readonly Stage[]): Copy[] {
  return textsOf(stages, 'COPY').map((text) => {
    const words = text.split(/\s+/);
    const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const paths = words.filter((word) => !word.startsWith('--'));
    return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
  });
}

/** The variables that the environment of an image has. */
export function environmentOf(stages: readonly Stage[]): Record<string, string> {
  const pairs = textsOf(stages, 'ENV').flatMap((text) => text.split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
}

function instructionsOf(text: string): Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ', 1)[0] ?? '', text: line.replace(/^\w+\s+/, '') }));
}
