import { join } from 'node:path';
import type { Profile } from '@resole/protocol';
import { afterAll, expect, test } from 'vitest';
import { readShipped } from '../templates/library.ts';
import { RenderPool } from '../templates/worker/pool.ts';
import { representativeAgent, representativeProfile, representatives } from './representative.ts';
import { answerService } from './service.ts';

const shipped = await readShipped(join(import.meta.dirname, '../../templates'));
const pool = new RenderPool();
afterAll(() => pool.close());

const profiles: Profile[] = [];
const serviceOf = (templates: Record<string, string>) =>
  answerService({
    system: async () => {
      throw new Error('not in this test');
    },
    target: async (_system, id) => {
      const profile = profiles.find((each) => each.id === id) ?? representativeProfile;
      const found = representatives.find(({ distro }) => distro.family === 'image');
      if (!found) throw new Error('the representatives are gone');
      return { profile, distro: found.distro, options: profile, repos: [] };
    },
    storedFacts: async () => undefined,
    agentPayload: async () => representativeAgent,
    templates: async () => templates,
    profiles: async () => profiles,
    systems: async () => [],
    pool,
    provisionUrl: () => 'http://192.0.2.1:8080',
  });

test('every default answer file passes every checker', { timeout: 300_000 }, async () => {
  const report = await serviceOf(shipped).lint();
  expect(report.findings).toEqual([]);
  expect(report.checkers.filter(({ notChecked }) => notChecked > 0)).toEqual([]);
  expect(report.checkers.map(({ checker }) => checker)).toEqual([
    'ESXi script grammar',
    'YAML parser',
    'bash -n',
    'bash -n on its scripts',
    'cloud-init schema',
    'dash -n on its commands',
    'dash -n on its scripts',
    'debconf-set-selections --checkonly',
    'disk_config grammar',
    'kickstart grammar',
    'package_config grammar',
    'schema of Agama',
    'xmllint, schema of AutoYaST',
    'xmllint, schema of Windows Setup',
  ]);
});

test('what is wrong is told once, with its place and for what it was rendered', async () => {
  profiles.push({ ...representativeProfile, name: 'web', answerFile: 'web' });
  const templates = {
    'image/boot-args': 'quiet\n',
    web: '#!/bin/bash\n{% include "snippets/part" %}\necho {{ vars.motd }}\n',
    'snippets/part': 'if true\n',
    unused: "{% if %}\n$SNIPPET('x')\n",
    orphan: '{% include "gone" %}{% include "maybe" ignore missing %}\n',
  };
  const { lint } = serviceOf(templates);
  const names = Object.keys(templates);
  const first = await lint({ names });
  expect(first).toMatchInlineSnapshot(`
    {
      "checkers": [],
      "findings": [
        {
          "problem": "there is no template image/answer-file.sh",
          "remedy": "see which there are: resole template list",
          "severity": "error",
          "subjects": [
            "image debian-12, dhcp",
            "image debian-12, static IPv4",
            "image debian-12, dual-stack",
            "image debian-12, bond and VLAN",
          ],
          "template": "image/answer-file.sh",
        },
        {
          "excerpt": ">    1 | {% include "gone" %}{% include "maybe" ignore missing %}",
          "line": 1,
          "problem": "it includes gone, which is not there",
          "remedy": "see which there are: resole template list",
          "severity": "error",
          "subjects": [],
          "template": "orphan",
        },
        {
          "excerpt": ">    1 | {% if %}
         2 | $SNIPPET('x')",
          "line": 1,
          "problem": "syntax error: unexpected end of block",
          "severity": "error",
          "subjects": [],
          "template": "unused",
        },
        {
          "excerpt": "     2 | {% include "snippets/part" %}
    >    3 | echo {{ vars.motd }}",
          "line": 3,
          "problem": "undefined value",
          "severity": "error",
          "subjects": [
            "profile web, dhcp",
            "profile web, static IPv4",
            "profile web, dual-stack",
            "profile web, bond and VLAN",
          ],
          "template": "web",
        },
        {
          "line": 2,
          "problem": "$SNIPPET('x') is Cobbler's language: it stays in the answer file as it is",
          "remedy": "write {% include "snippets/x" %}",
          "severity": "hint",
          "subjects": [],
          "template": "unused",
        },
      ],
      "rendered": 8,
      "templates": 5,
    }
  `);
  const read = await lint({ names: ['unused'], render: false });
  expect(read.findings.map(({ template }) => template)).toEqual(['unused', 'unused']);
  const mended = { ...templates, web: templates.web.replace('vars.motd', '"hello"') };
  const second = await serviceOf(mended).lint({ names: ['snippets/part'] });
  expect(second).toMatchInlineSnapshot(`
    {
      "checkers": [
        {
          "checker": "bash -n",
          "failed": 1,
          "notChecked": 0,
          "passed": 0,
        },
      ],
      "findings": [
        {
          "checker": "bash -n",
          "excerpt": ">    4 | ",
          "line": 4,
          "problem": "syntax error: unexpected end of file",
          "severity": "error",
          "subjects": [
            "profile web, dhcp",
            "profile web, static IPv4",
            "profile web, dual-stack",
            "profile web, bond and VLAN",
          ],
          "template": "web",
        },
      ],
      "rendered": 8,
      "templates": 1,
    }
  `);
  await expect(lint({ names: ['absent'] })).rejects.toThrow('there is no template "absent"');
});
