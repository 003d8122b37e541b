/** What people bring along from Cobbler's templates (Cheetah), and what to write instead. */

export interface Idiom {
  /** Counted from 1. */
  line: number;
  /** As it is written. */
  found: string;
  hint: string;
}

/** Cobbler's variables → ours; bare `$name` is looked for only by these, shells use `$` too. */
const variables: Readonly<Record<string, string>> = {
  system_name: 'system.name',
  profile_name: 'profile.name',
  distro_name: 'distro.name',
  http_server: 'urls.base',
  server: 'urls.base',
  tree: 'urls.tree',
  install_source_directory: 'urls.tree',
  kernel_options_post: 'kernel_options_post',
  name_servers: 'name_servers',
  name_servers_search: 'search_domains',
  hostname: 'system.hostname',
  arch: 'distro.arch',
  breed: 'distro.breed',
  os_version: 'distro.version',
  proxy: 'proxy',
  repos: 'repos',
  interfaces: 'interfaces',
  autoinstall_meta: 'vars',
  default_password_crypted: 'root_password_hash',
};

/** Whole features of Cobbler that are something else here. */
const features: Readonly<Record<string, string>> = {
  kickstart_start: 'in %pre: curl -s {{ urls.events }}/start',
  kickstart_done: 'at the end of %post: curl -s {{ urls.events }}/done',
  yum_repo_stanza:
    '{% for repo in repos %}repo --name={{ repo.name }} --baseurl={{ repo.url }}{% endfor %}',
  yum_config_stanza: '{% for repo in repos %}…{% endfor %} in %post',
};

const variable = (name: string): string => `{{ ${variables[name] ?? `vars.${name}`} }}`;

/** `$x == "y"` as Jinja2 writes it. */
const expression = (text: string): string =>
  text
    .trim()
    .replace(/:$/, '')
    .replaceAll(
      /\$getVar\(\s*["']\$?(\w+)["']\s*(?:,\s*([^)]*))?\)/g,
      (_all, name, other) =>
        `${variables[name] ?? `vars.${name}`}${other ? ` | default(${other})` : ''}`,
    )
    .replaceAll(/\$\{?(\w+)\}?/g, (_all, name: string) => variables[name] ?? `vars.${name}`);

type Rule = readonly [RegExp, (match: RegExpMatchArray) => string];

/** Nothing but Cheetah is written like this. */
const sure: readonly Rule[] = [
  [
    /\$SNIPPET\(\s*["']?([^"')]+)["']?\s*\)/g,
    ([, name]) => `write {% include "snippets/${name}" %}`,
  ],
  [/\bSNIPPET::([\w./-]+)/g, ([, name]) => `write {% include "snippets/${name}" %}`],
  [
    /\$\{?getVar\(\s*["']\$?(\w+)["']\s*(?:,\s*([^)]*))?\)\}?/g,
    ([, name = '', other]) =>
      other === undefined
        ? `write ${variable(name)}`
        : `write {{ ${variables[name] ?? `vars.${name}`} | default(${other.trim() || '""'}) }}`,
  ],
  [/@@(\w+)@@/g, ([, name = '']) => `write ${variable(name)}`],
  [/^\s*#if\s+(.*\$.*)$/gm, ([, test = '']) => `write {% if ${expression(test)} %}`],
  [/^\s*#elif\s+(.*\$.*)$/gm, ([, test = '']) => `write {% elif ${expression(test)} %}`],
  [
    /^\s*#for\s+\$?(\w+)\s+in\s+(.*)$/gm,
    ([, item, list = '']) => `write {% for ${item} in ${expression(list)} %}`,
  ],
  [
    /^\s*#set\s+(?:global\s+)?\$(\w+)\s*=\s*(.*)$/gm,
    ([, name, value = '']) => `write {% set ${name} = ${expression(value)} %}`,
  ],
  [
    /^\s*#end\s+(if|for|raw|def|while)\b.*$/gm,
    ([, word]) => `write {% end${word === 'def' ? 'macro' : word} %}`,
  ],
  [
    /^\s*#include\s+["']?([^"'\s]+)["']?\s*$/gm,
    ([, path = '']) =>
      `write {% include "${path.replace(/^.*\//, 'snippets/')}" %}, with it as a snippet`,
  ],
  [/^\s*#raw\s*$/gm, () => 'write {% raw %} … {% endraw %}'],
  [/^\s*#(?:import|from)\s+\w.*$/gm, () => 'templates run no Python: pass the value in vars'],
  [
    /\$\{?(kickstart_start|kickstart_done|yum_repo_stanza|yum_config_stanza)\b\}?(?:\(\))?/g,
    ([, name = '']) => `write ${features[name]}`,
  ],
];

/** Cheetah's where something else on the page is Cheetah's; a shell's or a comment otherwise. */
const likely: readonly Rule[] = [
  [/^\s*#else(?:\s+if\s.*)?\s*$/gm, () => 'write {% else %}'],
  [/(?<!\\)\$\{?([a-z]\w*)\}?/g, ([, name = '']) => `write ${variable(name)}`],
];

/** Idioms of a template's text that Jinja2 would leave standing, in order of lines. */
export const idiomsOf = (text: string): Idiom[] => {
  const certain = withoutInner(sure.flatMap((rule) => found(rule, text)));
  if (certain.length === 0) return [];
  const taken = new Set(certain.map(({ line }) => line));
  const others = likely
    .flatMap((rule) => found(rule, text))
    .filter(({ line, found: what }) => !taken.has(line) && isVariable(what));
  return [...certain, ...others].sort((a, b) => a.line - b.line);
};

/** What is part of a longer idiom of its line is told with that. */
const withoutInner = (all: readonly Idiom[]): Idiom[] =>
  all.filter(
    (one) =>
      !all.some(
        (other) =>
          other.line === one.line &&
          other.found.length > one.found.length &&
          other.found.includes(one.found),
      ),
  );

/** Of bare `$name` only those that Cobbler has. */
const isVariable = (what: string): boolean => {
  const name = /^\$\{?(\w+)/.exec(what)?.[1];
  return name === undefined || Object.hasOwn(variables, name);
};

const found = ([pattern, hint]: Rule, text: string): Idiom[] =>
  [...text.matchAll(pattern)].map((match) => {
    const lead = /^\s*/.exec(match[0])?.[0].length ?? 0;
    return {
      line: text.slice(0, match.index + lead).split('\n').length,
      found: match[0].trim(),
      hint: hint(match),
    };
  });
