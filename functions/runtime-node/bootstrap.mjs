// The Node.js runtime: asks the Runtime API for events, calls the handler, hands back its answer.
// Handlers may be CommonJS or ES modules; async, returning a promise, or calling back.
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const api = process.env.AWS_LAMBDA_RUNTIME_API;
const [apiHost, apiPort] = api.split(':');
const prefix = '/2018-06-01/runtime';
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, route, body, headers = {}) {
    return new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : Buffer.from(body);
        const request = http.request({
            host: apiHost,
            port: apiPort,
            method,
            path: prefix + route,
            agent,
            headers: payload ? { ...headers, 'Content-Length': payload.length } : headers,
        }, (response) => {
            const chunks = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('end', () => resolve({
                status: response.statusCode,
                headers: response.headers,
                body: Buffer.concat(chunks).toString('utf8'),
            }));
            response.on('error', reject);
        });
        request.on('error', reject);
        request.end(payload);
    });
}

function describe(error) {
    if (error instanceof Error) {
        return {
            errorType: error.name,
            errorMessage: error.message,
            trace: (error.stack || '').split('\n'),
        };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

let requestId;

function line(level, values) {
    const text = format(...values).replace(/\n/g, '\r');
    fs.writeSync(1, `${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
}

function replaceConsole() {
    console.log = (...values) => line('INFO', values);
    console.info = (...values) => line('INFO', values);
    console.warn = (...values) => line('WARN', values);
    console.error = (...values) => line('ERROR', values);
    console.debug = (...values) => line('DEBUG', values);
    console.trace = (...values) => line('TRACE', values);
}

class ImportModuleError extends Error {}
ImportModuleError.prototype.name = 'Runtime.ImportModuleError';
class HandlerNotFound extends Error {}
HandlerNotFound.prototype.name = 'Runtime.HandlerNotFound';
class MalformedHandlerName extends Error {}
MalformedHandlerName.prototype.name = 'Runtime.MalformedHandlerName';

function nearestPackageIsModule(directory, root) {
    for (let at = directory; at.startsWith(root); at = path.dirname(at)) {
        const file = path.join(at, 'package.json');
        if (fs.existsSync(file)) {
            try {
                return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
            } catch {
                return false;
            }
        }
        if (at === path.dirname(at)) break;
    }
    return false;
}

async function loadModule(root, modulePath) {
    const base = path.resolve(root, modulePath);
    const require = createRequire(path.join(root, 'index.js'));
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
        const file = base + extension;
        if (!fs.existsSync(file) || !fs.statSync(file).isFile()) continue;
        const isModule = extension === '.mjs' ||
            (extension !== '.cjs' && nearestPackageIsModule(path.dirname(file), root));
        return isModule ? import(pathToFileURL(file).href) : require(file);
    }
    if (fs.existsSync(base)) return require(base);
    throw new ImportModuleError(`Error: Cannot find module '${path.basename(modulePath)}'\nRequire stack:\n- /var/runtime/index.mjs`);
}

async function loadHandler() {
    const root = process.env.LAMBDA_TASK_ROOT;
    const name = process.env._HANDLER;
    const file = path.basename(name);
    const dot = file.indexOf('.');
    if (dot <= 0 || name.includes('..')) throw new MalformedHandlerName('Bad handler');
    const modulePath = path.join(path.dirname(name), file.slice(0, dot));
    let target;
    try {
        target = await loadModule(root, modulePath);
    } catch (error) {
        if (error && error.code === 'MODULE_NOT_FOUND') throw new ImportModuleError(`Error: ${error.message}`);
        throw error;
    }
    let owner = target;
    for (const part of file.slice(dot + 1).split('.')) {
        owner = target;
        target = target?.[part] ?? target?.default?.[part];
    }
    if (target === undefined) throw new HandlerNotFound(`${name} is undefined or not exported`);
    if (typeof target !== 'function') throw new HandlerNotFound(`${name} is not a function`);
    return (event, context, callback) => target.call(owner, event, context, callback);
}

function contextOf(headers, settle) {
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    return {
        callbackWaitsForEmptyEventLoop: true,
        functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
        functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
        memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
        logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
        logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
        awsRequestId: requestId,
        invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
        getRemainingTimeInMillis: () => deadline - Date.now(),
        done: (error, value) => settle(error, value),
        succeed: (value) => settle(null, value),
        fail: (error) => settle(error ?? new Error('handled')),
    };
}

/** Resolves with the answer, however the handler gives it. */
function run(handler, event, headers) {
    return new Promise((resolve, reject) => {
        let context;
        let isSettled = false;
        const settle = (error, value) => {
            if (isSettled) return;
            isSettled = true;
            const finish = () => (error ? reject(error) : resolve(value));
            // A callback's answer waits for what the handler left running, unless it says otherwise.
            if (context.callbackWaitsForEmptyEventLoop) pendingFinish = finish;
            else finish();
        };
        context = contextOf(headers, settle);
        let result;
        try {
            result = handler(event, context, settle);
        } catch (error) {
            reject(error);
            return;
        }
        if (result && typeof result.then === 'function') result.then(resolve, reject);
    });
}

let pendingFinish;
let current;
// The loop is empty: nothing that the handler started is left.
process.on('beforeExit', () => {
    if (pendingFinish) {
        const finish = pendingFinish;
        pendingFinish = undefined;
        finish();
    } else if (current) {
        // A handler that neither answered nor left anything running answers null, as on AWS.
        current.resolveEmpty();
    }
});

async function report(route, error) {
    const body = describe(error);
    await call('POST', route, JSON.stringify(body), {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Function-Error-Type': 'Unhandled',
    });
}

function logFailure(label, error) {
    const body = describe(error);
    line('ERROR', [`${label} \t${JSON.stringify({
        errorType: body.errorType,
        errorMessage: body.errorMessage,
        stack: body.trace,
    })}`]);
}

async function serveOne(handler) {
    const next = await call('GET', '/invocation/next');
    if (next.status !== 200) process.exit(1);
    requestId = next.headers['lambda-runtime-aws-request-id'];
    if (next.headers['lambda-runtime-trace-id']) {
        process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'];
    }
    try {
        const event = JSON.parse(next.body);
        const empty = new Promise((resolve) => { current = { resolveEmpty: () => resolve(null) }; });
        const value = await Promise.race([run(handler, event, next.headers), empty]);
        current = undefined;
        const text = JSON.stringify(value === undefined ? null : value);
        await call('POST', `/invocation/${requestId}/response`, text, { 'Content-Type': 'application/json' });
    } catch (error) {
        current = undefined;
        logFailure('Invoke Error', error);
        await report(`/invocation/${requestId}/error`, error);
    }
    pendingFinish = undefined;
}

async function fatal(label, error) {
    logFailure(label, error);
    try {
        await report(requestId ? `/invocation/${requestId}/error` : '/init/error', error);
    } finally {
        process.exit(requestId ? 128 : 1);
    }
}

class UnhandledPromiseRejection extends Error {}
UnhandledPromiseRejection.prototype.name = 'Runtime.UnhandledPromiseRejection';

async function main() {
    replaceConsole();
    let handler;
    try {
        handler = await loadHandler();
    } catch (error) {
        await fatal('Uncaught Exception', error);
        return;
    }
    process.on('uncaughtException', (error) => fatal('Uncaught Exception', error));
    process.on('unhandledRejection', (reason) => {
        const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
        fatal('Unhandled Promise Rejection', new UnhandledPromiseRejection(message));
    });
    // A connection that waits for the next event would keep the loop from ever being empty, but no
    // request is open while a handler runs.
    for (;;) await serveOne(handler);
}

// Not awaited: an unsettled top-level await would turn an empty loop into an exit.
main();
