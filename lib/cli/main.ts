#!/usr/bin/env node
import { createApiKey } from './create-api-key.js';
import { hashPassword } from './hash-password.js';
import { policy } from './policy.js';
import { runCommand } from './run-command.js';

const terminal = { input: process.stdin, output: process.stdout, notes: process.stderr };

void runCommand({ 'hash-password': hashPassword, 'create-api-key': createApiKey, policy }, process.argv.slice(2), terminal).then((code) => {
  // The application may have started something that keeps the process running.
  process.stdout.write('', () => process.exit(code));
});
