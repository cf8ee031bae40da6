// Development only: `ng serve` forwards /api, so that the browser sees one origin.
const target = process.env.CLINIC_API_URL ?? 'http://localhost:4300';

export default {
  '/api': { target, changeOrigin: true },
};
