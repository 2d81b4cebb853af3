import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'

// The node that `npm run dev` asks.
const NODE = process.env['CONSOLE_ASKS'] ?? 'http://127.0.0.1:7300'

export default defineConfig({
  // Relative, so that the page also works behind a path of a proxy.
  base: './',
  build: {
    target: 'es2022',
    // Data URLs are not among what the page's policy allows.
    assetsInlineLimit: 0,
    // Every browser of the target has it.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Its licence asks to go with it.
        postBanner: `/*! Holds Preact.\n${readFileSync('node_modules/preact/LICENSE', 'utf8')}*/`,
      },
    },
  },
  server: {
    proxy: {
      '/api': {
        target: NODE,
        changeOrigin: true,
        // A node takes nothing from pages of other origins.
        headers: { origin: NODE },
      },
    },
  },
})
