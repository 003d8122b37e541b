/** The tables of settings as the text of docs/settings.md. */
import { entriesOf } from './entries.ts';
import { clientTable, controllerTable, type SettingTable } from './table.ts';

export const settingsPage = (): string => `# Settings

Made from \`packages/controller/src/settings/table.ts\` by \`vitest run packages/controller/src/settings -u\`.

A flag wins over an environment variable, that over the configuration file, that over the default.
In variables and flags, lists are separated by commas.
Unknown names and wrong values are refused, all at once, before anything starts.

These are settings of programs. What machines inherit (kernel options, variables, deadlines) is in
the store: \`resole settings show\` and \`resole settings edit\`.

## The controller: \`resole serve\`

Configuration file: \`--config FILE\`, else \`$RESOLE_CONFIG\`, else \`/etc/resole/controller.yaml\` where
it exists.

\`\`\`yaml
api:
  port: 7443
  url: https://controller.example:7443
names: [controller.example, 192.0.2.10]
\`\`\`

${rows(controllerTable)}
## The command line: every other command

Configuration file: \`~/.config/resole/cli.yaml\` (\`$XDG_CONFIG_HOME\` is heeded). On the controller's own
host nothing has to be set: \`<dataDir>/client.yaml\`, written by \`resole serve\`, is read last.

\`\`\`yaml
url: https://controller.example:7443
tokenFile: /home/me/.config/resole/token
ca: /home/me/.config/resole/ca.pem
\`\`\`

${rows(clientTable)}
\`RESOLE_DEBUG=1\` adds the stack of an error to what is printed; \`NO_COLOR=1\` takes colours away.
`;

function rows(table: SettingTable): string {
  const lines = entriesOf(table).map(({ name, flag, variable, setting }) => {
    const byDefault = setting.defaultText ?? `\`${JSON.stringify(setting.default)}\``;
    const cells = [
      `\`${name}\``,
      `\`${flag}\`<br>\`${variable}\``,
      setting.kind.label,
      byDefault,
      setting.description,
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  return `| setting | flag, variable | value | default | meaning |\n| --- | --- | --- | --- | --- |\n${lines.join('')}`;
}
