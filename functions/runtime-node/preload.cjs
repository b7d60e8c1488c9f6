// AWS SDK for JavaScript v2 knows no AWS_ENDPOINT_URL: when a function loads it, every client that
// names no endpoint of its own gets this server's.
'use strict';
const Module = require('node:module');

const endpoint = process.env.AWS_ENDPOINT_URL;
const patched = new WeakSet();

function patch(sdk) {
    if (!sdk || typeof sdk !== 'function' && typeof sdk !== 'object' || patched.has(sdk)) return sdk;
    patched.add(sdk);
    if (!sdk.config || typeof sdk.config.update !== 'function') return sdk;
    sdk.config.update({ endpoint, s3ForcePathStyle: true });
    return sdk;
}

if (endpoint) {
    const load = Module._load;
    Module._load = function (request, parent, isMain) {
        const loaded = load.call(this, request, parent, isMain);
        // aws-sdk, aws-sdk/clients/kinesis, aws-sdk/global, and paths that end in them.
        if (!/(^|\/)aws-sdk(\/|$)/.test(request)) return loaded;
        if (/aws-sdk(\/(global|index|lib\/(core|aws)(\.js)?))?$/.test(request)) return patch(loaded);
        try {
            patch(load.call(this, 'aws-sdk/global', parent, false));
        } catch {
            // A copy without that file is none of v2.
        }
        return loaded;
    };
}
