import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where the API runs while one works on the web app. */
const api = process.env.RAPPORT_API ?? 'http://localhost:3000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    // Older targets make the CSS minifier rewrite light-dark() into something that follows no theme switch.
    target: ['chrome125', 'firefox128', 'safari17.5'],
    manifest: true,
    modulePreload: { polyfill: false },
    // Fonts and scripts stay files: the Content-Security-Policy refuses data: for both.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Few requests before the first rows: what every screen needs in one file, what every list needs in another.
          groups: [
            { name: 'app', tags: ['$initial'] },
            { name: 'list', test: /src\/lists\/list-screen/ },
          ],
        },
      },
    },
  },
  server: {
    // The API refuses pages of other sites; to it this one comes from its own address.
    proxy: { '/api': { target: api, changeOrigin: true, headers: { origin: api } } },
  },
})
