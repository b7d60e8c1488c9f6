// A stand-in for the program, for the page's development and tests: serves web/dist under /_/ and
// speaks the few operations that the page uses, checking its signatures. `node mock/server.mjs
// --unicorns 25`.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ConsoleApi } from './console_api.mjs';
import { Fleet } from './fleet.mjs';
import { checkSignature } from './sigv4_check.mjs';
import { MockStream } from './stream.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'web', 'dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const policy = ['default-src', 'base-uri', 'form-action', 'frame-ancestors', 'object-src']
  .map((name, i) => `${name} '${i === 0 ? 'self' : 'none'}'`)
  .join('; ');
const credentialSeconds = 3600;

class MockServer {
  constructor(options) {
    this.token = options.session ?? randomBytes(16).toString('hex');
    this.fleet = new Fleet(options);
    this.stream = new MockStream('wildrydes', options.shards ?? 2);
    this.api = new ConsoleApi(this.fleet, options);
    this.keys = new Map();
    this.identities = new Set();
    this.brokenUntil = 0;
    this.credentialSeconds = options.credentialSeconds ?? credentialSeconds;
    this.calls = {};
    this.sending = !options.paused;
    this.server = createServer((request, response) => this.handle(request, response));
  }

  async listen(port) {
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.timer = setInterval(() => this.second(), 1000);
    const address = `http://127.0.0.1:${this.server.address().port}`;
    return { address, url: `${address}/_/?session=${this.token}` };
  }

  close() {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    this.server.close();
  }

  second() {
    if (!this.sending) return;
    const readings = this.fleet.step(new Date());
    for (const reading of readings) this.stream.put(reading.Name, JSON.stringify(reading));
    this.api.raiseAlerts(readings);
  }

  handle(request, response) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (Date.now() < this.brokenUntil) return request.socket.destroy();
      const url = new URL(request.url, 'http://host');
      if (url.pathname.startsWith('/_/')) return this.console(request, response, url, body);
      if (request.method === 'POST' && url.pathname === '/')
        return this.aws(request, response, body);
      return this.send(response, 404, { message: 'not found' });
    });
  }

  send(response, status, body, headers = {}) {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }

  console(request, response, url, body) {
    const offered = url.searchParams.get('session');
    if (offered === this.token) {
      response.writeHead(303, {
        location: url.pathname,
        'set-cookie': `wildrydes_session=${offered}; Path=/_/; HttpOnly; SameSite=Strict`,
      });
      return response.end();
    }
    if (url.pathname.startsWith('/_/api/')) {
      if (!(request.headers.cookie ?? '').includes(`wildrydes_session=${this.token}`))
        return this.send(response, 401, { message: 'no session' });
      const path = url.pathname.slice('/_/api'.length);
      const answer = this.api.answer(request.method, path, url.searchParams, body);
      return answer
        ? this.send(response, 200, answer)
        : this.send(response, 404, { message: 'no such address' });
    }
    return this.asset(response, url.pathname.slice('/_/'.length));
  }

  asset(response, path) {
    const safe = normalize(path).replace(/^(\.\.[/\\])+/, '');
    const file = join(dist, safe);
    const found =
      safe !== '.' && extname(file) !== '' && existsSync(file)
        ? file
        : extname(file) === ''
          ? join(dist, 'index.html')
          : null;
    if (!found) return this.send(response, 404, 'not found', { 'content-type': 'text/plain' });
    return this.send(response, 200, readFileSync(found), {
      'content-type': types[extname(found)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    });
  }

  aws(request, response, body) {
    const [service, operation] = String(request.headers['x-amz-target']).split('.');
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    try {
      const input = JSON.parse(body);
      const output =
        service === 'AWSCognitoIdentityService'
          ? this.cognito(operation, input)
          : this.kinesis(request, body, operation, input);
      this.send(response, 200, output, { 'content-type': 'application/x-amz-json-1.1' });
    } catch (error) {
      this.send(
        response,
        400,
        { __type: error.code ?? 'InternalFailure', message: error.message },
        { 'content-type': 'application/x-amz-json-1.1' },
      );
    }
  }

  cognito(operation, input) {
    if (operation === 'GetId') {
      const id = `us-east-1:${randomUUID()}`;
      this.identities.add(id);
      return { IdentityId: id };
    }
    if (operation !== 'GetCredentialsForIdentity' || !this.identities.has(input.IdentityId)) {
      throw Object.assign(new Error(`Identity '${input.IdentityId}' not found.`), {
        code: 'ResourceNotFoundException',
      });
    }
    const accessKey = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const expires = Date.now() + this.credentialSeconds * 1000;
    const made = {
      secret: randomBytes(20).toString('hex'),
      token: randomBytes(60).toString('base64'),
      expires,
    };
    this.keys.set(accessKey, made);
    return {
      IdentityId: input.IdentityId,
      Credentials: {
        AccessKeyId: accessKey,
        SecretKey: made.secret,
        SessionToken: made.token,
        Expiration: expires / 1000,
      },
    };
  }

  kinesis(request, body, operation, input) {
    const wrong = checkSignature(request, body, this.keys);
    if (wrong) throw Object.assign(new Error('The request was refused.'), { code: wrong });
    if (operation === 'ListShards') return this.stream.listShards(input);
    if (operation === 'GetShardIterator') return this.stream.getShardIterator(input);
    if (operation === 'GetRecords') return this.stream.getRecords(input);
    throw Object.assign(new Error('no such operation'), { code: 'UnknownOperationException' });
  }
}

export async function startMock(options = {}) {
  const mock = new MockServer({ unicorns: 25, ...options });
  return Object.assign(mock, await mock.listen(options.port ?? 0));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      unicorns: { type: 'string', default: '25' },
      hostile: { type: 'boolean' },
      ahead: { type: 'string', default: '0' },
      empty: { type: 'boolean' },
    },
  });
  const mock = await startMock({
    port: Number(values.port),
    unicorns: Number(values.unicorns),
    hostile: values.hostile,
    aheadSeconds: Number(values.ahead),
    paused: values.empty,
  });
  console.log(mock.url);
}
