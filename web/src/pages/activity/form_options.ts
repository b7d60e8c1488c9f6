// A form of the Query protocol as options of the `aws` command. Pure.
import { kebab, quoted } from './shell_words';

type Tree = Map<string, Tree | string>;

/** `Tags.member.1.Key=a` as a tree of names. */
function treeOf(form: URLSearchParams): Tree {
  const root: Tree = new Map();
  for (const [name, value] of form) {
    const path = name.split('.');
    let at = root;
    for (const part of path.slice(0, -1)) {
      const next = at.get(part);
      const below: Tree = next instanceof Map ? next : new Map();
      at.set(part, below);
      at = below;
    }
    at.set(path.at(-1)!, value);
  }
  return root;
}

type Value = string | Value[] | { [name: string]: Value };

function valueOf(tree: Tree | string): Value {
  if (typeof tree === 'string') return tree;
  const list = tree.get('member');
  if (tree.size === 1 && list instanceof Map)
    return [...list].sort(([a], [b]) => Number(a) - Number(b)).map(([, each]) => valueOf(each));
  return Object.fromEntries([...tree].map(([name, each]) => [name, valueOf(each)]));
}

function option(name: string, value: Value): string {
  if (typeof value === 'string') {
    const text = quoted(value);
    // What begins with a dash would be an option itself.
    return value.startsWith('-') ? `--${name}=${text}` : `--${name} ${text}`;
  }
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'))
    return `--${name} ${value.map((each) => quoted(each)).join(' ')}`;
  return `--${name} ${quoted(JSON.stringify(value))}`;
}

export function formOptions(body: string): string {
  return [...treeOf(new URLSearchParams(body))]
    .filter(([name]) => name !== 'Action' && name !== 'Version')
    .map(([name, tree]) => {
      const value = valueOf(tree);
      // A flag has no value.
      if (value === 'true') return ` --${kebab(name)}`;
      if (value === 'false') return ` --no-${kebab(name)}`;
      return ` ${option(kebab(name), value)}`;
    })
    .join('');
}
