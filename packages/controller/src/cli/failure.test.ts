import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';

const plain = { json: false, colour: false, debug: false };

test('an error tells what is wrong with each field, and what to do next', () => {
  const error = new ResoleError('invalid-input', 'profile "web": 2 things are wrong', {
    details: [
      { field: 'parnt', problem: 'there is no such field', remedy: 'did you mean "parent"?' },
      { field: 'macs.0', problem: 'not a MAC address', value: 'x' },
    ],
    remedy: 'resole profile add --help',
  });
  expect(failureOf(error, plain)).toEqual({
    exitCode: 2,
    text: `error: profile "web": 2 things are wrong (invalid-input)
  parnt: there is no such field (did you mean "parent"?)
  macs.0: not a MAC address, not "x"
next: resole profile add --help
`,
  });
});

test('a fault of ours says so; an interruption is no error', () => {
  expect(failureOf(new Error('boom'), plain)).toMatchObject({ exitCode: 1 });
  expect(failureOf(new Error('boom'), plain).text).toContain('this is a fault of resole');
  for (const name of ['AbortError', 'ExitPromptError']) {
    expect(failureOf(Object.assign(new Error('SIGINT'), { name }), plain)).toEqual({
      exitCode: 130,
      text: 'interrupted\n',
    });
  }
});
