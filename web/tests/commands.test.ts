// Commands that are pasted: quoting, bodies that were cut, binary values, lists.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../src/api/console_feeds';
import { shellCommand } from '../src/pages/activity/commands';
import { formOptions } from '../src/pages/activity/form_options';
import { wholePart } from '../src/pages/activity/whole_part';

const entry = (part: Partial<ActivityEntry>): ActivityEntry => ({
  id: 1,
  count: 1,
  first: '',
  time: '',
  requestId: '',
  principal: '',
  agent: '',
  service: 'kinesis',
  operation: 'PutRecords',
  method: 'POST',
  path: '/',
  status: 200,
  code: '',
  millis: 1,
  bytesIn: 0,
  bytesOut: 0,
  request: '',
  response: '',
  ...part,
});

/** What a program called `aws` gets: its words, and what stands on its input. */
function pasted(text: string): { words: string[]; input: string } {
  const script = `aws() { printf '%s\\0' "$@"; case "$*" in */dev/stdin*) cat;; esac; }\n${text}\n`;
  const parts = execFileSync('sh', ['-c', script], { encoding: 'utf8', input: '' }).split('\0');
  return { words: parts.slice(0, -1), input: parts.at(-1)! };
}

describe('a command', () => {
  it('gives the shell what was asked, whatever stands in it', () => {
    const body = { StreamName: `it's $HOME \`x\` "y" \\n\nEND` };
    const request = JSON.stringify(body);
    const { words } = pasted(shellCommand(entry({ operation: 'CreateStream', request })).text);
    expect(words.slice(0, 3)).toEqual(['kinesis', 'create-stream', '--cli-input-json']);
    expect(JSON.parse(words[3]!)).toEqual(body);
  });

  it('holds the records that are whole when the body was cut, and says so', () => {
    const Records = Array.from({ length: 90 }, (_, i) => ({
      Data: btoa(`{"n":${i}}`),
      PartitionKey: 'a,]}',
    }));
    const request = JSON.stringify({ StreamName: 's', Records }).slice(0, 4_096);
    const { text, note } = shellCommand(entry({ request, bytesIn: 5_600 }));
    const input = JSON.parse(pasted(text).words[3]!) as typeof body;
    const body = { StreamName: 's', Records };
    expect(input.Records.length).toBeGreaterThan(40);
    expect(input).toEqual({ StreamName: 's', Records: Records.slice(0, input.Records.length) });
    expect(note).toContain('6 KB');
  });

  it('takes a file where a text was cut, and says what goes into it', () => {
    const request = JSON.stringify({ ApplicationCode: 'x'.repeat(9_000) }).slice(0, 4_096);
    const { text, note } = shellCommand(
      entry({
        service: 'kinesisanalytics',
        operation: 'CreateApplication',
        request,
        bytesIn: 9_030,
      }),
    );
    expect(text).toBe(
      'aws kinesisanalytics create-application --cli-input-json file://request.json',
    );
    expect(note).toContain('all of it (9 KB) into request.json');
  });

  it('gives records as text to AWS CLI 1, which encodes them itself', () => {
    const request = JSON.stringify({ StreamName: 's', Data: btoa('{"é":1}'.replace('é', 'e')) });
    const at = entry({ operation: 'PutRecord', request });
    const data = (version: 1 | 2) =>
      (JSON.parse(pasted(shellCommand(at, version).text).words[3]!) as { Data: string }).Data;
    expect(data(1)).toBe('{"e":1}');
    expect(atob(data(2))).toBe('{"e":1}');
    expect(shellCommand(at).dependsOnCli).toBe(true);
    const binary = entry({ operation: 'PutRecord', request: '{"Data":"/////w=="}' });
    expect(shellCommand(binary, 1).note).toContain('AWS CLI 1 cannot');
    expect(shellCommand(binary, 2).note).toBe('');
  });

  it('carries the event of a function', () => {
    const at = entry({
      service: 'lambda',
      operation: 'Invoke',
      path: '/2015-03-31/functions/F/invocations',
      request: `{\n"who": "it's"\n}\nEND`,
    });
    // No JSON: put it into a file.
    expect(shellCommand(at).text).toContain('--payload fileb://payload.json');
    const { words, input } = pasted(
      shellCommand({ ...at, status: 202, request: `{\n"who": "it's"\n}` }).text,
    );
    expect(words).toEqual([
      ...['lambda', 'invoke', '--function-name', 'F', '--invocation-type', 'Event'],
      ...['--payload', 'fileb:///dev/stdin', 'response.json'],
    ]);
    expect(JSON.parse(input)).toEqual({ who: "it's" });
  });

  it('carries the settings of a function, and its package as bytes', () => {
    const settings = entry({
      service: 'lambda',
      operation: 'UpdateFunctionConfiguration',
      path: '/2015-03-31/functions/F/configuration',
      request: '{"Timeout":7}',
    });
    expect(JSON.parse(pasted(shellCommand(settings).text).words[3]!)).toEqual({
      FunctionName: 'F',
      Timeout: 7,
    });
    const code = entry({
      service: 'lambda',
      operation: 'CreateFunction',
      path: '/2015-03-31/functions',
      request: JSON.stringify({ FunctionName: 'F', Code: { ZipFile: btoa('a zip') } }),
    });
    const { words, input } = pasted(shellCommand(code).text);
    expect(JSON.parse(words[3]!)).toEqual({ FunctionName: 'F' });
    expect(words.slice(4)).toEqual(['--zip-file', 'fileb:///dev/stdin']);
    expect(input).toBe('a zip');
  });

  it('says what the feed does not keep', () => {
    const note = (part: Partial<ActivityEntry>) => shellCommand(entry(part)).note;
    expect(note({ bytesIn: 40 })).toContain('CBOR');
    expect(note({ service: 'iam', operation: 'CreateAccessKey', bytesIn: 40 })).toContain('secret');
    expect(note({ service: 's3', operation: 'PutObject', path: '/b/k', bytesIn: 9 })).toContain(
      'not kept',
    );
    expect(note({ operation: 'ListStreams' })).toBe('');
  });
});

it('a form becomes options: lists, structures, flags, dashes', () => {
  const form = new URLSearchParams({
    Action: 'Any',
    Version: '2010-05-08',
    UserName: 'it is',
    'ActionNames.member.2': 'b c',
    'ActionNames.member.1': 'a',
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': 'v',
    SetAsDefault: 'true',
    OnlyAttached: 'false',
    Description: '-x',
  });
  expect(formOptions(form.toString())).toBe(
    ` --user-name 'it is' --action-names a 'b c' --tags '[{"Key":"k","Value":"v"}]'` +
      ' --set-as-default --no-only-attached --description=-x',
  );
});

it('the whole part of a text that was cut is JSON, wherever it was cut', () => {
  const text = '{"a":{"T":[{"x":[1,2]},"],}",3,{"y":"\\\""}]},"b":2}';
  for (let at = 0; at < text.length; at++) {
    const part = wholePart(text.slice(0, at));
    if (part !== null) expect(() => JSON.parse(part) as unknown, part).not.toThrow();
  }
  expect(wholePart('{"a":{"T":[{"x":[1,2]},"],}",3,{"y"')).toBe(
    '{"a":{"T":[{"x":[1,2]},"],}",3]}}',
  );
  expect(wholePart('{"a":"long')).toBeNull();
});
