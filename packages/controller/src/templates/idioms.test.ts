import { expect, test } from 'vitest';
import { idiomsOf } from './idioms.ts';
import { render } from './render.ts';

const cobbler = `#set global $timeout = $getVar('timeout', '10')
#import re
url --url=$tree
network --hostname=$hostname
$SNIPPET('network_config')
SNIPPET::main/partition
#if $getVar("system_name", "") != ""
#include "/var/lib/cobbler/extra.ks"
#elif $breed == "redhat"
#else
#end if
#for $repo in $repos
%post
echo @@system_name@@ $HOME \${PATH} $local
$kickstart_done
#raw
#end raw
%end
`;

test('what Cobbler wrote, and what to write instead', () => {
  const hints = idiomsOf(cobbler).map(({ line, found, hint }) => `${line}: ${found} → ${hint}`);
  expect(hints).toMatchInlineSnapshot(`
    [
      "1: #set global $timeout = $getVar('timeout', '10') → write {% set timeout = vars.timeout | default('10') %}",
      "2: #import re → templates run no Python: pass the value in vars",
      "3: $tree → write {{ urls.tree }}",
      "4: $hostname → write {{ system.hostname }}",
      "5: $SNIPPET('network_config') → write {% include "snippets/network_config" %}",
      "6: SNIPPET::main/partition → write {% include "snippets/main/partition" %}",
      "7: #if $getVar("system_name", "") != "" → write {% if system.name | default("") != "" %}",
      "8: #include "/var/lib/cobbler/extra.ks" → write {% include "snippets/extra.ks" %}, with it as a snippet",
      "9: #elif $breed == "redhat" → write {% elif distro.breed == "redhat" %}",
      "10: #else → write {% else %}",
      "11: #end if → write {% endif %}",
      "12: #for $repo in $repos → write {% for repo in repos %}",
      "14: @@system_name@@ → write {{ system.name }}",
      "15: $kickstart_done → write at the end of %post: curl -s {{ urls.events }}/done",
      "16: #raw → write {% raw %} … {% endraw %}",
      "17: #end raw → write {% endraw %}",
    ]
  `);
});

test('shell scripts, comments and markdown are left alone', () => {
  const script = `#!/bin/bash
# if $x is set
#else
echo "$hostname \${tree}" $1 $(date) #include
# set x
price is $5
`;
  expect(idiomsOf(script)).toEqual([]);
});

test('an error in a template that came from Cobbler says so', () => {
  expect(() => render('t', { t: "{{ nothing }}\n$SNIPPET('x')" }, {})).toThrow(
    expect.objectContaining({
      remedy: 'line 2 is written for Cobbler ($SNIPPET(\'x\')): write {% include "snippets/x" %}',
    }),
  );
});
