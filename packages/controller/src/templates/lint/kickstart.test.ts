import { expect, test } from 'vitest';
import { lintKickstart } from './kickstart.ts';

const said = (text: string, version: string): string[] =>
  lintKickstart(text, version).map(({ line, problem }) => `${line}: ${problem}`);

test('a file without mistakes', () => {
  const text = `# a comment
lang en_US.UTF-8 # another
network --bootproto=static --ip=192.0.2.10 --device 'eth0'
part / --fstype="xfs" --grow --size=1
%include /tmp/disk.ks
partition swap --recommended

%packages --ignoremissing
@core
-firewalld # no command
%end

%pre --interpreter=/bin/bash --log /tmp/pre.log
no_command --here "
%end
`;
  for (const version of ['7.9', '8.10', '9.4', '10', '42']) expect(said(text, version)).toEqual([]);
});

test.each([
  ['sshkey --username=root key', '7', ['1: sshkey is not there before version 8']],
  ['autopart --nohome', '7.9', ['1: autopart --nohome is not there before version 8']],
  ['install', '7.9', []],
  ['install', '8.4', ['1: install is deprecated since version 8']],
  ['install', '9', ['1: install is gone since version 9']],
  ['auth --enableshadow', '8', ['1: auth is deprecated since version 8']],
  ['auth --enableshadow', '10.0', ['1: auth is gone since version 10']],
  ['timezone Etc/UTC --isUtc', '8', []],
  ['timezone Etc/UTC --isUtc', '9', ['1: timezone --isUtc is deprecated since version 9']],
  ['timezone Etc/UTC --isUtc', '41', ['1: timezone --isUtc is gone since version 10']],
  ['timesource --ntp-pool=a', '8', ['1: timesource is not there before version 9']],
  ['netwrok --device=x', '9', ['1: there is no command netwrok']],
  ['network --vlan=5', '9', ['1: network has no option --vlan']],
  ['constructor', '9', ['1: there is no command constructor']],
  ['rootpw "secret', '9', ['1: a quote is not closed']],
  ['%packages --nobase\n%end', '8', ['1: section %packages --nobase is gone since version 8']],
  ['%onerror\n%end', '7', ['1: section %onerror is not there before version 8']],
  ['%pre\necho', '9', ['1: %pre is not closed by %end']],
  ['%pre\necho\n%post\n%end', '9', ['3: %pre of line 1 is not closed by %end']],
  ['%end', '9', ['1: %end without a section']],
  ['%include', '9', ['1: %include takes one file or address']],
])('%s for %s', (text, version, problems) => {
  expect(said(text, version)).toEqual(problems);
});
