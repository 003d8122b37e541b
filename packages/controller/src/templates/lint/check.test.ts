import { expect, test } from 'vitest';
import { checkText } from './check.ts';
import type { FileKind } from './kinds.ts';
import { kindOf } from './kinds.ts';

const said = async (kind: FileKind, text: string, path?: string): Promise<string[]> => {
  const verdicts = await checkText(kind, { text, version: '9.4' }, path);
  return verdicts.flatMap(({ checker, state, problems, missing }) => [
    ...(state === 'failed' ? [] : [`${checker}: ${state}${missing ? `, ${missing.package}` : ''}`]),
    ...problems.map(({ line, problem }) => `${checker}: ${line ?? '-'}: ${problem}`),
  ]);
};

const late = (command: string) => `d-i preseed/late_command string ${command}\n`;

const profile = (sections: string) =>
  `<?xml version="1.0"?>
<profile xmlns="http://www.suse.com/1.0/yast2ns" xmlns:config="http://www.suse.com/1.0/configns">
${sections}
</profile>
`;

const unattend = (settings: string) =>
  `<?xml version="1.0"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend">
  <settings pass="specialize">
    <component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">${settings}</component>
  </settings>
</unattend>
`;

test.each<[FileKind, string, string[]]>([
  [
    'preseed',
    `# fine\nd-i a/b string x\n${late('in-target true; \\\n  if true; then :; fi')}`,
    ['debconf-set-selections --checkonly: passed', 'dash -n on its commands: passed'],
  ],
  [
    'preseed',
    `d-i a/b strin x\nnonsense\n${late('if true; then :')}`,
    [
      'debconf-set-selections --checkonly: 1: Unknown type strin, skipping line 1',
      "debconf-set-selections --checkonly: 2: parse error on line 2: 'nonsense'",
      'dash -n on its commands: 3: Syntax error: end of file unexpected (expecting "fi")',
    ],
  ],
  [
    'cloud-config',
    '#cloud-config\nhostname: web1\n',
    ['YAML parser: passed', 'cloud-init schema: passed'],
  ],
  [
    'cloud-config',
    '#cloud-config\nusers: 3\n',
    [
      'YAML parser: passed',
      "cloud-init schema: -: users: 3 is not of type 'string', 'array', 'object'",
    ],
  ],
  [
    'yaml',
    'a: [1\nb: 2\n',
    [
      'YAML parser: 2: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ],
  [
    'json',
    '{"a": 1,\n "b" 2}',
    ["JSON parser: 2: Expected ':' after property name in JSON at position 14 (line 2 column 6)"],
  ],
  ['xml', '<?xml version="1.0"?>\n<a><b/></a>\n', ['xmllint: passed']],
  [
    'xml',
    '<a>\n<b></a>\n',
    [
      'xmllint: 2: Opening and ending tag mismatch: b line 2 and a',
      'xmllint: 3: Premature end of data in tag a line 1',
    ],
  ],
  ['bash', '#!/bin/bash\n[[ a == b ]] && echo <(true)\n', ['bash -n: passed']],
  [
    'bash',
    '#!/bin/bash\nfor\n',
    ["bash -n: 2: syntax error near unexpected token `newline'", "bash -n: 2: `for'"],
  ],
  [
    'sh',
    '#!/bin/sh\ncase x in\n',
    ['dash -n: 3: Syntax error: end of file unexpected (expecting ")")'],
  ],
  [
    'kickstart',
    'lang en_US.UTF-8\n%post\nif true; then\n%end\n',
    [
      'kickstart grammar: passed',
      'bash -n on its scripts: 4: syntax error: unexpected end of file',
    ],
  ],
  [
    'kickstart',
    'lang C\n%traceback\nif true; then\n%end\n',
    [
      'kickstart grammar: passed',
      'bash -n on its scripts: 4: syntax error: unexpected end of file',
    ],
  ],
  [
    'autoyast',
    profile('<general><mode><confirm config:type="boolean">true</confirm></mode></general>'),
    ['xmllint, schema of AutoYaST: passed'],
  ],
  [
    'autoyast',
    profile(
      '<general><mode><confirm config:type="boolean">no</confirm></mode></general>\n' +
        '<users config:type="lst"><user><usernam>root</usernam></user></users>\n<softwar/>',
    ),
    [
      "xmllint, schema of AutoYaST: 3: Element 'confirm': The value 'no' is not an element of the set {'true', 'false'}.",
      "xmllint, schema of AutoYaST: 4: Element 'users', attribute 'type': The value 'lst' is not an element of the set {'boolean', 'integer', 'string', 'symbol', 'disksize', 'list', 'map'}.",
      "xmllint, schema of AutoYaST: 4: Element 'usernam': This element is not expected.",
      "xmllint, schema of AutoYaST: 5: Element 'softwar': This element is not expected.",
    ],
  ],
  [
    'autoyast',
    '<profile>\n',
    ['xmllint, schema of AutoYaST: 2: Premature end of data in tag profile line 1'],
  ],
  [
    'unattend',
    unattend('<ComputerName>x</ComputerName>'),
    ['xmllint, schema of Windows Setup: passed'],
  ],
  [
    'unattend',
    unattend('\n<ComputerNam>x</ComputerNam>'),
    ['xmllint, schema of Windows Setup: 5: Element component has extra content: ComputerNam'],
  ],
  [
    'agama',
    '{"product": {"id": "SLES"},\n "root": {"hashedPassword": true}}',
    ['schema of Agama: passed'],
  ],
  [
    'agama',
    '{"produkt": {},\n "root": {"hashedPassword": "yes"},\n "scripts": {"post": [{"content": ""}]}}',
    [
      'schema of Agama: 2: root.hashedPassword: Invalid input: expected boolean, received string',
      'schema of Agama: -: scripts.post.0.name: Invalid input: expected string, received undefined',
      'schema of Agama: -: the profile: Unrecognized key: "produkt"',
    ],
  ],
  [
    'agama',
    '{',
    ["schema of Agama: 1: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
  ],
  [
    'esxi',
    'vmaccepteula\ninstall --disk=a --overwritevmfs\nrootpw --iscrypted $6$x\n' +
      'network --bootproto=dhcp --device=vmnic0\n%firstboot --interpreter=busybox\nif true; then :; fi\n',
    ['ESXi script grammar: passed', 'dash -n on its scripts: passed'],
  ],
  [
    'esxi',
    'accepteula\ninstal --firstdisk\nnetwork --bootproto=auto --vlan=5\n' +
      '%post --interpreter=perl\nfi\n%pre --interpreter=python\nimport os\n%end --x\n',
    [
      'ESXi script grammar: 2: there is no command instal',
      'ESXi script grammar: 3: network has no option --vlan',
      'ESXi script grammar: 3: --bootproto can\'t be "auto"',
      'ESXi script grammar: 4: --interpreter can\'t be "perl"',
      'ESXi script grammar: 8: there is no section %end',
      'ESXi script grammar: -: install or installorupgrade or upgrade is missing',
      'ESXi script grammar: -: rootpw or upgrade is missing',
      'dash -n on its scripts: 5: Syntax error: "fi" unexpected',
    ],
  ],
  [
    'disk-config',
    '# two disks\ndisk_config disk1 disklabel:gpt-bios bootable:1 fstabkey:uuid align-at:1M\n' +
      'primary /boot/efi 256M vfat rw createopts="-n EFI"\np=root / 1G-20G:resize ext4 rw\n' +
      'logical swap RAM:50% swap sw\ndisk_config sdb sameas: disk1\n' +
      'disk_config lvm preserve_always:vg-home\nvg vg disk1.2\nvg-root / 30%- ext4 rw\n' +
      'disk_config raid\nraid1 / disk1.1,sdb1:spare ext4 rw\ndisk_config tmpfs\ntmpfs /tmp RAM:20% rw\n' +
      'disk_config cryptsetup randinit\nluks:"pass word" - disk1.1 - -\ndisk_config end\n',
    ['disk_config grammar: passed'],
  ],
  [
    'disk-config',
    'primary / 1G ext4 rw\ndisk_config disk1 disklabel:mbr\nprimari / 1G ext4 rw\n' +
      'primary / big ext4 rw\nprimary / 1G\n',
    [
      'disk_config grammar: 1: primary stands before any disk_config',
      'disk_config grammar: 2: disk_config disk1 has no option disklabel:mbr',
      'disk_config grammar: 3: there is no primari on such a device',
      'disk_config grammar: 4: "big" is no size',
      'disk_config grammar: 5: primary has 3 words, of at least 5',
    ],
  ],
  [
    'package-config',
    'PACKAGES install-norec WEB\nnginx php8.2-fpm # web\nexim4- linux-image-amd64/bookworm-backports\n' +
      'libc6:i386 postgresql-*\n',
    ['package_config grammar: passed'],
  ],
  [
    'package-config',
    'htop\nPACKAGES instal\n$x\n',
    [
      'package_config grammar: 1: htop stands before any PACKAGES',
      'package_config grammar: 2: PACKAGES has no action "instal"',
      'package_config grammar: 3: "$x" is no package',
    ],
  ],
  ['other', 'anything', []],
])('%s: %s', async (kind, text, expected) => {
  expect(await said(kind, text)).toEqual(expected);
});

test('a program that is not there is told, with its package', async () => {
  expect(await said('xml', '<a/>', '/nonexistent')).toEqual([
    'xmllint: not-checked, libxml2-utils',
  ]);
});

test.each([
  ['preseed.cfg', 'd-i a/b string x', 'debian-installer', 'preseed'],
  ['kickstart.ks', 'lang C', 'anaconda', 'kickstart'],
  ['ks.cfg', 'vmaccepteula', 'esxi', 'esxi'],
  ['esxi/boot-args', 'ks=x', 'esxi', 'other'],
  ['user-data', '#cloud-config\n', 'subiquity', 'cloud-config'],
  ['meta-data', 'instance-id: x', 'subiquity', 'yaml'],
  ['hooks/x.sh', '#!/bin/bash -e\n', 'fai', 'bash'],
  ['class/10', '#! /bin/sh\n', 'fai', 'sh'],
  ['profile.xml', '<profile/>', 'autoyast', 'xml'],
  ['profile.xml', profile(''), 'autoyast', 'autoyast'],
  ['mine', unattend(''), 'windows', 'unattend'],
  ['disk_config/RESOLE', 'disk_config disk1', 'fai', 'disk-config'],
  ['package_config/RESOLE', 'PACKAGES install', 'fai', 'package-config'],
  ['profile.json', '{}', 'agama', 'agama'],
  ['profile.json', '{}', 'image', 'json'],
])('%s is told by its name or beginning', (name, text, family, kind) => {
  expect(kindOf(name, text, family)).toBe(kind);
});
