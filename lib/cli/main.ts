#!/usr/bin/env node
import { hashPassword } from './hash-password.js';
import { runCommand } from './run-command.js';

const terminal = { input: process.stdin, output: process.stdout, notes: process.stderr };

void runCommand({ 'hash-password': hashPassword }, process.argv.slice(2), terminal).then((code) => {
  process.exitCode = code;
});
