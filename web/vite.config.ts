// Builds the console for the address /_/ with hashed names and nothing inlined (the page's policy
// is 'self').
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/_/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/_/api': 'http://127.0.0.1:4566',
      '^/$': 'http://127.0.0.1:4566',
    },
  },
});
