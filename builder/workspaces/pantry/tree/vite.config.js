import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  server: {
    port: 5190,
    proxy: {
      '/sync': {
        target: 'http://localhost:8787',
        rewrite: (path) => path.replace(/^\/sync/, ''),
      },
    },
  },
  build: {
    target: 'es2022',
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.js'],
  },
})
