import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DOCKERFILE } from '../deployment/dockerfile.js';
import { layOutBaseImage } from './base-image.js';

const run = promisify(execFile);

/** The name under which the base image is committed. */
const BASE = 'localhost/node-of-this-machine';

/** What an image says about the containers that are made of it. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Healthcheck?: { readonly Test: readonly string[] };
}

/** Builds images, in a folder that is removed at the end. Nothing is pulled, and nothing of the machine's own images is used or changed. */
export class Buildah {
  /**
   * @param program - where `buildah` is.
   * @param folder - where the images are.
   */
  constructor(
    private readonly program: string,
    private readonly folder = mkdtempSync(join(tmpdir(), 'images-')),
  ) {}

  /** Makes the base image of this machine's Node.js. */
  async makeBase(): Promise<void> {
    const root = join(this.folder, 'base');
    layOutBaseImage(root);
    const container = await this.run('from', 'scratch');
    await this.run('copy', '--quiet', container, root, '/');
    await this.run('config', '--env', 'PATH=/usr/local/bin:/usr/bin', container);
    await this.run('commit', '--quiet', '--rm', container, BASE);
  }

  /** Builds a target of the Dockerfile of the sample. @returns the name of the image. */
  async build(target: string): Promise<string> {
    const image = `localhost/order-management/${target}:test`;
    const volumes = (await this.npmVolumes()).flatMap((volume) => ['--volume', volume]);
    const ignored = ['--ignorefile', `${DOCKERFILE}.dockerignore`];
    const base = ['--pull-never', '--build-arg', `NODE_IMAGE=${BASE}`];
    // npm opens more files at once than buildah allows by default.
    const limit = (await run('sh', ['-c', 'ulimit -Hn'])).stdout.trim();
    const options = ['--quiet', '--layers', '--format', 'docker', '--ulimit', `nofile=${limit}:${limit}`, ...base, ...ignored, ...volumes];
    await this.run('build', ...options, '--file', DOCKERFILE, '--target', target, '--tag', image, '.');
    return image;
  }

  /** Reads the configuration of an image. */
  async inspect(image: string): Promise<ImageConfig> {
    return JSON.parse(await this.run('inspect', '--type', 'image', image)).Docker.config;
  }

  /** Makes a container of an image. @returns where its file system is. */
  async mount(image: string): Promise<string> {
    return this.run('mount', await this.run('from', '--pull-never', image));
  }

  /** Removes the images and the containers. */
  async remove(): Promise<void> {
    await this.run('umount', '--all').catch(() => undefined);
    await this.run('rm', '--all').catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** How npm reaches its registry from this machine, and what it has downloaded: lent to the build, and not part of an image. */
  private async npmVolumes(): Promise<string[]> {
    const setting = async (name: string) => (await run('npm', ['config', 'get', name])).stdout.trim();
    const [cache, cafile] = [await setting('cache'), await setting('cafile')];
    const lines = ['cache=/npm-cache', 'prefer-offline=true', 'update-notifier=false', 'loglevel=error'];
    const hasCa = cafile !== 'null' && cafile !== '';
    const file = join(this.folder, 'npmrc');
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, [...lines, ...(hasCa ? ['cafile=/ca.crt'] : [])].join('\n'));
    return [`${cache}:/npm-cache`, `${file}:/usr/local/etc/npmrc:ro`, ...(hasCa ? [`${cafile}:/ca.crt:ro`] : [])];
  }

  private async run(...args: readonly string[]): Promise<string> {
    const storage = ['--root', join(this.folder, 'storage'), '--runroot', join(this.folder, 'run')];
    const env = { ...process.env, BUILDAH_ISOLATION: 'chroot' };
    return (await run(this.program, [...storage, ...args], { env, maxBuffer: 1 << 26 })).stdout.trim();
  }
}
