import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A project of a user in a folder of its own. */
export class Project {
  /** @param {string} directory @param {string} name */
  constructor(directory, name) {
    this.directory = directory;
    this.name = name;
    mkdirSync(directory);
  }

  /** Copies the application and its tests into `src`. */
  addSources() {
    cpSync(join(import.meta.dirname, 'app'), join(this.directory, 'src'), { recursive: true });
  }

  /** @param {string} file @param {string | object} content */
  write(file, content) {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  }

  /** @param {string} file */
  path(file) {
    return join(this.directory, file);
  }

  /**
   * Runs a program in the folder. What it prints is shown if it fails.
   *
   * @param {string} program @param {readonly string[]} args
   * @param {{ readonly timeout?: number, readonly directory?: string, readonly env?: Readonly<Record<string, string>> }} [options]
   */
  async run(program, args, { timeout = 300_000, directory = this.directory, env = {} } = {}) {
    const clean = { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', ...env };
    try {
      return (await run(program, [...args], { cwd: directory, timeout, killSignal: 'SIGKILL', env: clean, maxBuffer: 1 << 26 })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
      throw new Error(`${this.name}: ${program} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error });
    }
  }

  /**
   * Runs a script by Node.js.
   *
   * @param {readonly string[]} args
   * @param {{ readonly node?: string, readonly directory?: string, readonly env?: Readonly<Record<string, string>> }} [options]
   */
  node(args, { node = process.execPath, ...options } = {}) {
    return this.run(node, args, options);
  }

  /** @param {string} what */
  passed(what) {
    console.log(`✓ ${this.name}: ${what}`);
  }
}
