import { expect, test } from 'vitest';
import { includesOf, reachableFrom, referencesOf } from './references.ts';

test('every way of mentioning a template', () => {
  const text = `{% include "a" %}{%- include 'b/c' ignore missing -%}
{% from "d" import x, y with context %}{% import "e" as e %}{% extends "f" %}
{% include ["g", 'h'] %}{# {% include "comment" %} #}{% raw %}{% include "raw" %}{% endraw %}
{{ "{% include no %}" }}`;
  expect(includesOf(text).filter((name) => name !== 'no')).toEqual([
    ...['a', 'b/c', 'd', 'e', 'f', 'g', 'h'],
  ]);
  expect(referencesOf('{% include "x/" ~ name %}{% include other %}')).toEqual({
    names: [],
    beginnings: ['x/', ''],
  });
});

test('what a render reaches, through others and in circles', () => {
  const templates = {
    main: '{% include "one" %}',
    one: '{% include "two" %}{% include "absent" %}',
    two: '{% include "main" %}',
    any: '{% include "par" ~ which %}',
    'part/1': '',
    other: '',
  };
  expect(reachableFrom(['main'], templates)).toEqual(['main', 'one', 'two']);
  expect(reachableFrom(['any'], templates)).toEqual(['any', 'part/1']);
});
