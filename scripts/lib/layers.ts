/**
 * Which part may import which: the one table that `check-imports` goes by. A part is a folder (or a
 * single file) directly below a package's `src`; rows further down are lower. A part may import
 * itself and every part of a lower row, never one of its own row or above.
 */

export interface Layers {
  /** Parts from top to bottom. */
  rows: readonly (readonly string[])[];
  /** Parts that may import less than the rows allow. */
  only?: Readonly<Record<string, readonly string[]>>;
}

export interface PackageRules {
  /** Packages it may import. */
  packages: readonly string[];
  /** May it use Node's own modules? */
  node: boolean;
  /** Absent: only cycles are looked for. */
  layers?: Layers;
}

export const rules: Readonly<Record<string, PackageRules>> = {
  protocol: { packages: [], node: false },
  agent: { packages: ['protocol'], node: true },
  controller: {
    packages: ['protocol'],
    node: true,
    layers: {
      rows: [
        ['main'],
        ['cli'],
        ['serve'],
        ['engine'],
        ['agents-link'],
        [
          'job-files',
          'job-secrets',
          'job-sources',
          'virt-guests',
          'guest-leftovers',
          'power-parts',
          'enrol',
        ],
        ['http', 'link', 'feed', 'provision', 'power', 'carry'],
        ['jobs', 'answers', 'apply'],
        ['plan'],
        ['plugins'],
        ['inventory'],
        ['templates'],
        ['import'],
        ['store', 'trust', 'build', 'enchant', 'agent-install'],
        ['settings', 'log', 'files', 'version', 'package-root'],
      ],
      only: {
        // The CLI talks to the controller's HTTP API; it wires the server and runs builds, no more.
        cli: [
          'serve',
          'plan',
          'build',
          'enchant',
          'import',
          'feed',
          'settings',
          'log',
          'files',
          'version',
          'package-root',
        ],
      },
    },
  },
};
